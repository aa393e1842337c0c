"""Directives as leads give and end them; what they do to the queue is `storage.central.queue.parts`."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from rules.directives import HOLD, KINDS, Directive, DirectiveEnding, DirectiveOrder
from rules.messages import Message, cleaned, problem
from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.changes import tell_users
from storage.central.connection import Store, Tx, instant
from storage.central.doors.who import Who
from storage.central.leading import inbox
from storage.central.leading.assignable import people, portfolio
from storage.central.portfolios import books
from storage.central.queue.parts import segments
from storage.central.records.closing import NotDone, checked_note
from storage.central.records.reviews import tell_boards
from storage.central.upkeep import audit

KEPT_DAYS = 14
"""For so long one that has ended is still listed."""

_COLUMNS = (
    Column(key="directive", title=mark("what"), kind="code"),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="bucket", title=mark("bucket"), kind="code"),
    Column(key="strategy", title=mark("strategy"), kind="code"),
    Column(key="by", title=mark("by"), kind="code"),
    Column(key="at", title=mark("since"), kind="instant"),
    Column(key="until", title=mark("until"), kind="instant"),
    Column(key="ended", title=mark("ended"), kind="instant"),
    Column(key="ended_by", title=mark("ended by"), kind="code"),
    Column(key="why", title=mark("why")),
)


def give(store: Store, who: Who, order: DirectiveOrder) -> str:
    """Hold a part of a portfolio's queue back, or put it first, from now on; the directive's id.

    Another one of the same part, if one is in force, ends with it. The agents of the portfolio
    read of it when they are done with the client before them.

    Raises:
        NotDone: unknown_portfolio, unknown_directive_kind, unknown_part, bad_until, why_missing,
            long_message, card_number_in_note, card_code_in_note.
    """
    why, notice = _why(order.why), _notice(order.notice)
    if order.kind not in KINDS:
        raise NotDone("unknown_directive_kind")
    with store.begin() as tx:
        book = portfolio(tx, who, order.portfolio)
        if order.until is not None and (order.until.tzinfo is None or order.until <= tx.now):
            raise NotDone("bad_until")
        if not _known_part(tx, book.id, order):
            raise NotDone("unknown_part")
        directive_id = uuid.uuid4().hex
        part: dict[str, Any] = {
            "portfolio": book.id,
            "strategy": order.strategy,
            "bucket": order.bucket,
        }
        tx.run(
            """
            UPDATE directive SET ended_at = :now, ended_by = :user
            WHERE ended_at IS NULL AND portfolio_id = :portfolio AND strategy = :strategy AND bucket = :bucket
            """,
            now=tx.now,
            user=who.user_id,
            **part,
        )
        tx.run(
            """
            INSERT INTO directive (id, portfolio_id, strategy, bucket, kind, why, at, user_id, until)
            VALUES (:id, :portfolio, :strategy, :bucket, :kind, :why, :now, :user, :until)
            """,
            id=directive_id,
            kind=order.kind,
            why=why,
            now=tx.now,
            user=who.user_id,
            until=order.until,
            **part,
        )
        subject = f"directive:{directive_id}"
        until = order.until.isoformat() if order.until else None
        audit.note(tx, who.name, f"directive_{order.kind}", subject, why=why, until=until, **part)
        _notify(tx, who, book.id, notice)
        tell_boards(tx, book.id)
        return directive_id


def end(store: Store, who: Who, directive_id: str, ending: DirectiveEnding) -> None:
    """End a directive before its time.

    Raises:
        NotDone: unknown_directive (also one out of the person's scope), already_closed, why_missing,
            long_message, card_number_in_note, card_code_in_note.
    """
    why, notice = _why(ending.why), _notice(ending.notice)
    with store.begin() as tx:
        row = tx.one("SELECT portfolio_id, strategy, bucket FROM directive WHERE id = :id", id=directive_id)
        if row is None or not who.may_see(row[0]):
            raise NotDone("unknown_directive")
        ended = tx.run(
            """
            UPDATE directive SET ended_at = :now, ended_by = :user
            WHERE id = :id AND ended_at IS NULL AND (until IS NULL OR until > :now)
            """,
            id=directive_id,
            now=tx.now,
            user=who.user_id,
        )
        if not ended:
            raise NotDone("already_closed")
        audit.note(tx, who.name, "directive_ended", f"directive:{directive_id}", why=why)
        _notify(tx, who, row[0], notice)
        tell_boards(tx, row[0])


def expire(store: Store) -> int:
    """Close the directives whose time is over, so that boards show it; how many.

    In the queue each has ended with its instant (`Directive.in_force`), whoever is late here.
    """
    with store.glance() as tx:
        over = "SELECT 1 FROM directive WHERE ended_at IS NULL AND until <= :now"
        if tx.one(over, now=tx.now) is None:
            return 0
    with store.begin() as tx:
        ended = tx.all(
            """
            UPDATE directive SET ended_at = until
            WHERE ended_at IS NULL AND until <= :now
            RETURNING portfolio_id
            """,
            now=tx.now,
        )
        for portfolio_id in sorted({row[0] for row in ended}):
            tell_boards(tx, portfolio_id)
        return len(ended)


def listed(store: Store, who: Who) -> Table:
    """The directives of a person's portfolios: those in force, then those that ended of late."""
    with store.read() as tx:
        known = {key: book for key, book in books(tx).items() if who.may_see(key)}
        rows = tx.all(
            """
            SELECT d.id, d.kind, d.portfolio_id, d.bucket, d.strategy, u.name, d.at, d.until, d.ended_at,
                e.name, d.why
            FROM directive d
            JOIN app_user u ON u.id = d.user_id
            LEFT JOIN app_user e ON e.id = d.ended_by
            WHERE d.portfolio_id IN :portfolios AND (d.ended_at IS NULL OR d.ended_at > :since)
            ORDER BY CASE WHEN d.ended_at IS NULL THEN 0 ELSE 1 END, d.at DESC, d.id
            """,
            portfolios=list(known),
            since=tx.now - timedelta(days=KEPT_DAYS),
        )
        found = tuple(
            Row(
                key=row[0],
                cells=(
                    row[1],
                    known[row[2]].name,
                    row[3],
                    row[4],
                    row[5],
                    *(None if at is None else instant(at).isoformat() for at in row[6:9]),
                    row[9],
                    row[10],
                ),
            )
            for row in rows
        )
        return Table(name="directives", title=mark("Hold or first"), columns=_COLUMNS, rows=found, at=tx.now)


def _why(text: str) -> str:
    why = checked_note(text).strip()
    if not why:
        raise NotDone("why_missing")
    return why


def _notice(text: str) -> str:
    notice = cleaned(text)
    wrong = problem(notice) if notice else ""
    if wrong:
        raise NotDone(wrong)
    return notice


def _known_part(tx: Tx, portfolio_id: int, order: DirectiveOrder) -> bool:
    """Whether anybody has ever stood there: a slip of the pen holds nothing back in silence."""
    part = Directive(kind=HOLD, strategy=order.strategy, bucket=order.bucket)
    return part.whole or any(part.concerns(one) for one in segments(tx, [portfolio_id])[portfolio_id])


def _notify(tx: Tx, who: Who, portfolio_id: int, notice: str) -> None:
    """Write to the agents of the portfolio whom this person leads; they read it between two clients."""
    readers = [key for key, person in people(tx, who, portfolio_id).items() if person.works]
    if not notice or not readers:
        return
    message = Message(
        id=uuid.uuid4().hex,
        at=tx.now,
        kind="notice",
        writer=who.name,
        writer_name=who.display_name,
        text=notice,
    )
    inbox.keep(tx, who, message, "all", readers)
    tell_users(tx, inbox.ENTITY, message.id, readers)
