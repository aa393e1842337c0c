"""Mandates as they stand in the client's document."""

from __future__ import annotations

from typing import Any

from rules.debit.mandates import Mandate
from storage.central.connection import Tx, grouped, instant, maybe_instant


def mandates(tx: Tx, ids: list[int]) -> dict[int, list[Mandate]]:
    """Mandates by client, the newest last; no account number, no token."""
    rows = tx.all(
        """
        SELECT m.client_id, m.id, m.account_id, m.channel, m.ending, m.agreed, m.policy_id, m.bank, m.payer,
            m.amount_rule, m.limit_amount, m.first_receipt, m.status, m.revoked, m.last
        FROM mandate m
        WHERE m.client_id IN :ids
        ORDER BY m.client_id, m.agreed, m.id
        """,
        ids=ids,
    )
    if not rows:
        return {}
    charging = grouped(
        tx.all(
            """
            SELECT h.mandate_id, h.receipt_id
            FROM charge h
            JOIN mandate m ON m.id = h.mandate_id
            WHERE m.client_id IN :ids AND h.status = 'sent' AND h.receipt_id IS NOT NULL
            ORDER BY h.receipt_id
            """,
            ids=ids,
        ),
        int,
    )
    return grouped(rows, lambda *row: _read(row, tuple(charging.get(row[0], ()))))


def _read(row: tuple[Any, ...], charging: tuple[int, ...]) -> Mandate:
    return Mandate(
        id=row[0],
        account_id=row[1],
        channel=row[2],
        ending=row[3],
        agreed=instant(row[4]),
        policy_id=row[5],
        bank=row[6],
        payer=row[7],
        amount_rule=row[8],
        limit=row[9],
        first_receipt=row[10],
        status=row[11],
        revoked=maybe_instant(row[12]),
        last=row[13],
        charging=charging,
    )
