"""Records end: cases with an outcome, inconsistencies by hand, matters before a lead once seen."""

from __future__ import annotations

from rules.cases import OUTCOMES, lifts
from rules.protocol import LIVING
from rules.text import clean, find_card_code, find_pan
from storage.central.changes import tell, touch
from storage.central.connection import Store, Tx
from storage.central.doors.people import Who
from storage.central.doors.users import led_by
from storage.central.facts import effects
from storage.central.facts.payments import lower_debt
from storage.central.queue.queueing import lock_clients, place
from storage.central.records.cases import DISPUTED, review_id
from storage.central.records.reviews import tell_boards
from storage.central.refusing import NotDone as NotDone
from storage.central.upkeep import audit

LONGEST_NOTE = 4000

_STOPS = ("hold", "not_before", "do_not_contact", "stopped")
"""Effects of the result that a case gives back when it ends."""


def checked_note(note: str) -> str:
    """A note as it may be kept.

    Raises:
        NotDone: it holds a card number or a card's security code.
    """
    note = clean(note, newlines=True, limit=LONGEST_NOTE)
    if find_pan(note):
        raise NotDone("card_number_in_note")
    if find_card_code(note):
        raise NotDone("card_code_in_note")
    return note


def close(store: Store, who: Who, case_id: str, outcome: str, note: str = "") -> int:
    """End a case, and give back what it had stopped; the client comes back to the queue.

    What a dispute held is asked for again, unless it was resolved for the client: then it is
    taken off the debt. An end that confirms the case (a death, a representation) lifts nothing.

    Args:
        store: the central store.
        who: who closes it; the client must be in that person's portfolios.
        case_id: id of the result that opened it.
        outcome: one of `rules.cases.OUTCOMES` of its kind.
        note: the answer, which the agent reads on the desk.

    Returns:
        The client's id.

    Raises:
        NotDone: unknown_case (also one out of the person's scope), already_closed,
            unknown_outcome, card_number_in_note, card_code_in_note.
    """
    note = checked_note(note)
    with store.begin() as tx:
        client_id, portfolio_id = _owner(tx, who, case_id)
        row = tx.one("SELECT kind, status, account_id, amount FROM case_file WHERE id = :id", id=case_id)
        if row is None or row[1] != "open":
            raise NotDone("already_closed")
        kind, _, account_id, amount = row
        if outcome not in OUTCOMES.get(kind, ()):
            raise NotDone("unknown_outcome")
        tx.run(
            """
            UPDATE case_file
            SET status = 'closed', outcome = :outcome, answer = :note, closed_by = :user, closed_at = :now
            WHERE id = :id
            """,
            id=case_id,
            outcome=outcome,
            note=note,
            user=who.user_id,
            now=tx.now,
        )
        if lifts(kind, outcome):
            effects.undo(tx, case_id, _STOPS)
        if kind == "dispute" and account_id is not None:
            tx.run(DISPUTED, account=account_id)
            if outcome == "resolved_for_client":
                lower_debt(tx, account_id, amount)
        tx.run("UPDATE review SET closed = true WHERE id = :id", id=review_id(case_id))
        tell_boards(tx, portfolio_id)
        touch(tx, [client_id])
        place(tx, [client_id], tx.now)
        audit.note(tx, who.name, "case_closed", f"case:{case_id}", client=client_id, outcome=outcome)
        return client_id


def _owner(tx: Tx, who: Who, case_id: str) -> tuple[int, int]:
    row = tx.one("SELECT client_id, user_id FROM case_file WHERE id = :id AND status <> 'void'", id=case_id)
    found = lock_clients(tx, [row[0]]) if row is not None else []
    if row is None or not found or not who.may_see(found[0][1]) or not led_by(tx, who, row[1]):
        raise NotDone("unknown_case")
    return found[0]


OWNERS = ("lead", "backoffice", "admin")
"""Roles that may look after an inconsistency."""


