"""The dialler's dropped calls, by campaign, over the thirty days up to the last day asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec

from rules.reports import ReportName
from rules.service import DROP_WINDOW, drop_rate, pacing
from rules.tables import TOTAL, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports import agents, phone_calls
from storage.central.reports.asked import Asked

NAME = ReportName(name="dialler", title=mark("Dropped calls of the dialler"), group="service")

COLUMNS = (
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="campaign", title=mark("campaign"), kind="code"),
    Column(key="dialled", title=mark("dialled"), kind="count", opens=True),
    Column(key="live", title=mark("answered live"), kind="count", opens=True),
    Column(key="dropped", title=mark("dropped"), kind="count", opens=True),
    Column(key="drop_rate", title=mark("drop rate"), kind="percent"),
    Column(key="pacing", title=mark("pacing"), kind="code"),
)

_CONDITIONS = {
    "dialled": "1 = 1",
    "live": "t.outcome IN ('answered', 'dropped')",
    "dropped": "t.outcome = 'dropped'",
}

_COUNTED = f"""
    SELECT t.portfolio_id, t.campaign,
        {", ".join(f"sum(CASE WHEN {one} THEN 1 ELSE 0 END)" for one in _CONDITIONS.values())}
    FROM phone_call t
    WHERE t.portfolio_id IN :portfolios AND t.day >= :since AND t.day <= :until AND t.direction = 'out'
    GROUP BY t.portfolio_id, t.campaign
    ORDER BY t.portfolio_id, t.campaign
"""  # noqa: S608 - our own words


def table(asked: Asked) -> Table:
    """A row for each campaign; a dropped call is no agent's, so that neither team nor agent narrows it."""
    since = _since(asked)
    rows = tuple(_row(asked, *row) for row in asked.tx.all(_COUNTED, **(asked.terms | {"since": since})))
    return msgspec.structs.replace(agents.made(asked, NAME, COLUMNS, rows), since=since)


def _since(asked: Asked) -> date:
    return asked.until - timedelta(days=DROP_WINDOW - 1)


def _row(asked: Asked, portfolio_id: int, campaign: str, dialled: int, live: int, dropped: int) -> Row:
    found = drop_rate(int(live), int(dropped))
    return Row(
        key=f"{portfolio_id}|{campaign}",
        cells=(
            asked.books[portfolio_id].name,
            campaign,
            int(dialled),
            int(live),
            int(dropped),
            pair(found.rate),
            pacing(found),
        ),
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """The calls behind a count."""
    condition = f"t.direction = 'out' AND {_CONDITIONS[column]}"
    terms: dict[str, Any] = {"since": _since(asked)}
    if not row.startswith(TOTAL):
        portfolio, _, campaign = row.partition("|")
        if not portfolio.isdecimal():
            raise KeyError(row)
        condition += " AND t.portfolio_id = :portfolio AND t.campaign = :campaign"
        terms |= {"portfolio": int(portfolio), "campaign": campaign}
    found = phone_calls.rows(asked, NAME.title, condition, **terms)
    return msgspec.structs.replace(found, since=terms["since"])
