"""Two agents did something with one client, and neither knew of the other: by kind, never by clock.

Ana worked offline and lost her lease; Beto had the client after her. Each pair of facts is sent in
both orders of arrival.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
import pytest

from rules.clients import Client
from rules.facts import Event
from rules.protocol import Lease
from storage.central.doors.people import Who
from storage.central.queue import queueing

NUMBER = "+526621234567"

Body = Callable[[Any, Client], tuple[str, dict[str, Any]]]


def result(code: str, **more: Any) -> Body:
    return lambda town, client: ("result", {"client_id": client.id, "code": code, **more})


def promise(amount: int = 50_000, **more: Any) -> Body:
    return lambda town, client: ("result", town.promise_body(client.id, amount, **more))


def plan(town: Any, client: Client) -> tuple[str, dict[str, Any]]:
    dues = [(town.store.now() + timedelta(days=days)).date().isoformat() for days in (5, 20)]
    return "result", {
        "client_id": client.id, "code": "PLAN", "account_id": client.accounts[0].id, "amount": 120_000,
        "due": dues[0], "reason": "FLUJO",
        "instalments": [{"due": due, "amount": 60_000} for due in dues],
    }  # fmt: skip


def point(action: str, **more: Any) -> Body:
    def body(town: Any, client: Client) -> tuple[str, dict[str, Any]]:
        phone = client.phones[0]
        target = {} if action == "add" else {"point_id": phone.id, "base": phone.number}
        value = {"value": phone.number} if action == "add" else {}
        return "point", {
            "client_id": client.id,
            "action": action,
            "point": "phone",
            **target,
            **value,
            **more,
        }

    return body


class Pair(NamedTuple):
    """What each agent did, what must be true of the client after both, and what a lead has to see."""

    ana: Body
    beto: Body
    after: Callable[[Client], object]
    expected: object
    reasons: tuple[str, ...] = ()


def codes(client: Client) -> list[str]:
    return sorted(line.code for line in client.history)


def open_amounts(client: Client) -> list[int]:
    return sorted(one.amount for one in client.promises if one.status == "open")


def stops(client: Client) -> tuple[bool, str, bool]:
    return client.do_not_contact, client.hold_reason, client.hold_until is None


PAIRS = {
    "two calls are two calls": Pair(
        result("NOCO"), result("OCUP"), lambda c: (codes(c), len(c.attempts)), (["NOCO", "OCUP"], 2)
    ),
    "two promises are both kept": Pair(
        promise(50_000), promise(60_000), open_amounts, [50_000, 60_000], ("second_promise",)
    ),
    "an agreement does not replace a promise that its agent had not seen": Pair(
        plan, promise(50_000), open_amounts, [50_000, 60_000, 60_000], ("second_promise",)
    ),
    "a late promise stands beside an agreement": Pair(
        promise(50_000), plan, open_amounts, [50_000, 60_000, 60_000], ("second_promise",)
    ),
    "a late promise does not lift a request to cease": Pair(
        promise(50_000), result("CESE", note="asks in writing"), lambda c: (stops(c)[0], open_amounts(c)),
        (True, [50_000]),
    ),
    "a late request to cease holds at once": Pair(
        result("CESE", note="asks in writing"), promise(50_000), lambda c: (stops(c)[0], open_amounts(c)),
        (True, [50_000]),
    ),
    "a death stands over a hold with an end": Pair(
        result("ENFE", note="in hospital"), result("FALL", note="his widow says so"), stops,
        (False, "deceased", True),
    ),
    "a hold with an end does not shorten that of a death": Pair(
        result("FALL", note="his widow says so"), result("ENFE", note="in hospital"), stops,
        (False, "deceased", True),
    ),
    "a death and a request to cease both hold": Pair(
        result("FALL", note="his widow says so"), result("CESE", note="asks in writing"), stops,
        (True, "deceased", True),
    ),
    "an attorney holds against a promise": Pair(
        promise(50_000), result("ABOG", party="Lic. Rey", note="his attorney"),
        lambda c: (sorted(case.kind for case in c.cases), open_amounts(c)), (["attorney"], [50_000]),
    ),
    "what is in dispute is not asked for, promised or not": Pair(
        result("DISP", amount=50_000, currency="MXN", note="not his charge"), promise(60_000),
        lambda c: (c.accounts[0].disputed, open_amounts(c)), (50_000, [60_000]),
    ),
    "a wrong number stays one": Pair(
        result("DESC"), promise(50_000), lambda c: c.phones[0].use, "none"
    ),
    "a withdrawn permission is not given back": Pair(
        point("consent", medium="sms", consent=True), point("consent", medium="sms", consent=False),
        lambda c: c.phones[0].consents, {"sms": False},
    ),
    "a number that the client asked to stop is not validated": Pair(
        point("validate", source="titular"), point("retire", status="restringido"),
        lambda c: (c.phones[0].status, c.phones[0].use), ("restringido", "none"),
    ),
    "nor does somebody else bring it back": Pair(
        point("add", source="tercero"), point("retire", status="restringido"),
        lambda c: (c.phones[0].status, c.phones[0].use), ("restringido", "none"),
    ),
    "that the client asked for it stands over any other reason": Pair(
        point("retire", status="fuera_servicio"), point("retire", status="restringido"),
        lambda c: (c.phones[0].status, c.phones[0].use), ("restringido", "none"),
    ),
}  # fmt: skip


class Desks(NamedTuple):
    """Ana's lost lease and Beto's present one of the same client."""

    client: Client
    lost: Lease
    held: Lease


@pytest.fixture
def desks(town: Any, clock: Any, ana: Who, beto: Who) -> Desks:
    town.clients(1)
    lost = town.lease(ana).leases[0]
    clock.move(minutes=21)
    queueing.sweep(town.store)
    held = town.lease(beto).leases[0]
    return Desks(held.client, lost, held)


def both(town: Any, pair: Pair, desks: Desks, ana: Who, beto: Who) -> tuple[Event, Event]:
    """The two facts, made before either is sent; Ana's clock is an hour behind and says nothing of it."""
    kind, body = pair.ana(town, desks.client)
    first = town.event(ana, kind, body, desks.lost, at=town.store.now() - timedelta(minutes=15))
    kind, body = pair.beto(town, desks.client)
    return first, town.event(beto, kind, body, desks.held)


