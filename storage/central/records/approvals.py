"""Answers to requests for approval: a second person approves, denies or offers something else."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from rules.authority import reaches
from rules.clients import Account, Client, Request
from rules.facts import Terms
from rules.requests import STATUSES, dated, instead, is_sound
from rules.zones import local_day, midnight
from storage.central.changes import touch
from storage.central.clients import documents
from storage.central.connection import Store, Tx, instant
from storage.central.doors.people import Who
from storage.central.doors.users import led_by
from storage.central.portfolios import Book, books
from storage.central.queue.queueing import lock_clients, lock_free
from storage.central.records.closing import NotDone, checked_note
from storage.central.records.reviews import tell_boards
from storage.central.rulebooks import negotiation_of
from storage.central.upkeep import audit

EXPIRED_AT_ONCE = 500


def answer(
    store: Store, who: Who, request_id: str, verdict: str, terms: Terms | None = None, note: str = ""
) -> str:
    """Answer a request; the client's document changes and the agent's desk hears of it.

    Args:
        store: the central store.
        who: who answers; never the one who asked.
        request_id: id of the request.
        verdict: approve, deny or counter.
        terms: for a counter-offer the sum and its payments; what is waived is worked out
            anew from the account.
        note: a word to the agent.

    Returns:
        the request's new status.

    Raises:
        NotDone: unknown_request, forbidden (not in this person's portfolios or team), own_request,
            already_answered (or taken back, or too late), unknown_verdict, bad_terms,
            beyond_authority (the answerer's level may not grant the terms),
            card_number_in_note, card_code_in_note.
    """
    note = checked_note(note)
    if verdict not in STATUSES:
        raise NotDone("unknown_verdict")
    with store.begin() as tx:
        asker, client, request, book = _found(tx, who, request_id)
        if asker == who.user_id:
            raise NotDone("own_request")
        if verdict == "counter" and terms is None:
            raise NotDone("bad_terms")
        today = local_day(tx.now, book.zone.key)
        granted, expires = None, tx.now
        if verdict != "deny":
            granted = _granted(tx, who, client, request, terms if verdict == "counter" else None, today)
            expires = midnight((granted.valid_until or today) + timedelta(days=1), book.zone.key)
        _keep(tx, who, request, STATUSES[verdict], granted, note, expires)
        tx.run("UPDATE review SET closed = true WHERE id = :id AND kind = 'approval'", id=request_id)
        tell_boards(tx, book.id)
        touch(tx, [client.id])
        audit.note(tx, who.name, "answered", f"request:{request_id}", client=client.id, verdict=verdict)
    return STATUSES[verdict]


def _found(tx: Tx, who: Who, request_id: str) -> tuple[int, Client, Request, Book]:
    """An open request with its client, who is locked from here on."""
    client_id: int | None = tx.value("SELECT client_id FROM approval_request WHERE id = :id", id=request_id)
    if client_id is None:
        raise NotDone("unknown_request")
    [(_, portfolio_id)] = lock_clients(tx, [client_id])
    if not who.may_see(portfolio_id):
        raise NotDone("forbidden")
    row = tx.one("SELECT user_id, status, expires FROM approval_request WHERE id = :id", id=request_id)
    if row is not None and not led_by(tx, who, row[0]):
        raise NotDone("forbidden")
    if row is None or row[1] != "open" or instant(row[2]) <= tx.now:
        raise NotDone("already_answered")
    client = documents(tx, [client_id])[client_id]
    request = next(one for one in client.requests if one.id == request_id)
    return row[0], client, request, books(tx)[portfolio_id]


def _granted(tx: Tx, who: Who, client: Client, request: Request, counter: Terms | None, today: date) -> Terms:
    """The terms that the answer grants: sound, within the answerer's authority, and dated."""
    account = next(one for one in client.accounts if one.id == request.account_id)
    terms = request.terms
    if counter is not None:
        terms = instead(terms, account, counter.to_pay, counter.payments)
        terms = msgspec.structs.replace(terms, valid_until=counter.valid_until)
    if not _possible(terms, account, today):
        raise NotDone("bad_terms")
    level: str = tx.value("SELECT level FROM app_user WHERE id = :id", id=who.user_id)
    portfolio_id: int = tx.value("SELECT portfolio_id FROM client WHERE id = :id", id=client.id)
    limits = negotiation_of(tx, portfolio_id, tx.now).authority
    needed = [limits.required(terms, client, account, today)]
    if counter is None:
        needed.append(request.level)
    if not all(reaches(level, one) for one in needed):
        raise NotDone("beyond_authority")
    return dated(terms, today, client.country)


def _possible(terms: Terms, account: Account, today: date) -> bool:
    """Whether terms add up, lie ahead, and ask for no more than is owed (new terms bear interest)."""
    days = [payment.due for payment in terms.payments] + [terms.valid_until or today]
    return (
        is_sound(terms)
        and terms.currency == account.currency
        and (terms.to_pay <= account.total or terms.kind == "restructure")
        and min(days) >= today
    )


def _keep(
    tx: Tx, who: Who, request: Request, status: str, granted: Terms | None, note: str, expires: datetime
) -> None:
    countered = granted is not None and status == "countered"
    tx.run(
        """
        UPDATE approval_request
        SET status = :status, answered = :now, answered_by = :user, answer_note = :note, terms = :terms,
            counter = :counter, expires = :expires
        WHERE id = :id
        """,
        id=request.id,
        status=status,
        now=tx.now,
        user=who.user_id,
        note=note,
        terms=msgspec.to_builtins(granted if granted is not None and not countered else request.terms),
        counter=msgspec.to_builtins(granted) if countered else None,
        expires=expires,
    )


def expire(store: Store) -> int:
    """End the requests that nobody answered in their day, and approvals that nobody used in theirs.

    Cheap when nothing is due; with several hubs on one store each takes the clients that no
    other is busy with.

    Returns:
        How many ended.
    """
    with store.read() as tx:
        due = tx.all(
            """
            SELECT client_id
            FROM approval_request
            WHERE status IN ('open', 'approved', 'countered') AND expires <= :now
            ORDER BY expires
            LIMIT :limit
            """,
            now=tx.now,
            limit=EXPIRED_AT_ONCE,
        )
    if not due:
        return 0
    with store.begin() as tx:
        free = lock_free(tx, [row[0] for row in due])
        ended = tx.all(
            """
            UPDATE approval_request SET status = 'expired'
            WHERE client_id IN :ids AND status IN ('open', 'approved', 'countered') AND expires <= :now
            RETURNING id, client_id
            """,
            ids=free,
            now=tx.now,
        )
        tx.run(
            "UPDATE review SET closed = true WHERE id IN :ids AND kind = 'approval'",
            ids=[row[0] for row in ended],
        )
        for portfolio_id in sorted({portfolio for _, portfolio in lock_clients(tx, [r[1] for r in ended])}):
            tell_boards(tx, portfolio_id)
        touch(tx, [row[1] for row in ended])
        return len(ended)
