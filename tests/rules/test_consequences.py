from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.catalogue import Catalogue
from rules.clients import Attempt, Callback, Client, Phone, Task
from rules.consequences import Consequences, apply, consequences
from rules.contact import ContactParameters, may_call, parameters
from rules.facts import Instalment, ResultBody
from rules.queue import placement
from rules.slots import SLOTS, other_slot, slot
from rules.zones import instant, local_time
from tests.rules.examples import FRIDAY_10_IN_MEXICO, INSTANTS, client

TODAY = FRIDAY_10_IN_MEXICO.date()
ZONE = "America/Mexico_City"

Ends = Callable[..., Consequences]


@pytest.fixture
def ends(catalogue: Catalogue) -> Ends:
    """What a code leads to, with the body's fields, for a client at an instant."""

    def found(
        code: str, person: Client | None = None, at: datetime = FRIDAY_10_IN_MEXICO, **fields: Any
    ) -> Consequences:
        person = person or client()
        body = ResultBody(client_id=person.id, code=code, **fields)
        return consequences(
            "f1", catalogue.results[code], body, person, at, "ana", parameters(person.country)
        )

    return found


def test_every_code_of_the_catalogue_leaves_the_client_somewhere(
    catalogue: Catalogue, ends: Ends, now: datetime, mx: ContactParameters
) -> None:
    for code, result in catalogue.results.items():
        found = ends(code, amount=100_00, due=TODAY + timedelta(days=2), phone="1", account_id=70)
        after = apply(client(), found)
        assert after.history[0] == found.history
        assert after.history_total == 1
        assert bool(after.attempts) is result.has("A")
        kinds = {"ready", "waiting", "callback", "unlocatable", "out"}
        assert placement(after, now, mx, found.not_before).kind in kinds
        if result.has("A"):  # nobody is called twice in the same minute
            assert placement(after, now, mx, found.not_before).kind != "ready"


def test_a_promise_is_open_and_nobody_calls_before_its_grace(
    ends: Ends, now: datetime, mx: ContactParameters
) -> None:
    found = ends("PPT", amount=1_500_00, due=date(2026, 11, 23), channel="spei")
    (promise,) = found.promises
    assert (promise.id, promise.account_id, promise.amount, promise.currency) == ("f1", 70, 1_500_00, "MXN")
    assert found.history.status == "open"
    place = placement(apply(client(), found), now, mx, found.not_before)
    assert (place.why, place.due_at) == ("promise", instant(date(2026, 11, 25), time(7), ZONE))


def test_a_plan_is_one_promise_for_each_payment(ends: Ends) -> None:
    parts = tuple(Instalment(due=date(2026, 12, day), amount=100_00) for day in (1, 15))
    found = ends("PLAN", instalments=parts, amount=200_00, due=parts[0].due)
    assert [(promise.id, promise.due, promise.amount) for promise in found.promises] == [
        ("f1:1", date(2026, 12, 1), 100_00),
        ("f1:2", date(2026, 12, 15), 100_00),
    ]


def test_a_new_agreement_ends_the_earlier_ones_of_its_account(ends: Ends) -> None:
    parts = (Instalment(due=date(2026, 12, 1), amount=200_00),)
    plan = {"instalments": parts, "amount": 200_00, "due": parts[0].due}
    first = apply(client(), ends("PLAN", **plan))
    (earlier,) = first.agreements
    older = msgspec.structs.replace(earlier, id="f0", status="delivered")
    elsewhere = msgspec.structs.replace(earlier, id="f9", account_id=99)
    tasks = tuple(
        Task(id=f"{about}:{status}", kind="copy_to_lender", due=TODAY, about=about, status=status)
        for about in ("f0", "f9")
        for status in ("open", "done")
    )
    before = msgspec.structs.replace(client(), agreements=(older, elsewhere), tasks=tasks)
    found = ends("PLAN", before, **plan)
    after = apply(before, found)
    assert [(one.id, one.status) for one in after.agreements] == [
        ("f1", "issued"),
        ("f0", "void"),
        ("f9", "issued"),
    ]
    assert [one.id for one in after.tasks] == [
        "f0:done", "f9:open", "f9:done", *(one.id for one in found.tasks),
    ]  # fmt: skip


def test_a_promise_leaves_agreements_alone(ends: Ends) -> None:
    earlier = apply(client(), ends("PLAN", amount=200_00, due=TODAY + timedelta(days=2)))
    later = apply(earlier, ends("PPT", earlier, amount=100_00, due=TODAY + timedelta(days=2)))
    assert (later.agreements, later.tasks) == (earlier.agreements, earlier.tasks)


def test_a_callback_belongs_to_the_agent_and_closes_the_one_that_was_due(ends: Ends, now: datetime) -> None:
    due = Callback(id="old", due_at=now)
    ahead = Callback(id="ahead", due_at=now + timedelta(days=1))
    person = client(callbacks=(due, ahead))
    found = ends("RLLA", person, callback_at=now + timedelta(days=2), phone="2")
    assert found.callbacks_done == ("old",)
    assert found.callback == Callback(id="f1", due_at=now + timedelta(days=2), agent="ana", phone="2")
    assert [one.id for one in apply(person, found).callbacks] == ["ahead", "f1"]


