from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clients import Account, Attempt, Callback, Client, Phone, Promise
from rules.contact import ContactParameters, may_contact, parameters
from rules.insurance.policies import Policy
from rules.queue import BROKEN_FIRST, LAPSES_TODAY, PARTS, placement, score
from rules.zones import instant
from tests.rules.examples import FRIDAY_10_IN_MEXICO, client

TODAY = FRIDAY_10_IN_MEXICO.date()
ZONE = "America/Mexico_City"


def account(**changes: Any) -> Account:
    return msgspec.structs.replace(client().accounts[0], **changes)


def policy(days: int, status: str = "grace") -> Policy:
    ends = instant(TODAY + timedelta(days=days), time(12), ZONE)
    return Policy(
        id=1,
        account_id=70,
        number="AUT-1",
        kind="car",
        insurer="Demo",
        starts=date(2026, 1, 1),
        ends=date(2027, 1, 1),
        status=status,
        channel="agente",
        currency="MXN",
        grace_ends=ends,
    )


def promise(status: str = "open", due: date = TODAY + timedelta(days=3)) -> Promise:
    return Promise(
        id="p", account_id=70, made=FRIDAY_10_IN_MEXICO, due=due, amount=100_00, currency="MXN", status=status
    )


ACCOUNTS = st.lists(
    st.builds(
        account,
        id=st.integers(1, 9),
        overdue=st.integers(0, 10**10),
        disputed=st.integers(0, 10**6),
        oldest_due=st.none() | st.dates(date(2023, 1, 1), date(2027, 1, 1)),
        days=st.integers(0, 900),
        status=st.sampled_from(["open", "paid", "charged_off", "closed"]),
    ),
    max_size=4,
).map(tuple)
CLIENTS = st.builds(
    client,
    accounts=ACCOUNTS,
    promises=st.lists(st.sampled_from(["open", "kept", "broken", "partial"]).map(promise), max_size=3).map(
        tuple
    ),
    policies=st.lists(st.integers(-3, 12).map(policy), max_size=2).map(tuple),
    attempts=st.lists(
        st.integers(0, 90).map(lambda days: Attempt(at=FRIDAY_10_IN_MEXICO - timedelta(days=days))),
        max_size=3,
    ).map(tuple),
    hold_until=st.none()
    | st.integers(-50, 50).map(lambda hours: FRIDAY_10_IN_MEXICO + timedelta(hours=hours)),
    do_not_contact=st.booleans(),
)


@given(CLIENTS)
def test_the_parts_sum_to_the_score(person: Client) -> None:
    points, parts = score(person, TODAY)
    assert points == sum(parts.values())
    assert set(parts) <= set(PARTS)
    assert all(part > 0 for part in parts.values())
    assert list(parts.values()) == sorted(parts.values(), reverse=True)


@given(CLIENTS, CLIENTS)
def test_cover_that_ends_today_at_noon_goes_before_everybody_else(person: Client, other: Client) -> None:
    lapsing = msgspec.structs.replace(person, policies=(policy(0),))
    ahead = tuple(one for one in other.policies if one.grace_ends != policy(0).grace_ends)
    broken = (*other.promises, promise("broken", TODAY - timedelta(days=1)))
    other = msgspec.structs.replace(other, promises=broken, policies=ahead)
    assert score(other, TODAY)[0] < LAPSES_TODAY <= score(lapsing, TODAY)[0]


@given(CLIENTS, CLIENTS, st.integers(1, 7))
def test_a_promise_broken_of_late_goes_before_everybody_but_what_lapses_today(
    person: Client, other: Client, days: int
) -> None:
    late = promise("broken", TODAY - timedelta(days=days))
    broken = msgspec.structs.replace(person, promises=(late,))
    kept = tuple(one for one in other.promises if one.status != "broken")
    ahead = tuple(one for one in other.policies if one.grace_ends != policy(0).grace_ends)
    rest = msgspec.structs.replace(other, promises=kept, policies=ahead)
    assert score(broken, TODAY)[0] >= BROKEN_FIRST
    assert score(broken, TODAY)[0] > score(rest, TODAY)[0]


