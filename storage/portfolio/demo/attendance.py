"""The last weeks of the demo's agents: when they were there, by their shifts, and their meals."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from rules.service import DROP_WINDOW
from storage.central.connection import Store
from storage.central.counting.attendance import moment
from storage.central.counting.timetable import Timetable
from storage.central.portfolios import books


def attend(store: Store, users: dict[str, int]) -> None:
    """Write sessions and pauses of the days before today; none of a day off or an absence.

    Args:
        store: where.
        users: the agents, by name.
    """
    with store.begin() as tx:
        book = next(iter(books(tx).values()), None)
        if book is None:
            return
        today = book.moment(tx.now)[0]
        days = [today - timedelta(days=back) for back in range(DROP_WINDOW, 0, -1)]
        timetable = Timetable(tx, days, list(users.values()))
        present: list[dict[str, Any]] = []
        paused: list[dict[str, Any]] = []
        for name, user in sorted(users.items()):
            rng = Random(f"{name}/{today}")  # noqa: S311 - invented data, the same for the same day
            for day in days:
                shift = timetable.shift(user, day)
                if shift is None or rng.random() < 0.03:
                    continue
                begins, ends = (moment(day, clock, book.zone.key) for clock in (shift.starts, shift.ends))
                since, until = begins + _minutes(rng, -6, 9), ends + _minutes(rng, -12, 6)
                present.append({"user": user, "since": since, "until": until})
                if shift.rest:
                    paused += _meal(rng, user, begins + (ends - begins) / 2, shift.rest)
        tx.many("INSERT INTO presence (user_id, since, until) VALUES (:user, :since, :until)", present)
        tx.many(
            "INSERT INTO pause (user_id, since, until, state) VALUES (:user, :since, :until, 'meal')", paused
        )


def _meal(rng: Random, user: int, at: datetime, minutes: int) -> list[dict[str, Any]]:
    since = at + _minutes(rng, -20, 20)
    return [{"user": user, "since": since, "until": since + _minutes(rng, minutes - 15, minutes + 6)}]


def _minutes(rng: Random, least: int, most: int) -> timedelta:
    return timedelta(minutes=rng.randint(least, most))
