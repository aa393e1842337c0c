"""Cases at the centre: records that results open, with their legal clocks."""

from __future__ import annotations

from rules.clients import Case
from storage.central.connection import Tx, grouped, instant, maybe_day

_TEXTS = (
    "clock",
    "amount",
    "currency",
    "tier",
    "destination",
    "reason",
    "reference",
    "party",
    "note",
    "agent",
    "outcome",
)


def cases(tx: Tx, ids: list[int]) -> dict[int, list[Case]]:
    """Cases by client, newest first; those that were taken back are left out."""
    rows = tx.all(
        """
        SELECT client_id, id, kind, opened, account_id, status, due, clock, amount, currency, tier,
            destination, reason, reference, party, note, agent, outcome
        FROM case_file
        WHERE client_id IN :ids AND status <> 'void'
        ORDER BY client_id, opened DESC, id DESC
        """,
        ids=ids,
    )
    return grouped(
        rows,
        lambda row_id, kind, opened, account, status, due, *rest: Case(
            id=row_id,
            kind=kind,
            opened=instant(opened),
            account_id=account,
            status=status,
            due=maybe_day(due),
            **dict(zip(_TEXTS, rest, strict=True)),
        ),
    )
