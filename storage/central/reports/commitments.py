"""Commitments against payments: what was promised for each day, what came of it, what came unpromised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from rules.reports import ReportName
from rules.tables import Column, Row, Table
from rules.words import mark
from rules.zones import local_day
from storage.central.connection import day, instant
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.owners import (
    display,
    in_scope,
    key,
    narrowed,
    nobody_last,
    owner,
    parted,
    scope,
)
from storage.central.reports.received import payments

NAME = ReportName(name="commitments", title=mark("Commitments against payments"), group="money")

COLUMNS = (
    Column(key="due", title=mark("day"), kind="date"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    Column(key="product", title=mark("product"), kind="code"),
    Column(key="promises", title=mark("promises"), kind="count", opens=True),
    Column(key="promised", title=mark("promised"), kind="money", opens=True),
    Column(key="paid", title=mark("paid of it"), kind="money", opens=True),
    Column(key="kept", title=mark("kept"), kind="count", opens=True),
    Column(key="kept_rate", title=mark("kept of matured"), kind="percent"),
    Column(key="kept_amount", title=mark("amount kept of matured"), kind="percent", of="money"),
    Column(key="unpromised", title=mark("came unpromised"), kind="money", opens=True),
)
PROMISES = (
    Column(key="due", title=mark("due"), kind="date"),
    Column(key="made", title=mark("made"), kind="instant"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="account", title=mark("account"), kind="code"),
    Column(key="product", title=mark("product"), kind="code"),
    Column(key="status", title=mark("status"), kind="code"),
    Column(key="amount", title=mark("promised"), kind="money"),
    Column(key="paid", title=mark("paid"), kind="money"),
)
STANDING = ("open", "kept", "partial", "broken")
"""States of a promise that counts; one that was cancelled does not."""

_OF_PROMISES = """
    FROM promise q
    JOIN account a ON a.id = q.account_id
    WHERE q.status IN :standing AND q.due >= :since AND q.due <= :until AND a.portfolio_id IN :portfolios
        AND {scope}
""".replace("{scope}", in_scope("q.user_id"))
_PROMISED = """
    SELECT q.due, q.user_id, a.product, q.currency, count(*), sum(q.amount), sum(q.paid),
        sum(CASE WHEN q.status = 'kept' THEN 1 ELSE 0 END),
        sum(CASE WHEN q.status = 'open' THEN 0 ELSE 1 END),
        sum(CASE WHEN q.status = 'open' THEN 0 ELSE q.amount END),
        sum(CASE WHEN q.status = 'open' THEN 0 ELSE q.paid END)
    {from}
    GROUP BY q.due, q.user_id, a.product, q.currency
""".replace("{from}", _OF_PROMISES)
_PROMISES = """
    SELECT q.id, q.due, q.made, q.user_id, c.name, b.name, a.ref, a.product, q.status, q.amount, q.paid,
        q.currency
    FROM promise q
    JOIN account a ON a.id = q.account_id
    JOIN client c ON c.id = a.client_id
    JOIN portfolio b ON b.id = a.portfolio_id
    WHERE q.status IN :standing AND q.due >= :since AND q.due <= :until AND a.portfolio_id IN :portfolios
        AND {scope} AND {condition}
    ORDER BY q.due, q.made, q.id
    LIMIT :most
""".replace("{scope}", in_scope("q.user_id"))
_OF_PAYMENTS = """
    FROM payment p
    JOIN account a ON a.id = p.account_id
    WHERE p.day >= :since AND p.day <= :until AND a.portfolio_id IN :portfolios AND {scope}
""".replace("{scope}", in_scope("p.user_id"))
_RECEIVED = f"SELECT p.id, p.account_id, p.day, p.user_id, a.product, p.amount, p.currency {_OF_PAYMENTS}"
_WINDOWS = f"""
    SELECT q.account_id, q.made, q.due, q.grace_days, a.portfolio_id
    FROM promise q
    JOIN account a ON a.id = q.account_id
    WHERE q.status <> 'cancelled' AND q.account_id IN (SELECT p.account_id {_OF_PAYMENTS})
