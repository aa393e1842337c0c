"""How inbound calls were served by portfolio, queue and hour: service level, abandonment, answer speed."""

from __future__ import annotations

from rules.reports import ReportName
from rules.service import SHORT_ABANDON, THRESHOLD, ServiceLevel
from rules.tables import TOTAL, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports import agents, phone_calls
from storage.central.reports.asked import Asked

NAME = ReportName(name="service", title=mark("Service of inbound calls"), group="service")

COLUMNS = (
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="campaign", title=mark("queue"), kind="code"),
    Column(key="hour", title=mark("hour"), kind="code"),
    Column(key="offered", title=mark("offered"), kind="count", opens=True),
    Column(key="answered", title=mark("answered"), kind="count", opens=True),
    Column(key="abandoned", title=mark("abandoned"), kind="count", opens=True),
    Column(key="short", title=mark("short abandons"), kind="count", opens=True),
    Column(key="in_time", title=mark("answered in time"), kind="count", opens=True),
    Column(key="level", title=mark("service level"), kind="percent"),
    Column(key="plain_level", title=mark("service level (plain)"), kind="percent"),
    Column(key="abandonment", title=mark("abandonment"), kind="percent"),
    Column(key="plain_abandonment", title=mark("abandonment (plain)"), kind="percent"),
    Column(key="answer_speed", title=mark("speed of answer (ASA)"), kind="average", of="seconds"),
)

_WHO = "(:everybody OR t.user_id IN :users)"
"""An abandoned call is no one agent's: it counts where everybody is asked about."""

_CONDITIONS = {
    "offered": "t.outcome IN ('answered', 'abandoned')",
    "answered": "t.outcome = 'answered'",
    "abandoned": "t.outcome = 'abandoned'",
    "short": "t.outcome = 'abandoned' AND t.wait <= :short",
    "in_time": "t.outcome = 'answered' AND t.wait <= :threshold",
}
_LIMITS = {"short": SHORT_ABANDON, "threshold": THRESHOLD}

_COUNTED = f"""
    SELECT t.portfolio_id, t.campaign, t.hour,
        {", ".join(f"sum(CASE WHEN {one} THEN 1 ELSE 0 END)" for one in _CONDITIONS.values())},
        sum(CASE WHEN t.outcome = 'answered' THEN t.wait ELSE 0 END)
    FROM phone_call t
    WHERE t.portfolio_id IN :portfolios AND t.day >= :since AND t.day <= :until AND t.direction = 'in'
        AND t.outcome IN ('answered', 'abandoned') AND {_WHO}
    GROUP BY t.portfolio_id, t.campaign, t.hour
    ORDER BY t.portfolio_id, t.campaign, t.hour
"""  # noqa: S608 - our own words


def table(asked: Asked) -> Table:
    """A row for each queue and hour in which calls were offered."""
    rows = tuple(_row(asked, *row) for row in asked.tx.all(_COUNTED, **asked.terms, **_LIMITS))
    return agents.made(asked, NAME, COLUMNS, rows)


def _row(asked: Asked, portfolio_id: int, campaign: str, hour: int, *counts: int) -> Row:
    offered, answered, abandoned, short, in_time, waited = (int(n) for n in counts)
    found = ServiceLevel(
        offered=offered,
        answered=answered,
        abandoned=abandoned,
        short=short,
        in_time=in_time,
        waited=waited,
    )
    shares = (
        found.level,
        found.plain_level,
        found.abandonment,
        found.plain_abandonment,
        found.answer_speed,
    )
    return Row(
        key=f"{portfolio_id}|{hour}|{campaign}",
        cells=(
            asked.books[portfolio_id].name,
            campaign,
            f"{hour:02}",
            offered,
            answered,
            abandoned,
            short,
            in_time,
            *map(pair, shares),
        ),
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """The calls behind a count."""
    condition = f"t.direction = 'in' AND {_WHO} AND {_CONDITIONS[column]}"
    if row.startswith(TOTAL):
        return phone_calls.rows(asked, NAME.title, condition, **_LIMITS)
    portfolio, _, rest = row.partition("|")
    hour, _, campaign = rest.partition("|")
    if not portfolio.isdecimal() or not hour.isdecimal():
        raise KeyError(row)
    return phone_calls.rows(
        asked,
        NAME.title,
        f"{condition} AND t.portfolio_id = :portfolio AND t.hour = :hour AND t.campaign = :campaign",
        portfolio=int(portfolio),
        hour=int(hour),
        campaign=campaign,
        **_LIMITS,
    )
