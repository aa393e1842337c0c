"""The past in a client's document: promises, attempts, and the lines of the history."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from rules.clients import Attempt, HistoryEntry, Promise
from storage.central.connection import Tx, day, document, instant, maybe_day

HISTORY_LIMIT = 30
ATTEMPT_DAYS = 31
"""How far back attempts are read: longer than any frequency rule and the score look."""


def promises(tx: Tx, ids: list[int]) -> tuple[dict[int, list[Promise]], dict[str, str]]:
    """Promises by client, and what became of the promise or plan of each fact."""
    rows = tx.all(
        """
        SELECT client_id, event_id, id, account_id, made, due, amount, currency, status, channel,
            paid, agent, receipts
        FROM promise
        WHERE client_id IN :ids
        ORDER BY client_id, made, number
        """,
        ids=ids,
    )
    found: defaultdict[int, list[Promise]] = defaultdict(list)
    statuses: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        statuses[row[1]].add(row[8])
        found[row[0]].append(
            Promise(
                id=row[2],
                account_id=row[3],
                made=instant(row[4]),
                due=day(row[5]),
                amount=row[6],
                currency=row[7],
                status=row[8],
                channel=row[9],
                paid=row[10],
                agent=row[11],
                receipts=tuple(document(row[12])),
            )
        )
    return found, {event_id: _fate(several) for event_id, several in statuses.items()}


def _fate(statuses: set[str]) -> str:
    """A plan is broken as soon as one payment is, and kept only when all are."""
    order = ("broken", "partial", "open", "kept", "cancelled")
    return next(status for status in order if status in statuses)


def attempts(
    tx: Tx, ids: list[int], now: datetime, country: dict[int, str]
) -> tuple[dict[int, list[Attempt]], dict[int, list[HistoryEntry]]]:
    """Attempts of the last days by client, and the bare history lines that they stand for."""
    rows = tx.all(
        """
        SELECT client_id, at, flags, counted, phone, id, code, account_id
        FROM interaction
        WHERE client_id IN :ids AND at >= :since AND retracted_by IS NULL
        ORDER BY client_id, at
        """,
        ids=ids,
        since=now - timedelta(days=ATTEMPT_DAYS),
    )
    found: defaultdict[int, list[Attempt]] = defaultdict(list)
    lines: defaultdict[int, list[HistoryEntry]] = defaultdict(list)
    for client_id, at, flags, counted, phone, fact_id, code, account_id in rows:
        if "A" not in flags:
            continue
        when = instant(at)
        counts = bool(counted) and (country[client_id] == "MX" or "7" in flags)
        found[client_id].append(
            Attempt(at=when, counted=counts, conversation="V" in flags, phone=phone, account_id=account_id)
        )
        lines[client_id].append(
            HistoryEntry(id=fact_id, at=when, code=code, account_id=account_id, phone=phone)
        )
    return found, lines


def history(
    tx: Tx, ids: list[int], fates: dict[str, str]
) -> tuple[dict[int, list[HistoryEntry]], dict[int, int]]:
    """The newest lines of each history, newest first, payments among them; and how many there are."""
    rows = tx.all(
        """
        WITH line AS (
            SELECT client_id, id, at, code, agent, account_id, amount, currency, due, channel,
                reason, phone, note, retracted_by
            FROM interaction
            WHERE client_id IN :ids
            UNION ALL
            SELECT a.client_id, 'payment:' || p.id, p.at, 'PAGO', '', p.account_id, p.amount,
                p.currency, NULL, p.channel, NULL, NULL, p.reference, NULL
            FROM payment p
            JOIN account a ON a.id = p.account_id
            WHERE a.client_id IN :ids AND p.bounced_at IS NULL
        ), numbered AS (
            SELECT line.*,
                row_number() OVER (PARTITION BY client_id ORDER BY at DESC, id DESC) AS place,
                count(*) OVER (PARTITION BY client_id) AS total
            FROM line
        )
        SELECT client_id, total, id, at, code, agent, account_id, amount, currency, due, channel,
            reason, phone, note, retracted_by
        FROM numbered
        WHERE place <= :limit
        ORDER BY client_id, place
        """,
        ids=ids,
        limit=HISTORY_LIMIT,
    )
    found: defaultdict[int, list[HistoryEntry]] = defaultdict(list)
    totals: dict[int, int] = {}
    for row in rows:
        totals[row[0]] = row[1]
        found[row[0]].append(
            HistoryEntry(
                id=row[2],
                at=instant(row[3]),
                code=row[4],
                agent=row[5],
                account_id=row[6],
                amount=row[7],
                currency=row[8],
                due=maybe_day(row[9]),
                channel=row[10],
                reason=row[11],
                phone=row[12],
                note=row[13],
                status="retracted" if row[14] else fates.get(row[2], ""),
            )
        )
    return found, totals
