"""A digest of cancellations for one sales room: its own contracts and nobody else's, to be sent.

Names are shown as the portfolio's setting ``digest.names`` says: ``initials`` (the default),
``masked`` (first name and initials), ``full``, or ``none``. Nothing of a card leaves.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import date

import msgspec

from rules.cancellations import CANCELLED, OPEN, SAVED, STATES, STEPS
from rules.reports import ReportQuery
from rules.tables import Column, Row, Table
from rules.text import find_pan
from rules.wording import money
from rules.words import mark, tr, trn
from storage.central.connection import Store, Tx, document
from storage.central.doors.who import Who
from storage.central.records.decisions import masked
from storage.central.reports.asked import Asked, asked
from storage.central.reports.cancelling import NO_ROOM, Cancelling, cancelling
from storage.central.upkeep import audit

NAMES = "digest.names"
"""Setting of a portfolio: how much of a client's name a sales room reads."""

COLUMNS = (
    Column(key="contract", title=mark("contract"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="tier", title=mark("tier"), kind="code"),
    Column(key="state", title=mark("state"), kind="word"),
    Column(key="new", title=mark("new"), kind="count"),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="asked", title=mark("asked for"), kind="date"),
    Column(key="due", title=mark("last day"), kind="date"),
    Column(key="step", title=mark("next step"), kind="word"),
)


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """What one sales room is told of the month up to a day. text: Markdown. table: the same contracts."""

    room: str
    day: date
    text: str
    table: Table


def rooms(store: Store, who: Who, day: date | None = None) -> tuple[str, ...]:
    """The sales rooms that have a contract to hear of, in the month of a day (None = today)."""
    with store.read() as tx:
        found = cancelling(_month(tx, who, day))
    return tuple(sorted({one.room for one in found} - {NO_ROOM}))


def digest(store: Store, who: Who, room: str, day: date | None = None) -> Digest:
    """The digest of a sales room: of the month of a day (None = today), up to that day.

    A room without a contract to hear of gets one that says so.
    """
    with store.read() as tx:
        question = _month(tx, who, day)
        found = [one for one in cancelling(question) if one.room == room]
        names = _names(tx, question, found)
    rows = tuple(_row(one, names[one.id]) for one in found)
    table = Table(
        name="digest",
        title=mark("Cancellations of the sales room"),
        columns=COLUMNS,
        rows=rows,
        at=question.tx.now,
        since=question.since,
        until=question.until,
    )
    return Digest(room=room, day=question.until, text=_text(room, question, found, names), table=table)


def note_sent(store: Store, who: Who, sent: Digest, to: str = "") -> str:
    """Keep that a digest left: who sent which, when and where to, with the SHA-256 of its text; that hash."""
    content = hashlib.sha256(sent.text.encode()).hexdigest()
    with store.begin() as tx:
        tx.run(
            """
            INSERT INTO digest_log (id, at, actor, room, day, sent_to, contracts, digest)
            VALUES (:id, :now, :actor, :room, :day, :to, :contracts, :digest)
            """,
            id=str(uuid.uuid4()),
            now=tx.now,
            actor=who.name,
            room=sent.room,
            day=sent.day,
            to=to,
            contracts=len(sent.table.rows),
            digest=content,
        )
        audit.note(
            tx,
            who.name,
            "digest_sent",
            f"room:{sent.room}",
            device=who.device,
            contracts=len(sent.table.rows),
            digest=content,
        )
    return content


def _month(tx: Tx, who: Who, day: date | None) -> Asked:
    """The question for a month; a room hears of all of its contracts, whichever team has them."""
    anybody = msgspec.structs.replace(who, team="")
    return asked(tx, anybody, ReportQuery(name="rooms", until=day), "month")


def _names(tx: Tx, question: Asked, found: Sequence[Cancelling]) -> dict[str, str]:
    """The clients by request, as each portfolio lets them be named."""
    settings = {
        row[0]: document(row[1]).get(NAMES, "initials")
        for row in tx.all("SELECT id, settings FROM portfolio WHERE id IN :ids", ids=list(question.books))
    }
    return {one.id: _named(one.client, settings[one.portfolio]) for one in found}


def _named(name: str, how: str) -> str:
    if how == "full":
        return name
    if how == "masked":
        return masked(name)
    return "" if how == "none" else " ".join(f"{word[0]}." for word in name.split())


def _contract(one: Cancelling) -> str:
    """The contract's number; of one that is a card's number the end alone."""
    return f"···{one.contract[-4:]}" if find_pan(one.contract) else one.contract


def _row(one: Cancelling, name: str) -> Row:
    return Row(
        key=one.id,
        currency=one.currency,
        cells=(
            _contract(one),
            name,
            one.tier,
            STATES[one.state],
            int(one.new),
            one.amount,
            one.asked_on.isoformat(),
            None if one.due is None else one.due.isoformat(),
            STEPS[one.step],
        ),
    )


def _text(room: str, question: Asked, found: Sequence[Cancelling], names: dict[str, str]) -> str:
    """The digest as Markdown, in the language in force."""
    lines = [
        f"# {_plain(room)}",
        "",
        tr(
            "Cancellations from {since} to {until}",
            since=question.since.isoformat(),
            until=question.until.isoformat(),
        ),
    ]
    if not found:
        return "\n".join([*lines, "", tr("No contract of this room."), ""])
    lines += ["", *_summary(found)]
    for state in (OPEN, SAVED, CANCELLED):
        some = [one for one in found if one.state == state]
        if some:
            lines += ["", f"## {tr(STATES[state])}", "", *_lines(some, names)]
    return "\n".join([*lines, ""])


def _summary(found: Sequence[Cancelling]) -> list[str]:
    groups = [
        (tr("new"), [one for one in found if one.new]),
        *(
            (tr(STATES[state]), [one for one in found if one.state == state])
            for state in (OPEN, SAVED, CANCELLED)
        ),
    ]
    return [f"- {words}: {_sum(some)}" for words, some in groups]


def _sum(found: Sequence[Cancelling]) -> str:
    """How many contracts and how much money, by currency."""
    parts = [trn("{number} contract", "{number} contracts", len(found))]
    for currency in sorted({one.currency for one in found}):
        parts.append(money(sum(one.amount for one in found if one.currency == currency), currency, ""))
    return " · ".join(parts)


def _lines(found: Sequence[Cancelling], names: dict[str, str]) -> list[str]:
    head = [tr(column.title) for column in COLUMNS if column.key not in ("state", "new")]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for one in found:
        cells = (
            _contract(one),
            names[one.id],
            one.tier,
            money(one.amount, one.currency, ""),
            one.asked_on.isoformat(),
            "" if one.due is None else one.due.isoformat(),
            tr(STEPS[one.step]),
        )
        lines.append("| " + " | ".join(_plain(cell) for cell in cells) + " |")
    return lines


def _plain(text: str) -> str:
    """A text that means nothing in Markdown."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>#|!" else letter for letter in text)
