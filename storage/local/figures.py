"""The agent's own day, counted from the facts themselves, so that it can't drift from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from rules.clients import Client
from rules.desk import Figures
from rules.protocol import User
from rules.zones import local_day, local_time

PAYMENT = "PAGO"
"""Code of a payment in a client's history."""

_COUNTED = "day = ? AND retracted_by IS NULL AND status != 'refused'"


def of_day(connection: sqlite3.Connection, user: User, now: datetime) -> Figures:
    """The figures of the agent's present day; money in the currency of the agent's goal.

    hours: touches in each hour from the first one worked to the present one.
    """
    local = local_time(now, user.zone)
    day = local.date().isoformat()
    touches, contacts, rpc, promises, promised = connection.execute(
        "SELECT ifnull(sum(touches), 0), ifnull(sum(contacts), 0), ifnull(sum(rpc), 0), "  # noqa: S608 - our own condition
        "ifnull(sum(promises), 0), ifnull(sum(promised) FILTER (WHERE currency = ?), 0) "
        f"FROM fact WHERE {_COUNTED}",
        (user.currency, day),
    ).fetchone()
    (recovered,) = connection.execute(
        "SELECT ifnull(sum(amount), 0) FROM recovered WHERE day = ? AND currency = ?", (day, user.currency)
    ).fetchone()
    return Figures(
        currency=user.currency,
        touches=touches,
        contacts=contacts,
        rpc=rpc,
        promises=promises,
        promised=promised,
        recovered=recovered,
        goal=user.daily_goal,
        hours=_hours(connection, day, local.hour),
    )


def _hours(connection: sqlite3.Connection, day: str, present: int) -> tuple[int, ...]:
    by_hour = dict(
        connection.execute(
            f"SELECT hour, sum(touches) FROM fact WHERE {_COUNTED} AND touches > 0 GROUP BY hour",  # noqa: S608 - our own condition
            (day,),
        ).fetchall()
    )
    if not by_hour:
        return ()
    return tuple(by_hour.get(hour, 0) for hour in range(min(by_hour), max(present, *by_hour) + 1))


def note_payments(connection: sqlite3.Connection, clients: Iterable[Client], user: User) -> None:
    """Count the payments in the clients' histories that belong to the agent; each once."""
    connection.executemany(
        "INSERT OR REPLACE INTO recovered (id, day, amount, currency) VALUES (?, ?, ?, ?)",
        [
            (entry.id, local_day(entry.at, user.zone).isoformat(), entry.amount, entry.currency)
            for client in clients
            for entry in client.history
            if entry.code == PAYMENT and entry.agent == user.name and entry.amount
        ],
    )
