"""Use of the recovery tools by agent: script, identity, payment link, direct debit, strategy followed."""

from __future__ import annotations

from collections.abc import Sequence

from rules.rates import Ratio
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports import agents, behind
from storage.central.reports.asked import Asked

NAME = ReportName(name="tool_use", title=mark("Use of tools by agent"), group="activity")

_TOOLS = {
    "rpc": "i.flags LIKE '%R%'",
    "script": "i.flags LIKE '%R%' AND CAST(i.missed AS TEXT) = '[]'",
    "identified": "i.flags LIKE '%R%' AND i.identity = 'confirmed'",
    "promises": "i.flags LIKE '%P%'",
    "link": "i.flags LIKE '%P%' AND i.channel = 'liga'",
    "debit": "i.channel = 'domi' OR i.code = 'DOMI'",
    "email": "i.code = 'MAIL'",
    "text": "i.code = 'SMSE'",
    "off_strategy": "i.off_strategy <> ''",
}
"""Columns that count results, and which they count."""

COLUMNS = (
    *agents.COLUMNS,
    Column(key="rpc", title=mark("right-party contacts"), kind="count", opens=True),
    Column(key="script", title=mark("script read in full"), kind="count", opens=True),
    Column(key="script_rate", title=mark("share with the whole script"), kind="percent"),
    Column(key="identified", title=mark("identity confirmed"), kind="count", opens=True),
    Column(key="identified_rate", title=mark("share identified"), kind="percent"),
    Column(key="promises", title=mark("promises"), kind="count", opens=True),
    Column(key="link", title=mark("payment link"), kind="count", opens=True),
    Column(key="link_rate", title=mark("link per promise"), kind="percent"),
    Column(key="debit", title=mark("direct debit"), kind="count", opens=True),
    Column(key="debit_rate", title=mark("direct debit per right party"), kind="percent"),
    Column(key="email", title=mark("e-mail"), kind="count", opens=True),
    Column(key="text", title=mark("text message"), kind="count", opens=True),
    Column(key="off_strategy", title=mark("off strategy"), kind="count", opens=True),
)

_COUNTED = f"""
    SELECT i.user_id, {", ".join(f"sum(CASE WHEN {one} THEN 1 ELSE 0 END)" for one in _TOOLS.values())}
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    WHERE i.retracted_by IS NULL AND i.day >= :since AND i.day <= :until
        AND +c.portfolio_id IN :portfolios AND i.user_id IN :users
    GROUP BY i.user_id
"""  # noqa: S608 - our own words


def table(asked: Asked) -> Table:
    """A row for each agent who recorded a result."""
    found = {row[0]: row[1:] for row in asked.tx.all(_COUNTED, **asked.terms)}
    rows = tuple(_row(asked, key, found[key]) for key in agents.in_order(asked, found))
    return agents.made(asked, NAME, COLUMNS, rows)


def _row(asked: Asked, key: int, counts: Sequence[int]) -> Row:
    rpc, script, identified, promises, link, debit, email, text, off_strategy = (int(n) for n in counts)
    cells = agents.cells(asked, key)
    return Row(
        key=str(cells[0]),
        cells=(
            *cells,
            rpc,
            script,
            pair(Ratio(script, rpc)),
            identified,
            pair(Ratio(identified, rpc)),
            promises,
            link,
            pair(Ratio(link, promises)),
            debit,
            pair(Ratio(debit, rpc)),
            email,
            text,
            off_strategy,
        ),
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """The results behind a count."""
    people = list(asked.people) if row.startswith(TOTAL) else agents.of_row(asked, row)
    condition = f"i.user_id IN :people AND ({_TOOLS[column]})"
    return behind.results(asked, NAME.title, condition, people=people)
