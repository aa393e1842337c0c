"""What can be exported: each data set's columns and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, cast

import msgspec

from storage.central.connection import Tx
from storage.portfolio.unlocatable import unlocatable

Kind = Literal["text", "int", "bool", "money", "date", "instant", "json", "fact"]


class Column(msgspec.Struct, frozen=True):
    """A column's name and kind; money is minor units in the row of the store.

    fact: the body of a fact, JSON from which account numbers leave masked.
    """

    name: str
    kind: Kind = "text"


class Dataset(msgspec.Struct, frozen=True):
    """A data set: its columns, and its rows by a statement or by a function."""

    columns: tuple[Column, ...]
    sql: str = ""
    rows: Callable[[Tx], Iterator[Sequence[Any]]] | None = None


def _columns(spec: str) -> tuple[Column, ...]:
    """``name`` or ``name:kind``, parted by blanks, in the order of the statement."""
    words = (word.partition(":") for word in spec.split())
    return tuple(Column(name, cast(Kind, kind or "text")) for name, _, kind in words)


DATASETS: dict[str, Dataset] = {
    "events": Dataset(
        _columns(
            """id device seq:int user client kind at:instant received_at:instant offset_ms:int status reason
            body:fact"""
        ),
        """
        SELECT e.id, e.device, e.seq, u.name, c.ref, e.kind, e.at, e.received_at, e.offset_ms, e.status,
            e.reason, e.body
        FROM event e
        JOIN app_user u ON u.id = e.user_id
        LEFT JOIN client c ON c.id = e.client_id
        ORDER BY e.received_at, e.id
        """,
    ),
    "accounts": Dataset(
        _columns(
            """portfolio namespace client account product name currency status oldest_due:date overdue:money
            total:money minimum:money disputed:money components:json details:json"""
        ),
        """
        SELECT p.name, c.namespace, c.ref, a.ref, a.product, a.name, a.currency, a.status, a.oldest_due,
            a.overdue, a.total, a.minimum, a.disputed, a.components, a.details
        FROM account a
        JOIN client c ON c.id = a.client_id
        JOIN portfolio p ON p.id = a.portfolio_id
        ORDER BY a.id
        """,
    ),
    "promises": Dataset(
        _columns(
            """portfolio namespace client account id number:int made:instant due:date amount:money currency
            channel status paid:money agent"""
        ),
        """
        SELECT p.name, c.namespace, c.ref, a.ref, m.id, m.number, m.made, m.due, m.amount, m.currency,
            m.channel, m.status, m.paid, m.agent
        FROM promise m
        JOIN account a ON a.id = m.account_id
        JOIN client c ON c.id = m.client_id
        JOIN portfolio p ON p.id = c.portfolio_id
        ORDER BY m.made, m.id
        """,
    ),
    "payments": Dataset(
        _columns(
            """portfolio namespace client account at:instant amount:money currency channel reference agent"""
        ),
        """
        SELECT p.name, c.namespace, c.ref, a.ref, y.at, y.amount, y.currency, y.channel, y.reference, u.name
        FROM payment y
        JOIN account a ON a.id = y.account_id
        JOIN client c ON c.id = a.client_id
        JOIN portfolio p ON p.id = a.portfolio_id
        LEFT JOIN app_user u ON u.id = y.user_id
        ORDER BY y.at, y.id
        """,
    ),
    "ledger": Dataset(
        _columns(
            """id:int at:instant portfolio account kind amount:money currency payment policy receipt:int
            component cause user why"""
        ),
        """
        SELECT e.id, e.at, p.name, a.ref, e.kind, e.amount, e.currency, y.reference, o.number, r.number,
            e.component, e.cause, u.name, e.why
        FROM ledger_entry e
        JOIN account a ON a.id = e.account_id
        JOIN portfolio p ON p.id = a.portfolio_id
        LEFT JOIN payment y ON y.id = e.payment_id
        LEFT JOIN receipt r ON r.id = e.receipt_id
        LEFT JOIN policy o ON o.id = r.policy_id
        LEFT JOIN app_user u ON u.id = e.user_id
        ORDER BY e.id
        """,
    ),
    "orders": Dataset(
        _columns(
            """id kind portfolio account payment to_account amount:money currency payee instruction why
            asked_by asked:instant status decided_by decided:instant answer"""
        ),
        """
        SELECT m.id, m.kind, p.name, a.ref, y.reference, t.ref, m.amount, m.currency, m.payee, m.instruction,
            m.why, u.name, m.asked, m.status, d.name, m.decided, m.answer
        FROM money_order m
        JOIN account a ON a.id = m.account_id
        JOIN portfolio p ON p.id = a.portfolio_id
        JOIN app_user u ON u.id = m.asked_by
        LEFT JOIN payment y ON y.id = m.payment_id
        LEFT JOIN account t ON t.id = m.to_account_id
        LEFT JOIN app_user d ON d.id = m.decided_by
        ORDER BY m.asked, m.id
        """,
    ),
    "clients": Dataset(
        _columns(
            """portfolio namespace client kind name country language zones:json tax_id national_id born:date
            state address do_not_contact:bool hold_until:instant hold_reason version:int"""
        ),
        """
        SELECT p.name, c.namespace, c.ref, c.kind, c.name, c.country, c.language, c.zones, c.tax_id,
            c.national_id, c.born, c.state, c.address, c.do_not_contact, c.hold_until, c.hold_reason,
            c.version
        FROM client c
        JOIN portfolio p ON p.id = c.portfolio_id
        ORDER BY c.id
        """,
    ),
    "phones": Dataset(
        _columns("portfolio namespace client kind value label status use zone source"),
        """
        SELECT p.name, c.namespace, c.ref, n.kind, n.value, n.label, n.status, n.use, n.zone, n.source
        FROM contact_point n
        JOIN client c ON c.id = n.client_id
        JOIN portfolio p ON p.id = c.portfolio_id
        ORDER BY n.client_id, n.position, n.id
        """,
    ),
    "interactions": Dataset(
        _columns(
            """portfolio namespace client account id at:instant code agent amount:money currency due:date
            channel reason phone note late:bool retracted_by strategy off_strategy"""
        ),
        """
        SELECT p.name, c.namespace, c.ref, a.ref, i.id, i.at, i.code, i.agent, i.amount, i.currency, i.due,
            i.channel, i.reason, i.phone, i.note, i.late, i.retracted_by, i.strategy, i.off_strategy
        FROM interaction i
        JOIN client c ON c.id = i.client_id
        JOIN portfolio p ON p.id = c.portfolio_id
        LEFT JOIN account a ON a.id = i.account_id
        ORDER BY i.at, i.id
        """,
    ),
    "callbacks": Dataset(
        _columns("portfolio namespace client id due_at:instant agent phone note status"),
        """
        SELECT p.name, c.namespace, c.ref, b.id, b.due_at, u.name, b.phone, b.note, b.status
        FROM callback b
        JOIN client c ON c.id = b.client_id
        JOIN portfolio p ON p.id = c.portfolio_id
        LEFT JOIN app_user u ON u.id = b.user_id
        ORDER BY b.due_at, b.id
        """,
    ),
    "policies": Dataset(
        _columns(
            """portfolio namespace client account policy kind insurer starts:date ends:date status channel
            frequency grace_days:int sum_insured:money"""
        ),
        """
        SELECT p.name, c.namespace, c.ref, a.ref, o.number, o.kind, o.insurer, o.starts, o.ends, o.status,
            o.channel, o.frequency, o.grace_days, o.sum_insured
        FROM policy o
        JOIN account a ON a.id = o.account_id
        JOIN client c ON c.id = a.client_id
        JOIN portfolio p ON p.id = a.portfolio_id
        ORDER BY o.id
        """,
    ),
    "receipts": Dataset(
        _columns(
            """account policy number:int of:int due:date net:money surcharge:money fee:money tax:money
            total:money status grace_ends:instant paid_on:date cfdi"""
        ),
        """
        SELECT a.ref, o.number, r.number, r."of", r.due, r.net, r.surcharge, r.fee, r.tax, r.total, r.status,
            r.grace_ends, r.paid_on, r.cfdi
        FROM receipt r
        JOIN policy o ON o.id = r.policy_id
        JOIN account a ON a.id = o.account_id
        ORDER BY r.policy_id, r.number
        """,
    ),
    "unlocatable": Dataset(
        _columns(
            """portfolio namespace client name state account currency overdue:money total:money
            oldest_due:date days:int bucket"""
        ),
        rows=unlocatable,
    ),
    "audit": Dataset(
        _columns("id:int at:instant actor device action subject detail:json position:int hash"),
        """
        SELECT a.id, a.at, a.actor, a.device, a.action, a.subject, a.detail, s.position, s.hash
        FROM audit a
        LEFT JOIN audit_seal s ON s.audit_id = a.id
        ORDER BY a.id
        """,
    ),
}
"""Every data set by the name that the command line knows it by."""