"""  # noqa: S608 - our own words


class _Unpromised(msgspec.Struct, frozen=True):
    """A payment that no promise of its account had announced."""

    id: int
    place: tuple[str, str, str, str]
    amount: int


def table(asked: Asked) -> Table:
    """A row for each due day, agent, product and currency."""
    cells: dict[tuple[str, str, str, str], list[int]] = {}
    for due, user_id, product, currency, *numbers in asked.tx.all(
        _PROMISED, **scope(asked), standing=list(STANDING)
    ):
        place = (owner(asked, user_id), day(due).isoformat(), product, currency)
        given = cells.setdefault(place, [0] * 8)
        for at, number in enumerate(numbers):
            given[at] += int(number)
    for one in _unpromised(asked):
        cells.setdefault(one.place, [0] * 8)[7] += one.amount
    rows = []
    for agent, due, product, currency in sorted(cells, key=lambda place: (place[1], nobody_last(place))):
        count, promised, paid, kept, matured, of, came, unpromised = cells[(agent, due, product, currency)]
        rows.append(
            Row(
                key=key(agent, due, product, currency),
                cells=(
                    due,
                    agent,
                    display(asked, agent),
                    product,
                    count,
                    promised,
                    paid,
                    kept,
                    (kept, matured),
                    (came, of),
                    unpromised,
                ),
                currency=currency,
            )
        )
    return made(asked, NAME, COLUMNS, tuple(rows))


def _unpromised(asked: Asked) -> Iterator[_Unpromised]:
    """Payments on whose day no promise of the account was under way, from its making to its grace."""
    terms = scope(asked)
    windows: dict[int, list[tuple[date, date]]] = {}
    for account_id, since, due, grace, portfolio in asked.tx.all(_WINDOWS, **terms):
        begun = local_day(instant(since), asked.books[portfolio].zone.key)
        windows.setdefault(account_id, []).append((begun, day(due) + timedelta(days=grace)))
    for key_, account_id, on, user_id, product, amount, currency in asked.tx.all(_RECEIVED, **terms):
        if not any(begun <= day(on) <= last for begun, last in windows.get(account_id, ())):
            place = (owner(asked, user_id), day(on).isoformat(), product, currency)
            yield _Unpromised(key_, place, amount)


def rows(asked: Asked, row: str, column: str) -> Table:
    """The promises behind a number, or the payments that came without one.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    if column not in ("promises", "promised", "paid", "kept", "unpromised"):
        raise KeyError(column)
    where = parted(row, ("agent", "due", "product", "currency"))
    if column == "unpromised":
        wanted = tuple(where.values())
        ids = [one.id for one in _unpromised(asked) if not wanted or one.place[-len(wanted) :] == wanted]
        return payments(asked, NAME.title, "p.id IN :ids", ids=ids)
    columns = {
        "agent": "q.user_id",
        "due": "q.due",
        "product": "a.product",
        "currency": "q.currency",
    }
    values: dict[str, object] = {name: _date(text) if name == "due" else text for name, text in where.items()}
    condition, given = narrowed(asked, values, columns)
    if column == "kept":
        condition += " AND q.status = 'kept'"
    found = asked.tx.all(
        _PROMISES.replace("{condition}", condition),
        **scope(asked),
        **given,
        standing=list(STANDING),
        most=behind.MOST_ROWS + 1,
    )
    lines = tuple(
        Row(
            key=one[0],
            currency=one[11],
            cells=(
                day(one[1]).isoformat(),
                instant(one[2]).isoformat(),
                owner(asked, one[3]),
                masked(one[4]),
                *one[5:11],
            ),
        )
        for one in found
    )
    return behind.table(asked, NAME.title, PROMISES, lines)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise KeyError(text) from error
