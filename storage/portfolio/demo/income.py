"""The demo's payments of this month and the last one, counted for the agents who took the promises."""

from __future__ import annotations

from typing import Any

from rules.buckets import bucket, days_past_due
from storage.central.connection import Store, Tx, instant, maybe_day
from storage.central.counting.figures import RECOVERED, Deltas
from storage.central.portfolios import books
from storage.portfolio.demo.months import months

CHUNK = 5_000

_PAYMENTS = """
    SELECT p.id, p.at, p.amount, p.currency, a.portfolio_id, a.oldest_due, (
        SELECT min(q.agent) FROM promise q
        WHERE q.account_id = p.account_id AND q.paid = p.amount AND q.channel = p.channel
    )
    FROM payment p
    JOIN account a ON a.id = p.account_id
    WHERE p.id > :after AND p.day IS NULL
    ORDER BY p.id
    LIMIT :limit
"""


def count_payments(store: Store, users: dict[str, int]) -> None:
    """Give the payments of both months that have none yet their day, their agent, their place in the figures.

    Args:
        store: one that holds the demo's portfolio and nobody else's.
        users: the demo's people, by name.
    """
    after = 0
    while True:
        with store.begin() as tx:
            payments = tx.all(_PAYMENTS, after=after, limit=CHUNK)
            if not payments:
                return
            _count(tx, payments, users)
            after = payments[-1][0]


def _count(tx: Tx, payments: list[tuple[Any, ...]], users: dict[str, int]) -> None:
    known = books(tx)
    deltas = Deltas()
    counted = []
    for key, at, amount, currency, portfolio, due, agent in payments:
        book = known[portfolio]
        day, hour = book.moment(instant(at))
        if day < min(months(tx, book)):
            continue
        place = bucket(days_past_due(day, maybe_day(due)))
        user_id = users.get(agent or "")
        counted.append({"id": key, "day": day, "hour": hour, "bucket": place, "user": user_id})
        deltas.add(day, hour, portfolio, place, user_id or 0, RECOVERED + currency, amount)
    tx.many(
        "UPDATE payment SET day = :day, hour = :hour, bucket = :bucket, user_id = :user WHERE id = :id",
        counted,
    )
    deltas.write(tx)
