"""Attempts and contacts by the hour of the client's own clock: what heat maps and best hours are made of.

Imported history counts, too: it has an instant and a client, which is all that is asked here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from rules.rates import Ratio
from rules.tables import Cell, Column, Table, pair
from rules.words import mark
from rules.zones import midnight
from storage.central.connection import Dialect, document
from storage.central.reports import behind
from storage.central.reports.asked import Asked

K = TypeVar("K")

COLUMNS = tuple(
    Column(key=f"h{hour:02}", title=f"{hour:02}", kind="percent", opens=True) for hour in range(24)
)
"""A column for each hour; its cells are contacts of attempts."""

TOTALS = (
    Column(key="attempts", title=mark("attempts"), kind="count", opens=True),
    Column(key="contacts", title=mark("contacts"), kind="count", opens=True),
    Column(key="rate", title=mark("contact rate"), kind="percent"),
)

_HOUR: dict[Dialect, str] = {
    "sqlite": "substr(i.at, 1, 13)",
    "postgresql": "CAST(date_trunc('hour', i.at AT TIME ZONE 'UTC') AS TEXT)",
}
"""The hour of an instant in UTC, as text. Zones in both countries are whole hours apart."""

_ZONES: dict[Dialect, str] = {"sqlite": "c.zones", "postgresql": "CAST(c.zones AS TEXT)"}

_PLACE = "c.portfolio_id || '|' || i.bucket || '|' || {zones} || '|' || {hour}"
"""What decides of a result in which hour of which day and segment it counts."""

_WHOSE = "(i.user_id IN :users OR (:unfiltered AND i.user_id IS NULL))"
"""History that was brought in is nobody's, and tells whoever leads these clients when to call them."""

_COUNTED = """
    SELECT place.portfolio_id, place.bucket, place.zones, place.hour, count(*), sum(place.contact)
    FROM (
        SELECT c.portfolio_id, i.bucket, {zones} AS zones, {hour} AS hour,
            CASE WHEN i.flags LIKE '%C%' THEN 1 ELSE 0 END AS contact
        FROM interaction i
        JOIN client c ON c.id = i.client_id
        WHERE i.retracted_by IS NULL AND i.flags LIKE '%A%' AND i.at >= :begins AND i.at < :ends
            AND +c.portfolio_id IN :portfolios AND {whose}
    ) place
    GROUP BY place.portfolio_id, place.bucket, place.zones, place.hour
"""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when results counted. segment: bucket and rule of the strategy; text: as in `_PLACE`."""

    portfolio_id: int
    segment: str
    day: date
    hour: int
    text: str


def counted(asked: Asked) -> Iterator[tuple[Place, int, int]]:
    """Attempts and contacts of each place in the days that are asked about."""
    local = cache(_local)
    statement = _spoken(asked.tx.dialect, _COUNTED).replace("{whose}", _WHOSE)
    for portfolio_id, bucket, zones, hour, attempts, contacts in asked.tx.all(
        statement, **asked.terms, **_limits(asked)
    ):
        names = document(zones)
        at = local(hour, ZoneInfo(names[0]) if names else asked.books[portfolio_id].zone)
        if asked.since <= at.date() <= asked.until:
            text = f"{portfolio_id}|{bucket}|{zones}|{hour}"
            place = Place(portfolio_id=portfolio_id, segment=bucket, day=at.date(), hour=at.hour, text=text)
            yield place, int(attempts), int(contacts)


def by(asked: Asked, key: Callable[[Place], K]) -> dict[K, dict[int, Ratio]]:
    """Contacts of attempts by the hour, for each key of a place."""
    attempts: defaultdict[K, Counter[int]] = defaultdict(Counter)
    contacts: defaultdict[K, Counter[int]] = defaultdict(Counter)
    for place, tried, reached in counted(asked):
        attempts[key(place)][place.hour] += tried
        contacts[key(place)][place.hour] += reached
    return {
        one: {hour: Ratio(contacts[one][hour], tried) for hour, tried in sorted(hours.items())}
        for one, hours in attempts.items()
    }


def cells(hours: Mapping[int, Ratio]) -> tuple[Cell, ...]:
    """The cells of `COLUMNS`; hours without an attempt are empty."""
    return tuple(pair(hours[hour]) if hour in hours else None for hour in range(24))


def whole(hours: Mapping[int, Ratio]) -> tuple[Cell, ...]:
    """The cells of `TOTALS`."""
    tried = sum(one.denominator for one in hours.values())
    reached = sum(one.numerator for one in hours.values())
    return tried, reached, (reached, tried)


def rows(asked: Asked, title: str, column: str, of_row: Callable[[Place], bool]) -> Table:
    """The attempts behind a cell of `COLUMNS` or `TOTALS`, of those places that belong to the row.

    Raises:
        KeyError: there are no rows behind that column.
    """
    if not any(one.key == column and one.opens for one in (*COLUMNS, *TOTALS)):
        raise KeyError(column)
    hour = int(column[1:]) if column.startswith("h") else None
    places = [place.text for place, _, _ in counted(asked) if of_row(place) and hour in (None, place.hour)]
    flag = "%C%" if column == "contacts" else "%A%"
    condition = _spoken(asked.tx.dialect, f"i.flags LIKE :flag AND {_PLACE} IN :places")
    return behind.results(
        asked,
        title,
        condition,
        when="i.at >= :begins AND i.at < :ends",
        whose=_WHOSE,
        flag=flag,
        places=places,
        **_limits(asked),
    )


def _spoken(dialect: Dialect, statement: str) -> str:
    return statement.replace("{zones}", _ZONES[dialect]).replace("{hour}", _HOUR[dialect])


def _local(hour: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(f"{hour[:13]}:00:00+00:00").astimezone(zone)


def _limits(asked: Asked) -> dict[str, Any]:
    """Instants between which every result of these days lies, wherever the client lives; whose they are."""
    return {
        "unfiltered": asked.unfiltered,
        "begins": midnight(asked.since, "UTC") - timedelta(days=1),
        "ends": midnight(asked.until, "UTC") + timedelta(days=2),
    }