def assign(store: Store, who: Who, inconsistency_id: str, owner: str) -> int:
    """Give an open inconsistency to the person who looks after it; the client's id.

    Args:
        store: the central store.
        who: who decides; the client must be in that person's portfolios.
        inconsistency_id: which one.
        owner: the name that a lead, back-office or administrator signs in with.

    Raises:
        NotDone: unknown_inconsistency, already_closed, unknown_owner (or one who may not see
            the client).
    """
    with store.begin() as tx:
        client_id, portfolio_id = _open_inconsistency(tx, who, inconsistency_id)
        owner_id = tx.value(
            """
            SELECT u.id
            FROM app_user u
            WHERE u.name = :name AND NOT u.disabled AND u.role IN :roles AND (
                EXISTS (
                    SELECT 1 FROM user_portfolio p
                    WHERE p.user_id = u.id AND p.portfolio_id = :portfolio
                ) OR NOT EXISTS (SELECT 1 FROM user_portfolio p WHERE p.user_id = u.id)
            )
            """,
            name=owner,
            roles=list(OWNERS),
            portfolio=portfolio_id,
        )
        if owner_id is None:
            raise NotDone("unknown_owner")
        tx.run(
            "UPDATE inconsistency SET owner_id = :owner WHERE id = :id", id=inconsistency_id, owner=owner_id
        )
        tell_boards(tx, portfolio_id)
        touch(tx, [client_id])
        subject = f"inconsistency:{inconsistency_id}"
        audit.note(tx, who.name, "inconsistency_assigned", subject, client=client_id, owner=owner)
        return client_id


def settle(store: Store, who: Who, inconsistency_id: str, note: str = "") -> int:
    """Close an inconsistency by hand, with a word on why; the client's id.

    A check does not open it again while what shows it stays the same.

    Raises:
        NotDone: unknown_inconsistency, already_closed, card_number_in_note, card_code_in_note.
    """
    note = checked_note(note)
    with store.begin() as tx:
        client_id, portfolio_id = _open_inconsistency(tx, who, inconsistency_id)
        tx.run(
            """
            UPDATE inconsistency
            SET status = 'closed', answer = :note, closed_by = :user, closed_at = :now
            WHERE id = :id
            """,
            id=inconsistency_id,
            note=note,
            user=who.user_id,
            now=tx.now,
        )
        tx.run("UPDATE review SET closed = true WHERE id = :id", id=inconsistency_id)
        tell_boards(tx, portfolio_id)
        touch(tx, [client_id])
        subject = f"inconsistency:{inconsistency_id}"
        audit.note(tx, who.name, "inconsistency_closed", subject, client=client_id)
        return client_id


def _open_inconsistency(tx: Tx, who: Who, inconsistency_id: str) -> tuple[int, int]:
    """Its client, locked, and that client's portfolio; the back office has its own ones alone."""
    sql = "SELECT client_id, user_id, owner_id FROM inconsistency WHERE id = :id"
    row = tx.one(sql, id=inconsistency_id)
    found = lock_clients(tx, [row[0]]) if row is not None else []
    if row is None or not found or not who.may_see(found[0][1]):
        raise NotDone("unknown_inconsistency")
    if row[2] != who.user_id and (who.role == "backoffice" or not led_by(tx, who, row[1])):
        raise NotDone("unknown_inconsistency")
    if tx.value("SELECT status FROM inconsistency WHERE id = :id", id=inconsistency_id) != "open":
        raise NotDone("already_closed")
    return found[0]


def close_review(store: Store, who: Who, review_id: str, note: str = "") -> int:
    """Close a matter that somebody has seen, with a word on what was done; the client's id.

    That a refused fact was seen is told to the workstation that keeps it aside.

    Raises:
        NotDone: unknown_review (also one out of the person's scope), not_so (it ends with the
            record that it is about), already_closed, card_number_in_note, card_code_in_note.
    """
    note = checked_note(note)
    with store.begin() as tx:
        row = tx.one("SELECT client_id, kind, event_id, user_id FROM review WHERE id = :id", id=review_id)
        found = lock_clients(tx, [row[0]]) if row is not None else []
        if row is None or not found or not who.may_see(found[0][1]) or not led_by(tx, who, row[3]):
            raise NotDone("unknown_review")
        if row[1] in LIVING:
            raise NotDone("not_so")
        closed = tx.run(
            """
            UPDATE review SET closed = true, closed_by = :user, closed_at = :now, answer = :note
            WHERE id = :id AND NOT closed
            """,
            id=review_id,
            user=who.user_id,
            now=tx.now,
            note=note,
        )
        if not closed:
            raise NotDone("already_closed")
        client_id, portfolio_id = found[0]
        audit.note(tx, who.name, "review_closed", f"review:{review_id}", client=client_id, kind=row[1])
        tell_boards(tx, portfolio_id)
        if row[1] == "refused" and row[2] is not None:
            tell(tx, portfolio_id, "fact", row[2], deleted=True, user_id=row[3])
        return client_id
