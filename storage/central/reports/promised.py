"""The rows behind numbers of promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.connection import day, instant
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.agents import NO_ONE
from storage.central.reports.asked import Asked

COLUMNS = (
    Column(key="due", title=mark("due"), kind="date"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="made", title=mark("promised on"), kind="instant"),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="paid", title=mark("paid"), kind="money"),
    Column(key="status", title=mark("status"), kind="code"),
    Column(key="channel", title=mark("channel"), kind="code"),
)

OF_THESE = """
    p.due >= :since AND p.due <= :until AND +c.portfolio_id IN :portfolios
        AND (p.user_id IN :users OR (:everybody AND p.user_id IS NULL))
"""
"""Promises that fell due in these days, of the people who are asked about; whoever recorded them."""

_PROMISES = f"""
    SELECT p.id, p.due, p.agent, c.name, b.name, p.made, p.amount, p.paid, p.status, p.channel, p.currency
    FROM promise p
    JOIN client c ON c.id = p.client_id
    JOIN portfolio b ON b.id = c.portfolio_id
    WHERE {OF_THESE} AND coalesce(p.user_id, {NO_ONE}) IN :whose AND {{condition}}
    ORDER BY p.due DESC, p.id
    LIMIT :most
"""  # noqa: S608 - our own words


def rows(asked: Asked, title: str, whose: list[int], condition: str, **terms: Any) -> Table:
    """Promises of some people that meet a condition on ``p`` (promise); the latest due first.

    Args:
        asked: the days in which they fell due.
        title: what the rows are, English, to be translated.
        whose: ids of people, `NO_ONE` for what is nobody's.
        condition: SQL of our own, with parameters.
        terms: the parameters' values.
    """
    statement = _PROMISES.replace("{condition}", condition)
    found = asked.tx.all(statement, **asked.terms, **terms, whose=whose, most=behind.MOST_ROWS + 1)
    return behind.table(asked, title, COLUMNS, tuple(map(row, found)))


def row(found: Sequence[Any]) -> Row:
    """A promise as `rows` selects it: its columns in the same order, then its currency."""
    return Row(
        key=found[0],
        currency=found[10],
        cells=(
            day(found[1]).isoformat(),
            found[2],
            masked(found[3]),
            found[4],
            instant(found[5]).isoformat(),
            found[6],
            found[7],
            found[8],
            found[9],
        ),
    )
