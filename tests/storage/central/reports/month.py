"""Months made by hand: accounts with an opening and a present, payments, promises, cancellations."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from rules.buckets import BUCKETS, FLOORS
from rules.rates import Ratio
from rules.tables import Table
from storage.central.connection import Store
from tests.storage.central.conftest import Town

_VECTORS = Path(__file__).parents[3] / "rules" / "vectors.json"
VECTORS = {one["id"]: one for one in json.loads(_VECTORS.read_text(encoding="utf-8"))["vectors"]}
"""Published examples, by id."""

NOVEMBER = date(2026, 11, 1)
TODAY = date(2026, 11, 25)

OLDEST = {"B0": None} | {
    name: TODAY - timedelta(days=floor) for name, floor in zip(BUCKETS[1:], FLOORS, strict=True)
}
"""An oldest due day that puts an account into each bucket today."""


class Month:
    """Writes straight into the store what a month of work would have left there."""

    def __init__(self, town: Town) -> None:
        self.town, self.store = town, town.store
        self._numbers = count(1)

    def account(
        self,
        balance: int,
        opened: str | None,
        closed: str = "B1",
        *,
        user: int | None = None,
        portfolio: int | None = None,
        month: date = NOVEMBER,
        **more: Any,
    ) -> int:
        """An account with a balance at the opening, in a bucket then and now; its id."""
        portfolio = portfolio or self.town.cards
        client = self.town.clients(portfolio=portfolio, place=False)[0]
        values = {"due": OLDEST[closed], "balance": balance, "product": "card", "currency": "MXN"}
        values |= {"status": "open", "details": {}} | more
        with self.store.begin() as tx:
            account: int = tx.value(
                """
                UPDATE account SET oldest_due = :due, total = :balance, overdue = :balance,
                    product = :product, currency = :currency, status = :status, details = :details
                WHERE client_id = :client
                RETURNING id
                """,
                client=client,
                **values,
            )
        if opened is not None:
            self.opening(account, opened, balance, user=user, month=month)
        return account

    def opening(
        self, account: int, bucket: str, balance: int, *, user: int | None = None, month: date = NOVEMBER
    ) -> None:
        with self.store.begin() as tx:
            tx.run(
                """
                INSERT INTO month_opening (month, account_id, client_id, portfolio_id, user_id, product,
                    bucket, currency, overdue, balance)
                SELECT :month, id, client_id, portfolio_id, :user, product, :bucket, currency, :balance,
                    :balance
                FROM account
                WHERE id = :account
                """,
                month=month,
                user=user,
                bucket=bucket,
                balance=balance,
                account=account,
            )

    def payment(
        self, account: int, amount: int, on: date = TODAY, *, user: int | None = None, **more: Any
    ) -> None:
        number = next(self._numbers)
        given: dict[str, Any] = {"channel": "spei", "currency": "MXN", "day": on} | more
        with self.store.begin() as tx:
            tx.run(
                """
                INSERT INTO payment (account_id, at, amount, currency, channel, reference, user_id, day, hour,
                    bucket)
                VALUES (:account, :now, :amount, :currency, :channel, :reference, :user, :day, 10, 'B1')
                """,
                account=account,
                now=tx.now,
                amount=amount,
                reference=f"R{number}",
                user=user,
                **given,
            )

    def promise(
        self,
        account: int,
        amount: int,
        due: date,
        status: str = "open",
        *,
        paid: int = 0,
        made: date | None = None,
        user: int | None = None,
        currency: str = "MXN",
    ) -> None:
        number = next(self._numbers)
        on = made or due - timedelta(days=3)
        with self.store.begin() as tx:
            tx.run(
                """
                INSERT INTO promise (id, event_id, number, client_id, account_id, user_id, made, due,
                    amount, currency, status, paid, grace_days, agent)
                SELECT :id, :id, 1, client_id, id, :user, :made, :due,
                    :amount, :currency, :status, :paid, 1, ''
                FROM account
                WHERE id = :account
                """,
                id=f"p{number}",
                user=user,
                made=datetime(on.year, on.month, on.day, 18, tzinfo=self.store.now().tzinfo),
                due=due,
                amount=amount,
                currency=currency,
                status=status,
                paid=paid,
                account=account,
            )

    def cancellation(
        self,
        account: int,
        tier: str,
        opened: date,
        outcome: str = "",
        *,
        closed: date | None = None,
        due: date | None = None,
        user: int | None = None,
    ) -> str:
        case = f"k{next(self._numbers)}"
        zone = self.store.now().tzinfo
        over = closed or (TODAY if outcome else None)
        with self.store.begin() as tx:
            tx.run(
                """
                INSERT INTO case_file (id, client_id, account_id, user_id, kind, opened, due, clock,
                    amount, currency, tier, destination, reason, reference, party, note, agent, status,
                    outcome, answer, closed_at)
                SELECT :id, client_id, id, :user, 'cancellation', :opened, :due, '',
                    0, currency, :tier, 'RET',
                    '', '', '', '', '', :status, :outcome, '', :closed
                FROM account
                WHERE id = :account
                """,
                id=case,
                user=user,
                opened=datetime(opened.year, opened.month, opened.day, 18, tzinfo=zone),
                due=due,
                tier=tier,
                status="closed" if outcome else "open",
                outcome=outcome,
                closed=None if over is None else datetime(over.year, over.month, over.day, 18, tzinfo=zone),
                account=account,
            )
        return case


def one_by_one(store: Store, statement: str, **terms: Any) -> list[tuple[Any, ...]]:
    """Rows for a recount in Python."""
    with store.read() as tx:
        return tx.all(statement, **terms)


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


def percent(cell: Any) -> str | None:
    return None if cell is None else str(Ratio(*cell).percent)


def money_behind(table: Table, column: str) -> int:
    amounts = [row.cells[table.place(column)] for row in table.rows]
    return sum(amount for amount in amounts if isinstance(amount, int))