def test_what_was_promised_anew_ends_the_haste_of_a_broken_promise() -> None:
    late = promise("broken", TODAY - timedelta(days=2))
    again = msgspec.structs.replace(promise("kept", TODAY), id="q", made=late.made + timedelta(hours=1))
    taken_back = msgspec.structs.replace(again, status="cancelled")
    points = [
        score(client(promises=promises), TODAY)[1]["broken_promise"]
        for promises in ((late,), (late, again), (late, taken_back))
    ]
    assert points == [BROKEN_FIRST, 150, BROKEN_FIRST]
    assert (
        score(client(promises=(promise("broken", TODAY - timedelta(days=8)),)), TODAY)[1]["broken_promise"]
        == 150
    )


@given(st.integers(1, 10**11), st.integers(1, 10**11))
def test_more_money_is_never_less_urgent(one: int, other: int) -> None:
    low, high = sorted((one, other))
    points = [score(client(accounts=(account(overdue=money),)), TODAY)[0] for money in (low, high)]
    assert points[0] <= points[1]


def test_a_broken_promise_and_long_silence_make_a_client_more_urgent() -> None:
    called = client(attempts=(Attempt(at=FRIDAY_10_IN_MEXICO - timedelta(days=1)),))
    base, parts = score(called, TODAY)
    assert parts["last_contact"] == 3
    broken = msgspec.structs.replace(called, promises=(promise("broken", TODAY - timedelta(days=9)),))
    assert score(broken, TODAY)[0] == base + 150
    assert score(client(), TODAY)[1]["last_contact"] == 90


def test_cover_lapses_in_the_order_of_days() -> None:
    points = [score(client(policies=(policy(days),)), TODAY)[1].get("lapses", 0) for days in range(-1, 9)]
    assert points == [0, LAPSES_TODAY, 400, 350, 300, 250, 200, 150, 100, 0]
    assert "lapses" not in score(client(policies=(policy(0, "lapsed"),)), TODAY)[1]


@given(CLIENTS, st.none() | st.integers(-100, 100))
def test_a_client_that_waits_comes_back_later_and_then_stands_elsewhere(
    person: Client, hours: int | None
) -> None:
    p = parameters("MX")
    now = FRIDAY_10_IN_MEXICO
    not_before = None if hours is None else now + timedelta(hours=hours)
    place = placement(person, now, p, not_before)
    assert place.prio == sum(place.parts.values())
    if place.kind == "waiting":
        assert place.due_at is not None
        assert place.due_at > now
        assert placement(person, place.due_at, p, not_before).kind == "ready"
    if place.kind == "ready":
        assert place.due_at is None
        answer = may_contact(person, now, p)
        assert answer.allowed or answer.rule in {"mx.window", "mx.weekdays.financial", "mx.holidays"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"accounts": ()}, "nothing_overdue"),
        ({"accounts": (account(status="paid"),)}, "nothing_overdue"),
        ({"accounts": (account(disputed=1_500_00),)}, "disputed"),
        ({"do_not_contact": True}, "do_not_contact"),
        ({"hold_reason": "deceased"}, "deceased"),
    ],
)
def test_who_is_not_in_the_queue(
    changes: dict[str, Any], why: str, now: datetime, mx: ContactParameters
) -> None:
    place = placement(client(**changes), now, mx)
    assert (place.kind, place.why, place.due_at) == ("out", why, None)


@pytest.mark.parametrize("phones", [(), (Phone(id="1", number="+52", status="equivocado", use="none"),)])
def test_who_owes_and_has_no_number_is_unlocatable_until_there_is_one(
    phones: tuple[Phone, ...], now: datetime, mx: ContactParameters
) -> None:
    asked = (Callback(id="a", due_at=now + timedelta(hours=3)),)
    place = placement(client(phones=phones, callbacks=asked), now, mx, now + timedelta(days=1))
    assert (place.kind, place.why, place.due_at) == ("unlocatable", "unlocatable", None)
    assert place.prio == placement(client(), now, mx).prio
    assert placement(client(phones=phones, do_not_contact=True), now, mx).kind == "out"


