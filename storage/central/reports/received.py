"""Money that came in: sums of it, and the payments themselves.

As in the live figures a payment counts for the day on which it came in where its portfolio
is; one without a day was brought in as history, and counts nowhere.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.connection import instant
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.asked import Asked
from storage.central.reports.owners import in_scope, owner, scope

PAYMENTS = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="account", title=mark("account"), kind="code"),
    Column(key="product", title=mark("product"), kind="code"),
    Column(key="channel", title=mark("channel"), kind="code"),
    Column(key="amount", title=mark("amount"), kind="money"),
)

_FROM = """
    FROM payment p
    JOIN account a ON a.id = p.account_id
    WHERE p.day >= :since AND p.day <= :until AND a.portfolio_id IN :portfolios
        AND {scope}
""".replace("{scope}", in_scope("p.user_id"))
_SUMS = """
    SELECT a.portfolio_id, p.user_id, a.product, p.channel, p.currency, count(*), sum(p.amount)
    {from}
    GROUP BY a.portfolio_id, p.user_id, a.product, p.channel, p.currency
""".replace("{from}", _FROM)
_ROWS = """
    SELECT p.id, p.at, p.user_id, c.name, b.name, a.ref, a.product, p.channel, p.amount, p.currency
    FROM payment p
    JOIN account a ON a.id = p.account_id
    JOIN client c ON c.id = a.client_id
    JOIN portfolio b ON b.id = a.portfolio_id
    WHERE p.day >= :since AND p.day <= :until AND a.portfolio_id IN :portfolios
        AND {scope} AND {condition}
    ORDER BY p.at DESC, p.id
    LIMIT :most
""".replace("{scope}", in_scope("p.user_id"))


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """Payments alike, together. agent: who gets the credit, or nobody."""

    portfolio: int
    agent: str
    product: str
    channel: str
    currency: str
    count: int
    amount: int


def received(asked: Asked) -> list[Received]:
    """All that came in, summed by portfolio, agent, product, channel and currency."""
    return [
        Received(
            portfolio=row[0],
            agent=owner(asked, row[1]),
            product=row[2],
            channel=row[3],
            currency=row[4],
            count=row[5],
            amount=int(row[6]),
        )
        for row in asked.tx.all(_SUMS, **scope(asked))
    ]


def payments(asked: Asked, title: str, condition: str = "true", **given: Any) -> Table:
    """The payments of the days that meet a condition on ``p`` (payment) and ``a`` (account), newest first."""
    found = asked.tx.all(
        _ROWS.replace("{condition}", condition), **scope(asked), **given, most=behind.MOST_ROWS + 1
    )
    rows = tuple(
        Row(
            key=str(row[0]),
            currency=row[9],
            cells=(instant(row[1]).isoformat(), owner(asked, row[2]), masked(row[3]), *row[4:9]),
        )
        for row in found
    )
    return behind.table(asked, title, PAYMENTS, rows)
