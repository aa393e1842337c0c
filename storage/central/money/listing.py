"""The payments page: payments that wait with a deposit, the newest ones, what was searched, open orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from rules.books.payment_desk import ORDER_WORDS, STATE_WORDS, Payments
from rules.money import parse_minor
from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.connection import Store, Tx, instant
from storage.central.doors.who import Who
from storage.central.portfolios import books
from storage.central.records.decisions import masked
from storage.central.upkeep import audit

MOST = 500
"""Payments on the page."""

BACK = timedelta(days=400)
"""How far back an amount is searched."""

_SUMS = """
    SELECT e.payment_id, coalesce(sum(CASE
            WHEN e.kind IN ('received', 'moved_in', 'unapplied') THEN e.amount
            WHEN e.kind IN ('adjusted', 'unadjusted') THEN 0 ELSE -e.amount END), 0),
        coalesce(sum(CASE e.kind WHEN 'applied' THEN e.amount WHEN 'unapplied' THEN -e.amount ELSE 0 END), 0),
        coalesce(sum(CASE e.kind WHEN 'refunded' THEN e.amount ELSE 0 END), 0),
        coalesce(sum(CASE e.kind WHEN 'moved_out' THEN e.amount ELSE 0 END), 0)
    FROM ledger_entry e
    WHERE e.payment_id IN :ids
    GROUP BY e.payment_id
"""
_ROWS = """
    SELECT y.id, y.at, a.ref, (SELECT min(p.number) FROM policy p WHERE p.account_id = a.id), c.name,
        y.channel, y.reference, y.amount, y.currency, y.bounced_at, a.portfolio_id
    FROM payment y
    JOIN account a ON a.id = y.account_id
    JOIN client c ON c.id = a.client_id
    WHERE y.id IN :ids AND a.portfolio_id IN :portfolios
"""
_WAITING = """
    SELECT e.payment_id
    FROM account a
    JOIN ledger_entry e ON e.account_id = a.id
    WHERE a.deposit > 0 AND e.payment_id IS NOT NULL AND a.portfolio_id IN :portfolios
    GROUP BY e.payment_id
    HAVING sum(CASE
        WHEN e.kind IN ('received', 'moved_in', 'unapplied') THEN e.amount
        WHEN e.kind IN ('adjusted', 'unadjusted') THEN 0 ELSE -e.amount END) > 0
    ORDER BY e.payment_id DESC
    LIMIT :most
"""
_NEWEST = """
    SELECT y.id
    FROM payment y
    JOIN account a ON a.id = y.account_id
    WHERE a.portfolio_id IN :portfolios AND (:by = '' {found})
    ORDER BY y.id DESC
    LIMIT :most
"""
_FINDS = {
    "": "",
    "reference": "OR y.reference = :text",
    "account": "OR a.ref = :text OR a.id IN (SELECT p.account_id FROM policy p WHERE p.number = :text)",
    "receipt": """OR y.id IN (
        SELECT e.payment_id
        FROM policy p
        JOIN receipt r ON r.policy_id = p.id
        JOIN ledger_entry e ON e.receipt_id = r.id
        WHERE p.number = :text AND r.number = :number
    )""",
    "amount": "OR y.amount = :amount AND y.at >= :since",
}
_ORDERS = """
    SELECT m.id, m.asked, m.kind, a.ref, t.ref, m.amount, m.currency, m.payee, m.instruction, m.why,
        u.display_name
    FROM money_order m
    JOIN account a ON a.id = m.account_id
    JOIN app_user u ON u.id = m.asked_by
    LEFT JOIN account t ON t.id = m.to_account_id
    WHERE m.status = 'open' AND a.portfolio_id IN :portfolios
    ORDER BY m.asked, m.id
    LIMIT :most
