"""Requests as rows of the page, and as a table for files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from rules.backoffice.asking import kind_of
from rules.backoffice.office_asks import ListedAsk
from rules.tables import Column as TableColumn
from rules.tables import Row, Table
from rules.words import mark, tr
from widgets.ask_lines import KINDS, amount_words, asked_words, kind_words
from widgets.columns import Column
from widgets.formats import day, moment
from widgets.policy_words import ASK_STATUSES
from widgets.wording import word

WAITING = ("open", "approved")


def columns() -> tuple[Column[ListedAsk], ...]:
    """By when, what, on which policy, how it stands, what it comes to."""
    return (
        Column("due", tr("by"), 9, _due, lambda one: one.ask.due or date.max, _tone),
        Column("kind", tr("what"), 14, lambda one, _: kind_words(one.ask.asks),
               lambda one: kind_of(one.ask.asks)),
        Column("policy", tr("policy"), 11, lambda one, _: one.policy or "·", lambda one: one.policy),
        Column("status", tr("state"), 19, lambda one, _: word(ASK_STATUSES, one.ask.status),
               lambda one: one.ask.status, _status_tone, rank=1),
        Column("amount", tr("amount"), 18, lambda one, _: amount_words(one.ask.amount, one.ask.currency),
               lambda one: one.ask.amount, right=True, rank=2),
        Column("client", tr("client"), 12, lambda one, _: one.client, lambda one: one.client,
               grow=True, rank=3),
        Column("agent", tr("by whom"), 10, lambda one, _: one.ask.agent, lambda one: one.ask.agent, rank=4),
        Column("asked", tr("asked"), 13, lambda one, now: moment(one.ask.asked, now),
               lambda one: one.ask.asked, rank=5),
        Column("detail", tr("detail"), 26, lambda one, _: asked_words(one.ask.asks),
               lambda one: asked_words(one.ask.asks), rank=6),
        Column("folio", tr("folio"), 14, lambda one, _: one.ask.folio, lambda one: one.ask.folio, rank=7),
    )  # fmt: skip


def _due(one: ListedAsk, _: datetime) -> str:
    if one.ask.due is None:
        return "·"
    return f"! {day(one.ask.due)}" if one.late else day(one.ask.due)


def _tone(one: ListedAsk, now: datetime) -> str:
    if one.late:
        return "bad"
    return "warn" if one.ask.status in WAITING and one.ask.due == now.date() else ""


def _status_tone(one: ListedAsk, _: datetime) -> str:
    return {"approved": "good", "done": "good", "denied": "muted", "withdrawn": "muted"}.get(
        one.ask.status, ""
    )


_TABLE = (
    TableColumn(key="folio", title=mark("folio"), kind="code"),
    TableColumn(key="due", title=mark("by"), kind="date"),
    TableColumn(key="kind", title=mark("what"), kind="word"),
    TableColumn(key="detail", title=mark("detail")),
    TableColumn(key="policy", title=mark("policy"), kind="code"),
    TableColumn(key="client", title=mark("client")),
    TableColumn(key="portfolio", title=mark("portfolio")),
    TableColumn(key="status", title=mark("state"), kind="word"),
    TableColumn(key="amount", title=mark("amount"), kind="money"),
    TableColumn(key="agent", title=mark("by whom")),
    TableColumn(key="asked", title=mark("asked"), kind="instant"),
    TableColumn(key="answered_by", title=mark("answered by")),
    TableColumn(key="answer", title=mark("answer")),
)


def table(rows: Sequence[ListedAsk], now: datetime) -> Table:
    """What is shown, as a table for a file."""
    return Table(
        name="requests", title=mark("Requests"), columns=_TABLE, rows=tuple(_row(one) for one in rows), at=now
    )


def _row(one: ListedAsk) -> Row:
    ask = one.ask
    return Row(
        key=ask.id,
        currency=ask.currency,
        cells=(
            ask.folio,
            ask.due.isoformat() if ask.due else None,
            KINDS[kind_of(ask.asks)],
            asked_words(ask.asks),
            one.policy,
            one.client,
            one.portfolio,
            ASK_STATUSES[ask.status],
            ask.amount,
            ask.agent,
            ask.asked.isoformat(),
            ask.answered_by,
            ask.answer,
        ),
    )
