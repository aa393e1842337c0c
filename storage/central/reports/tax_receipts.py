"""Tax receipts by the month of their last day and by portfolio: needed, stamped in time, late, ahead."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from rules.calendars import month_end
from rules.rates import Ratio
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table, pair
from rules.words import mark
from storage.central.connection import day, document, maybe_instant
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked

NAME = ReportName(name="cfdi", title=mark("CFDI by month"), group="money", period="month")

IN_TIME, LATE, AHEAD = "in_time", "late", "ahead"
COLUMNS = (
    Column(key="month", title=mark("month")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="needed", title=mark("needed"), kind="count", opens=True),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key=IN_TIME, title=mark("stamped in time"), kind="count", opens=True),
    Column(key=LATE, title=mark("late"), kind="count", opens=True),
    Column(key=AHEAD, title=mark("still ahead"), kind="count", opens=True),
    Column(key="rate", title=mark("in time"), kind="percent"),
)
BEHIND = (
    Column(key="due", title=mark("last day"), kind="date"),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="policy", title=mark("policy"), kind="code"),
    Column(key="receipt", title=mark("receipt"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="kind", title=mark("what"), kind="code"),
    Column(key="method", title=mark("method"), kind="code"),
    Column(key="status", title=mark("state"), kind="code"),
    Column(key="stamped", title=mark("stamped"), kind="instant"),
    Column(key="amount", title=mark("amount"), kind="money"),
)
_FOUND = """
    SELECT t.id, c.portfolio_id, t.due, t.currency, t.amount, t.status, t.stamped, t.differences,
        p.number, r.number, r.of, c.name, t.kind, t.method
    FROM tax_receipt t
    JOIN client c ON c.id = t.client_id
    JOIN receipt r ON r.id = t.receipt_id
    JOIN policy p ON p.id = r.policy_id
    WHERE t.status <> 'cancelled' AND t.due BETWEEN :since AND :until AND c.portfolio_id IN :portfolios
    ORDER BY t.due, t.id
"""


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """A tax receipt in the report. outcome: in_time, late or ahead; row: what is shown behind a number."""

    key: str
    group: tuple[date, str, str]
    amount: int
    outcome: str
    row: Row


def table(asked: Asked) -> Table:
    """A row for each month, portfolio and currency; the months are whole. None of a team or an agent."""
    groups: dict[tuple[date, str, str], list[Followed]] = {}
    for one in _followed(asked):
        groups.setdefault(one.group, []).append(one)
    rows = tuple(_row(group, found) for group, found in sorted(groups.items()))
    since, until = _months(asked)
    note = "" if asked.unfiltered else "not_by_people"
    return msgspec.structs.replace(made(asked, NAME, COLUMNS, rows, note), since=since, until=until)


def _row(group: tuple[date, str, str], found: list[Followed]) -> Row:
    month, portfolio, currency = group
    outcomes = [one.outcome for one in found]
    in_time, late = outcomes.count(IN_TIME), outcomes.count(LATE)
    return Row(
        key=_key(group),
        currency=currency,
        cells=(
            f"{month:%Y-%m}",
            portfolio,
            len(found),
            sum(one.amount for one in found),
            in_time,
            late,
            outcomes.count(AHEAD),
            pair(Ratio(in_time, in_time + late)),
        ),
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """The tax receipts behind a number.

    Raises:
        KeyError: no such row or column.
    """
    if column not in ("needed", IN_TIME, LATE, AHEAD):
        raise KeyError(column)
    everything = _followed(asked)
    mine = [one for one in everything if row.startswith(TOTAL) or _key(one.group) == row]
    if not mine and not row.startswith(TOTAL):
        raise KeyError(row)
    shown = tuple(one.row for one in mine if column in ("needed", one.outcome))
    return behind.table(asked, NAME.title, BEHIND, shown)


def _key(group: tuple[date, str, str]) -> str:
    return f"{group[0]:%Y-%m} {group[2]} {group[1]}"


def _months(asked: Asked) -> tuple[date, date]:
    return asked.since.replace(day=1), month_end(asked.until)


def _followed(asked: Asked) -> list[Followed]:
    if not asked.unfiltered:
        return []
    since, until = _months(asked)
    return [
        _one(asked, row)
        for row in asked.tx.all(_FOUND, since=since, until=until, portfolios=list(asked.books))
    ]


def _one(asked: Asked, row: tuple[Any, ...]) -> Followed:
    (key, portfolio, due_on, currency, amount, status, stamped_at, differences, policy, number, of, client,
     kind, method) = row  # fmt: skip
    book, due, at = asked.books[portfolio], day(due_on), maybe_instant(stamped_at)
    fits = status in ("stamped", "sent") and not document(differences)
    if fits and at is not None:
        outcome = IN_TIME if book.moment(at)[0] <= due else LATE
    else:
        outcome = LATE if due < book.moment(asked.tx.now)[0] else AHEAD
    return Followed(
        key=key,
        group=(due.replace(day=1), book.name, currency),
        amount=amount,
        outcome=outcome,
        row=Row(
            key=key,
            currency=currency,
            cells=(
                due.isoformat(), book.name, policy, f"{number}/{of}", masked(client), kind,
                method, status, None if at is None else at.isoformat(), amount,
            ),
        ),
    )  # fmt: skip
