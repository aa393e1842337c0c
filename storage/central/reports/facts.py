"""The facts of some days as flat rows for pivot tables: results, promises and payments. No personal data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from rules.buckets import parted
from rules.tables import Cell, Column, Row
from rules.words import mark
from storage.central.connection import day, instant, maybe_day, maybe_instant
from storage.central.reports.asked import Asked


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of facts: its columns, and its rows as they come from the store."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[Asked], Iterator[Row]]


_WHOSE = """
        AND {portfolio} IN :portfolios
        AND ({user} IN :users OR (:everybody AND {user} IS NULL))
"""

_RESULTS = f"""
    SELECT i.id, i.at, i.day, i.hour, c.portfolio_id, i.bucket, i.strategy, i.off_strategy, i.user_id,
        i.agent, i.client_id, a.product, i.code, i.flags, i.channel, i.reason, i.late, i.started_at, i.due,
        i.amount, i.currency
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    LEFT JOIN account a ON a.id = i.account_id
    WHERE i.retracted_by IS NULL AND i.day >= :since AND i.day <= :until
    {_WHOSE.format(portfolio="c.portfolio_id", user="i.user_id")}
    ORDER BY i.at, i.id
"""  # noqa: S608 - the texts are ours

_PROMISES = f"""
    SELECT m.id, m.made, i.day, m.due, c.portfolio_id, i.bucket, i.strategy, m.user_id, m.agent, m.client_id,
        a.product, m.number, m.status, m.channel, m.amount, m.paid, m.currency
    FROM promise m
    JOIN client c ON c.id = m.client_id
    JOIN account a ON a.id = m.account_id
    LEFT JOIN interaction i ON i.id = m.event_id
    WHERE m.id IN (
            SELECT d.id FROM promise d WHERE d.due >= :since AND d.due <= :until
            UNION
            SELECT d.id
            FROM interaction r
            JOIN promise d ON d.event_id = r.id
            WHERE r.day >= :since AND r.day <= :until
        )
    {_WHOSE.format(portfolio="c.portfolio_id", user="m.user_id")}
    ORDER BY m.made, m.id
"""  # noqa: S608 - the texts are ours

_PAYMENTS = f"""
    SELECT y.id, y.at, y.day, y.hour, a.portfolio_id, y.bucket, y.user_id, a.client_id, a.product, y.channel,
        y.amount, y.currency
    FROM payment y
    JOIN account a ON a.id = y.account_id
    WHERE y.day >= :since AND y.day <= :until
    {_WHOSE.format(portfolio="a.portfolio_id", user="y.user_id")}
    ORDER BY y.at, y.id