"""
_PAYMENT_COLUMNS = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="account", title=mark("account"), kind="code"),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="deposit", title=mark("in deposit"), kind="money"),
    Column(key="state", title=mark("state"), kind="word"),
    Column(key="policy", title=mark("policy"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="channel", title=mark("channel"), kind="code"),
    Column(key="reference", title=mark("reference"), kind="code"),
    Column(key="portfolio", title=mark("portfolio")),
)
_ORDER_COLUMNS = (
    Column(key="what", title=mark("what"), kind="word"),
    Column(key="account", title=mark("account"), kind="code"),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="to", title=mark("to whom")),
    Column(key="by", title=mark("by")),
    Column(key="why", title=mark("why")),
    Column(key="instruction", title=mark("instruction"), kind="code"),
    Column(key="at", title=mark("when"), kind="instant"),
)


def listed(store: Store, who: Who, search: str = "") -> Payments:
    """Payments of the reader's portfolios, and the orders that wait for a second person.

    Without a search those with a deposit come first, then the newest, 500 in all. Clients are masked;
    of an order its second person sees to whom the money goes. The audit log has who looked.
    """
    audit.note_reading(store, who.name, "payments_read", who.device)
    with store.read() as tx:
        mine = [book.id for book in books(tx).values() if who.may_see(book.id)]
        ids = _found(tx, mine, search.strip()) if search.strip() else _first(tx, mine)
        return Payments(payments=_payments(tx, mine, ids), orders=_orders(tx, mine))


def _first(tx: Tx, mine: list[int]) -> list[int]:
    waiting = [row[0] for row in tx.all(_WAITING, portfolios=mine, most=MOST)]
    newest = _ids(tx, mine, "")
    return list(dict.fromkeys(waiting + newest))[:MOST]


def _found(tx: Tx, mine: list[int], text: str) -> list[int]:
    """By reference, account or policy, policy and receipt, amount: the first that finds any."""
    policy, _, number = text.rpartition("/")
    ways: list[tuple[str, dict[str, Any]]] = [("reference", {"text": text}), ("account", {"text": text})]
    if policy and number.isdigit():
        ways.append(("receipt", {"text": policy, "number": int(number)}))
    try:
        minor = parse_minor(text.replace(",", "").removeprefix("$"))
        ways.append(("amount", {"amount": minor, "since": tx.now - BACK}))
    except ValueError:
        pass  # it is no amount, then
    for by, terms in ways:
        ids = _ids(tx, mine, by, **terms)
        if ids:
            return ids
    return []


def _ids(tx: Tx, mine: list[int], by: str, **terms: Any) -> list[int]:
    sql = _NEWEST.format(found=_FINDS[by])
    return [row[0] for row in tx.all(sql, portfolios=mine, by=by, most=MOST, **terms)]


def _payments(tx: Tx, mine: list[int], ids: list[int]) -> Table:
    sums = sums_of(tx, ids)
    rows = {row[0]: row for row in tx.all(_ROWS, ids=ids, portfolios=mine)}
    names = {book.id: book.name for book in books(tx).values()}
    return Table(
        name="payments",
        title=mark("Payments"),
        columns=_PAYMENT_COLUMNS,
        rows=tuple(_row(rows[key], sums.get(key), names) for key in ids if key in rows),
        at=tx.now,
        more=len(ids) >= MOST,
    )


def _row(row: tuple[Any, ...], sums: tuple[int, ...] | None, names: dict[int, str]) -> Row:
    deposit = sums[0] if sums else 0
    state = standing(row[9] is not None, sums)
    return Row(
        key=str(row[0]),
        cells=(
            instant(row[1]).isoformat(), row[2], row[7], deposit or None, STATE_WORDS[state], row[3] or "",
            masked(row[4]), row[5], row[6], names[row[10]],
        ),
        currency=row[8],
    )  # fmt: skip


def standing(bounced: bool, sums: tuple[int, ...] | None) -> str:
    """How a payment stands, by the sums of its entries: deposit, applied, given back, moved."""
    if bounced:
        return "bounced"
    if sums is None:
        return "before"
    deposit, applied, refunded, moved = sums
    if deposit:
        return "deposit"
    if applied:
        return "moved" if moved else "applied"
    return "given_back" if refunded else "moved" if moved else "applied"


def _orders(tx: Tx, mine: list[int]) -> Table:
    return Table(
        name="money_orders",
        title=mark("Waiting for a second person"),
        columns=_ORDER_COLUMNS,
        rows=tuple(_order(row) for row in tx.all(_ORDERS, portfolios=mine, most=MOST)),
        at=tx.now,
    )


def _order(row: tuple[Any, ...]) -> Row:
    to = row[4] if row[2] == "transfer" else row[7]
    cells = (ORDER_WORDS[row[2]], row[3], row[5], to, row[10], row[9], row[8], instant(row[1]).isoformat())
    return Row(key=row[0], cells=cells, currency=row[6])


def sums_of(tx: Tx, ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Of payments: what is in deposit, applied, refunded and moved, minor units."""
    return {row[0]: tuple(int(one) for one in row[1:]) for row in tx.all(_SUMS, ids=list(ids))}
