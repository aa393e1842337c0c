"""The rows behind numbers of telephone calls, as the telephone system told them."""

from __future__ import annotations

from typing import Any

from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.connection import instant
from storage.central.reports import behind
from storage.central.reports.asked import Asked

COLUMNS = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="direction", title=mark("direction"), kind="code"),
    Column(key="outcome", title=mark("outcome"), kind="code"),
    Column(key="campaign", title=mark("campaign"), kind="code"),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="wait", title=mark("wait"), kind="seconds"),
    Column(key="talk", title=mark("talk"), kind="seconds"),
    Column(key="hold", title=mark("hold"), kind="seconds"),
    Column(key="wrap", title=mark("wrap-up"), kind="seconds"),
    Column(key="code", title=mark("code"), kind="code"),
    Column(key="reference", title=mark("reference"), kind="code"),
)

_CALLS = """
    SELECT t.id, t.at, t.direction, t.outcome, t.campaign, b.name, u.name, t.wait, t.talk, t.hold, t.wrap,
        t.code, t.reference
    FROM phone_call t
    JOIN portfolio b ON b.id = t.portfolio_id
    LEFT JOIN app_user u ON u.id = t.user_id
    WHERE t.portfolio_id IN :portfolios AND t.day >= :since AND t.day <= :until AND {condition}
    ORDER BY t.at DESC, t.id
    LIMIT :most
"""


def rows(asked: Asked, title: str, condition: str, **terms: Any) -> Table:
    """Calls that meet a condition on ``t`` (phone_call); the newest first. `terms` may change the days."""
    statement = _CALLS.replace("{condition}", condition)
    found = asked.tx.all(statement, **(asked.terms | terms), most=behind.MOST_ROWS + 1)
    lines = tuple(
        Row(key=str(row[0]), cells=(instant(row[1]).isoformat(), *row[2:6], row[6] or "", *row[7:]))
        for row in found
    )
    return behind.table(asked, title, COLUMNS, lines)
