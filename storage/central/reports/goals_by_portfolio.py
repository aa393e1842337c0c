"""Goals of each portfolio: the day and the month, what each remaining day asks for, where it is heading."""

from __future__ import annotations

from collections import Counter

from rules.calendars import month_end, working_days
from rules.reports import ReportName
from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.portfolios import Book
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.goals import FIGURES, cells, on_the_day
from storage.central.reports.moved import month
from storage.central.reports.owners import key, narrowed, parted
from storage.central.reports.received import payments, received

NAME = ReportName(name="goals_by_portfolio", title=mark("Goals by portfolio"), group="money", period="month")

COLUMNS = (Column(key="portfolio", title=mark("portfolio")), *FIGURES)


def table(asked: Asked) -> Table:
    """A row for each portfolio; the goal of a month is that of a day, for each day on which it calls."""
    asked = month(asked)
    of_day, of_month = _by_portfolio(on_the_day(asked)), _by_portfolio(asked)
    rows = tuple(
        Row(
            key=key(book.name, book.currency),
            cells=(
                book.name,
                *cells(book, asked.until, book.goal, month_goal(book, asked), of_day[place], of_month[place]),
            ),
            currency=book.currency,
        )
        for portfolio, book in asked.books.items()
        for place in [(portfolio, book.currency)]
    )
    return made(asked, NAME, COLUMNS, rows)


def month_goal(book: Book, asked: Asked) -> int:
    """A portfolio's goal for the month of the question's last day."""
    first = asked.until.replace(day=1)
    return book.goal * working_days(first, month_end(first), book.country, book.parameters.weekdays)


def _by_portfolio(asked: Asked) -> Counter[tuple[int, str]]:
    found: Counter[tuple[int, str]] = Counter()
    for one in received(asked):
        found[(one.portfolio, one.currency)] += one.amount
    return found


def rows(asked: Asked, row: str, column: str) -> Table:
    """The payments behind an amount.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    if column not in ("day", "month"):
        raise KeyError(column)
    asked = on_the_day(asked) if column == "day" else month(asked)
    where = parted(row, ("portfolio", "currency"))
    condition, given = narrowed(asked, where, {"portfolio": "b.name", "currency": "p.currency"})
    return payments(asked, NAME.title, f"{condition} AND b.currency = p.currency", **given)
