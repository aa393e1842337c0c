"""Cases at the centre: opened by results, taken back, closed, and brought before a lead in time."""

from __future__ import annotations

import random
from typing import Any

import pytest

from rules.clients import Case
from rules.protocol import Lease
from storage.central.counting import stats
from storage.central.doors.people import Who
from storage.central.queue import queueing
from storage.central.records import closing
from storage.central.upkeep import consistency


@pytest.fixture
def lead(town: Any) -> Who:
    return town.agent("lupe")


def result(town: Any, who: Who, client_id: int, code: str, lease: Lease | None = None, **fields: Any) -> str:
    """Send a result; the fact's id."""
    account = town.document(client_id).accounts[0].id
    body = {"client_id": client_id, "code": code, "account_id": account} | fields
    event = town.event(who, "result", body, lease)
    [answer] = town.record(who, event)
    assert answer.status in ("applied", "late"), answer
    return event.id


def take_back(town: Any, who: Who, client_id: int, fact_id: str) -> None:
    body = {"client_id": client_id, "fact_id": fact_id}
    [answer] = town.record(who, town.event(who, "retraction", body))
    assert answer.status == "applied", answer


def open_cases(town: Any, client_id: int) -> list[Case]:
    return [case for case in town.document(client_id).cases if case.status == "open"]


def sound(town: Any) -> None:
    assert consistency.check(town.store) == []


def test_a_dispute_is_a_record_and_its_amount_is_not_asked_for(town: Any, ana: Who) -> None:
    [client_id] = town.clients(overdue=150_000)
    version = town.document(client_id).version
    fact = result(town, ana, client_id, "DISP", amount=150_000, currency="MXN", note="cargo \x1b[31mdoble")
    [case] = open_cases(town, client_id)
    assert (case.id, case.kind, case.amount, case.currency) == (fact, "dispute", 150_000, "MXN")
    assert (case.clock, case.agent, case.note) == ("mx.clarification.hold", "ana", "cargo [31mdoble")
    assert town.document(client_id).accounts[0].disputed == 150_000
    assert town.standing(client_id) == "out"
    assert town.document(client_id).version > version
    sound(town)
    take_back(town, ana, client_id, fact)
    assert town.document(client_id).cases == ()
    assert town.document(client_id).accounts[0].disputed == 0
    assert town.standing(client_id) == "ready"
    sound(town)


def test_taking_one_dispute_back_leaves_the_other(town: Any, ana: Who) -> None:
    [client_id] = town.clients()
    first = result(town, ana, client_id, "DISP", amount=10_000, currency="MXN", note="a")
    second = result(town, ana, client_id, "DISP", amount=2_500, currency="MXN", note="b")
    assert town.document(client_id).accounts[0].disputed == 12_500
    take_back(town, ana, client_id, first)
    assert [case.id for case in open_cases(town, client_id)] == [second]
    assert town.document(client_id).accounts[0].disputed == 2_500
    sound(town)


@pytest.mark.parametrize(
    ("outcome", "overdue"),
    [("resolved_for_creditor", 150_000), ("withdrawn", 150_000), ("resolved_for_client", 110_000)],
)
def test_a_dispute_that_ends_is_asked_for_again_or_taken_off_the_debt(
    town: Any, ana: Who, lead: Who, outcome: str, overdue: int
) -> None:
    [client_id] = town.clients(overdue=150_000)
    fact = result(town, ana, client_id, "DISP", amount=40_000, currency="MXN", note="x")
    assert town.standing(client_id) == "waiting"
    assert closing.close(town.store, lead, fact, outcome, "revisado") == client_id
    [case] = town.document(client_id).cases
    assert (case.status, case.outcome, case.answer) == ("closed", outcome, "revisado")
    assert case.closed == town.store.now()
    [account] = town.document(client_id).accounts
    assert (account.disputed, account.overdue) == (0, overdue)
    assert account.total == sum(account.components.values()) == overdue + 300_000
    assert town.standing(client_id) == "ready"  # the retry that the dispute had asked for is over
    sound(town)


@pytest.mark.parametrize(
    ("code", "outcome", "there"),
    [
        ("NREC", "resolved_for_creditor", "ready"),
        ("NREC", "resolved_for_client", "waiting"),
        ("FALL", "withdrawn", "ready"),
        ("FALL", "done", "out"),
        ("CESE", "withdrawn", "ready"),
        ("CESE", "done", "out"),
        ("REFI", "done", "ready"),
        ("SINC", "done", "ready"),
        ("ENFE", "withdrawn", "ready"),
    ],
)
def test_an_end_lifts_what_the_case_had_stopped_unless_it_confirms_it(
    town: Any, ana: Who, lead: Who, code: str, outcome: str, there: str
) -> None:
    [client_id] = town.clients()
    more = {"REFI": {"destination": "SVC"}, "CESE": {"medium": "all"}}.get(code, {})
    fact = result(town, ana, client_id, code, note="x", reason="DESCON", party="nd", **more)
    assert town.standing(client_id) != "ready"
    closing.close(town.store, lead, fact, outcome)
    assert town.standing(client_id) == there
    assert bool(town.document(client_id).stopped_media) is ((code, outcome) == ("CESE", "done"))
    sound(town)


def test_a_later_hold_outlives_the_end_of_the_case(town: Any, ana: Who, lead: Who) -> None:
    [client_id] = town.clients()
    ill = result(town, ana, client_id, "ENFE", note="x")
    result(town, ana, client_id, "FALL", note="x", party="nd")
    closing.close(town.store, lead, ill, "done")
    assert town.document(client_id).hold_reason == "deceased"
    assert town.standing(client_id) == "out"


