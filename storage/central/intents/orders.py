"""The back office and payments under way: what there is, given up, asked about again, given back."""

from __future__ import annotations

from typing import Any

from rules.paying import taking
from rules.paying.intent_orders import RefundWish, TerminalFile, TerminalFileRead, UnderWay, UnderWayList
from rules.paying.intents import FINAL
from rules.paying.terminal_files import MOST, match, standing
from storage.central.connection import Store, Tx, instant
from storage.central.doors.who import Who
from storage.central.intents import settling
from storage.central.intents.rows import COLUMNS, SHOWN, Kept, kept, made
from storage.central.money.ledger import order_refund
from storage.central.portfolios import books
from storage.central.queue.queueing import lock_clients
from storage.central.records.closing import NotDone, checked_note
from storage.central.records.decisions import masked
from storage.central.upkeep import audit

ROWS = 1000
"""Rows of a list at most."""

_OURS = ", ".join(f"i.{name.strip()}" for name in COLUMNS.split(","))
_LISTED = f"""
    SELECT {_OURS}, c.name, b.name, a.ref, p.number, i.changed, i.tries, (
        SELECT coalesce(sum(m.amount), 0)
        FROM payment y
        JOIN money_order m ON m.payment_id = y.id
        WHERE y.account_id = i.account_id AND y.reference = 'intent:' || i.id
            AND m.kind = 'refund' AND m.status IN ('approved', 'done')
    )
    FROM payment_intent i
    JOIN client c ON c.id = i.client_id
    JOIN portfolio b ON b.id = c.portfolio_id
    JOIN account a ON a.id = i.account_id
    LEFT JOIN policy p ON p.account_id = i.account_id
    WHERE (i.status IN ('asked', 'pending', 'unknown') OR :over AND i.changed > :since)
        AND (:everything OR c.portfolio_id IN :portfolios)
    ORDER BY CASE i.status WHEN 'unknown' THEN 0 WHEN 'asked' THEN 1 WHEN 'pending' THEN 2 ELSE 3 END,
        i.changed DESC, i.id
    LIMIT :rows
"""  # noqa: S608 - the names are ours


def listed(store: Store, who: Who, *, over: bool = False) -> UnderWayList:
    """Payments under way in the reader's portfolios: those of which nothing is known first.

    Args:
        store: the central store.
        who: the reader.
        over: also those that ended in the last 30 days.
    """
    with store.read() as tx:
        rows = tx.all(_LISTED, over=over, since=tx.now - SHOWN, rows=ROWS, **_scope(tx, who))
        count = len(COLUMNS.split(","))
        found = [(made(*row[:count]), row[count:]) for row in rows]
        ids = sorted({one for intent, _ in found for one in intent.receipts})
        numbers = dict(tx.all("SELECT id, number FROM receipt WHERE id IN :ids", ids=ids))
        return UnderWayList(
            rows=tuple(
                UnderWay(
                    intent=intent,
                    client=masked(client),
                    portfolio=portfolio,
                    account=account,
                    policy=policy or "",
                    changed=instant(changed),
                    tries=tries,
                    ordered=int(ordered),
                    receipts=tuple(numbers[one] for one in intent.receipts if one in numbers),
                )
                for intent, (client, portfolio, account, policy, changed, tries, ordered) in found
            ),
            at=tx.now,
        )


def withdraw(store: Store, who: Who, intent_id: str) -> None:
    """Give a payment up.

    Raises:
        NotDone: unknown_intent (also out of scope), intent_over.
    """
    with store.begin() as tx:
        found = _open(tx, who, intent_id)
        settling.give_up(tx, found)
        audit.note(tx, who.name, "withdrew", f"intent:{intent_id}", device=who.device)


def ask_again(store: Store, who: Who, intent_id: str) -> None:
    """Have the gateway asked now.

    Raises:
        NotDone: unknown_intent (also out of scope), intent_over.
    """
    with store.begin() as tx:
        found = _open(tx, who, intent_id)
        tx.run(
            "UPDATE payment_intent SET check_at = :now, tries = 0 WHERE id = :id",
            id=found.intent.id,
            now=tx.now,
        )
        audit.note(tx, who.name, "asked_again", f"intent:{intent_id}", device=who.device)


