"""The queue's totals: one for each currency, each figure the sum of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.goals import day_projection
from rules.live_figures import queue_key
from rules.protocol import QueueRow
from rules.tables import TOTAL
from rules.words import tr

SUMMED = (
    "pending", "leased", "waiting", "untouched", "unlocatable", "worked", "contacted", "rpc", "promised",
    "promised_amount", "recovered_amount", "goal",
)  # fmt: skip
"""Figures of a queue row that can be added up."""


class QueueTotal(QueueRow, frozen=True, kw_only=True):
    """A total of the queue, and the rows that it is the sum of."""

    parts: tuple[QueueRow, ...]


def row_key(row: QueueRow) -> str:
    """The key of a row in the report of the live queue, where a total is `TOTAL` and its currency."""
    return TOTAL + row.currency if isinstance(row, QueueTotal) else queue_key(row)


def queue_totals(rows: Sequence[QueueRow]) -> tuple[QueueTotal, ...]:
    """The total of each currency."""
    currencies = list(dict.fromkeys(row.currency for row in rows))
    return tuple(
        _total(tuple(row for row in rows if row.currency == currency), currency, len(currencies) > 1)
        for currency in currencies
    )


def _total(parts: tuple[QueueRow, ...], currency: str, several: bool) -> QueueTotal:
    sums = {name: sum(getattr(part, name) for part in parts) for name in SUMMED}
    trends = [part.trend for part in parts if part.trend]
    return QueueTotal(
        portfolio=f"{tr('Total')} {currency}" if several else tr("Total"),
        bucket="",
        currency=currency,
        trend=tuple(map(sum, zip(*trends, strict=True))),
        parts=parts,
        **sums,
    )


def projection(row: QueueRow, now: datetime) -> int | None:
    """What the day will have recovered at its pace so far, minor units; None before its hours begin."""
    if isinstance(row, QueueTotal):
        heading = [part for one in row.parts if (part := projection(one, now)) is not None]
        return sum(heading) if heading else None
    if not row.zone:
        return None
    local = now.astimezone(ZoneInfo(row.zone))
    return day_projection(row.recovered_amount, 60 * local.hour + local.minute, row.opens, row.closes)
