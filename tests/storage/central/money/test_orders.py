"""What the back office orders about money: take back, bounce, move, give back, each undone or refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from storage.central.doors.who import Who
from storage.central.money import listing, refunding, reversing, tracing, transferring
from storage.central.policies import life
from storage.central.refusing import NotDone
from tests.storage.central.money.test_posting import QUARTER, entries, in_balance, pay
from tests.storage.central.policies.covers import insure, statuses, the_account, the_policy


@pytest.fixture
def office(town: Any) -> Who:
    return clerk(town, "olga")


def clerk(town: Any, name: str) -> Who:
    found: Who = msgspec.structs.replace(town.agent(name), role="backoffice")
    return found


def insured(town: Any) -> tuple[int, int]:
    client, _ = insure(town, starts=town.store.now().date() - timedelta(days=7), status="grace")
    account = the_account(town, client).id
    with town.store.begin() as tx:
        life.follow(tx, [account])
    return client, account


def payment(town: Any, reference: str = "r1") -> int:
    with town.store.read() as tx:
        found: int = tx.value("SELECT id FROM payment WHERE reference = :reference", reference=reference)
        return found


def figures(town: Any) -> list[tuple[Any, ...]]:
    """Everything about accounts and receipts that money changes."""
    with town.store.read() as tx:
        return [
            *tx.all(
                "SELECT id, overdue, total, minimum, components, oldest_due, status FROM account ORDER BY id"
            ),
            *tx.all("SELECT id, status, paid, adjusted FROM receipt ORDER BY id"),
            *tx.all("SELECT id, status FROM policy ORDER BY id"),
        ]


def recovered(town: Any) -> int:
    with town.store.read() as tx:
        return int(tx.value("SELECT coalesce(sum(n), 0) FROM stat_delta WHERE measure LIKE 'recovered:%'"))


@pytest.mark.parametrize("kind", ["policy", "credit"])
def test_taking_back_and_applying_again_restores_every_balance(town: Any, office: Who, kind: str) -> None:
    client = insured(town)[0] if kind == "policy" else town.clients(1)[0]
    before = figures(town)
    pay(town, the_account(town, client).id, 2 * QUARTER + 7)
    applied = figures(town)
    reversing.take_back_payment(town.store, office, payment(town), "wrong policy")
    assert figures(town) == before
    assert recovered(town) == 2 * QUARTER + 7  # the money has come
    reversing.apply_deposit(town.store, office, payment(town))
    assert figures(town) == applied
    assert in_balance(town)
    with pytest.raises(NotDone, match="nothing_to_apply"):
        reversing.apply_deposit(town.store, office, payment(town))


def test_a_bounced_payment_is_in_no_figure_keeps_no_promise_and_is_owed_again(
    town: Any, ana: Who, office: Who
) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", town.promise_body(client, 100_000), lease))
    before = figures(town)
    pay(town, the_account(town, client).id, 100_000)
    assert town.document(client).promises[0].status == "kept"
    reversing.bounce_payment(town.store, office, payment(town), "returned by the bank")
    document = town.document(client)
    assert figures(town) == before
    assert (document.promises[0].status, document.promises[0].paid) == ("open", 0)
    assert [one.status for one in document.received] == ["reversed"]
    assert "PAGO" not in [one.code for one in document.history]
    assert recovered(town) == 0
    assert in_balance(town)
    with pytest.raises(NotDone, match="bounced"):
        reversing.bounce_payment(town.store, office, payment(town), "again")


def test_money_moves_between_accounts_of_one_client_at_once(town: Any, ana: Who, office: Who) -> None:
    [client] = town.clients(1, accounts=2)
    wrong, right = town.document(client).accounts
    pay(town, wrong.id, 100_000)
    assert not transferring.transfer(town.store, office, payment(town), right.number, 40_000, "misapplied")
    after = town.document(client).accounts
    assert [one.overdue for one in after] == [150_000 - 60_000, 150_000 - 40_000]
    transferring.transfer(town.store, office, payment(town), right.number, 0, "all of it")
    after = town.document(client).accounts
    assert [one.overdue for one in after] == [150_000, 50_000]
    assert {(one.account_id, one.status) for one in town.document(client).received} == {
        (wrong.id, "moved"), (right.id, "standing"),
    }  # fmt: skip
    assert in_balance(town)
    with pytest.raises(NotDone, match="moved_or_refunded"):
        reversing.bounce_payment(town.store, office, payment(town), "returned")


def test_a_promise_is_kept_where_the_money_is_moved_to(town: Any, ana: Who, office: Who) -> None:
    [client] = town.clients(1, accounts=2)
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", town.promise_body(client, 100_000), lease))
    promised, other = town.document(client).accounts
    pay(town, other.id, 100_000)
    assert town.document(client).promises[0].status == "open"
    transferring.transfer(town.store, office, payment(town), promised.number, 0, "meant for the promise")
    assert town.document(client).promises[0].status == "kept"
    with pytest.raises(NotDone, match="not_enough"):
        transferring.transfer(town.store, office, payment(town), promised.number, 1, "nothing is left")
    assert in_balance(town)


def test_anothers_money_moves_by_instruction_and_a_second_person(town: Any, office: Who) -> None:
    payer, account = insured(town)
    _, other = insured(town)
    with town.store.read() as tx:
        number = tx.value("SELECT number FROM policy WHERE account_id = :id", id=other)
    pay(town, account, QUARTER)
    order = (town.store, office, payment(town), number, 0, "for the brother")
    with pytest.raises(NotDone, match="instruction_missing"):
        transferring.transfer(*order)
    waiting = transferring.transfer(*order, "C-88")
    assert statuses(the_policy(town, payer))[0] == "paid"
    pay(town, account, 9_00, "more")
    assert refunding.ask_refund(town.store, office, payment(town, "more"), 0, "free: not of that order")
    with pytest.raises(NotDone, match="own_order"):
        refunding.decide(town.store, office, waiting, "approve")
    refunding.decide(town.store, clerk(town, "pia"), waiting, "approve")
    assert statuses(the_policy(town, payer))[0] == "overdue"
    with town.store.read() as tx:
        assert tx.value("SELECT overdue FROM account WHERE id = :id", id=other) == 0
    assert in_balance(town)


def test_a_refund_needs_a_second_person_and_goes_to_who_paid(town: Any, office: Who) -> None:
    client, account = insured(town)
    pay(town, account, QUARTER + 500_00, payer="Rosa Aparte")
    with pytest.raises(NotDone, match="not_in_deposit"):
        refunding.ask_refund(town.store, office, payment(town), 500_01, "paid too much")
    order = refunding.ask_refund(town.store, office, payment(town), 0, "paid too much")
    shown = listing.listed(town.store, office)
    assert shown.orders.cell(order, "to") == "Rosa Aparte"
    pia = clerk(town, "pia")
    with pytest.raises(NotDone, match="why_missing"):
        refunding.decide(town.store, pia, order, "deny")
    refunding.decide(town.store, pia, order, "approve")
    with pytest.raises(NotDone, match="already_answered"):
        refunding.decide(town.store, pia, order, "approve")
    assert the_account(town, client).deposit == 0
    assert recovered(town) == QUARTER + 500_00
    assert entries(town, account)[-1] == ("refunded", 500_00)
    assert in_balance(town)


def test_who_denies_says_why_and_the_deposit_is_free_again(town: Any, office: Who) -> None:
    _, account = insured(town)
    pay(town, account, 100_00)
    order = refunding.ask_refund(town.store, office, payment(town), 0, "mistake")
    refunding.decide(town.store, clerk(town, "pia"), order, "deny", "it is for the next receipt")
    assert refunding.ask_refund(town.store, office, payment(town), 100_00, "again")


def test_what_is_out_of_scope_or_older_than_the_ledger_is_left_alone(town: Any, office: Who) -> None:
    _, account = insured(town)
    with town.store.begin() as tx:
        tx.run(
            """
            INSERT INTO payment (account_id, at, amount, currency, channel, reference)
            VALUES (:account, :now, 100, 'MXN', '', 'old')
            """,
            account=account,
            now=tx.now,
        )
    with pytest.raises(NotDone, match="before_ledger"):
        reversing.take_back_payment(town.store, office, payment(town, "old"), "why")
    elsewhere = msgspec.structs.replace(office, portfolio_ids=(99,))
    with pytest.raises(NotDone, match="unknown_payment"):
        tracing.trace(town.store, elsewhere, payment(town, "old"))
    assert not listing.listed(town.store, elsewhere).payments.rows


def test_a_payment_is_found_by_whatever_is_known_of_it(town: Any, office: Who) -> None:
    client, account = insured(town)
    pay(town, account, QUARTER, "SPEI-1")
    pay(town, account, 55_55, "SPEI-2")
    number = the_policy(town, client).number
    found = {
        text: [row.cells[8] for row in listing.listed(town.store, office, text).payments.rows]
        for text in ("SPEI-1", number, f"{number}/1", "55.55", "nothing", "")
    }
    assert found == {
        "SPEI-1": ["SPEI-1"], number: ["SPEI-2", "SPEI-1"], f"{number}/1": ["SPEI-1"], "55.55": ["SPEI-2"],
        "nothing": [], "": ["SPEI-2", "SPEI-1"],
    }  # fmt: skip


def test_the_trace_says_what_a_payment_pays_and_who_changed_it(town: Any, office: Who) -> None:
    client, account = insured(town)
    pay(town, account, QUARTER + 9_00, "SPEI-1")
    reversing.take_back_payment(town.store, office, payment(town, "SPEI-1"), "wrong receipt")
    reversing.apply_deposit(town.store, office, payment(town, "SPEI-1"), "after all")
    shown = tracing.trace(town.store, office, payment(town, "SPEI-1"))
    number = the_policy(town, client).number
    assert [(row.cells[0], row.cells[2]) for row in shown.pays.rows] == [
        (f"{number} 1/4", QUARTER),
        ("", 9_00),
    ]
    assert [(row.cells[1], row.cells[4], row.cells[5]) for row in shown.entries.rows] == [
        ("received", "", ""), ("applied", "", ""), ("taken back", "olga", "wrong receipt"),
        ("applied", "olga", "after all"),
    ]  # fmt: skip
