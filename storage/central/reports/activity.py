"""Activity by agent: attempts, contacts, right parties, promises; coverage and touches of what was given."""

from __future__ import annotations

from rules.reports import ReportName
from rules.tables import TOTAL, Cell, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports import agents, behind, worked
from storage.central.reports.asked import Asked

NAME = ReportName(name="activity", title=mark("Activity by agent"), group="activity")

FIGURES = (
    Column(key="attempts", title=mark("attempts"), kind="count", opens=True),
    Column(key="contacts", title=mark("contacts"), kind="count", opens=True),
    Column(key="rpc", title=mark("right-party contacts"), kind="count", opens=True),
    Column(key="promises", title=mark("promises"), kind="count", opens=True),
    Column(key="contact_rate", title=mark("contact rate"), kind="percent"),
    Column(key="rpc_rate", title=mark("right-party rate"), kind="percent"),
    Column(key="rpc_per_contact", title=mark("right party per contact"), kind="percent"),
    Column(key="promise_rate", title=mark("promise rate"), kind="percent"),
    Column(key="assigned", title=mark("assigned"), kind="count", opens=True),
    Column(key="touched", title=mark("touched"), kind="count", opens=True),
    Column(key="untouched", title=mark("untouched"), kind="count", opens=True),
    Column(key="coverage", title=mark("coverage"), kind="percent"),
    Column(key="touches", title=mark("touches per assigned"), kind="average"),
    Column(key="intensity", title=mark("intensity"), kind="average"),
)
"""The same for an agent, a team and a part of a portfolio."""

COLUMNS = (*agents.COLUMNS, *FIGURES)


def table(asked: Asked) -> Table:
    """A row for each agent who did or was given anything, and one for what was given to nobody."""
    found = worked.by_agent(asked)
    rows = tuple(_row(asked, key, found[key]) for key in agents.in_order(asked, found))
    return agents.made(asked, NAME, COLUMNS, rows)


def _row(asked: Asked, key: int, one: worked.Worked) -> Row:
    cells = agents.cells(asked, key)
    return Row(key=str(cells[0]), cells=(*cells, *figures(one)))


def figures(one: worked.Worked) -> tuple[Cell, ...]:
    """The cells of `FIGURES`."""
    done = one.done
    return (
        done.attempts,
        done.contacts,
        done.rpc,
        done.promises,
        pair(done.contact_rate),
        pair(done.rpc_rate),
        pair(done.rpc_per_contact),
        pair(done.promise_rate),
        done.assigned,
        done.touched,
        one.untouched,
        pair(one.coverage),
        pair(done.touches_per_assigned),
        pair(done.intensity),
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """The results or the clients behind a count."""
    whose = list(asked.people) if row.startswith(TOTAL) else agents.of_row(asked, row)
    if column in worked.FLAGS:
        return results(asked, whose, column)
    return worked.clients(asked, NAME.title, agents.of_row(asked, row), column)


def results(asked: Asked, whose: list[int], column: str) -> Table:
    """Results of some people that count in a column."""
    condition = "i.user_id IN :people AND i.flags LIKE :flag"
    return behind.results(asked, NAME.title, condition, people=whose, flag=f"%{worked.FLAGS[column]}%")