def refund(store: Store, who: Who, intent_id: str, wish: RefundWish) -> str:
    """Order money of a payment back to who paid it; a second person approves, then the gateway gives it.

    Returns:
        The order's id.

    Raises:
        NotDone: unknown_intent (also out of scope), not_paid, why_missing, card_number_in_note,
            card_code_in_note, and those of `storage.central.money.ledger.order_refund`.
    """
    why = checked_note(wish.why).strip()
    if not why:
        raise NotDone("why_missing")
    with store.begin() as tx:
        found = _found(tx, who, intent_id)
        payment_id = tx.value(
            "SELECT id FROM payment WHERE account_id = :account AND reference = :reference",
            account=found.intent.account_id,
            reference=taking.reference(intent_id),
        )
        if payment_id is None:
            raise NotDone("not_paid")
        return order_refund(
            tx,
            found.intent.account_id,
            wish.amount,
            user_id=who.user_id,
            why=why,
            payment_id=payment_id,
        )


def take_file(store: Store, who: Who, file: TerminalFile) -> TerminalFileRead:
    """Say which payment each row of a terminal's file is, and book those that were not booked yet.

    Raises:
        NotDone: too_many_rows.
    """
    if len(file.rows) > MOST:
        raise NotDone("too_many_rows")
    with store.begin() as tx:
        scope = _scope(tx, who)
        clients = tx.all(
            """
            SELECT DISTINCT i.client_id
            FROM payment_intent i
            JOIN client c ON c.id = i.client_id
            WHERE i.method = 'terminal' AND i.changed > :since
                AND (:everything OR c.portfolio_id IN :portfolios)
            """,
            since=tx.now - SHOWN,
            **scope,
        )
        rows = tx.all(
            f"""
            SELECT {_OURS}
            FROM payment_intent i
            WHERE i.method = 'terminal' AND i.changed > :since AND i.client_id IN :clients
            """,  # noqa: S608 - the names are ours
            since=tx.now - SHOWN,
            clients=[row[0] for row in clients],
        )
        intents = {one.id: one for one in (made(*row) for row in rows)}
        matched = match(file.rows, intents.values())
        settled = {one.intent_id: one.line for one in matched if one.verdict == "settled"}
        if settled and not file.dry:
            told = {row.line: row for row in file.rows}
            lock_clients(tx, _clients_of(tx, list(settled)))
            for intent_id in sorted(settled):
                settling.settle(tx, intent_id, standing(told[settled[intent_id]]))
            audit.note(tx, who.name, "read_terminal_file", device=who.device, settled=len(settled))
        return TerminalFileRead(matched=matched)


def _clients_of(tx: Tx, intent_ids: list[str]) -> list[int]:
    rows = tx.all("SELECT client_id FROM payment_intent WHERE id IN :ids", ids=intent_ids)
    return [row[0] for row in rows]


def _open(tx: Tx, who: Who, intent_id: str) -> Kept:
    found = _found(tx, who, intent_id)
    if found.intent.status in FINAL:
        raise NotDone("intent_over")
    return found


def _found(tx: Tx, who: Who, intent_id: str) -> Kept:
    """An intent in somebody's scope; its client is locked from here on."""
    client_id = tx.value("SELECT client_id FROM payment_intent WHERE id = :id", id=intent_id)
    if client_id is None:
        raise NotDone("unknown_intent")
    [(_, portfolio_id)] = lock_clients(tx, [client_id])
    found = kept(tx, intent_id)
    if found is None or not who.may_see(portfolio_id):
        raise NotDone("unknown_intent")
    return found


def _scope(tx: Tx, who: Who) -> dict[str, Any]:
    mine = [book.id for book in books(tx).values() if who.may_see(book.id)]
    return {"everything": who.portfolio_ids is None, "portfolios": mine}
