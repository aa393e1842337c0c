"""How the present and the last month of the demo began: what its roll rates are measured against.

What an account owed then is what it owes now and what came in since. Where its own dates do
not tell how it stood, some accounts are said to have stood worse, so that there are cures.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from rules.buckets import BUCKETS, bucket
from rules.calendars import add_months
from rules.zones import midnight
from storage.central.connection import Store, Tx, instant, maybe_day
from storage.central.counting.openings import finished
from storage.central.portfolios import Book, books
from storage.models.measuring import MonthOpening
from storage.portfolio.loading import Sheet

CHUNK = 5_000

_ACCOUNTS = """
    SELECT a.id, a.client_id, a.portfolio_id, a.product, a.currency, a.status, a.oldest_due, a.overdue,
        a.total, c.language
    FROM account a
    JOIN client c ON c.id = a.client_id
    WHERE a.id > :after
    ORDER BY a.id
    LIMIT :limit
"""
_PAYMENTS = """
    SELECT account_id, at, amount
    FROM payment
    WHERE account_id > :after AND account_id <= :upto AND at >= :since
"""


def open_months(store: Store, owners: dict[str, list[int]]) -> None:
    """Write both openings, of an upgraded store that has the demo's portfolio and nobody else's.

    Args:
        store: where.
        owners: users who had the clients of a language then.
    """
    counts: dict[tuple[int, date], int] = {}
    after = 0
    while True:
        with store.begin() as tx:
            accounts = tx.all(_ACCOUNTS, after=after, limit=CHUNK)
            if not accounts:
                break
            _write(tx, accounts, after, owners, counts)
            after = accounts[-1][0]
    with store.begin() as tx:
        for (portfolio, month), number in counts.items():
            finished(tx, portfolio, month, number)


def _write(
    tx: Tx,
    accounts: list[tuple[Any, ...]],
    after: int,
    owners: dict[str, list[int]],
    counts: dict[tuple[int, date], int],
) -> None:
    sheet = Sheet(MonthOpening, tx.dialect, numbered=True)
    since = tx.now - timedelta(days=70)
    paid: dict[int, list[tuple[Any, int]]] = {}
    for account, at, amount in tx.all(_PAYMENTS, after=after, upto=accounts[-1][0], since=since):
        paid.setdefault(account, []).append((instant(at), amount))
    known = books(tx)
    for account in accounts:
        book = known[account[2]]
        for month in months(tx, book):
            begins = midnight(month, book.zone.key)
            came = sum(amount for at, amount in paid.get(account[0], ()) if at >= begins)
            sheet.add(month=month, **_opening(account, month, came, owners))
            counts[(book.id, month)] = counts.get((book.id, month), 0) + 1
    tx.bulk(sheet.table, sheet.columns, sheet.rows)


def months(tx: Tx, book: Book) -> Iterator[date]:
    """The first days of the last month and the present one, where a portfolio is."""
    first = book.moment(tx.now)[0].replace(day=1)
    yield add_months(first, -1)
    yield first


def _opening(
    account: tuple[Any, ...], month: date, came: int, owners: dict[str, list[int]]
) -> dict[str, Any]:
    key, client, portfolio, product, currency, status, due, overdue, total, language = account
    rng = Random(f"{key}/{month}")  # noqa: S311 - invented data, the same for the same account and month
    oldest = maybe_day(due)
    rank = BUCKETS.index(bucket((month - oldest).days if oldest else 0))
    if status == "charged_off" and rng.random() < 0.8:
        rank = len(BUCKETS) - 1
    elif rank == 0:
        rank = rng.choices((0, 1, 2), weights=(35, 50, 15))[0]
    elif came or rng.random() < 0.2:
        rank = min(rank + 1, len(BUCKETS) - 2)
    mine = owners.get(language) or []
    return {
        "account_id": key,
        "client_id": client,
        "portfolio_id": portfolio,
        "user_id": mine[client % len(mine)] if mine and client % 9 else None,
        "product": product,
        "bucket": BUCKETS[rank],
        "currency": currency,
        "overdue": overdue + came,
        "balance": total + came,
    }