"""  # noqa: S608 - the texts are ours

_AT = Column(key="at", title=mark("when"), kind="instant")
_DAY = Column(key="day", title=mark("day"), kind="date")
_HOUR = Column(key="hour", title=mark("hour"), kind="count")
_PORTFOLIO = Column(key="portfolio", title=mark("portfolio"))
_BUCKET = Column(key="bucket", title=mark("bucket"), kind="code")
_STRATEGY = Column(key="strategy", title=mark("strategy"), kind="code")
_AGENT = Column(key="agent", title=mark("agent"), kind="code")
_TEAM = Column(key="team", title=mark("team"))
_CLIENT = Column(key="client", title=mark("client number"), kind="code")
_PRODUCT = Column(key="product", title=mark("product"), kind="code")
_CHANNEL = Column(key="channel", title=mark("channel"), kind="code")
_DUE = Column(key="due", title=mark("due"), kind="date")
_AMOUNT = Column(key="amount", title=mark("amount"), kind="money")


def _results(asked: Asked) -> Iterator[Row]:
    for row in asked.tx.stream(_RESULTS, **asked.terms):
        (key, at, on, hour, portfolio, bucket, strategy, off, user, agent, client, product) = row[:12]
        (code, flags, channel, reason, late, started, due, amount, currency) = row[12:]
        began, ended = maybe_instant(started), instant(at)
        cells: tuple[Cell, ...] = (
            ended.isoformat(),
            day(on).isoformat(),
            hour,
            asked.books[portfolio].name,
            parted(bucket)[0],
            strategy,
            off,
            agent,
            _team(asked, user),
            str(client),
            product,
            code,
            *(int(flag in flags) for flag in "ACRP"),
            channel,
            reason,
            int(bool(late)),
            None if began is None else int((ended - began).total_seconds()),
            _date(due),
            amount,
        )
        yield Row(key=key, cells=cells, currency=currency)


def _promises(asked: Asked) -> Iterator[Row]:
    for row in asked.tx.stream(_PROMISES, **asked.terms):
        (key, made, on, due, portfolio, bucket, strategy, user, agent, client, product) = row[:11]
        number, status, channel, amount, paid, currency = row[11:]
        cells: tuple[Cell, ...] = (
            instant(made).isoformat(),
            _date(on),
            _date(due),
            asked.books[portfolio].name,
            parted(bucket or "")[0],
            strategy or "",
            agent,
            _team(asked, user),
            str(client),
            product,
            number,
            status,
            channel,
            1,
            amount,
            paid,
        )
        yield Row(key=key, cells=cells, currency=currency)


def _payments(asked: Asked) -> Iterator[Row]:
    for row in asked.tx.stream(_PAYMENTS, **asked.terms):
        key, at, on, hour, portfolio, bucket, user, client, product, channel, amount, currency = row
        cells: tuple[Cell, ...] = (
            instant(at).isoformat(),
            day(on).isoformat(),
            hour,
            asked.books[portfolio].name,
            parted(bucket)[0],
            asked.people[user].name if user in asked.people else "",
            _team(asked, user),
            str(client),
            product,
            channel,
            1,
            amount,
        )
        yield Row(key=str(key), cells=cells, currency=currency)


def _team(asked: Asked, user: int | None) -> str:
    return asked.people[user].team if user in asked.people else ""


def _date(value: Any) -> str | None:
    found = maybe_day(value)
    return None if found is None else found.isoformat()


FACTS = (
    Facts(
        name="results",
        title=mark("Results"),
        columns=(
            _AT,
            _DAY,
            _HOUR,
            _PORTFOLIO,
            _BUCKET,
            _STRATEGY,
            Column(key="off_strategy", title=mark("not followed"), kind="code"),
            _AGENT,
            _TEAM,
            _CLIENT,
            _PRODUCT,
            Column(key="code", title=mark("code"), kind="code"),
            Column(key="attempts", title=mark("attempts"), kind="count"),
            Column(key="contacts", title=mark("contacts"), kind="count"),
            Column(key="rpc", title=mark("right-party contacts"), kind="count"),
            Column(key="promises", title=mark("promises"), kind="count"),
            _CHANNEL,
            Column(key="reason", title=mark("reason"), kind="code"),
            Column(key="late", title=mark("late"), kind="count"),
            Column(key="handling", title=mark("handling"), kind="seconds"),
            _DUE,
            _AMOUNT,
        ),
        rows=_results,
    ),
    Facts(
        name="promises",
        title=mark("Promises"),
        columns=(
            Column(key="made", title=mark("made"), kind="instant"),
            _DAY,
            _DUE,
            _PORTFOLIO,
            _BUCKET,
            _STRATEGY,
            _AGENT,
            _TEAM,
            _CLIENT,
            _PRODUCT,
            Column(key="number", title=mark("payment of the plan"), kind="count"),
            Column(key="status", title=mark("status"), kind="code"),
            _CHANNEL,
            Column(key="promises", title=mark("promises"), kind="count"),
            Column(key="amount", title=mark("promised"), kind="money"),
            Column(key="paid", title=mark("paid"), kind="money"),
        ),
        rows=_promises,
    ),
    Facts(
        name="payments",
        title=mark("Payments"),
        columns=(
            _AT,
            _DAY,
            _HOUR,
            _PORTFOLIO,
            _BUCKET,
            _AGENT,
            _TEAM,
            _CLIENT,
            _PRODUCT,
            _CHANNEL,
            Column(key="payments", title=mark("payments"), kind="count"),
            _AMOUNT,
        ),
        rows=_payments,
    ),
)
"""What a workbook holds besides the reports. Promises: made in the period, or due in it."""
