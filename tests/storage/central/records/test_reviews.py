"""What waits for a lead: what the board is told of it, and how it is closed once it was seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.central.doors.people import Who
from storage.central.records import cases, closing
from storage.central.records.decisions import decisions


@pytest.fixture
def held(town, ana: Who):
    town.clients(1)
    return town.lease(ana).leases[0]


def waiting(town, who: Who):
    with town.store.read() as tx:
        return decisions(tx, who)


def pass_on(town, ana: Who, held) -> str:
    event = town.event(ana, "skip", {"client_id": held.client.id, "reason": "needs_lead"}, held)
    assert town.record(ana, event)[0].status == "applied"
    return event.id


def test_who_closed_it_when_and_why_is_kept(town, store, clock, ana: Who, beto: Who, held) -> None:
    matter = pass_on(town, ana, held)
    clock.move(minutes=5)
    assert closing.close_review(store, beto, matter, "visto\x1b[31m") == held.client.id
    assert waiting(town, beto) == ()
    with store.read() as tx:
        [(closed, by, answer)] = tx.all("SELECT closed, closed_by, answer FROM review")
    assert (bool(closed), by, "\x1b" in answer) == (True, beto.user_id, False)
    with pytest.raises(closing.NotDone, match="already_closed"):
        closing.close_review(store, ana, matter)
    with store.read() as tx:
        assert tx.value("SELECT closed_by FROM review") == beto.user_id


def test_a_stranger_and_an_unknown_id_close_nothing(town, store, ana: Who, held) -> None:
    town.portfolio("Loans")
    stranger = town.agent("carla", portfolios=("Loans",))
    matter = pass_on(town, ana, held)
    for who, review_id in ((stranger, matter), (ana, "no such")):
        with pytest.raises(closing.NotDone, match="unknown_review"):
            closing.close_review(store, who, review_id)
    assert [one.id for one in waiting(town, ana)] == [matter]


def test_an_inconsistency_comes_with_what_shows_it_and_is_not_just_seen(town, store, ana: Who, held) -> None:
    body = {"client_id": held.client.id, "issue": "wrong_amount", "evidence": "dice 900", "note": "llamó"}
    event = town.event(ana, "inconsistency", body, held)
    town.record(ana, event)
    [one] = waiting(town, ana)
    assert (one.kind, one.reason, one.evidence, one.note, one.agent) == (
        "inconsistency", "wrong_amount", "dice 900", "llamó", "ana",
    )  # fmt: skip
    with pytest.raises(closing.NotDone, match="not_so"):
        closing.close_review(store, ana, event.id)
    assert len(waiting(town, ana)) == 1


def test_an_overdue_case_comes_with_its_clock_and_without_names(town, store, clock, ana: Who, held) -> None:
    body = {
        "client_id": held.client.id, "account_id": held.client.accounts[0].id, "currency": "MXN",
        "code": "DISP", "amount": 5_000, "note": "no lo reconoce", "party": "Juana Torres",
    }  # fmt: skip
    event = town.event(ana, "result", body, held)
    assert town.record(ana, event)[0].status == "applied"
    clock.move(days=60)
    assert cases.bring_overdue(store) == 1
    [one] = waiting(town, ana)
    assert one.case is not None
    assert (one.case.id, one.case.kind, one.case.status, one.case.note) == (
        event.id, "dispute", "open", "no lo reconoce",
    )  # fmt: skip
    assert one.case.due is not None
    assert one.case.due < clock.now().date()
    assert one.at - one.case.opened > timedelta(days=59)
    assert "Torres" not in str(one)
    with pytest.raises(closing.NotDone, match="not_so"):
        closing.close_review(store, ana, one.id)
    closing.close(store, ana, one.case.id, "withdrawn")
    assert waiting(town, ana) == ()
