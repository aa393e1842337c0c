"""The opening of a month: every account as the month began, written once and never changed.

What a month is measured against. A portfolio's opening is written in small chunks, each in
a transaction of its own; a mark of the store says how far it has come, so that it goes on
where it was cut short, whoever goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from rules.calendars import add_months
from rules.words import tr
from rules.zones import midnight
from storage.central.connection import Store, StoreError, Tx
from storage.central.portfolios import Book, books
from storage.central.reports.ageing import BUCKET, ageing
from storage.central.upkeep import audit

CHUNK = 2_500
"""Accounts of one transaction: some tenths of a second."""

_MARK = "opening:"
_DONE = "done:"

_CHUNK = """
    INSERT INTO month_opening
        (month, account_id, client_id, portfolio_id, user_id, product, bucket, currency, overdue, balance)
    SELECT :today, a.id, a.client_id, a.portfolio_id, s.user_id, a.product, {bucket}, a.currency,
        a.overdue + coalesce(r.amount, 0), a.total + coalesce(r.amount, 0)
    FROM account a
    LEFT JOIN assignment s ON s.client_id = a.client_id
    LEFT JOIN (
        SELECT p.account_id, sum(p.amount) AS amount
        FROM payment p
        WHERE p.account_id > :after AND p.account_id <= :upto AND p.at >= :begins
            AND p.bounced_at IS NULL
        GROUP BY p.account_id
    ) r ON r.account_id = a.id
    WHERE a.portfolio_id = :portfolio AND a.id > :after AND a.id <= :upto
        AND (a.status IN ('open', 'charged_off') OR (a.status = 'paid' AND r.amount IS NOT NULL))
    ON CONFLICT (month, account_id) DO NOTHING
""".replace("{bucket}", BUCKET)
_UPTO = """
    SELECT max(id)
    FROM (
        SELECT id FROM account WHERE +portfolio_id = :portfolio AND id > :after ORDER BY id LIMIT :limit
    ) following
"""
"""The last account of the next chunk. The plus keeps the stores on the accounts' own order."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an opening. accounts: in it by now. written: by this call, 0 = it was there."""

    portfolio: str
    month: date
    accounts: int
    written: int


def open_month(
    store: Store, month: date | None = None, progress: Callable[[int], None] | None = None
) -> tuple[Opened, ...]:
    """Write the openings that are missing, to their end.

    What an account owed as the month began is what it owes now and what came in since; its
    bucket is by the days past due on the first.

    Args:
        store: where.
        month: any day of it; None = the present one, of each portfolio's own zone.
        progress: hears how many accounts are written.

    Raises:
        StoreError: the month has not begun.
    """
    found: list[Opened] = []
    with store.read() as tx:
        known = list(books(tx).values())
    for book in known:
        first = (month or book.moment(store.now())[0]).replace(day=1)
        if first > book.moment(store.now())[0]:
            raise StoreError(
                tr("{month} has not begun yet in {portfolio}.", month=f"{first:%Y-%m}", portfolio=book.name)
            )
        written = 0
        while (step := write(store, book, first)) is not None:
            written += step
            if progress is not None:
                progress(sum(one.written for one in found) + written)
        with store.read() as tx:
            accounts = _done(tx, book, first) or 0
        found.append(Opened(portfolio=book.name, month=first, accounts=accounts, written=written))
    return tuple(found)


def keep(store: Store) -> bool:
    """Write one chunk of an opening that is due, if there is one; for the hub's background round.

    Due is the present month of a portfolio on its first day, and later of one whose month
    before was opened: who loads a portfolio in the middle of a month decides when it is whole.
    """
    with store.glance() as tx:
        marks = dict(tx.all("SELECT name, value FROM store_mark WHERE name LIKE :marks", marks=f"{_MARK}%"))
    with store.read() as tx:
        known = list(books(tx).values())
    for book in known:
        today = book.moment(store.now())[0]
        first = today.replace(day=1)
        now, before = marks.get(_mark(book.id, first)), marks.get(_mark(book.id, add_months(first, -1)))
        due = now is not None or today == first or (before or "").startswith(_DONE)
        if due and not (now or "").startswith(_DONE):
            write(store, book, first)
            return True
    return False


def write(store: Store, book: Book, month: date) -> int | None:
    """Write the next chunk of an opening; how many accounts, None = nothing is left, or another is at it."""
    name = _mark(book.id, month)
    with store.begin() as tx:
        tx.run(
            "INSERT INTO store_mark (name, value) VALUES (:name, '0:0') ON CONFLICT (name) DO NOTHING",
            name=name,
        )
        at: str | None = tx.value(
            "SELECT value FROM store_mark WHERE name = :name FOR UPDATE SKIP LOCKED", name=name
        )
        if at is None or at.startswith(_DONE):
            return None
        after, written = (int(part) for part in at.split(":"))
        upto = tx.value(_UPTO, portfolio=book.id, after=after, limit=CHUNK)
        if upto is None:
            _move(tx, name, f"{_DONE}{written}")
            audit.note(
                tx, "hub", "month_opened", f"portfolio:{book.name}", month=f"{month:%Y-%m}", accounts=written
            )
            return None
        count = tx.run(
            _CHUNK,
            portfolio=book.id,
            after=after,
            upto=upto,
            begins=midnight(month, book.zone.key),
            **ageing(month),
        )
        _move(tx, name, f"{upto}:{written + count}")
        return count


def finished(tx: Tx, portfolio_id: int, month: date, accounts: int) -> None:
    """Say that an opening, written by somebody else, is complete."""
    tx.run(
        "INSERT INTO store_mark (name, value) VALUES (:name, :done)",
        name=_mark(portfolio_id, month),
        done=f"{_DONE}{accounts}",
    )


def _move(tx: Tx, name: str, value: str) -> None:
    tx.run("UPDATE store_mark SET value = :value WHERE name = :name", name=name, value=value)


def _mark(portfolio_id: int, month: date) -> str:
    return f"{_MARK}{portfolio_id}:{month:%Y-%m}"


def _done(tx: Tx, book: Book, month: date) -> int | None:
    """How many accounts an opening has, None = it is not finished."""
    found = tx.value("SELECT value FROM store_mark WHERE name = :name", name=_mark(book.id, month))
    return int(found.removeprefix(_DONE)) if (found or "").startswith(_DONE) else None
