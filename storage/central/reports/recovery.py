"""Balance assigned against recovered, by agent and product, with totals both ways."""

from __future__ import annotations

from collections import Counter

from rules.recovery import Recovery, recovery_table
from rules.reports import ReportName
from rules.tables import Cell, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.moved import NO_OPENING, accounts, month, moved
from storage.central.reports.owners import display, key, narrowed, nobody_last, parted
from storage.central.reports.received import payments, received

NAME = ReportName(name="recovery", title=mark("Assigned against recovered"), group="money", period="month")

_FIRST = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
)
_TITLES = {
    "card": (mark("cards assigned"), mark("cards recovered"), mark("cards")),
    "loan": (mark("loans assigned"), mark("loans recovered"), mark("loans")),
    "sme": (mark("SME assigned"), mark("SME recovered"), mark("SME")),
    "insurance": (mark("premiums assigned"), mark("premiums recovered"), mark("premiums")),
    "timeshare": (mark("timeshare assigned"), mark("timeshare recovered"), mark("timeshare")),
}
_ALL = (mark("balance assigned"), mark("recovered"), mark("recovered of assigned"))
_MEASURES = ("assigned", "recovered", "rate")


def table(asked: Asked) -> Table:
    """A row for each agent and currency, three columns for each product, and three for all of them.

    Assigned is what an agent's clients owed as the month began; recovered is what came in
    since and is credited to the agent. What is nobody's has a row of its own, the last.
    """
    asked = month(asked)
    assigned: Counter[tuple[str, str, str]] = Counter()
    money: Counter[tuple[str, str, str]] = Counter()
    for one in moved(asked, taken_back=True):
        assigned[(one.agent, one.product, one.currency)] += one.balance
    for paid in received(asked):
        money[(paid.agent, paid.product, paid.currency)] += paid.amount
    products = sorted({product for _, product, _ in (*assigned, *money)})
    columns = (*_FIRST, *(column for product in products for column in _columns(product)), *_columns(""))
    rows = []
    for currency in sorted({currency for *_, currency in (*assigned, *money)}):
        found = recovery_table(
            Recovery(agent, product, assigned[(agent, product, currency)], money[(agent, product, currency)])
            for agent, product, of in sorted({*assigned, *money}, key=nobody_last)
            if of == currency
        )
        for agent, whole in found.by_agent.items():
            by_product = {one.product: one for one in found.rows if one.agent == agent}
            cells: list[Cell] = [agent, display(asked, agent)]
            for product in products:
                part = by_product.get(product, Recovery(agent, product, 0, 0))
                cells += [part.assigned, part.recovered, pair(part.rate)]
            cells += [whole.denominator, whole.numerator, pair(whole)]
            rows.append(Row(key=key(agent, currency), cells=tuple(cells), currency=currency))
    return made(asked, NAME, columns, tuple(rows), "" if assigned else NO_OPENING)


def _columns(product: str) -> tuple[Column, ...]:
    titles = _TITLES.get(product, (product, product, product)) if product else _ALL
    return tuple(
        Column(
            key=f"{product}_{measure}" if product else measure,
            title=title,
            kind="percent" if measure == "rate" else "money",
            of="money" if measure == "rate" else "",
            opens=measure != "rate",
        )
        for measure, title in zip(_MEASURES, titles, strict=True)
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """The accounts behind what was assigned, or the payments behind what was recovered.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    product, _, measure = column.rpartition("_")
    if measure not in ("assigned", "recovered"):
        raise KeyError(column)
    asked = month(asked)
    where = parted(row, ("agent", "currency")) | ({"product": product} if product else {})
    if measure == "assigned":
        columns = {"agent": "m.user_id", "currency": "m.currency", "product": "m.product"}
        condition, given = narrowed(asked, where, columns)
        return accounts(asked, NAME.title, condition, taken_back=True, **given)
    columns = {"agent": "p.user_id", "currency": "p.currency", "product": "a.product"}
    condition, given = narrowed(asked, where, columns)
    return payments(asked, NAME.title, condition, **given)