def test_a_medium_is_stopped_alone_and_given_back_alone(town: Any, ana: Who) -> None:
    [client_id] = town.clients()
    sms = result(town, ana, client_id, "CESE", medium="sms")
    result(town, ana, client_id, "CESE", medium="email")
    assert set(town.document(client_id).stopped_media) == {"sms", "email"}
    assert not town.document(client_id).do_not_contact
    take_back(town, ana, client_id, sms)
    assert town.document(client_id).stopped_media == ("email",)


def test_hours_that_suit_are_kept_and_taken_back(town: Any, ana: Who) -> None:
    [client_id] = town.clients()
    first = result(town, ana, client_id, "NOHA", window="09:00-12:00")
    second = result(town, ana, client_id, "NOHA", window="16:00-19:00")
    take_back(town, ana, client_id, first)
    assert town.document(client_id).suits == "16:00-19:00"
    take_back(town, ana, client_id, second)
    assert town.document(client_id).suits == ""


def test_who_is_retained_no_longer_cancels_until_that_is_taken_back(town: Any, ana: Who) -> None:
    [client_id] = town.clients()
    asked = result(town, ana, client_id, "CANC", due="2026-11-25", reason="USO", note="x")
    kept = result(town, ana, client_id, "RETN", note="x")
    assert [(case.id, case.outcome) for case in town.document(client_id).cases] == [(asked, "withdrawn")]
    take_back(town, ana, client_id, kept)
    assert [(case.status, case.outcome) for case in town.document(client_id).cases] == [("open", "")]
    take_back(town, ana, client_id, asked)
    assert town.document(client_id).cases == ()


def test_who_may_not_see_the_client_closes_nothing(town: Any, ana: Who) -> None:
    town.portfolio("Loans")
    stranger = town.agent("zoe", portfolios=("Loans",))
    [client_id] = town.clients()
    fact = result(town, ana, client_id, "SINI", reference="S-1")
    for who, case_id, outcome, code in (
        (stranger, fact, "done", "unknown_case"),
        (ana, "nothing", "done", "unknown_case"),
        (ana, fact, "resolved_for_client", "unknown_outcome"),
    ):
        with pytest.raises(closing.NotDone) as refused:
            closing.close(town.store, who, case_id, outcome)
        assert refused.value.code == code
    with pytest.raises(closing.NotDone, match="card_number_in_note"):
        closing.close(town.store, ana, fact, "done", "pagó con 4111 1111 1111 1111")
    closing.close(town.store, ana, fact, "done")
    with pytest.raises(closing.NotDone, match="already_closed"):
        closing.close(town.store, ana, fact, "done")


def test_a_case_whose_term_is_over_comes_before_a_lead_once(
    town: Any, ana: Who, lead: Who, clock: Any
) -> None:
    [client_id] = town.clients()
    fact = result(town, ana, client_id, "REFI", destination="SUP", note="x")
    [case] = open_cases(town, client_id)

    def matters() -> list[tuple[str, str]]:
        found = stats.snapshot(town.store, lead).decisions
        return [(one.kind, one.reason) for one in found if one.kind == "case_due"]

    queueing.sweep(town.store)
    assert matters() == []
    assert case.due is not None
    clock.move(days=(case.due - clock.now().date()).days + 1)
    for _ in range(2):
        queueing.sweep(town.store)
        clock.move(hours=1)
    assert matters() == [("case_due", "referral")]
    assert town.standing(client_id) == "ready"  # back in the queue, with its case
    number = stats.snapshot(town.store, lead).number
    closing.close(town.store, lead, fact, "done")
    assert matters() == []
    assert stats.snapshot(town.store, lead).number > number
    sound(town)


def test_a_case_is_in_the_document_of_the_next_lease(town: Any, ana: Who, clock: Any) -> None:
    [client_id] = town.clients()
    fact = result(town, ana, client_id, "SINI", reference="S-9")
    clock.move(days=5)
    queueing.sweep(town.store)
    [lease] = town.lease(ana).leases
    assert [(case.id, case.reference) for case in lease.client.cases] == [(fact, "S-9")]


@pytest.mark.parametrize("seed", range(3))
def test_disputes_opened_taken_back_and_ended_in_any_order_add_up(
    town: Any, ana: Who, lead: Who, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test, the same in each run
    [client_id] = town.clients(accounts=2)
    accounts = [account.id for account in town.document(client_id).accounts]
    facts: list[str] = []
    for _ in range(12):
        opened = [case.id for case in open_cases(town, client_id)]
        match chance.choice(("open", "open", "close", "retract")):
            case "close" if opened:
                outcome = chance.choice(("withdrawn", "resolved_for_creditor", "resolved_for_client"))
                closing.close(town.store, lead, chance.choice(opened), outcome)
            case "retract" if facts:
                take_back(town, ana, client_id, facts.pop(chance.randrange(len(facts))))
            case _:
                amount = chance.randint(1, 60_000)
                account = chance.choice(accounts)
                fields = {"amount": amount, "currency": "MXN", "note": "x", "account_id": account}
                facts.append(result(town, ana, client_id, "DISP", **fields))
        client = town.document(client_id)
        for account in client.accounts:
            held = [
                case.amount
                for case in client.cases
                if case.status == "open" and case.account_id == account.id
            ]
            assert account.disputed == sum(held)
        sound(town)
