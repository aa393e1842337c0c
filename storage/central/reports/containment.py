"""Bucket efficiency (contención): what has not rolled forward, of a bucket's opening, against its goal."""

from __future__ import annotations

from rules.buckets import BUCKETS
from rules.rates import share
from rules.reports import ReportName
from rules.rolls import Move, roll_rates
from rules.rolls import Row as Rates
from rules.tables import Cell, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.moved import NO_OPENING, accounts, month, moved
from storage.central.reports.owners import key, narrowed, parted
from storage.central.rulebooks import targets_of

NAME = ReportName(name="containment", title=mark("Bucket efficiency"), group="money", period="month")

MET, MISSED = "✓", "✗"

COLUMNS = (
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="bucket", title=mark("bucket at the opening"), kind="code"),
    Column(key="accounts", title=mark("accounts"), kind="count", opens=True),
    Column(key="opening", title=mark("opening balance"), kind="money", opens=True),
    Column(key="rolled", title=mark("rolled forward"), kind="money", opens=True),
    Column(key="kept", title=mark("contained"), kind="money", opens=True),
    Column(key="cured", title=mark("cured"), kind="money", opens=True),
    Column(key="contained", title=mark("efficiency"), kind="percent", of="money"),
    Column(key="goal", title=mark("goal"), kind="percent", of="money"),
    Column(key="met", title=mark("met")),
    Column(key="gap", title=mark("gap"), kind="money"),
    Column(key="cure", title=mark("cure rate"), kind="percent", of="money"),
    Column(key="cure_count", title=mark("cure rate of accounts"), kind="percent"),
)

_RANK = "CASE m.{name} " + " ".join(f"WHEN '{name}' THEN {n}" for n, name in enumerate(BUCKETS)) + " END"
_WORSE = f"{_RANK.format(name='closed')} > {_RANK.format(name='opened')}"
CONDITIONS = {
    "accounts": "true",
    "opening": "true",
    "rolled": _WORSE,
    "kept": f"NOT ({_WORSE})",
    "cured": "m.closed = 'B0' AND m.opened <> 'B0'",
}
"""What the accounts behind a column have in common, by its key."""


def table(asked: Asked) -> Table:
    """A row for each portfolio, bucket and currency; gap: what is missing to the goal, less than 0 = ahead.

    goal: the balance that has to be contained, of the opening.
    """
    asked = month(asked)
    found = moved(asked)
    rows = []
    for portfolio, currency in sorted({(one.portfolio, one.currency) for one in found}):
        book = asked.books[portfolio]
        goals = targets_of(asked.tx, portfolio, asked.tx.now).containment
        moves = [
            Move(one.opened, one.balance, one.closed, one.count)
            for one in found
            if (one.portfolio, one.currency) == (portfolio, currency)
        ]
        for bucket, rate in roll_rates(moves).items():
            cells = (book.name, bucket, *_cells(rate, goals.get(bucket)))
            rows.append(Row(key=key(book.name, bucket, currency), cells=cells, currency=currency))
    return made(asked, NAME, COLUMNS, tuple(rows), "" if rows else NO_OPENING)


def _cells(rate: Rates, goal: int | None) -> tuple[Cell, ...]:
    cured = None if rate.cure is None else rate.cure.numerator
    return (
        sum(cell.count for cell in rate.cells.values()),
        rate.opening,
        rate.forward.numerator,
        rate.contained.numerator,
        cured,
        pair(rate.contained),
        None if goal is None else (share(rate.opening, goal), rate.opening),
        None if goal is None else MET if rate.contained.reaches(goal) else MISSED,
        None if goal is None else share(rate.opening, goal) - rate.contained.numerator,
        None if rate.cure is None else pair(rate.cure),
        None if rate.cure_count is None else pair(rate.cure_count),
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """The accounts behind a balance or a count.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    where = parted(row, ("portfolio", "opened", "currency"))
    columns = {"portfolio": "b.name", "opened": "m.opened", "currency": "m.currency"}
    condition, given = narrowed(asked, where, columns)
    return accounts(month(asked), NAME.title, f"{condition} AND {CONDITIONS[column]}", **given)
