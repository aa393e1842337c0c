"""Policies as the receipts desk reads them: the list, what lapses next first, and one of them whole."""

from __future__ import annotations

from typing import Any

from rules.insurance.policy_list import MOST_ROWS, PolicyRow, PolicyRows, PolicyWhole
from storage.central.clients import documents
from storage.central.connection import Store, day, maybe_instant
from storage.central.doors.who import Who
from storage.central.portfolios import Book, books
from storage.central.records.decisions import masked
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

_LIST = """
    SELECT p.id, p.number, c.name, c.portfolio_id, p.insurer, p.kind, p.status, p.channel, p.frequency,
        a.currency, p.ends, coalesce(owed.count, 0), coalesce(owed.amount, 0), owed.grace_ends, p.lapsed_at
    FROM policy p
    JOIN account a ON a.id = p.account_id
    JOIN client c ON c.id = a.client_id
    LEFT JOIN (
        SELECT policy_id, count(*) AS count, sum(total - paid - adjusted) AS amount,
            min(grace_ends) AS grace_ends
        FROM receipt
        WHERE status IN ('overdue', 'lapsed')
        GROUP BY policy_id
    ) owed ON owed.policy_id = p.id
    WHERE c.portfolio_id IN :portfolios
        AND (:status = '' OR p.status = :status)
        AND (:channel = '' OR p.channel = :channel)
        AND (
            :text = '' OR lower(p.number) LIKE :like ESCAPE '!' OR lower(c.name) LIKE :like ESCAPE '!'
            OR lower(p.insurer) LIKE :like ESCAPE '!'
        )
    ORDER BY CASE WHEN p.status = 'lapsed' THEN 1 WHEN owed.grace_ends IS NULL THEN 2 ELSE 0 END,
        owed.grace_ends, p.number, p.id
    LIMIT :most
"""


def listed(store: Store, who: Who, *, find: str = "", status: str = "", channel: str = "") -> PolicyRows:
    """The policies of the reader's portfolios: those whose cover ends next, those that lapsed, the others.

    Args:
        store: the central store.
        who: the reader.
        find: part of a number, or of the name of a client or insurer.
        status: a name of `rules.insurance.policy_states.STATES`, "" = any.
        channel: a name of `rules.debit.mandates.CHANNELS`, "" = any.
    """
    text = find.strip().lower()
    with store.read() as tx:
        known = books(tx)
        rows = tx.all(
            _LIST,
            portfolios=[book.id for book in known.values() if who.may_see(book.id)],
            status=status,
            channel=channel,
            text=text,
            like=f"%{text.translate(_LITERALLY)}%",
            most=MOST_ROWS + 1,
        )
        return PolicyRows(
            rows=tuple(_row(known, row) for row in rows[:MOST_ROWS]), at=tx.now, more=len(rows) > MOST_ROWS
        )


_LITERALLY = str.maketrans({"!": "!!", "%": "!%", "_": "!_"})


def _row(known: dict[int, Book], row: tuple[Any, ...]) -> PolicyRow:
    return PolicyRow(
        id=row[0],
        number=row[1],
        client=masked(row[2]),
        portfolio=known[row[3]].name,
        insurer=row[4],
        kind=row[5],
        status=row[6],
        channel=row[7],
        frequency=row[8],
        currency=row[9],
        ends=day(row[10]),
        count=row[11],
        overdue=int(row[12]),
        grace_ends=maybe_instant(row[13]) if row[6] != "lapsed" else None,
        lapsed_at=maybe_instant(row[14]),
    )


def whole(store: Store, who: Who, policy_id: int) -> PolicyWhole:
    """A policy with its client's document; that it was read is noted in the audit log.

    Raises:
        NotDone: unknown_policy, also one out of the person's scope.
    """
    with store.begin() as tx:
        row = tx.one(
            """
            SELECT c.id, c.portfolio_id
            FROM policy p
            JOIN account a ON a.id = p.account_id
            JOIN client c ON c.id = a.client_id
            WHERE p.id = :id
            """,
            id=policy_id,
        )
        if row is None or not who.may_see(row[1]):
            raise NotDone("unknown_policy")
        client = documents(tx, [row[0]])[row[0]]
        audit.note(tx, who.name, "policy_read", f"client:{row[0]}", device=who.device, policy=policy_id)
        zone = client.zones[0] if client.zones else books(tx)[row[1]].zone.key
        return PolicyWhole(policy_id=policy_id, client=client, zone=zone)
