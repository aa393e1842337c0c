"""Requests to the back office are answered: a second person grants, denies or ends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from rules.backoffice import ask_figures, asking
from rules.backoffice.asks import Asked, ChannelChange
from rules.backoffice.calculations import Figures, NoFigures
from rules.debit.channel_changes import check_channel
from rules.insurance.policies import Policy
from rules.zones import local_time
from storage.central.changes import touch
from storage.central.clients import documents
from storage.central.connection import Store, Tx, document, maybe_instant
from storage.central.doors.people import Who
from storage.central.policies.asks import asked_of
from storage.central.policies.sheets import policies_of
from storage.central.portfolios import books
from storage.central.queue.queueing import lock_clients
from storage.central.records.closing import checked_note
from storage.central.refusing import NotDone
from storage.central.upkeep import audit


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it is answered or done; its client is locked from here on. asker: user id."""

    id: str
    asker: int
    status: str
    asked: Asked
    folio: str
    client_id: int
    account_id: int
    policy_id: int
    zone: str


def found(tx: Tx, who: Who, ask_id: str) -> Found:
    """A request in this person's portfolios, its client locked.

    Raises:
        NotDone: unknown_ask.
    """
    client_id: int | None = tx.value("SELECT client_id FROM ask WHERE id = :id", id=ask_id)
    locked = lock_clients(tx, [client_id]) if client_id is not None else []
    if client_id is None or not locked or not who.may_see(locked[0][1]):
        raise NotDone("unknown_ask")
    row = tx.one(
        """
        SELECT k.user_id, k.status, k.asks, k.folio, k.account_id, k.policy_id, c.zones
        FROM ask k
        JOIN client c ON c.id = k.client_id
        WHERE k.id = :id
        """,
        id=ask_id,
    )
    if row is None or row[5] is None:
        raise NotDone("unknown_ask")
    return Found(
        id=ask_id,
        asker=row[0],
        status=row[1],
        asked=asked_of(row[2]),
        folio=row[3],
        client_id=client_id,
        account_id=row[4],
        policy_id=row[5],
        zone=zone_of(tx, row[6], locked[0][1]),
    )


def zone_of(tx: Tx, zones: Any, portfolio_id: int) -> str:
    """The zone of a policy's days: its client's, as at the desk; without one the portfolio's."""
    known = document(zones)
    return str(known[0]) if known else books(tx)[portfolio_id].zone.key


def answer(store: Store, who: Who, ask_id: str, verdict: str, note: str = "") -> str:
    """Answer a request: grant or deny it, or say that what was granted was tried in vain.

    What is granted is what the request comes to now, by the centre's own receipts.

    Args:
        store: the central store.
        who: never the one who asked.
        ask_id: which request.
        verdict: a key of `rules.backoffice.asking.VERDICTS`.
        note: a word to who asked; to deny or to fail it has to be said.

    Returns:
        The request's new status.

    Raises:
        NotDone: unknown_ask, bad_verdict, own_ask, already_answered, why_missing, beyond_your_amount,
            card_number_in_note, card_code_in_note, or the code of `rules.backoffice.ask_figures.figures`
            of why it can't be granted.
    """
    note = checked_note(note)
    if verdict not in asking.VERDICTS:
        raise NotDone("bad_verdict")
    status = asking.VERDICTS[verdict]
    with store.begin() as tx:
        ask = found(tx, who, ask_id)
        if ask.asker == who.user_id:
            raise NotDone("own_ask")
        if status not in asking.MOVES.get(ask.status, ()):
            raise NotDone("already_answered")
        if verdict != "approve" and not note.strip():
            raise NotDone("why_missing")
        if verdict == "approve":
            made = worked_out(tx, ask.asked, the_policy(tx, ask.policy_id), ask.zone, ask.client_id)
            check_authority(who, ask.asked, made)
            _keep_figures(tx, ask.id, made)
        _end(tx, who, ask, status, note)
        audit.note(tx, who.name, "ask_answered", f"ask:{ask.folio}", client=ask.client_id, verdict=verdict)
    return status


def withdraw(store: Store, who: Who, ask_id: str, note: str) -> None:
    """Take a request back, as who asked for it or on the client's behalf; nothing comes of it.

    Raises:
        NotDone: unknown_ask, already_answered, why_missing, card_number_in_note, card_code_in_note.
    """
    note = checked_note(note)
    with store.begin() as tx:
        ask = found(tx, who, ask_id)
        if "withdrawn" not in asking.MOVES.get(ask.status, ()):
            raise NotDone("already_answered")
        if not note.strip():
            raise NotDone("why_missing")
        tx.run("UPDATE ask SET status = 'withdrawn', answer = :note WHERE id = :id", id=ask.id, note=note)
        touch(tx, [ask.client_id])
        audit.note(tx, who.name, "ask_withdrawn", f"ask:{ask.folio}", client=ask.client_id)


def _end(tx: Tx, who: Who, ask: Found, status: str, note: str) -> None:
    tx.run(
        """
        UPDATE ask
        SET status = :status, answered = :now, answered_by = :user, answer = :note
        WHERE id = :id
        """,
        id=ask.id,
        status=status,
        now=tx.now,
        user=who.user_id,
        note=note,
    )
    touch(tx, [ask.client_id])


def _keep_figures(tx: Tx, ask_id: str, made: Figures) -> None:
    tx.run(
        "UPDATE ask SET amount = :amount, steps = :steps WHERE id = :id",
        id=ask_id,
        amount=made.amount,
        steps=[msgspec.to_builtins(step) for step in made.steps],
    )


def the_policy(tx: Tx, policy_id: int) -> Policy:
    """A policy, whole."""
    [(_, policy)] = policies_of(tx, [policy_id])
    return policy


def worked_out(tx: Tx, asked: Asked, policy: Policy, zone: str, client_id: int) -> Figures:
    """What a request comes to now; cover is brought back by the money that came last for it.

    Raises:
        NotDone: why it can't be done, as a code of `rules.backoffice.ask_figures.figures`, or of
            `rules.debit.channel_changes.check_channel`.
    """
    if isinstance(asked, ChannelChange):
        problem = next(check_channel(asked, documents(tx, [client_id])[client_id], policy), None)
        if problem is not None:
            raise NotDone(problem.code)
    try:
        return ask_figures.figures(asked, policy, local_time(paid_at(tx, asked, policy), zone))
    except NoFigures as error:
        raise NotDone(error.code) from error


def paid_at(tx: Tx, asked: Asked, policy: Policy) -> datetime:
    """The instant that a request is worked out for: now, or when the money for a rehabilitation came."""
    if asking.kind_of(asked) != "rehabilitation" or policy.lapsed_at is None:
        return tx.now
    last = maybe_instant(
        tx.value(
            "SELECT max(at) FROM payment WHERE account_id = :account AND at >= :since",
            account=policy.account_id,
            since=policy.lapsed_at,
        )
    )
    return last or tx.now


def check_authority(who: Who, asked: Asked, made: Figures) -> None:
    """See whether this person's role may grant what a request gives.

    Raises:
        NotDone: beyond_your_amount.
    """
    if not asking.may_grant(who.role, made.amount, gives=asking.gives(asked, made.amount)):
        raise NotDone("beyond_your_amount")
