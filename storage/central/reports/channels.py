"""Collection channels of premiums: receipts collected on time of those issued, around a change, too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from rules.insurance.receipts import STATUTORY_GRACE_DAYS
from rules.reports import ReportName
from rules.tables import Cell, Column, Row, Table
from rules.words import mark
from rules.zones import local_day
from storage.central.connection import day, instant, maybe_day
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.owners import in_scope, key, parted, scope
from storage.reference import catalogue

NAME = ReportName(name="channels", title=mark("Collection channels"), group="money", period="month")

COLUMNS = (
    Column(key="channel", title=mark("channel"), kind="code"),
    Column(key="issued", title=mark("receipts issued"), kind="count", opens=True),
    Column(key="on_time", title=mark("collected on time"), kind="count", opens=True),
    Column(key="rate", title=mark("on time of issued"), kind="percent"),
    Column(key="issued_amount", title=mark("amount issued"), kind="money", opens=True),
    Column(key="on_time_amount", title=mark("amount on time"), kind="money", opens=True),
    Column(key="amount_rate", title=mark("amount on time of issued"), kind="percent", of="money"),
    Column(key="changed", title=mark("policies that changed to it"), kind="count"),
    Column(key="before", title=mark("on time before the change"), kind="percent"),
    Column(key="after", title=mark("on time after the change"), kind="percent"),
)
RECEIPTS = (
    Column(key="policy", title=mark("policy"), kind="code"),
    Column(key="receipt", title=mark("receipt"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="channel", title=mark("channel"), kind="code"),
    Column(key="due", title=mark("due"), kind="date"),
    Column(key="paid_on", title=mark("paid"), kind="date"),
    Column(key="amount", title=mark("amount"), kind="money"),
)

_RECEIPTS = """
    SELECT r.id, y.id, y.number, CASE WHEN r.channel = '' THEN y.channel ELSE r.channel END, y.grace_days,
        r.number, r.due, r.paid_on, r.total, a.id, a.portfolio_id, a.currency, c.name, y.channel
    FROM receipt r
    JOIN policy y ON y.id = r.policy_id
    JOIN account a ON a.id = y.account_id
    JOIN client c ON c.id = a.client_id
    LEFT JOIN assignment s ON s.client_id = a.client_id
    WHERE r.due <= :until AND (r.due >= :since OR a.id IN :changed) AND r.status <> 'cancelled'
        AND a.portfolio_id IN :portfolios AND {scope}
    ORDER BY r.due, r.id
""".replace("{scope}", in_scope("s.user_id"))
_CHANGES = """
    SELECT account_id, max(at)
    FROM (
        SELECT i.account_id, i.at
        FROM interaction i
        JOIN policy y ON y.account_id = i.account_id
        WHERE i.code IN :codes AND i.retracted_by IS NULL AND i.at < :ends
        UNION ALL
        SELECT y.account_id, e.at
        FROM policy_event e
        JOIN policy y ON y.id = e.policy_id
        WHERE e.kind = 'channel' AND e.at < :ends
    ) changed
    GROUP BY account_id
"""
"""A result said that the channel changes, or the change that was asked for was carried out."""


class _Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that fell due, collected by a channel.

    changed: the day on which its policy's channel was last changed; moved_to: the one that it has now.
    """

    id: int
    policy_id: int
    policy: str
    number: int
    channel: str
    portfolio: str
    client: str
    due: date
    paid_on: date | None
    on_time: bool
    amount: int
    currency: str
    changed: date | None
    moved_to: str


def table(asked: Asked) -> Table:
    """A row for each channel and currency: receipts of the days, on time when paid within their grace.

    Around a change stand all receipts of the policies that changed to the channel.
    """
    groups: dict[tuple[str, str], list[_Receipt]] = {}
    moved: dict[tuple[str, str], list[_Receipt]] = {}
    for one in _receipts(asked):
        groups.setdefault((one.channel, one.currency), []).append(one)
        moved.setdefault((one.moved_to, one.currency), []).append(one)
    rows = tuple(
        Row(
            key=key(*place),
            cells=(place[0], *_cells(asked, groups.get(place, []), moved.get(place, []))),
            currency=place[1],
        )
        for place in sorted(groups.keys() | moved.keys())
    )
    return made(asked, NAME, COLUMNS, rows)


def _cells(asked: Asked, found: list[_Receipt], moved: list[_Receipt]) -> tuple[Cell, ...]:
    of_days = [one for one in found if one.due >= asked.since]
    on_time = [one for one in of_days if one.on_time]
    changed = [(one, one.changed) for one in moved if one.changed is not None]
    amounts = sum(one.amount for one in on_time), sum(one.amount for one in of_days)
    return (
        len(of_days),
        len(on_time),
        (len(on_time), len(of_days)),
        amounts[1],
        amounts[0],
        amounts,
        len({one.policy_id for one, _ in changed}),
        _share(one for one, on in changed if one.due < on),
        _share(one for one, on in changed if one.due >= on),
    )


def _share(found: Iterable[_Receipt]) -> tuple[int, int]:
    given = list(found)
    return sum(one.on_time for one in given), len(given)


def _receipts(asked: Asked) -> list[_Receipt]:
    changes = _changes(asked)
    rows = asked.tx.all(_RECEIPTS, **scope(asked), changed=list(changes))
    found = []
    for row in rows:
        due, paid_on = day(row[6]), maybe_day(row[7])
        grace = STATUTORY_GRACE_DAYS if row[4] is None else row[4]
        book = asked.books[row[10]]
        found.append(
            _Receipt(
                id=row[0],
                policy_id=row[1],
                policy=row[2],
                number=row[5],
                channel=row[3],
                moved_to=row[13],
                portfolio=book.name,
                client=row[12],
                due=due,
                paid_on=paid_on,
                on_time=paid_on is not None and paid_on <= due + timedelta(days=grace),
                amount=row[8],
                currency=row[11],
                changed=local_day(changes[row[9]], book.zone.key) if row[9] in changes else None,
            )
        )
    return found


def _changes(asked: Asked) -> dict[int, datetime]:
    """When accounts of policies were last moved to another channel."""
    codes = [code for code, one in catalogue().results.items() if one.effect == "auto_pay"]
    ends = datetime.combine(asked.until + timedelta(days=1), time(), UTC)
    return {row[0]: instant(row[1]) for row in asked.tx.all(_CHANGES, codes=codes, ends=ends)}


def rows(asked: Asked, row: str, column: str) -> Table:
    """The receipts behind a number.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    kind = column.removesuffix("_amount")
    if kind not in ("issued", "on_time"):
        raise KeyError(column)
    where = parted(row, ("channel", "currency"))
    found = [
        one
        for one in _receipts(asked)
        if one.due >= asked.since
        and where.get("currency", one.currency) == one.currency
        and where.get("channel", one.channel) == one.channel
        and (kind == "issued" or one.on_time)
    ]
    return behind.table(asked, NAME.title, RECEIPTS, tuple(_line(one) for one in found))


def _line(one: _Receipt) -> Row:
    return Row(
        key=str(one.id),
        currency=one.currency,
        cells=(
            one.policy,
            str(one.number),
            masked(one.client),
            one.portfolio,
            one.channel,
            one.due.isoformat(),
            None if one.paid_on is None else one.paid_on.isoformat(),
            one.amount,
        ),
    )