def test_an_open_promise_waits_until_the_morning_after_its_grace_day(
    now: datetime, mx: ContactParameters
) -> None:
    place = placement(client(promises=(promise(due=date(2026, 11, 24)),)), now, mx)
    assert (place.kind, place.why) == ("waiting", "promise")
    assert place.due_at == instant(date(2026, 11, 26), time(7), ZONE)


REMINDED = parameters("MX", {"promise.reminder": "call"})
MONDAY_DUE = date(2026, 11, 23)


def reminded(*attempts: datetime) -> Client:
    """A client who promised on Thursday for Monday, in a portfolio that reminds by a call."""
    made = FRIDAY_10_IN_MEXICO - timedelta(days=1)
    given = msgspec.structs.replace(promise(due=MONDAY_DUE), made=made)
    return client(
        promises=(given,),
        attempts=tuple(Attempt(at=at) for at in (made, *attempts)),
        rules={"promise.reminder": "call"},
    )


def test_a_reminder_calls_once_on_the_last_calling_day_before_the_promise() -> None:
    saturday = instant(date(2026, 11, 21), time(9), ZONE)
    place = placement(reminded(), FRIDAY_10_IN_MEXICO, REMINDED)
    assert (place.kind, place.why) == ("waiting", "promise")
    assert place.due_at == instant(date(2026, 11, 21), time(7), ZONE)
    assert "reminder" not in place.parts
    place = placement(reminded(), saturday, REMINDED)
    assert (place.kind, place.parts["reminder"]) == ("ready", 60)
    called = placement(reminded(saturday), saturday + timedelta(hours=5), REMINDED)
    assert (called.kind, called.due_at) == ("waiting", instant(date(2026, 11, 25), time(7), ZONE))


def test_nobody_calls_on_the_day_of_the_promise_nor_without_the_rule_that_says_so(
    mx: ContactParameters,
) -> None:
    monday = instant(MONDAY_DUE, time(9), ZONE)
    assert placement(reminded(), monday, REMINDED).kind == "waiting"
    silent = msgspec.structs.replace(reminded(), rules={})
    for now in (FRIDAY_10_IN_MEXICO, FRIDAY_10_IN_MEXICO + timedelta(days=1), monday):
        assert placement(silent, now, mx).kind == "waiting"
        assert placement(silent, now, parameters("MX", {"promise.call_while_open": True})).kind == "ready"


def test_a_callback_goes_before_the_promise_and_keeps_its_agent(now: datetime, mx: ContactParameters) -> None:
    asked = (
        Callback(id="b", due_at=now + timedelta(days=2)),
        Callback(id="a", due_at=now + timedelta(hours=3), agent="ana"),
    )
    place = placement(client(promises=(promise(),), callbacks=asked), now, mx)
    assert (place.kind, place.due_at, place.agent) == ("callback", asked[1].due_at, "ana")
    held = placement(
        client(callbacks=asked, hold_until=now + timedelta(days=5), hold_reason="vulnerable"), now, mx
    )
    assert (held.kind, held.due_at) == ("callback", now + timedelta(days=5))


def test_the_hours_of_the_day_are_no_part_of_it(mx: ContactParameters) -> None:
    assert placement(client(), datetime(2026, 11, 22, 9, tzinfo=UTC), mx).kind == "ready"


def test_a_used_up_day_waits_until_it_is_over(now: datetime, mx: ContactParameters) -> None:
    attempts = tuple(Attempt(at=now - timedelta(minutes=n)) for n in (10, 60, 90))
    place = placement(client(attempts=attempts), now, mx)
    assert (place.kind, place.why) == ("waiting", "mx.attempts.per_day")
    assert place.due_at == instant(date(2026, 11, 21), time(0), ZONE)


def test_the_bucket_is_that_of_the_oldest_account(now: datetime, mx: ContactParameters) -> None:
    accounts = (account(), account(id=71, oldest_due=TODAY - timedelta(days=95)))
    assert placement(client(accounts=accounts), now, mx).bucket == "B4"
