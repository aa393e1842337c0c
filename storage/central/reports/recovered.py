"""Money recovered: payments of the days by agent, portfolio and channel."""

from __future__ import annotations

from collections import Counter

from rules.reports import ReportName
from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.owners import display, key, narrowed, nobody_last, parted
from storage.central.reports.received import payments, received

NAME = ReportName(name="recovered", title=mark("Recovered"), group="money")

COLUMNS = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="channel", title=mark("channel"), kind="code"),
    Column(key="payments", title=mark("payments"), kind="count", opens=True),
    Column(key="recovered", title=mark("recovered"), kind="money", opens=True),
)


def table(asked: Asked) -> Table:
    """A row for each agent, portfolio, channel and currency; money that is nobody's comes last."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    money: Counter[tuple[str, str, str, str]] = Counter()
    for one in received(asked):
        place = (one.agent, asked.books[one.portfolio].name, one.channel, one.currency)
        counts[place] += one.count
        money[place] += one.amount
    rows = tuple(
        Row(
            key=key(*place),
            cells=(place[0], display(asked, place[0]), place[1], place[2], counts[place], money[place]),
            currency=place[3],
        )
        for place in sorted(money, key=nobody_last)
    )
    return made(asked, NAME, COLUMNS, rows)


def rows(asked: Asked, row: str, column: str) -> Table:
    """The payments behind a count or an amount.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    if column not in ("payments", "recovered"):
        raise KeyError(column)
    where = parted(row, ("agent", "portfolio", "channel", "currency"))
    columns = {
        "agent": "p.user_id",
        "portfolio": "b.name",
        "channel": "p.channel",
        "currency": "p.currency",
    }
    condition, given = narrowed(asked, where, columns)
    return payments(asked, NAME.title, condition, **given)
