"""Goals of each agent: the day and the month, what each remaining day asks for, and where it is heading."""

from __future__ import annotations

from collections import Counter
from datetime import date

import msgspec

from rules.goals import daily_goal
from rules.reports import ReportName
from rules.tables import Cell, Column, Row, Table
from rules.words import mark
from storage.central.portfolios import Book
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.moved import month
from storage.central.reports.owners import narrowed, parted
from storage.central.reports.received import payments, received

NAME = ReportName(name="goals", title=mark("Goals by agent"), group="money", period="month")

FIGURES = (
    Column(key="day_goal", title=mark("goal of the day"), kind="money"),
    Column(key="day", title=mark("recovered on the day"), kind="money", opens=True),
    Column(key="day_rate", title=mark("of the day's goal"), kind="percent", of="money"),
    Column(key="month_goal", title=mark("goal of the month"), kind="money"),
    Column(key="month", title=mark("recovered in the month"), kind="money", opens=True),
    Column(key="month_rate", title=mark("of the month's goal"), kind="percent", of="money"),
    Column(key="required", title=mark("needed a day"), kind="money"),
    Column(key="projection", title=mark("projection"), kind="money"),
    Column(key="projected", title=mark("projection of the goal"), kind="percent", of="money"),
    Column(key="behind", title=mark("below the goal")),
)
"""What is said of a goal, whoever's it is."""

COLUMNS = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    *FIGURES,
)
BEHIND = "▼"
"""Stands where the projection does not reach the goal."""


def cells(book: Book, on: date, day_goal: int, month_goal: int, day: int, month: int) -> tuple[Cell, ...]:
    """The cells of `FIGURES`; working days are those on which the portfolio calls."""
    found = daily_goal(month_goal, month, on, country=book.country, weekdays=book.parameters.weekdays)
    heading = found.projection if found.projection is not None else month
    return (
        day_goal,
        day,
        (day, day_goal),
        month_goal,
        month,
        (month, month_goal),
        found.required,
        heading,
        (heading, month_goal),
        BEHIND if heading < month_goal else "",
    )


def table(asked: Asked) -> Table:
    """A row for each agent with a goal or money; money is that in the currency of the agent's portfolios."""
    asked = month(asked)
    of_day = _by_agent(on_the_day(asked))
    of_month = _by_agent(asked)
    goals = {
        row[0]: (row[1], row[2])
        for row in asked.tx.all(
            "SELECT id, daily_goal, monthly_goal FROM app_user WHERE id IN :users AND NOT disabled",
            users=list(asked.people),
        )
    }
    rows = []
    for user_id, person in asked.people.items():
        place = (person.name, person.home.currency)
        day_goal, month_goal = goals.get(user_id, (0, 0))
        if day_goal or month_goal or of_month[place]:
            rows.append(
                Row(
                    key=f"{person.name}|{person.home.currency}",
                    cells=(
                        person.name,
                        person.display_name,
                        *cells(
                            person.home, asked.until, day_goal, month_goal, of_day[place], of_month[place]
                        ),
                    ),
                    currency=person.home.currency,
                )
            )
    return made(asked, NAME, COLUMNS, tuple(rows))


def _by_agent(asked: Asked) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for one in received(asked):
        found[(one.agent, one.currency)] += one.amount
    return found


def on_the_day(asked: Asked) -> Asked:
    """The question for its last day alone."""
    return msgspec.structs.replace(asked, since=asked.until)


def rows(asked: Asked, row: str, column: str) -> Table:
    """The payments behind an amount.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    if column not in ("day", "month"):
        raise KeyError(column)
    asked = on_the_day(asked) if column == "day" else month(asked)
    where = parted(row, ("agent", "currency"))
    if "agent" in where:
        columns = {"agent": "p.user_id", "currency": "p.currency"}
        condition, given = narrowed(asked, where, columns)
        return payments(asked, NAME.title, condition, **given)
    conditions, own = ["false"], dict[str, object]()
    for currency in sorted({person.home.currency for person in asked.people.values()}):
        if where.get("currency", currency) == currency:
            name = currency.lower()
            conditions.append(f"(p.currency = :is_{name} AND p.user_id IN :in_{name})")
            own |= {f"is_{name}": currency, f"in_{name}": _paid_in(asked, currency)}
    return payments(asked, NAME.title, f"({' OR '.join(conditions)})", **own)


def _paid_in(asked: Asked, currency: str) -> list[int]:
    """The agents whose goals are in a currency."""
    return [key for key, person in asked.people.items() if person.home.currency == currency]