@pytest.mark.parametrize(
    ("local", "code", "next_try"),
    [
        (time(8), "NOCO", (date(2026, 11, 20), time(12))),  # two hours later is still the morning
        (time(11, 30), "NOCO", (date(2026, 11, 20), time(13, 30))),
        (time(19), "NOCO", (date(2026, 11, 21), time(7))),
        (time(10), "OCUP", (date(2026, 11, 20), time(10, 20))),
        (time(10), "CORT", (date(2026, 11, 20), time(10, 5))),
        (time(10), "COLG", (date(2026, 11, 21), time(10))),
    ],
)
def test_the_next_try(ends: Ends, local: time, code: str, next_try: tuple[date, time]) -> None:
    found = ends(code, at=instant(TODAY, local, ZONE))
    assert found.not_before == instant(*next_try, ZONE)


@given(
    INSTANTS,
    st.integers(0, 3000),
    st.sampled_from(["America/Tijuana", "America/Cancun", "America/New_York"]),
)
def test_the_other_slot_is_another_part_of_the_day(tried: datetime, minutes: int, zone: str) -> None:
    earliest = tried + timedelta(minutes=minutes)
    found = other_slot(tried, earliest, zone)
    assert found >= earliest
    assert slot(found, zone) != slot(tried, zone)
    if found != earliest:
        assert local_time(found, zone).time() in {time(hour) for _, hour in SLOTS}
        assert found - earliest < timedelta(hours=14)


@pytest.mark.parametrize(
    ("code", "status", "use"),
    [
        ("DESC", "equivocado", "none"),
        ("FSER", "fuera_servicio", "none"),
        ("NOVI", "ya_no_labora", "none"),
        ("INFO", "validado_titular", None),
    ],
)
def test_what_a_call_says_of_its_number(
    ends: Ends, now: datetime, mx: ContactParameters, code: str, status: str, use: str | None
) -> None:
    found = ends(code, phone="2", reason="DESCON")
    assert (found.phone_id, found.phone_status, found.phone_use) == ("2", status, use)
    after = apply(client(), found)
    assert after.phones[0] == client().phones[0]
    assert after.phones[1].status == status
    stopped = may_call(after, after.phones[1], now, mx).rule == "mx.contact_point.use"
    assert stopped is (use == "none")


def test_with_one_number_it_is_that_one(ends: Ends) -> None:
    person = client(phones=(Phone(id="9", number="+52"),))
    assert ends("DESC", person).phone_id == "9"
    assert ends("DESC").phone_id is None  # two numbers, and nobody said which


def test_a_wrong_number_does_not_use_up_an_attempt(ends: Ends) -> None:
    found = ends("DESC", phone="1")
    assert found.attempt == Attempt(at=FRIDAY_10_IN_MEXICO, counted=False, phone="1", account_id=70)


@pytest.mark.parametrize(
    ("code", "in_mexico", "in_the_us", "talked"),
    [("OCUP", True, False, False), ("NOCO", True, True, False), ("INFO", True, True, True)],
)
def test_what_counts_depends_on_the_country(
    ends: Ends, code: str, in_mexico: bool, in_the_us: bool, talked: bool
) -> None:
    american = client(country="US", zones=("America/New_York",))
    at = FRIDAY_10_IN_MEXICO
    assert ends(code).attempt == Attempt(at=at, counted=in_mexico, conversation=talked, account_id=70)
    assert ends(code, american).attempt == Attempt(
        at=at, counted=in_the_us, conversation=talked, account_id=70
    )


def test_who_may_never_be_called_again(ends: Ends, now: datetime, mx: ContactParameters) -> None:
    for code, why in (("CESE", "do_not_contact"), ("FALL", "deceased")):
        place = placement(apply(client(), ends(code, note="sin detalle")), now, mx)
        assert (place.kind, place.why) == ("out", why)


def test_an_attorney_stops_calls_in_the_us_alone(ends: Ends) -> None:
    american = client(country="US", zones=("America/New_York",))
    assert ends("ABOG", american).hold_reason == "attorney"
    assert ends("ABOG").hold_reason == ""


def test_what_is_said_to_be_paid_is_searched_for_two_business_days(ends: Ends) -> None:
    found = ends("YPAG", channel="nd")
    assert (found.hold_until, found.hold_reason) == (
        instant(date(2026, 11, 24), time(0), ZONE),
        "claims_paid",
    )


def test_a_hold_never_shortens_a_longer_one(ends: Ends, now: datetime) -> None:
    held = client(hold_until=now + timedelta(days=60), hold_reason="fraud")
    after = apply(held, ends("YPAG", held, channel="nd"))
    assert (after.hold_until, after.hold_reason) == (held.hold_until, "fraud")
    endless = client(hold_reason="deceased")
    after = apply(endless, ends("YPAG", endless, channel="nd"))
    assert (after.hold_until, after.hold_reason) == (None, "deceased")


def test_a_dispute_takes_its_amount_out_of_what_is_asked(
    ends: Ends, now: datetime, mx: ContactParameters
) -> None:
    found = ends("DISP", account_id=70, amount=400_00, note="cargo duplicado")
    after = apply(client(), found)
    assert [case.amount for case in found.cases] == [after.accounts[0].disputed] == [400_00]
    assert placement(after, now, mx, found.not_before).kind == "waiting"
    whole = ends("DISP", account_id=70, note="no reconoce nada")
    assert whole.cases[0].amount == 1_500_00
    assert placement(apply(client(), whole), now, mx).why == "disputed"


def test_applying_twice_the_same_way_is_the_same(ends: Ends) -> None:
    found = ends("PPT", amount=100_00, due=TODAY)
    assert apply(client(), found) == apply(client(), found)
    assert msgspec.json.decode(msgspec.json.encode(apply(client(), found)), type=Client) == apply(
        client(), found
    )
