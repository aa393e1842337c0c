"""The agent's own day: what the hub counts, and own facts that it has not counted yet.

So the desk shows at once what was just done, and at rest what a lead sees, to the cent.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from rules.desk import Figures
from rules.protocol import DayFigures, User
from rules.zones import local_time
from storage.local import meta
from storage.local.driver import Connection

_OWN = """
    SELECT {what}
    FROM (
        SELECT f.*, CASE
            WHEN f.seq > :seq OR f.id IN (SELECT fact_id FROM held_back) THEN f.retracted_by IS NULL
            ELSE -(t.seq > :seq OR t.id IN (SELECT fact_id FROM held_back)) END AS step
        FROM fact f
        LEFT JOIN fact t ON t.id = f.retracted_by
        WHERE f.day = :day AND f.status != 'refused' AND f.touches + f.contacts + f.rpc + f.promises > 0
    )
"""
"""Own facts over the hub's count up to number `seq`: later ones, and earlier ones that are held
back, add; such retractions of others take away."""

_SUMS = _OWN.format(
    what="""ifnull(sum(step * touches), 0), ifnull(sum(step * contacts), 0), ifnull(sum(step * rpc), 0),
        ifnull(sum(step * promises), 0),
        ifnull(sum(step * promised) FILTER (WHERE currency = :currency), 0)"""
)
_HOURS = _OWN.format(what="hour, sum(step * touches)") + "GROUP BY hour"


def keep(connection: Connection, told: DayFigures) -> bool:
    """Keep the day as the hub counts it; whether anything but the hour of it has changed."""
    before = meta.read(connection, meta.DAY, DayFigures)
    told = msgspec.structs.replace(told, seq=meta.counted(connection, told.seq))
    meta.write(connection, meta.DAY, told)
    return before is None or _counts(before) != _counts(told)


def _counts(told: DayFigures) -> tuple[object, ...]:
    return (told.day, told.touches, told.contacts, told.rpc, told.promises, told.promised,
            told.recovered, told.recovered_month, told.goal, told.goal_month, told.working)  # fmt: skip


def heard(connection: Connection, day: date) -> DayFigures | None:
    """What the hub told of a day, None if it told nothing of it yet."""
    told = meta.read(connection, meta.DAY, DayFigures)
    return told if told is not None and told.day == day else None


def of_day(connection: Connection, user: User, now: datetime) -> Figures:
    """The figures of the agent's present day; money in the currency of the agent's goal.

    hours: touches in each hour from the first one worked to the present one.
    """
    local = local_time(now, user.zone)
    told = heard(connection, local.date()) or untold(user, now, local.date())
    terms = {"day": local.date().isoformat(), "seq": told.seq, "currency": told.currency}
    touches, contacts, rpc, promises, promised = connection.execute(_SUMS, terms).fetchone()
    own_hours = dict(connection.execute(_HOURS, terms).fetchall())
    return Figures(
        currency=told.currency,
        touches=told.touches + touches,
        contacts=told.contacts + contacts,
        rpc=told.rpc + rpc,
        promises=told.promises + promises,
        promised=told.promised + promised,
        recovered=told.recovered,
        goal=told.goal,
        hours=_trend(told.hours, own_hours, local.hour),
    )


def untold(user: User, now: datetime, day: date) -> DayFigures:
    """The day before the hub has told anything of it: the goals as they were at signing in."""
    return DayFigures(
        day=day,
        at=now,
        currency=user.currency,
        goal=user.daily_goal,
        goal_month=user.monthly_goal,
        required=60 * user.required_minutes,
    )


def _trend(told: tuple[int, ...], own: dict[int, int | None], present: int) -> tuple[int, ...]:
    by_hour = list(told or (0,) * 24)
    for hour, touches in own.items():
        by_hour[hour] += touches or 0
    worked = [hour for hour, touches in enumerate(by_hour) if touches]
    return tuple(by_hour[min(worked) : max(present, *worked) + 1]) if worked else ()