@pytest.mark.parametrize("late_first", [True, False], ids=["late first", "late last"])
@pytest.mark.parametrize("name", PAIRS)
def test_both_orders_of_arrival_end_the_same(
    town: Any, clock: Any, desks: Desks, ana: Who, beto: Who, name: str, late_first: bool
) -> None:
    pair = PAIRS[name]
    mine, other = both(town, pair, desks, ana, beto)
    sent = [(ana, mine), (beto, other)] if late_first else [(beto, other), (ana, mine)]
    answers = {event.id: town.record(who, event)[0] for who, event in sent}
    after = town.document(desks.client.id)
    assert pair.after(after) == pair.expected
    with town.store.read() as tx:
        reasons = {row[0] for row in tx.all("SELECT reason FROM review WHERE NOT closed")}
    assert set(pair.reasons) <= reasons
    kept = [one for one in answers.values() if one.status != "refused"]
    with town.store.read() as tx:
        assert tx.value("SELECT count(*) FROM event") == len(kept)
    clock.move(minutes=25)
    queueing.sweep(town.store)
    assert after.do_not_contact is False or town.standing(desks.client.id) == "out"


@pytest.mark.parametrize("late_first", [True, False])
def test_the_value_that_came_first_stands_and_the_other_is_a_proposal(
    town: Any, desks: Desks, ana: Who, beto: Who, late_first: bool
) -> None:
    pair = Pair(
        point("correct", value=NUMBER), point("correct", value="+525511112222"), lambda c: None, None
    )  # fmt: skip
    mine, other = both(town, pair, desks, ana, beto)
    sent = [(ana, mine), (beto, other)] if late_first else [(beto, other), (ana, mine)]
    assert [town.record(who, event)[0].status for who, event in sent] == ["applied", "conflict"]
    after = town.document(desks.client.id)
    assert [phone.number for phone in after.phones] == [sent[0][1].body["value"]]
    assert {one.became for one in after.point_changes} == {NUMBER, "+525511112222"}
    with town.store.read() as tx:
        assert tx.all("SELECT kind, event_id FROM review") == [("conflict", sent[1][1].id)]


