"""The live figures counted anew, by plain SQL, from the facts and the queue themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from storage.central.connection import Tx, day
from storage.central.counting import figures

Key = tuple[date, int, int, str, int, str]
"""Day, hour, portfolio, bucket, user, measure."""

_KEPT = """
    SELECT day, hour, portfolio_id, bucket, user_id, measure, sum(n)
    FROM (
        SELECT day, hour, portfolio_id, bucket, user_id, measure, n FROM stat_total
        UNION ALL
        SELECT day, hour, portfolio_id, bucket, user_id, measure, n FROM stat_delta
    ) steps
    GROUP BY day, hour, portfolio_id, bucket, user_id, measure
"""
_FLAGGED = """
    SELECT i.day, i.hour, c.portfolio_id, i.bucket, coalesce(i.user_id, 0), CAST(:measure AS TEXT), count(*)
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    WHERE i.day IS NOT NULL AND i.retracted_by IS NULL AND i.flags LIKE :flag
    GROUP BY i.day, i.hour, c.portfolio_id, i.bucket, i.user_id
"""
_RESULTS = """
    SELECT i.day, i.hour, c.portfolio_id, i.bucket, coalesce(i.user_id, 0), :prefix || i.code, count(*)
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    WHERE i.day IS NOT NULL AND i.retracted_by IS NULL
    GROUP BY i.day, i.hour, c.portfolio_id, i.bucket, i.user_id, i.code
"""
_PROMISED = """
    SELECT i.day, i.hour, c.portfolio_id, i.bucket, coalesce(i.user_id, 0), :prefix || p.currency,
        sum(p.amount)
    FROM promise p
    JOIN interaction i ON i.id = p.event_id
    JOIN client c ON c.id = i.client_id
    WHERE i.day IS NOT NULL AND i.retracted_by IS NULL
    GROUP BY i.day, i.hour, c.portfolio_id, i.bucket, i.user_id, p.currency
"""
_RECOVERED = """
    SELECT p.day, p.hour, a.portfolio_id, p.bucket, coalesce(p.user_id, 0), :prefix || p.currency,
        sum(p.amount)
    FROM payment p
    JOIN account a ON a.id = p.account_id
    WHERE p.day IS NOT NULL
    GROUP BY p.day, p.hour, a.portfolio_id, p.bucket, p.user_id, p.currency
"""
_MATURED = """
    SELECT p.due, c.portfolio_id, coalesce(p.user_id, 0), p.status, count(*)
    FROM promise p
    JOIN interaction i ON i.id = p.event_id
    JOIN client c ON c.id = p.client_id
    WHERE i.day IS NOT NULL AND p.status IN ('kept', 'partial', 'broken')
    GROUP BY p.due, c.portfolio_id, p.user_id, p.status
"""
_WORKED = """
    SELECT i.day, 0, c.portfolio_id, i.bucket, 0, CAST(:measure AS TEXT), count(DISTINCT i.client_id)
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    WHERE i.day IS NOT NULL AND i.retracted_by IS NULL
    GROUP BY i.day, c.portfolio_id, i.bucket
"""
_REVIEWS = """
    SELECT c.portfolio_id, count(*)
    FROM review r
    JOIN client c ON c.id = r.client_id
    GROUP BY c.portfolio_id
"""
_READY = """
    SELECT l.portfolio_id, q.bucket, count(*)
    FROM ready q
    JOIN lane l ON l.id = q.lane
    GROUP BY l.portfolio_id, q.bucket
"""
_WAITING = """
    SELECT l.portfolio_id, q.bucket, count(*)
    FROM waiting q
    JOIN lane l ON l.id = q.lane
    WHERE q.kind <> 'unlocatable'
    GROUP BY l.portfolio_id, q.bucket
"""
_UNLOCATABLE = """
    SELECT l.portfolio_id, q.bucket, count(*)
    FROM waiting q
    JOIN lane l ON l.id = q.lane
    WHERE q.kind = 'unlocatable'
    GROUP BY l.portfolio_id, q.bucket
"""
_REQUEUED = """
    SELECT worked.day, 0, l.portfolio_id, worked.bucket, 0, CAST(:measure AS TEXT), count(*)
    FROM (
        SELECT q.lane, q.bucket, max(i.day) AS day
        FROM (
            SELECT client_id, lane, bucket FROM ready
            UNION ALL SELECT client_id, lane, bucket FROM waiting WHERE kind <> 'unlocatable'
        ) q
        JOIN interaction i ON i.client_id = q.client_id
        WHERE i.day IS NOT NULL AND i.retracted_by IS NULL
        GROUP BY q.client_id, q.lane, q.bucket
    ) worked
    JOIN lane l ON l.id = worked.lane
    GROUP BY worked.day, l.portfolio_id, worked.bucket
"""
_LEASED = """
    SELECT l.portfolio_id, q.bucket, count(*)
    FROM lease q
    JOIN lane l ON l.id = q.lane
    GROUP BY l.portfolio_id, q.bucket
"""


def differences(tx: Tx) -> Iterator[tuple[str, int, int]]:
    """Figures that are not what a recount says: name, value kept, value counted."""
    kept, counted = _kept(tx), recount(tx)
    for key in sorted(kept.keys() | counted.keys()):
        if kept[key] != counted[key]:
            yield "/".join(str(part) for part in key), kept[key], counted[key]


def _kept(tx: Tx) -> Counter[Key]:
    return Counter({_key(row): int(row[6]) for row in tx.all(_KEPT) if row[6]})


def _key(row: tuple[Any, ...]) -> Key:
    return (day(row[0]), row[1], row[2], row[3], row[4], row[5])


def recount(tx: Tx) -> Counter[Key]:
    """Every live figure of every day, counted from what it is a figure of."""
    rows: list[tuple[Any, ...]] = []
    for flag, measure in figures.FLAG_MEASURES.items():
        rows += tx.all(_FLAGGED, measure=measure, flag=f"%{flag}%")
    rows += tx.all(_RESULTS, prefix=figures.RESULT)
    rows += tx.all(_PROMISED, prefix=figures.PROMISED)
    rows += tx.all(_RECOVERED, prefix=figures.RECOVERED)
    rows += tx.all(_WORKED, measure=figures.WORKED)
    rows += tx.all(_REQUEUED, measure=figures.REQUEUED)
    found = Counter({_key(row): int(row[6]) for row in rows})
    for due, portfolio_id, user_id, status, number in tx.all(_MATURED):
        measures = (figures.MATURED, figures.KEPT) if status == "kept" else (figures.MATURED,)
        for measure in measures:
            found[(day(due).replace(day=1), 0, portfolio_id, "", user_id, measure)] += int(number)
    for user_id, number in tx.all(
        "SELECT user_id, count(*) FROM event WHERE kind = 'state' GROUP BY user_id"
    ):
        found[(figures.TIMELESS, 0, 0, "", user_id, figures.STATE)] = number
    for portfolio_id, number in tx.all(_REVIEWS):
        found[(figures.TIMELESS, 0, portfolio_id, "", 0, figures.REVIEW)] = number
    for measure, statement in (
        (figures.READY, _READY),
        (figures.WAITING, _WAITING),
        (figures.UNLOCATABLE, _UNLOCATABLE),
        (figures.LEASED, _LEASED),
    ):
        for portfolio_id, bucket, number in tx.all(statement):
            found[(figures.TIMELESS, 0, portfolio_id, bucket, 0, measure)] = number
    return found
