"""Requests to cancel a contract within some days: whose, of which sales room, and how each one stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from rules import cancellations
from rules.cancellations import OPEN, Request
from rules.zones import local_day
from storage.central.connection import instant, maybe_day
from storage.central.reports.asked import Asked
from storage.central.reports.owners import in_scope, owner, scope

NO_ROOM = "-"
"""Room of a contract whose account names none."""

ROOM = "sales_room"
"""Detail of an account that names the sales room of its contract."""

_FOUND = """
    SELECT f.id, c.portfolio_id, c.name, f.account_id, a.ref, f.tier, f.opened, f.due, f.status, f.outcome,
        f.closed_at, f.user_id, coalesce(a.currency, f.currency), coalesce(a.total, 0),
        coalesce(a.details ->> 'sales_room', (
            SELECT max(o.details ->> 'sales_room') FROM account o WHERE o.client_id = f.client_id
        ), '')
    FROM case_file f
    JOIN client c ON c.id = f.client_id
    LEFT JOIN account a ON a.id = f.account_id
    WHERE f.kind = 'cancellation' AND f.status <> 'void' AND c.portfolio_id IN :portfolios AND {scope}
        AND f.opened < :ends AND (f.status = 'open' OR f.closed_at >= :begins)
    ORDER BY f.opened, f.id
""".replace("{scope}", in_scope("f.user_id"))


class Cancelling(msgspec.Struct, frozen=True, kw_only=True):
    """A request to cancel, as it stood at the end of the days asked about.

    tier: T1, T2, or "" where the law knows none. room: `NO_ROOM` = not said. contract: the
    account's number. client: the full name. state: open, saved or cancelled. new: it came within
    the days. amount: the contract's balance as the month of the request began, else what it is
    now, minor units. due: the last day of its legal clock.
    """

    id: str
    portfolio: int
    client: str
    contract: str
    tier: str
    room: str
    asked_on: date
    state: str
    new: bool
    closed_on: date | None
    due: date | None
    agent: str
    currency: str
    amount: int

    @property
    def step(self) -> str:
        """What is to be done next, a name of `rules.cancellations.STEPS`."""
        return cancellations.next_step(self.tier, self.state)


def cancelling(asked: Asked) -> list[Cancelling]:
    """The requests that were open at any time within the days, oldest first."""
    rows = asked.tx.all(
        _FOUND,
        **scope(asked),
        begins=datetime.combine(asked.since - timedelta(days=1), time(), UTC),
        ends=datetime.combine(asked.until + timedelta(days=2), time(), UTC),
    )
    days = {row[0]: _days(asked, row) for row in rows}
    wanted = [row for row in rows if _within(asked, *days[row[0]])]
    openings = _openings(asked, [(row[3], days[row[0]][0]) for row in wanted])
    return [_one(asked, row, *days[row[0]], openings) for row in wanted]


def _days(asked: Asked, row: tuple[Any, ...]) -> tuple[date, date | None]:
    """The days on which a request was made and closed, where its portfolio is."""
    zone = asked.books[row[1]].zone.key
    closed = None if row[8] == "open" or row[10] is None else local_day(instant(row[10]), zone)
    return local_day(instant(row[6]), zone), closed


def _within(asked: Asked, made: date, closed: date | None) -> bool:
    return made <= asked.until and (closed is None or closed >= asked.since)


def _one(
    asked: Asked,
    row: tuple[Any, ...],
    made: date,
    closed: date | None,
    openings: dict[tuple[int, date], int],
) -> Cancelling:
    over = closed is not None and closed <= asked.until
    return Cancelling(
        id=row[0],
        portfolio=row[1],
        client=row[2],
        contract=row[4] or "",
        tier=row[5],
        room=row[14] or NO_ROOM,
        asked_on=made,
        state=cancellations.state(row[8], row[9]) if over else OPEN,
        new=made >= asked.since,
        closed_on=closed if over else None,
        due=maybe_day(row[7]),
        agent=owner(asked, row[11]),
        currency=row[12],
        amount=openings.get((row[3] or 0, made.replace(day=1)), row[13]),
    )


def _openings(asked: Asked, wanted: list[tuple[int | None, date]]) -> dict[tuple[int, date], int]:
    """What accounts owed as months began, by account and month."""
    by_month: dict[date, list[int]] = {}
    for account, made in wanted:
        if account is not None:
            by_month.setdefault(made.replace(day=1), []).append(account)
    return {
        (account, month): balance
        for month, accounts in by_month.items()
        for account, balance in asked.tx.all(
            "SELECT account_id, balance FROM month_opening WHERE month = :month AND account_id IN :accounts",
            month=month,
            accounts=accounts,
        )
    }


def requests(found: Iterable[Cancelling]) -> list[Request]:
    """As the rules count them."""
    return [Request(one.tier, one.room, one.amount, one.state) for one in found]