def test_changes_of_two_fields_are_both_taken(town: Any, desks: Desks, ana: Who, beto: Who) -> None:
    pair = Pair(
        point("correct", value=NUMBER), result("NOCO"), lambda c: None, None
    )  # fmt: skip
    mine, other = both(town, pair, desks, ana, beto)
    mail = town.event(
        beto,
        "point",
        {"client_id": desks.client.id, "action": "add", "point": "email", "value": "a@example.com"},
    )
    assert [one.status for one in (*town.record(beto, mail, other), *town.record(ana, mine))] == [
        "applied"
    ] * 3
    after = town.document(desks.client.id)
    assert (after.phones[0].number, after.emails[0].address) == (NUMBER, "a@example.com")


def test_a_late_fact_moves_nobody_off_a_desk(town: Any, desks: Desks, ana: Who, beto: Who) -> None:
    client = desks.client.id
    for kind, body in (
        ("result", {"client_id": client, "code": "NOCO"}),
        ("skip", {"client_id": client, "reason": "later"}),
    ):
        (late,) = town.record(ana, town.event(ana, kind, body, desks.lost))
        assert (late.status, late.reason) == ("late", "lease_gone")
        assert town.standing(client) == "lease"
    (mine,) = town.record(beto, town.event(beto, "result", {"client_id": client, "code": "OCUP"}, desks.held))
    assert mine.status == "applied"


@pytest.mark.parametrize("late_first", [True, False])
def test_a_lead_hears_of_a_late_call_for_help(
    town: Any, desks: Desks, ana: Who, beto: Who, late_first: bool
) -> None:
    pair = Pair(
        lambda town, client: ("skip", {"client_id": client.id, "reason": "needs_lead"}), result("NOCO"),
        lambda c: None, None,
    )  # fmt: skip
    mine, other = both(town, pair, desks, ana, beto)
    for who, event in [(ana, mine), (beto, other)] if late_first else [(beto, other), (ana, mine)]:
        town.record(who, event)
    with town.store.read() as tx:
        assert tx.all("SELECT kind, event_id FROM review") == [("needs_lead", mine.id)]


@pytest.mark.parametrize("late_first", [True, False])
def test_the_longer_wait_stands(
    town: Any, clock: Any, desks: Desks, ana: Who, beto: Who, late_first: bool
) -> None:
    paid = result("YPAG", amount=10_000, due="2026-11-25", channel="spei")
    mine, other = both(town, Pair(paid, result("NOCO"), lambda c: None, None), desks, ana, beto)
    for who, event in [(ana, mine), (beto, other)] if late_first else [(beto, other), (ana, mine)]:
        town.record(who, event)
    clock.move(hours=20)
    queueing.sweep(town.store)
    assert town.standing(desks.client.id) == "waiting"


def test_a_permission_comes_back_through_a_lead(town: Any, desks: Desks, ana: Who, beto: Who) -> None:
    given, withdrawn = (point("consent", medium="sms", consent=said) for said in (True, False))
    mine, other = both(town, Pair(given, withdrawn, lambda c: None, None), desks, ana, beto)
    town.record(beto, other)
    (refused,) = town.record(ana, mine)
    assert (refused.status, refused.reason) == ("conflict", "consent_withdrawn")
    lead = msgspec.structs.replace(town.agent("lidia"), role="lead")
    (lifted,) = town.record(lead, town.event(lead, mine.kind, mine.body))
    assert lifted.status == "applied"
    assert town.document(desks.client.id).phones[0].consents == {"sms": True}
