"""What is needed follows the money, once, whoever looks and how often."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import msgspec
import pytest

from rules.tax.tax_board import TaxRequests
from rules.tax.tax_receipts import Figures
from storage.central.cfdi import needs, orders
from storage.central.connection import Store, day, document

WHAT = ("kind", "method", "amount", "status")
OCTOBER = datetime(2026, 10, 20, 18, tzinfo=UTC)


def test_a_receipt_paid_in_its_month_needs_one_invoice(desk: Any) -> None:
    desk.pays(1_160_000, at=OCTOBER)
    assert desk.rows(*WHAT) == [("invoice", "PUE", 1_160_000, "needed")]
    assert desk.receipt() == ("needed", "PUE")
    assert day(desk.rows("due")[0][0]) == date(2026, 10, 31)


def test_each_part_paid_later_needs_a_complement(desk: Any) -> None:
    desk.pays(500_000)
    desk.pays(660_000)
    assert desk.rows(*WHAT) == [
        ("invoice", "PPD", 1_160_000, "needed"),
        ("complement", "", 500_000, "needed"),
        ("complement", "", 660_000, "needed"),
    ]
    assert {day(row[0]) for row in desk.rows("due")} == {date(2026, 12, 5)}


def test_looking_again_changes_nothing(desk: Any, store: Store) -> None:
    desk.pays(500_000)
    before = desk.rows("id", "made", *WHAT)
    with store.begin() as tx:
        version = tx.value("SELECT version FROM client WHERE id = :id", id=desk.client)
        needs.follow(tx, [desk.account])
        assert tx.value("SELECT version FROM client WHERE id = :id", id=desk.client) == version
    assert desk.rows("id", "made", *WHAT) == before


def test_money_that_goes_back_needs_nothing_any_more(desk: Any) -> None:
    payment = desk.pays(500_000)
    desk.takes_back(payment, 500_000)
    assert [row[3] for row in desk.rows(*WHAT)] == ["cancelled", "cancelled"]
    assert desk.receipt() == ("", "")
    desk.pays(1_160_000, at=OCTOBER)
    assert ("invoice", "PUE", 1_160_000, "needed") in desk.rows(*WHAT)


def test_what_was_asked_for_with_other_figures_has_to_be_asked_for_anew(desk: Any, store: Store) -> None:
    first = desk.pays(500_000)
    desk.pays(300_000)
    with store.read() as tx:
        ids = tuple(row[0] for row in tx.all("SELECT id FROM tax_receipt"))
    orders.request(store, desk.office, TaxRequests(ids=ids))
    desk.takes_back(first, 500_000)
    found = {(kind, amount): status for kind, _, amount, status in desk.rows(*WHAT)}
    assert found == {
        ("invoice", 1_160_000): "requested",
        ("complement", 500_000): "cancelled",
        ("complement", 300_000): "needed",
    }


def test_the_day_of_money_from_the_deposit_is_that_on_which_it_was_taken(desk: Any, store: Store) -> None:
    with store.begin() as tx:
        payment = tx.value(
            """
            INSERT INTO payment (account_id, at, amount, currency, channel, reference, hour, bucket)
            VALUES (:account, :at, 500000, 'MXN', 'spei', 'D', 0, '') RETURNING id
            """,
            account=desk.account,
            at=datetime(2026, 9, 1, 18, tzinfo=UTC),
        )
        desk.entry(tx, payment, None, "received", 500_000, "then")
        desk.entry(tx, payment, 0, "applied", 500_000, "now")
        needs.follow(tx, [desk.account])
    assert {day(row[0]) for row in desk.rows("due")} == {date(2026, 12, 5)}


def test_a_history_brought_in_with_something_to_come_is_caught_up_with(desk: Any, store: Store) -> None:
    with store.begin() as tx:
        tx.run(
            "UPDATE receipt SET status = 'paid', paid_on = :on, cfdi = 'requested' WHERE id = :id",
            on=date(2026, 11, 3),
            id=desk.receipts[0],
        )
        tx.run(
            "UPDATE receipt SET status = 'paid', paid_on = :on, cfdi = 'stamped' WHERE id = :id",
            on=date(2026, 11, 12),
            id=desk.receipts[1],
        )
    needs.catch_up(store)
    assert desk.rows(*WHAT) == [
        ("invoice", "PPD", 1_160_000, "requested"),
        ("complement", "", 1_160_000, "requested"),
    ]
    assert desk.receipt(1) == ("stamped", "")


def test_two_hubs_that_catch_up_at_once_make_nothing_twice(desk: Any, store: Store) -> None:
    with store.begin() as tx:
        for place, receipt in enumerate(desk.receipts):
            tx.run(
                "UPDATE receipt SET status = 'paid', paid_on = :on, cfdi = 'needed' WHERE id = :id",
                on=date(2026, 11, 3 + place),
                id=receipt,
            )
    together, seen = threading.Barrier(2), []

    def hub() -> None:
        together.wait()
        seen.append(needs.catch_up(store))

    hubs = [threading.Thread(target=hub) for _ in range(2)]
    for one in hubs:
        one.start()
    for one in hubs:
        one.join()
    assert len(seen) == 2
    keys = desk.rows("receipt_id", "kind")
    assert len(keys) == len(set(keys)) == 5  # one was due in October: an invoice and a complement


def test_an_account_without_a_policy_needs_nothing(town: Any, store: Store) -> None:
    (client,) = town.clients()
    with store.begin() as tx:
        account = tx.value("SELECT id FROM account WHERE client_id = :id", id=client)
        needs.follow(tx, [account])
        assert tx.value("SELECT count(*) FROM tax_receipt") == 0


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_and_goes_complements_say_what_is_paid(desk: Any, store: Store, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - the same course of events each time
    paid: dict[int, tuple[int, int]] = {}
    for _ in range(12):
        if paid and chance.random() < 0.4:
            payment = chance.choice(sorted(paid))
            amount, place = paid.pop(payment)
            desk.takes_back(payment, amount, place)
        else:
            place = chance.randrange(2)
            left = 1_160_000 - sum(amount for amount, on in paid.values() if on == place)
            if left:
                amount = chance.choice((left, chance.randint(1, left)))
                paid[desk.pays(amount, place)] = (amount, place)
        for place in (0, 1):
            on_it = sum(amount for amount, on in paid.values() if on == place)
            live = [
                row
                for row in desk.rows("kind", "method", "amount", "status", "receipt_id", "figures")
                if row[3] != "cancelled" and row[4] == desk.receipts[place]
            ]
            invoices = [row for row in live if row[0] == "invoice"]
            parts = [msgspec.convert(document(row[5]), Figures) for row in live if row[0] == "complement"]
            assert len(invoices) == bool(on_it)
            if invoices and invoices[0][1] == "PPD":
                assert sum(one.total for one in parts) == on_it
                numbers = sorted(parts, key=lambda one: one.number)
                assert [one.number for one in numbers] == list(range(1, len(parts) + 1))
                assert [one.before for one in numbers[1:]] == [one.after for one in numbers[:-1]]
            else:
                assert parts == []
