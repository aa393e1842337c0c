"""The tables of the page for direct debit: what may be charged, what left, what came back, by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from rules.debit.charge_words import CONSENTS, STATUSES, STOPPED, answer_words
from rules.debit.charges import LEFT_OUT
from rules.debit.mandates import CHARGED
from rules.insurance.policy_states import COVERED
from rules.tables import Column, Row, Table, totals
from rules.words import mark
from storage.central.charges.candidates import Due, due
from storage.central.connection import Store, Tx, day, instant, maybe_day, maybe_instant
from storage.central.doors.who import Who
from storage.central.portfolios import Book, books
from storage.central.records.decisions import masked
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

MOST = 2000
LATELY = timedelta(days=90)
"""Answers and files of the last three months are shown."""

_PORTFOLIO = Column(key="portfolio", title=mark("portfolio"))
_CLIENT = Column(key="client", title=mark("client"))
_POLICY = Column(key="policy", title=mark("policy"), kind="code")
_RECEIPT = Column(key="receipt", title=mark("receipt"), kind="code")
_CHANNEL = Column(key="channel", title=mark("channel"), kind="code")
_CURRENCY = Column(key="currency", title=mark("currency"), kind="code")
_AMOUNT = Column(key="amount", title=mark("amount"), kind="money")
_ENDING = Column(key="ending", title=mark("account ends in"), kind="code")
_DUE = Column(key="due", title=mark("due"), kind="date")

Found = tuple[tuple[Column, ...], list[Row]]


def table(store: Store, who: Who, view: str) -> Table:
    """One of `rules.debit.charging.VIEWS` in the reader's portfolios.

    Raises:
        NotDone: unknown_view.
    """
    if view not in _VIEWS:
        raise NotDone("unknown_view")
    with store.read() as tx:
        mine = [book for book in books(tx).values() if who.may_see(book.id)]
        title, read, summed = _VIEWS[view]
        columns, rows = read(tx, mine)
        shown = tuple(rows[:MOST])
        found = Table(
            name=f"charges-{view}",
            title=title,
            columns=columns,
            rows=shown,
            at=tx.now,
            totals=totals(columns, tuple(rows)) if summed and rows else (),
            more=len(rows) > MOST,
        )
    if view in ("mandates", "invite"):
        audit.note_reading(store, who.name, f"charges_{view}_read", who.device)
    return found


def _due(tx: Tx, mine: list[Book]) -> Found:
    """What a file would charge today, and what it would leave out."""
    columns = (
        _PORTFOLIO,
        _CHANNEL,
        _CURRENCY,
        Column(key="ready", title=mark("to be charged"), kind="count"),
        _AMOUNT,
        Column(key="left", title=mark("left out"), kind="count"),
        Column(key="left_amount", title=mark("amount left out"), kind="money"),
        Column(key="why", title=mark("mostly because"), kind="word"),
    )
    rows = []
    for book in mine:
        groups: defaultdict[tuple[str, str], list[Due]] = defaultdict(list)
        for one in due(tx, book):
            groups[one.channel, one.currency].append(one)
        for (channel, currency), found in sorted(groups.items()):
            ready = [one.amount for one in found if not one.why]
            left = [one for one in found if one.why]
            why = [one.why for one in left]
            most = max(LEFT_OUT, key=why.count) if why else ""
            cells = (book.name, channel, currency, len(ready), sum(ready), len(left))
            last = (sum(one.amount for one in left), LEFT_OUT[most] if most else None)
            rows.append(
                Row(key=f"{book.name}|{channel}|{currency}", cells=(*cells, *last), currency=currency)
            )
    return columns, rows


def _left(tx: Tx, mine: list[Book]) -> Found:
    """Receipts that are due and are not charged, by why."""
    columns = (
        Column(key="why", title=mark("reason"), kind="word"),
        _POLICY,
        _RECEIPT,
        _DUE,
        _AMOUNT,
        _CHANNEL,
        _ENDING,
        _PORTFOLIO,
    )
    order = list(LEFT_OUT)
    found = [(one, book.name) for book in mine for one in due(tx, book) if one.why]
    found.sort(key=lambda pair: (order.index(pair[0].why), pair[0].due))
    rows = [
        Row(
            key=str(one.receipt_id),
            cells=(
                LEFT_OUT[one.why],
                one.policy,
                str(one.number),
                one.due.isoformat(),
                one.amount,
                one.channel,
                one.ending,
                name,
            ),
            currency=one.currency,
        )
        for one, name in found
    ]
    return columns, rows


def _batches(tx: Tx, mine: list[Book]) -> Found:
    """The charge files of the last months, the newest first."""
    columns = (
        Column(key="folio", title=mark("folio"), kind="code"),
        Column(key="made", title=mark("made"), kind="instant"),
        _PORTFOLIO,
        _CHANNEL,
        Column(key="charges", title=mark("charges"), kind="count"),
        _AMOUNT,
        Column(key="waiting", title=mark("wait for an answer"), kind="count"),
        Column(key="charged", title=mark("charged"), kind="count"),
        Column(key="charged_amount", title=mark("amount charged"), kind="money"),
        Column(key="rejected", title=mark("rejected"), kind="count"),
        Column(key="stopped", title=mark("stopped"), kind="count"),
        Column(key="by", title=mark("by")),
        Column(key="digest", title=mark("digest"), kind="code"),
    )
    rows = tx.all(
        """
        SELECT b.id, b.folio, b.made, b.portfolio_id, b.channel, b.charges, b.amount,
            sum(CASE WHEN h.status = 'sent' THEN 1 ELSE 0 END),
            sum(CASE WHEN h.status = 'charged' THEN 1 ELSE 0 END),
            sum(CASE WHEN h.status = 'charged' THEN h.amount ELSE 0 END),
            sum(CASE WHEN h.status = 'rejected' THEN 1 ELSE 0 END),
            sum(CASE WHEN h.status = 'stopped' THEN 1 ELSE 0 END),
            u.display_name, b.digest, b.currency
        FROM charge_batch b
        JOIN app_user u ON u.id = b.user_id
        JOIN charge h ON h.batch_id = b.id
        WHERE b.portfolio_id IN :mine AND b.made >= :since
        GROUP BY b.id, b.folio, b.made, b.portfolio_id, b.channel, b.charges, b.amount, u.display_name,
            b.digest, b.currency
        ORDER BY b.made DESC, b.id
        """,
        mine=[book.id for book in mine],
        since=tx.now - LATELY,
    )
    names = {book.id: book.name for book in mine}
    return columns, [
        Row(
            key=row[0],
            cells=(
                row[1],
                instant(row[2]).isoformat(),
                names[row[3]],
                *(row[4:7]),
                *(int(cell) for cell in row[7:12]),
                *row[12:14],
            ),
            currency=row[14],
        )
        for row in rows
    ]


def _answers(tx: Tx, mine: list[Book]) -> Found:
    """What the banks said of the last months, rejects that are tried again first."""
    columns = (
        Column(key="reference", title=mark("reference"), kind="code"),
        Column(key="answer", title=mark("answer"), kind="word"),
        _POLICY,
        _RECEIPT,
        _AMOUNT,
        Column(key="attempt", title=mark("try"), kind="code"),
        Column(key="retry", title=mark("tried again"), kind="date"),
        Column(key="task", title=mark("task"), kind="word"),
        _CLIENT,
        _ENDING,
        Column(key="at", title=mark("answered"), kind="instant"),
    )
    zones = {book.id: book for book in mine}
    rows = tx.all(
        """
        SELECT h.id, h.reference, h.status, h.code, p.number, r.number, h.amount, h.attempt, h.retry_on,
            t.status, c.name, m.ending, h.at, h.currency, b.portfolio_id
        FROM charge h
        JOIN charge_batch b ON b.id = h.batch_id
        JOIN mandate m ON m.id = h.mandate_id
        JOIN client c ON c.id = m.client_id
        LEFT JOIN receipt r ON r.id = h.receipt_id
        LEFT JOIN policy p ON p.id = r.policy_id
        LEFT JOIN task t ON t.client_id = m.client_id AND t.about = h.reference
        WHERE b.portfolio_id IN :mine AND h.at >= :since
        ORDER BY CASE h.status WHEN 'rejected' THEN 0 WHEN 'stopped' THEN 1 ELSE 2 END, h.at DESC, h.reference
        """,
        mine=list(zones),
        since=tx.now - LATELY,
    )
    return columns, [_answer(row, zones[row[14]]) for row in rows]


_TASKS = {"open": mark("open"), "done": mark("done")}


def _answer(row: tuple[Any, ...], book: Book) -> Row:
    retry = maybe_instant(row[8])
    words = STOPPED if row[2] == "stopped" else answer_words(row[3])
    return Row(
        key=row[0],
        cells=(
            row[1],
            words,
            row[4],
            str(row[5]),
            row[6],
            str(row[7]),
            book.moment(retry)[0].isoformat() if retry else None,
            _TASKS.get(row[9]),
            masked(row[10]),
            row[11],
            instant(row[12]).isoformat(),
        ),
        currency=row[13],
    )


def _mandates(tx: Tx, mine: list[Book]) -> Found:
    """Mandates that have not been taken back, and those of the last months that have."""
    columns = (
        _CLIENT,
        _POLICY,
        _CHANNEL,
        Column(key="bank", title=mark("bank or brand")),
        _ENDING,
        Column(key="status", title=mark("status"), kind="word"),
        Column(key="agreed", title=mark("agreed"), kind="instant"),
        Column(key="consent", title=mark("consent"), kind="word"),
        Column(key="evidence", title=mark("evidence")),
        Column(key="limit", title=mark("limit"), kind="money"),
        Column(key="last", title=mark("last answer"), kind="word"),
        Column(key="renewal", title=mark("renewal told"), kind="date"),
        Column(key="why", title=mark("why taken back")),
        _PORTFOLIO,
    )
    rows = tx.all(
        """
        SELECT m.id, c.name, p.number, m.channel, m.bank, m.ending, m.status, m.agreed, m.consent, m.evidence,
            m.limit_amount, m.last, m.renewal_told, a.portfolio_id, a.currency,
            m.why
        FROM mandate m
        JOIN client c ON c.id = m.client_id
        JOIN account a ON a.id = m.account_id
        LEFT JOIN policy p ON p.id = m.policy_id
        WHERE a.portfolio_id IN :mine AND (m.status <> 'revoked' OR m.revoked >= :since)
        ORDER BY CASE m.status WHEN 'suspended' THEN 0 WHEN 'active' THEN 1 ELSE 2 END, m.agreed DESC, m.id
        """,
        mine=[book.id for book in mine],
        since=tx.now - LATELY,
    )
    names = {book.id: book.name for book in mine}
    return columns, [
        Row(
            key=row[0],
            cells=(
                masked(row[1]),
                row[2] or "",
                *row[3:6],
                STATUSES[row[6]],
                instant(row[7]).isoformat(),
                CONSENTS.get(row[8]),
                row[9],
                row[10] or None,
                answer_words(row[11]) or None,
                _iso(row[12]),
                row[15],
                names[row[13]],
            ),
            currency=row[14],
        )
        for row in rows
    ]


def _iso(value: Any) -> str | None:
    found = maybe_day(value)
    return found.isoformat() if found else None


def _invite(tx: Tx, mine: list[Book]) -> Found:
    """Whom to offer direct debit: covered, collected by hand, to be reached, and nothing asked yet."""
    columns = (
        Column(key="ref", title=mark("client"), kind="code"),
        Column(key="name", title=mark("name")),
        _POLICY,
        _CHANNEL,
        Column(key="frequency", title=mark("frequency"), kind="code"),
        Column(key="next", title=mark("next receipt"), kind="date"),
        _AMOUNT,
        Column(key="open", title=mark("open receipts"), kind="count"),
        _PORTFOLIO,
    )
    rows = tx.all(
        """
        SELECT p.id, c.ref, c.name, p.number, p.channel, p.frequency, min(r.due),
            sum(r.total - r.paid - r.adjusted), count(*), a.portfolio_id, a.currency
        FROM policy p
        JOIN account a ON a.id = p.account_id
        JOIN client c ON c.id = a.client_id
        JOIN receipt r ON r.policy_id = p.id
        WHERE a.portfolio_id IN :mine AND p.status IN :covered AND NOT p.channel IN :charged
            AND r.status IN ('pending', 'overdue') AND r.total > r.paid + r.adjusted
            AND NOT c.do_not_contact AND c.hold_until IS NULL
            AND EXISTS (
                SELECT 1 FROM contact_point t
                WHERE t.client_id = c.id AND t.kind = 'phone' AND t.use = 'collect'
                    AND t.status IN ('por_validar', 'validado_titular')
            )
            AND NOT EXISTS (
                SELECT 1 FROM mandate m WHERE m.account_id = a.id AND m.status <> 'revoked'
            )
            AND NOT EXISTS (
                SELECT 1 FROM ask k
                WHERE k.account_id = a.id AND k.kind = 'channel' AND k.status IN ('open', 'approved')
            )
        GROUP BY p.id, c.ref, c.name, p.number, p.channel, p.frequency, a.portfolio_id, a.currency
        ORDER BY count(*) DESC, min(r.due), p.id
        """,
        mine=[book.id for book in mine],
        covered=sorted(COVERED),
        charged=list(CHARGED),
    )
    names = {book.id: book.name for book in mine}
    return columns, [
        Row(
            key=str(row[0]),
            cells=(
                row[1],
                masked(row[2]),
                *row[3:6],
                day(row[6]).isoformat(),
                int(row[7]),
                row[8],
                names[row[9]],
            ),
            currency=row[10],
        )
        for row in rows
    ]


_VIEWS: dict[str, tuple[str, Callable[[Tx, list[Book]], Found], bool]] = {
    "due": (mark("To be charged today"), _due, True),
    "left": (mark("Due and not charged"), _left, True),
    "batches": (mark("Charge files"), _batches, True),
    "answers": (mark("What the banks said"), _answers, False),
    "mandates": (mark("Mandates"), _mandates, False),
    "invite": (mark("Whom to offer direct debit"), _invite, False),
}
"""View to its title, what reads it, and whether its columns are summed."""
