"""Strategies: what a file may say, whom its rules take, and that no plan widens what the law allows."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.arrears import by_currency
from rules.buckets import parted as parts_of
from rules.catalogue import Catalogue
from rules.clients import Attempt, Callback, Client
from rules.configuration import check
from rules.contact import ContactParameters, parameters, waits
from rules.facts import Instalment, ResultBody
from rules.negotiation import ladder
from rules.queue import PARTS, Placement, placement, score, strategy_of
from rules.scripts import choose
from rules.strategies.assigning import Written, lot, parted
from rules.strategies.conditions import FIELDS, PROTECTED
from rules.strategies.departures import DEPARTURES, departures, written
from rules.strategies.limits import unknown_names, unlawful
from rules.strategies.plans import MOST_POINTS, Strategy
from rules.strategies.simulation import Simulation
from rules.zones import local_time
from storage.reference import kinds, negotiation, scripts, strategy, strategy_model
from tests.rules.examples import FRIDAY_10_IN_MEXICO, client
from tests.rules.test_queue import CLIENTS, TODAY, ZONE, account, policy, promise

DOCS = Path(__file__).parents[3] / "docs" / "strategies.md"
HEAD = '[strategy]\nname = "test"\n'
REST = "[rules.rest]\n"


def read(text: str, version: int = 1) -> Strategy:
    found = strategy(HEAD + text, version)
    assert found is not None
    return found


def rule_of(person: Client, text: str) -> str:
    return strategy_of(person, FRIDAY_10_IN_MEXICO, parameters("MX"), read(text)).rule


FAULTS = (
    # the rules, the line of the fault, a word of its reason
    ('[rules.a]\nwhen = { bucket = "B9" }\n' + REST, 4, "B9"),
    ('[rules.a.when]\ndays = ">= many"\n' + REST, 4, "many"),
    ("[rules.a.when]\ndays = 1.5\n" + REST, 4, "1.5"),
    ('[rules.a.when]\nbucket = "B4..B1"\n' + REST, 4, "after the last"),
    ('[rules.a.when]\nlanguage = "> es"\n' + REST, 4, "="),
    ("[rules.a.when]\nproduct = []\n" + REST, 4, "nobody"),
    ("[rules.a.when]\nshoe_size = 42\n" + REST, 4, "unknown field"),
    ('[rules.a]\nhours = "12:00-09:00"\n', 4, "hours"),
    ('[rules.a]\nchannels = ["pigeon"]\n', 4, "pigeon"),
    ("[rules.a]\nper_day = 0\n", 4, "per_day"),
    ("[rules.a]\nper_day = 3\nper_week = 2\n", 4, "a week"),
    ("[rules.a]\npoints = 301\n", 4, "-300 to 300"),
    ("[rules.a]\nboost = { lapses = 10 }\n", 4, "lapses"),
    ("[rules.a]\nslot = 1\n", 4, "slot"),
    ("[rules.A]\n", 3, "'A'"),
    ("[rules.a.arms.one]\nshare = 50\n[rules.a.arms.two]\nshare = 40\n", 3, "90"),
    ("[rules.a.arms.one]\nshare = 99\n", 3, "two arms"),
    ('[rules.a]\nwhen = { kind = "person" }\n', 3, "whoever is left"),
    ("[rules.a]\n[rules.b]\n", 3, "put it last"),
    ("rules = 3\n", 3, "unknown field"),
)


@pytest.mark.parametrize(("text", "line", "word"), FAULTS, ids=[text[:30] for text, _, _ in FAULTS])
def test_a_fault_is_told_by_its_line_and_reason(text: str, line: int, word: str) -> None:
    (fault,) = check(HEAD + text, kinds())[1]
    assert (fault.line, word in fault.reason) == (line, True), fault


@given(st.sampled_from(sorted(PROTECTED)), st.sampled_from(("{}", "client_{}", "{}_x", "{}.y")))
def test_what_is_protected_never_decides(word: str, form: str) -> None:
    field = form.format(word)
    text = f'{HEAD}[rules.a.when]\n"{field}" = 1\n{REST}'
    (fault,) = check(text, kinds())[1]
    assert fault.line == 4
    assert "protected" in fault.reason
    assert all(name in fault.reason for name in FIELDS)


def test_the_house_s_model_is_sound_in_every_country_and_product() -> None:
    assert check(strategy_model(), kinds())[1] == ()
    model = strategy(strategy_model(), 1)
    assert model is not None
    for country, plain in (("MX", "credit"), ("MX", "insurance"), ("US", "us")):
        assert not [*unlawful(model, parameters(country))]
        assert not [*unknown_names(model, scripts(), negotiation().steps, plain)]


def test_the_example_of_the_document_has_no_fault() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert check(text, kinds())[1] == ()


def test_the_document_names_every_field() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert not [name for name in FIELDS if f"`{name}`" not in text]


def test_a_file_without_rules_means_that_none_is_in_force() -> None:
    assert check("[rules]\n", kinds())[1] == ()
    assert strategy("[rules]\n", 4) is None


MATCHES: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ('bucket = "B1"', {}, True),
    ('bucket = "B0..B2"', {}, True),
    ('bucket = ">= B2"', {}, False),
    ('bucket = ["B0", "B1"]', {}, True),
    ("days = 12", {}, True),
    ('days = "< 12"', {}, False),
    ('days = "!= 12"', {}, False),
    ('product = "card"', {}, True),
    ('product = "!= card"', {}, False),
    ('language = "es"', {}, True),
    ('kind = "company"', {}, False),
    ('zone = "America/Tijuana"', {}, False),
    ('currency = "MXN"', {}, True),
    ("broken_promises = 1", {"promises": (promise("broken"),)}, True),
    ("kept_promises = 1", {"promises": (promise("broken"),)}, False),
    ("idle_days = 31", {"attempts": ()}, True),
    ("idle_days = 2", {"attempts": (Attempt(at=FRIDAY_10_IN_MEXICO - timedelta(days=2)),)}, True),
    ("attempts = 0", {"attempts": (Attempt(at=FRIDAY_10_IN_MEXICO, counted=False),)}, True),
    ("conversations = 1", {"attempts": (Attempt(at=FRIDAY_10_IN_MEXICO, conversation=True),)}, True),
    ('grace_days = "0..7"', {"policies": (policy(3),)}, True),
    ('grace_days = "!= 3"', {"policies": (policy(3),)}, False),
    ('grace_days = "0..7"', {}, False),
)


@pytest.mark.parametrize(("when", "changes", "fits"), MATCHES, ids=[when for when, _, _ in MATCHES])
def test_a_condition_compares_its_field(when: str, changes: dict[str, Any], fits: bool) -> None:
    person = client(accounts=(account(oldest_due=TODAY - timedelta(days=12), days=12),), **changes)
    assert rule_of(person, f"[rules.a]\nwhen = {{ {when} }}\n{REST}") == ("a" if fits else "rest")


def test_money_is_compared_by_currency_to_the_cent() -> None:
    pesos, dollars = account(id=1, overdue=500_00), account(id=2, overdue=400_00, currency="USD")
    person = client(accounts=(pesos, dollars))
    assert rule_of(person, f'[rules.a]\nwhen = {{ overdue = ">= 500" }}\n{REST}') == "a"
    assert rule_of(person, f'[rules.a]\nwhen = {{ overdue = ">= 500.01" }}\n{REST}') == "rest"


def test_every_condition_has_to_fit_and_the_first_rule_wins() -> None:
    old = '[rules.a]\nwhen = { kind = "person", days = ">= 900" }\n'
    assert rule_of(client(), f'{old}[rules.b]\nwhen = {{ kind = "person" }}\n{REST}') == "b"


ARMS = "[rules.a]\nper_day = 1\n[rules.a.arms.x]\nshare = {}\n[rules.a.arms.y]\nshare = {}\nper_day = 2\n"


@given(st.text(min_size=1, max_size=20), st.integers(1, 99))
def test_an_arm_is_drawn_by_name_and_reference_alone(ref: str, share: int) -> None:
    person, text = client(ref=ref), ARMS.format(share, 100 - share)
    found = {
        strategy_of(person, FRIDAY_10_IN_MEXICO, parameters("MX"), read(text, version)).arm
        for version in (1, 2, 9)
    }
    assert found == {"x" if lot("test", ref) < share else "y"}


def test_the_shares_are_those_of_many_clients() -> None:
    drawn = Counter(lot("house", f"C{number}") < 30 for number in range(10_000))
    assert 2_800 < drawn[True] < 3_200
    assert len({lot("house", f"C{number}") for number in range(2_000)}) == 100


def test_an_arm_says_only_what_it_does_differently() -> None:
    arms = {arm.name: arm.plan.per_day for arm in read(ARMS.format(50, 50)).rules[0].arms}
    assert arms == {"x": 1, "y": 2}


@given(
    st.from_regex(r"[a-z0-9][a-z0-9_-]{0,29}", fullmatch=True),
    st.from_regex(r"([a-z0-9][a-z0-9_-]{0,29})?", fullmatch=True),
    st.integers(1, 999_999),
)
def test_what_facts_keep_can_be_taken_apart(rule: str, arm: str, version: int) -> None:
    text = f"{rule}{':' if arm else ''}{arm}@{version}"
    assert parted(text) == Written(rule, arm, version)
    assert parted(text + " ") is None


# The queue


HOURS = st.builds(
    lambda start, length: f'hours = "{start:02d}:00-{min(start + length, 24) - 1:02d}:30"\n',
    st.integers(7, 20),
    st.integers(1, 6),
)
LIMITS = st.sampled_from(("", "per_day = 1\n", "per_day = 2\nper_week = 3\n", "per_week = 2\n"))
POINTS = st.builds(lambda points: f"points = {points}\n", st.integers(-MOST_POINTS, MOST_POINTS))


@given(CLIENTS, HOURS, LIMITS, POINTS, st.integers(0, 400))
def test_a_plan_only_narrows_and_what_waits_comes_back(
    person: Client, hours: str, limits: str, points: str, minutes: int
) -> None:
    now, mx = FRIDAY_10_IN_MEXICO + timedelta(minutes=minutes), parameters("MX")
    plan = read(f"[rules.all]\n{hours}{limits}{points}")
    without, place = placement(person, now, mx), placement(person, now, mx, strategy=plan)
    assert parts_of(place.bucket) == (without.bucket, "all")
    assert place.strategy == "all@1"
    if without.kind != "ready":
        assert place.kind == without.kind
        if place.kind == "waiting":
            assert (place.due_at or now) >= (without.due_at or now)
        return
    if place.kind == "ready":
        slot = plan.rules[0].plan.slot
        assert slot is not None
        assert slot[0] <= local_time(now, ZONE).time() < slot[1]
        assert place.until is not None
        assert place.until > now
    else:
        assert place.due_at is not None
        assert place.due_at > now
        then = placement(person, place.due_at, mx, strategy=plan)
        assert then.kind == "ready" or then.due_at is None or then.due_at > place.due_at


@given(CLIENTS, POINTS)
def test_points_never_pass_what_comes_first(person: Client, points: str) -> None:
    plan = read(f"[rules.all]\n{points}boost = {{ money = 300, days = 300, rolls = 300 }}\n")
    before, after = score(person, TODAY), score(person, TODAY, plan)
    assert abs(after[0] - before[0]) <= MOST_POINTS
    assert after[0] == sum(after[1].values()) >= 0
    assert set(after[1]) <= set(PARTS)
    place = placement(person, FRIDAY_10_IN_MEXICO, parameters("MX"), strategy=plan)
    assert (place.prio, place.parts) == after


def test_whoever_is_not_called_waits_for_the_next_day() -> None:
    plan = read('[rules.all]\nchannels = ["sms"]\n')
    place = placement(client(), FRIDAY_10_IN_MEXICO, parameters("MX"), strategy=plan)
    assert (place.kind, place.why) == ("waiting", "strategy.channel")
    assert place.due_at is not None
    assert local_time(place.due_at, ZONE).strftime("%a %H:%M") == "Sat 00:00"


def test_a_call_that_was_asked_for_is_made_when_it_was_asked_for() -> None:
    due = FRIDAY_10_IN_MEXICO + timedelta(hours=1)
    person = client(callbacks=(Callback(id="c", due_at=due),))
    plan = read('[rules.all]\nhours = "18:00-19:00"\n')
    place = placement(person, FRIDAY_10_IN_MEXICO, parameters("MX"), strategy=plan)
    assert (place.kind, place.due_at) == ("callback", due)


def test_a_week_s_calls_come_free_when_the_oldest_of_them_lapses() -> None:
    calls = tuple(Attempt(at=FRIDAY_10_IN_MEXICO - timedelta(days=days)) for days in (6, 3))
    plan = read("[rules.all]\nper_week = 2\n")
    place = placement(client(attempts=calls), FRIDAY_10_IN_MEXICO, parameters("MX"), strategy=plan)
    assert place.why == "strategy.per_week"
    assert place.due_at is not None
    assert local_time(place.due_at, ZONE).date() == TODAY + timedelta(days=1)


def test_no_strategy_changes_nothing() -> None:
    place = placement(client(), FRIDAY_10_IN_MEXICO, parameters("MX"))
    assert isinstance(place, Placement)
    assert (place.strategy, parts_of(place.bucket)[1]) == ("", "")
    assert waits(client(), FRIDAY_10_IN_MEXICO, parameters("MX")).allowed


# What a portfolio can't have


def test_hours_and_attempts_beyond_the_law_are_refused() -> None:
    mx: ContactParameters = parameters("MX", {"mx.attempts.per_day": 2, "mx.attempts.per_week": 4})
    text = '[rules.all]\nhours = "06:00-09:00"\nper_day = 3\nper_week = 5\n'
    found = dict(unlawful(read(text), mx))
    assert sorted(path[-1] for path in found) == ["hours", "per_day", "per_week"]
    assert "mx.window" in found[("rules", "all", "hours")]
    us = [path for path, _ in unlawful(read("[rules.all]\nper_week = 8\n"), parameters("US"))]
    assert us == [("rules", "all", "per_week")]


def test_scripts_and_offers_have_to_be_there_and_say_what_must_be_said() -> None:
    text = '[rules.all]\nscript = "credit"\noffers = ["full", "gift"]\n'
    found = dict(unknown_names(read(text), scripts(), negotiation().steps, "us"))
    assert "gift" in found[("rules", "all", "offers")]
    assert "leaves out" in found[("rules", "all", "script")]
    assert len(dict(unknown_names(read(text), scripts(), negotiation().steps, "credit"))) == 1


# Simulation


@given(st.lists(CLIENTS, max_size=12), st.booleans())
def test_a_simulation_s_counts_and_money_are_the_portfolio_s(people: list[Client], in_force: bool) -> None:
    people = [msgspec.structs.replace(one, ref=f"C{place}") for place, one in enumerate(people)]
    new = read(ARMS.format(40, 60).replace("[rules.a]", '[rules.a]\nwhen = { days = ">= 30" }') + REST)
    counted = Simulation(new, read(f"[rules.a]\nwhen = {{ days = 5 }}\n{REST}") if in_force else None, "MXN")
    for person in people:
        counted.add(person, TODAY)
    table = counted.table(FRIDAY_10_IN_MEXICO)
    owed: Counter[str] = Counter()
    for person in people:
        owed.update(by_currency(person))
    for clients, money in (("clients", "overdue"), ("clients_now", "overdue_now")):
        places = table.place(clients), table.place(money)
        assert sum(row.cells[places[0]] for row in table.totals) == len(people)
        assert {row.currency: row.cells[places[1]] for row in table.totals if row.cells[places[1]]} == dict(
            owed
        )
    assert len({row.key for row in table.rows}) == len(table.rows)


# On the desk


def test_a_strategy_s_script_stands_in_for_the_regular_one_alone() -> None:
    person = client(accounts=(account(product="card"),))
    chosen = choose(scripts(), person, "sme")
    assert chosen is not None
    assert chosen.id == "sme"
    lapsed = client(accounts=(account(product="insurance"),), policies=(policy(-3, "lapsed"),))
    other = choose(scripts(), lapsed, "credit")
    assert other is not None
    assert other.id == "insurance_lapsed"


def test_a_menu_restricts_and_orders_the_offers() -> None:
    person = client(accounts=(account(product="card", overdue=3_000_00, total=9_000_00, minimum=500_00),))
    usual = ladder(person, person.accounts[0], negotiation(), today=TODAY, level="agent")
    menu = ladder(
        person, person.accounts[0], negotiation(), today=TODAY, level="agent", menu=("plan_3", "full")
    )
    with_money = [offer.terms.kind for offer in menu if offer.terms.to_pay]
    assert with_money == ["plan", "full"]
    assert len(usual) > len(with_money)


def body(code: str, **more: Any) -> ResultBody:
    return ResultBody(client_id=1, code=code, **more)


DEPARTED = (
    ('channels = ["sms"]\n', "NOCO", {}, ("channel",)),
    ('hours = "18:00-19:00"\n', "NOCO", {}, ("hours",)),
    ("per_day = 1\n", "NOCO", {}, ("attempts",)),
    ("per_day = 2\n", "NOCO", {}, ()),
    ('script = "credit"\n', "INFO", {"script": "sme"}, ("script",)),
    ('script = "credit"\n', "INFO", {"script": "credit"}, ()),
    ('offers = ["full", "date"]\n', "PLAN", {"instalments": (Instalment(due=TODAY, amount=1),)}, ("offer",)),
    ('offers = ["plan_3"]\n', "PLAN", {"instalments": (Instalment(due=TODAY, amount=1),)}, ()),
    ('offers = ["full"]\n', "PLAN", {"request_id": "r"}, ()),
    ('offers = ["full"]\n', "PPT", {"amount": 5}, ()),
)


@pytest.mark.parametrize(("plan", "code", "fields", "codes"), DEPARTED)
def test_what_was_not_followed_is_named(
    plan: str, code: str, fields: dict[str, Any], codes: tuple[str, ...], catalogue: Catalogue, now: datetime
) -> None:
    person = client(attempts=(Attempt(at=now - timedelta(hours=1)),))
    found = departures(
        read(f"[rules.all]\n{plan}").rules[0].plan,
        catalogue.results[code],
        body(code, **fields),
        person,
        now,
        ZONE,
        negotiation().steps,
    )
    assert found == codes
    assert set(found) <= set(DEPARTURES)
    assert written((*found, "made up")) == ",".join(codes)


def test_a_call_that_was_asked_for_is_off_no_hours(catalogue: Catalogue, now: datetime) -> None:
    plan = read('[rules.all]\nhours = "18:00-19:00"\n').rules[0].plan
    noco = catalogue.results["NOCO"]
    assert not departures(plan, noco, body("NOCO"), client(), now, ZONE, {}, asked_for=True)
