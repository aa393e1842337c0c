"""Openings of months on both stores: what they hold, and that they are written once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from storage.central.connection import Store, StoreError
from storage.central.counting import openings
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.portfolios import books
from tests.conftest import MovableClock
from tests.storage.central.conftest import Town

NOVEMBER = date(2026, 11, 1)


def opened(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as tx:
        return tx.all(
            "SELECT client_id, user_id, bucket, overdue, balance FROM month_opening ORDER BY account_id"
        )


def test_an_opening_says_what_was_owed_as_the_month_began(town: Town, store: Store) -> None:
    old, young, paid, gone = (town.clients(days=days)[0] for days in (60, 10, 40, 5))
    with store.begin() as tx:
        accounts = dict(tx.all("SELECT client_id, id FROM account"))
        tx.run("UPDATE account SET status = 'closed' WHERE client_id = :id", id=gone)
    money = NewPayment(
        account_id=accounts[paid], at=store.now(), amount=450_000, currency="MXN", reference="all"
    )
    assert post_payments(store, [money]).posted == 1
    found = openings.open_month(store)
    assert [(one.month, one.accounts, one.written) for one in found] == [(NOVEMBER, 3, 3)]
    assert opened(store) == [
        (old, None, "B2", 150_000, 450_000),  # 36 days on the first
        (young, None, "B0", 150_000, 450_000),  # fell due in the month
        (paid, None, "B0", 450_000, 450_000),  # what came in since was owed then
    ]


def test_whose_the_client_was_is_kept(town: Town, store: Store) -> None:
    ana = town.agent("ana")
    client = town.clients()[0]
    with store.begin() as tx:
        tx.run(
            """
            INSERT INTO assignment_order (id, at, user_id, portfolio_id, method, why, before, after)
            VALUES ('o', :now, :user, :portfolio, 'one', '', :none, :none)
            """,
            now=tx.now,
            user=ana.user_id,
            portfolio=town.cards,
            none={},
        )
        tx.run(
            "INSERT INTO assignment (client_id, user_id, since, order_id) VALUES (:client, :user, :now, 'o')",
            client=client,
            user=ana.user_id,
            now=tx.now,
        )
    openings.open_month(store)
    assert [row[:2] for row in opened(store)] == [(client, ana.user_id)]


def test_a_month_is_opened_once(town: Town, store: Store) -> None:
    town.clients(3)
    openings.open_month(store)
    before = opened(store)
    with store.begin() as tx:
        tx.run("UPDATE account SET total = 1, overdue = 1")
    town.clients(2)
    (again,) = openings.open_month(store)
    assert (again.accounts, again.written) == (3, 0)
    assert opened(store) == before


def test_rows_of_an_opening_never_change(town: Town, store: Store) -> None:
    town.clients()
    openings.open_month(store)
    for statement in ("UPDATE month_opening SET balance = 0", "DELETE FROM month_opening"):
        with pytest.raises(Exception, match="only ever added"), store.begin() as tx:
            tx.run(statement)


def test_what_was_cut_short_goes_on_where_it_was(
    town: Town, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openings, "CHUNK", 2)
    town.clients(5)
    town.portfolio("Loans")
    with store.read() as tx:
        book = books(tx)[town.cards]
    assert openings.write(store, book, NOVEMBER) == 2
    assert len(opened(store)) == 2
    found = openings.open_month(store)
    assert [(one.portfolio, one.accounts, one.written) for one in found] == [("Cards", 5, 3), ("Loans", 0, 0)]
    assert len(opened(store)) == 5


def test_a_hub_opens_on_the_first_day_and_later_only_after_an_opened_month(
    town: Town, store: Store, clock: MovableClock
) -> None:
    town.clients(2)
    assert not openings.keep(store)  # the 25th: nobody has said that the portfolio is whole
    clock.at = datetime(2026, 12, 1, 5, 59, tzinfo=UTC)  # still November in Mexico
    assert not openings.keep(store)
    clock.move(minutes=2)
    while openings.keep(store):
        pass
    assert len(opened(store)) == 2
    clock.at = datetime(2027, 1, 4, 18, tzinfo=UTC)  # nobody was here over New Year
    while openings.keep(store):
        pass
    assert len(opened(store)) == 4
    assert not openings.keep(store)


def test_a_month_to_come_is_refused(town: Town, store: Store) -> None:
    with pytest.raises(StoreError, match="2026-12 has not begun yet in Cards"):
        openings.open_month(store, date(2026, 12, 1))
