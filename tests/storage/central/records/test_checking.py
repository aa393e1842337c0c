"""Checks of the data: found once, before a lead with owner and age, closed when it is right again."""

from __future__ import annotations

from typing import Any

import pytest

from rules.protocol import Decision
from storage.central.counting import stats
from storage.central.doors.people import Who
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.records import closing
from storage.central.records.checking import AFTER_IMPORT, find
from storage.central.upkeep import consistency


@pytest.fixture
def lead(town: Any) -> Who:
    lead: Who = town.agent("lupe")
    with town.store.begin() as tx:
        tx.run("UPDATE app_user SET role = 'lead' WHERE id = :id", id=lead.user_id)
    return lead


def pay(town: Any, client_id: int, amount: int, reference: str, account: int = 0) -> None:
    one = town.document(client_id).accounts[account]
    payment = NewPayment(
        account_id=one.id, at=town.store.now(), amount=amount, currency=one.currency, reference=reference
    )
    assert post_payments(town.store, [payment]).posted == 1


def check(town: Any, client_id: int, **more: Any) -> set[int]:
    with town.store.begin() as tx:
        return find(tx, [client_id], AFTER_IMPORT, **more)


def wrong(town: Any, client_id: int) -> list[tuple[str, str]]:
    return [(one.issue, one.evidence) for one in town.document(client_id).inconsistencies]


def matters(town: Any, who: Who) -> list[Decision]:
    return [one for one in stats.snapshot(town.store, who).decisions if one.kind == "inconsistency"]


def test_a_payment_that_comes_twice_goes_before_a_lead_once(town: Any, lead: Who, clock: Any) -> None:
    [client_id] = town.clients()
    pay(town, client_id, 10_000, "R1")
    assert wrong(town, client_id) == []
    version = town.document(client_id).version
    pay(town, client_id, 10_000, "R2")
    found_at = clock.now()
    assert wrong(town, client_id) == [("payment_twice", "100.00 2026-11-25: R1, R2")]
    assert town.document(client_id).version > version
    clock.move(hours=2)
    pay(town, client_id, 500, "R3")
    [matter] = matters(town, lead)
    assert (matter.reason, matter.agent, matter.owner, matter.at) == ("payment_twice", "", "", found_at)
    assert consistency.check(town.store) == []


def test_a_promise_on_a_debt_that_was_paid_off(town: Any, ana: Who) -> None:
    [client_id] = town.clients(overdue=150_000)
    town.record(ana, town.event(ana, "result", town.promise_body(client_id)))
    account = town.document(client_id).accounts[0]
    with town.store.begin() as tx:
        tx.run("UPDATE account SET total = 0, overdue = 0, components = '{}' WHERE id = :id", id=account.id)
    assert check(town, client_id) == {client_id}
    assert [issue for issue, _ in wrong(town, client_id)] == ["promise_after_payoff"]


def test_it_is_closed_when_the_data_are_right_again(town: Any, lead: Who) -> None:
    [client_id] = town.clients()
    account = town.document(client_id).accounts[0].id

    def total(minor: int) -> None:
        with town.store.begin() as tx:
            tx.run("UPDATE account SET total = :total WHERE id = :id", total=minor, id=account)

    total(1_000)
    assert check(town, client_id) == {client_id}
    assert check(town, client_id) == set()
    assert len(matters(town, lead)) == 1
    total(450_000)
    number = stats.snapshot(town.store, lead).number
    assert check(town, client_id) == {client_id}
    assert wrong(town, client_id) == []
    assert matters(town, lead) == []
    assert stats.snapshot(town.store, lead).number > number
    total(1_000)
    check(town, client_id)
    assert len(matters(town, lead)) == 1
    assert consistency.check(town.store) == []


def test_the_creditors_bucket_is_held_against_the_days_only_as_it_comes_in(town: Any) -> None:
    [client_id] = town.clients(days=12)
    account = town.document(client_id).accounts[0]
    with town.store.begin() as tx:
        tx.run("UPDATE account SET details = :new WHERE id = :id", id=account.id, new={"bucket": "B3"})
    assert check(town, client_id) == set()
    assert check(town, client_id, fed={account.number}) == {client_id}
    assert wrong(town, client_id) == [("bucket_days", "B3 ≠ B1 (12)")]
    assert check(town, client_id) == set()  # another file, without this account, tells nothing of it
    with town.store.begin() as tx:
        tx.run("UPDATE account SET details = :new WHERE id = :id", id=account.id, new={"bucket": "B1"})
    assert check(town, client_id, fed={account.number}) == {client_id}
    assert wrong(town, client_id) == []


def test_what_a_person_closed_stays_closed_while_it_is_the_same(town: Any, lead: Who) -> None:
    [client_id] = town.clients()
    pay(town, client_id, 10_000, "R1")
    pay(town, client_id, 10_000, "R2")
    [matter] = matters(town, lead)
    assert closing.settle(town.store, lead, matter.id, "eran dos pagos") == client_id
    assert matters(town, lead) == []
    pay(town, client_id, 7_000, "R3")
    assert matters(town, lead) == []
    pay(town, client_id, 10_000, "R4")
    assert [one.reason for one in matters(town, lead)] == ["payment_twice"]
    assert wrong(town, client_id) == [("payment_twice", "100.00 2026-11-25: R1, R2, R4")]


def test_a_lead_gives_it_to_somebody(town: Any, ana: Who, lead: Who) -> None:
    [client_id] = town.clients()
    body = {"client_id": client_id, "issue": "wrong_amount", "evidence": "recibo 12"}
    event = town.event(ana, "inconsistency", body)
    [answer] = town.record(ana, event)
    assert answer.status == "applied"
    [matter] = matters(town, lead)
    assert (matter.id, matter.agent, matter.owner) == (event.id, "ana", "")
    closing.assign(town.store, lead, event.id, "lupe")
    assert [one.owner for one in matters(town, lead)] == ["lupe"]
    [found] = town.document(client_id).inconsistencies
    assert (found.owner, found.evidence, found.agent) == ("lupe", "recibo 12", "ana")
    for owner in ("ana", "nobody"):  # an agent looks after no data
        with pytest.raises(closing.NotDone, match="unknown_owner"):
            closing.assign(town.store, lead, event.id, owner)
    with pytest.raises(closing.NotDone, match="unknown_inconsistency"):
        closing.assign(town.store, lead, "nothing", "lupe")
    closing.settle(town.store, lead, event.id)
    with pytest.raises(closing.NotDone, match="already_closed"):
        closing.assign(town.store, lead, event.id, "lupe")


def test_what_an_agent_reported_is_closed_by_a_person_alone(town: Any, ana: Who) -> None:
    [client_id] = town.clients()
    body = {"client_id": client_id, "issue": "balance_parts"}
    town.record(ana, town.event(ana, "inconsistency", body))
    assert check(town, client_id) == set()
    assert wrong(town, client_id) == [("balance_parts", "")]


def test_it_is_out_of_reach_for_another_portfolio(town: Any, ana: Who) -> None:
    town.portfolio("Loans")
    stranger = town.agent("zoe", portfolios=("Loans",))
    [client_id] = town.clients()
    event = town.event(ana, "inconsistency", {"client_id": client_id, "issue": "other"})
    town.record(ana, event)
    with pytest.raises(closing.NotDone, match="unknown_inconsistency"):
        closing.settle(town.store, stranger, event.id)
    assert matters(town, stranger) == []
