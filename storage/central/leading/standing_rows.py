"""The clients behind what stands in a portfolio: those who are nobody's, those without a next step."""

# ruff: noqa: S608 - the texts below are put together from our own words

from __future__ import annotations

from rules.buckets import COLLECTED
from rules.standing import KINDS, NO_NEXT_ACTION, UNASSIGNED, StandingQuery
from rules.tables import Column, Row, Table, totals
from rules.words import mark
from storage.central.connection import Store
from storage.central.doors.who import Who
from storage.central.leading.assignable import portfolio
from storage.central.leading.standing import OWING, WITHOUT_NEXT_STEP
from storage.central.records.closing import NotDone
from storage.central.records.decisions import masked
from storage.central.upkeep import audit

MOST = 2000

_TITLES = {UNASSIGNED: mark("Unassigned"), NO_NEXT_ACTION: mark("No next action")}
_ROWS = f"""
    SELECT c.id, c.name, c.ref, d.owed
    FROM ({OWING.format(those="a.portfolio_id = :portfolio")}) d
    JOIN client c ON c.id = d.client_id
    LEFT JOIN assignment s ON s.client_id = c.id
    WHERE {{those}}
    ORDER BY d.owed DESC, c.id
    LIMIT :limit
"""
_THOSE = {UNASSIGNED: "s.client_id IS NULL", NO_NEXT_ACTION: WITHOUT_NEXT_STEP}
_COLUMNS = (
    Column(key="client", title=mark("client")),
    Column(key="reference", title=mark("reference"), kind="code"),
    Column(key="overdue", title=mark("overdue"), kind="money"),
)


def rows(store: Store, who: Who, query: StandingQuery) -> Table:
    """The clients who lack something now, those who owe most first; that they were read is noted.

    Raises:
        NotDone: unknown_portfolio, unknown_cell (there is no such kind).
    """
    if query.kind not in KINDS:
        raise NotDone("unknown_cell")
    with store.read() as tx:
        book = portfolio(tx, who, query.portfolio)
        statement = _ROWS.replace("{those}", _THOSE[query.kind])
        found = tx.all(statement, portfolio=book.id, collected=list(COLLECTED), limit=MOST + 1)
        shown = tuple(
            Row(key=str(row[0]), currency=book.currency, cells=(masked(row[1]), row[2], int(row[3])))
            for row in found[:MOST]
        )
        table = Table(
            name=query.kind,
            title=_TITLES[query.kind],
            columns=_COLUMNS,
            rows=shown,
            totals=totals(_COLUMNS, shown),
            at=tx.now,
            more=len(found) > MOST,
        )
    audit.note_reading(store, who.name, "rows_read", who.device)
    return table
