"""How many accounts stood in each bucket as each day began: kept once a day, for curves over weeks.

Nothing of the past can be counted anew once debts have changed, so a few sums for each
portfolio and day are kept: eight rows for each portfolio and currency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from rules.buckets import BUCKETS, bucket, days_past_due
from storage.central.connection import Store, Tx, maybe_day
from storage.central.portfolios import books

Ages = Mapping[tuple[str, str, date | None], tuple[int, int, int]]
"""Currency, status and oldest due day of accounts, to how many they are and what is overdue and owed."""

_AGES = """
    SELECT currency, status, oldest_due, count(*), sum(overdue), sum(total)
    FROM account
    WHERE portfolio_id = :portfolio AND status IN ('open', 'charged_off')
    GROUP BY currency, status, oldest_due
"""


def keep(store: Store) -> int:
    """Keep today's sums of each portfolio that has none yet; of how many portfolios."""
    with store.read() as tx:
        kept = {
            (row[0], maybe_day(row[1]))
            for row in tx.all("SELECT portfolio_id, max(day) FROM bucket_day GROUP BY portfolio_id")
        }
        missing = {
            key: (book.moment(tx.now)[0], book.currency, ages(tx, key))
            for key, book in books(tx).items()
            if (key, book.moment(tx.now)[0]) not in kept
        }
    for portfolio_id, (today, currency, found) in missing.items():
        with store.begin() as tx:
            write(tx, portfolio_id, currency, found, [today])
    return len(missing)


def ages(tx: Tx, portfolio_id: int) -> Ages:
    """A portfolio's accounts on which something may be asked for, by what decides of their bucket."""
    return {
        (row[0], row[1], maybe_day(row[2])): (int(row[3]), int(row[4]), int(row[5]))
        for row in tx.all(_AGES, portfolio=portfolio_id)
    }


def write(tx: Tx, portfolio_id: int, currency: str, found: Ages, days: Iterable[date]) -> None:
    """Write the sums that accounts give on some days; a day that is there stays as it is.

    currency: the portfolio's own, which has rows even if there is no account.
    """
    currencies = sorted({currency, *(key[0] for key in found)})
    rows: list[dict[str, Any]] = []
    for on in days:
        sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for (money, status, oldest_due), counted in found.items():
            name = BUCKETS[-1] if status == "charged_off" else bucket(days_past_due(on, oldest_due))
            one = sums[(money, name)]
            sums[(money, name)] = [a + b for a, b in zip(one, counted, strict=True)]
        for money in currencies:
            for name in BUCKETS:
                accounts, overdue, balance = sums[(money, name)]
                rows.append(
                    {
                        "day": on,
                        "portfolio": portfolio_id,
                        "bucket": name,
                        "currency": money,
                        "accounts": accounts,
                        "overdue": overdue,
                        "balance": balance,
                    }
                )
    tx.many(
        """
        INSERT INTO bucket_day (day, portfolio_id, bucket, currency, accounts, overdue, balance)
        VALUES (:day, :portfolio, :bucket, :currency, :accounts, :overdue, :balance)
        ON CONFLICT (day, portfolio_id, bucket, currency) DO NOTHING
        """,
        rows,
    )


def days_before(today: date, count: int) -> list[date]:
    """Today and the days before it, the oldest first."""
    return [today - timedelta(days=back) for back in reversed(range(count))]
