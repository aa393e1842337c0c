"""Efficiency of each agent's portfolio: recovered, contained and cured of what the agent was assigned."""

from __future__ import annotations

from collections import Counter

from rules.rates import Ratio
from rules.reports import ReportName
from rules.rolls import Move, roll_rates
from rules.tables import Cell, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.containment import CONDITIONS
from storage.central.reports.moved import NO_OPENING, accounts, month, moved
from storage.central.reports.owners import display, key, narrowed, nobody_last, parted
from storage.central.reports.received import payments, received

NAME = ReportName(name="efficiency", title=mark("Efficiency by agent"), group="money", period="month")

COLUMNS = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    Column(key="accounts", title=mark("accounts assigned"), kind="count", opens=True),
    Column(key="opening", title=mark("balance assigned"), kind="money", opens=True),
    Column(key="recovered", title=mark("recovered"), kind="money", opens=True),
    Column(key="recovery", title=mark("recovered of assigned"), kind="percent", of="money"),
    Column(key="rolled", title=mark("rolled forward"), kind="money", opens=True),
    Column(key="kept", title=mark("contained"), kind="money", opens=True),
    Column(key="contained", title=mark("efficiency"), kind="percent", of="money"),
    Column(key="cured", title=mark("cured"), kind="money", opens=True),
    Column(key="cure", title=mark("cure rate"), kind="percent", of="money"),
    Column(key="cure_count", title=mark("cure rate of accounts"), kind="percent"),
)


def table(asked: Asked) -> Table:
    """A row for each agent and currency; what is nobody's has a row of its own.

    Assigned is what an agent's clients owed as the month began; recovered is what the agent
    got the credit for, so that it is the same as in every other report.
    """
    asked = month(asked)
    moves: dict[tuple[str, str], list[Move]] = {}
    for one in moved(asked):
        moves.setdefault((one.agent, one.currency), []).append(
            Move(one.opened, one.balance, one.closed, one.count)
        )
    money: Counter[tuple[str, str]] = Counter()
    for paid in received(asked):
        money[(paid.agent, paid.currency)] += paid.amount
    rows = tuple(
        Row(
            key=key(agent, currency),
            cells=(
                agent,
                display(asked, agent),
                *_cells(moves.get((agent, currency), []), money[(agent, currency)]),
            ),
            currency=currency,
        )
        for agent, currency in sorted({*moves, *money}, key=nobody_last)
    )
    return made(asked, NAME, COLUMNS, rows, "" if moves else NO_OPENING)


def _cells(moves: list[Move], money: int) -> tuple[Cell, ...]:
    rates = roll_rates(moves).values()
    opening = sum(rate.opening for rate in rates)
    rolled = sum(rate.forward.numerator for rate in rates)
    contained = opening - rolled
    cured = [rate.cure for rate in rates if rate.cure is not None]
    counted = [rate.cure_count for rate in rates if rate.cure_count is not None]
    return (
        sum(move.count for move in moves),
        opening,
        money,
        (money, opening),
        rolled,
        contained,
        (contained, opening),
        _sum(cured).numerator,
        pair(_sum(cured)),
        pair(_sum(counted)),
    )


def _sum(ratios: list[Ratio]) -> Ratio:
    return Ratio(sum(one.numerator for one in ratios), sum(one.denominator for one in ratios))


def rows(asked: Asked, row: str, column: str) -> Table:
    """The accounts behind a balance or a count, or the payments behind what was recovered.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    where = parted(row, ("agent", "currency"))
    asked = month(asked)
    table, condition = ("p", "true") if column == "recovered" else ("m", CONDITIONS[column])
    columns = {"agent": f"{table}.user_id", "currency": f"{table}.currency"}
    narrow, given = narrowed(asked, where, columns)
    opened = payments if column == "recovered" else accounts
    return opened(asked, NAME.title, f"{condition} AND {narrow}", **given)
