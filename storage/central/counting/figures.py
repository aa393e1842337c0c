"""Steps of the live figures, gathered through a transaction and appended at its end.

Appending rows that nobody else touches keeps writers out of each other's way; a counter
that everyone updates would make them queue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from storage.central.connection import Tx
from storage.central.connection import day as stored_day

TIMELESS = date(1970, 1, 1)
"""The day of figures that carry no day: the depths of the queue."""

READY, WAITING, LEASED, UNLOCATABLE = "ready", "waiting", "leased", "unlocatable"
REQUEUED = "requeued"
"""Of the ready and waiting, those who were last worked on the figure's day."""

STATE, REVIEW = "state", "review"
"""Changes of an agent's state; matters put before a lead. Both since ever."""

TOUCH, CONTACT, RIGHT_PARTY, PROMISE, WORKED = "touch", "contact", "rpc", "promise", "worked"
PROMISED, RECOVERED, RESULT = "promised:", "recovered:", "result:"
"""Measures that are followed by a currency (amounts in minor units) or a code."""

KEPT, MATURED = "kept", "matured"
"""Promises that fell due: of whole months, so that a month is few rows; under its first day and hour 0."""

_MEASURES = {"ready": READY, "unlocatable": UNLOCATABLE}
FLAG_MEASURES = {"A": TOUCH, "C": CONTACT, "R": RIGHT_PARTY, "P": PROMISE}


def counts(when: Any, portfolio_id: int, today: Mapping[int, date]) -> bool:
    """Whether a figure of a day is one of today's, by the portfolios' own days; depths always are."""
    return portfolio_id in today and stored_day(when) in (TIMELESS, today[portfolio_id])


class Deltas:
    """The steps of one transaction: equal keys are summed, sums of 0 are not written."""

    def __init__(self) -> None:
        self._steps: Counter[tuple[date, int, int, str, int, str]] = Counter()

    def add(
        self, day: date, hour: int, portfolio_id: int, bucket: str, user_id: int, measure: str, n: int = 1
    ) -> None:
        """One step of a figure of a day."""
        self._steps[(day, hour, portfolio_id, bucket, user_id, measure)] += n

    def depth(self, portfolio_id: int, bucket: str, measure: str, n: int) -> None:
        """A client entered (+1) or left (-1) a place of the queue."""
        self.add(TIMELESS, 0, portfolio_id, bucket, 0, measure, n)

    def queued(self, portfolio_id: int, bucket: str, kind: str, worked_on: date | None, n: int) -> None:
        """A client of a kind of placement entered (+1) or left (-1) the queue.

        worked_on: the day on which the client had last been worked when entering.
        """
        self.depth(portfolio_id, bucket, _MEASURES.get(kind, WAITING), n)
        if worked_on is not None:
            self.add(worked_on, 0, portfolio_id, bucket, 0, REQUEUED, n)

    def promise(self, portfolio_id: int, user_id: int, due: date, status: str, n: int) -> None:
        """A promise became (+1) or is no more (-1) kept, kept in part or broken; an open one has no step."""
        if status in ("kept", "partial", "broken"):
            month = due.replace(day=1)
            self.add(month, 0, portfolio_id, "", user_id, MATURED, n)
            if status == "kept":
                self.add(month, 0, portfolio_id, "", user_id, KEPT, n)

    def write(self, tx: Tx) -> None:
        """Append the steps."""
        tx.many(
            """
            INSERT INTO stat_delta (day, hour, portfolio_id, bucket, user_id, measure, n)
            VALUES (:day, :hour, :portfolio, :bucket, :user, :measure, :n)
            """,
            [
                {
                    "day": key[0],
                    "hour": key[1],
                    "portfolio": key[2],
                    "bucket": key[3],
                    "user": key[4],
                    "measure": key[5],
                    "n": n,
                }
                for key, n in self._steps.items()
                if n
            ],
        )
        self._steps.clear()
