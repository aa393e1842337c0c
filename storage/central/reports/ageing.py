"""Buckets in SQL, the same on both stores: by the dates on which each bucket's oldest due day lies."""

from __future__ import annotations

from datetime import date, timedelta

from rules.buckets import BUCKETS, FLOORS

_STEPS = "\n".join(
    f"        WHEN a.oldest_due > :older_{floor} THEN '{name}'"
    for name, floor in zip(BUCKETS[1:], FLOORS[1:], strict=False)
)
BUCKET = f"""CASE
        WHEN a.status = 'charged_off' THEN '{BUCKETS[-1]}'
        WHEN a.status = 'paid' OR a.oldest_due IS NULL OR a.oldest_due >= :today THEN '{BUCKETS[0]}'
{_STEPS}
        ELSE '{BUCKETS[-1]}'
    END"""
"""The bucket of an account ``a`` on a day: `rules.buckets.account_bucket` as an expression."""


def ageing(today: date) -> dict[str, date]:
    """The parameters of `BUCKET`: the day, and the day that lies as far back as each later bucket's floor."""
    return {"today": today} | {f"older_{floor}": today - timedelta(days=floor) for floor in FLOORS[1:]}
