"""The rows of a reconciliation: read by status, settled one by one or all of a status."""

from __future__ import annotations

from rules.tables import Table
from rules.tools.matching import PART, RESOLUTIONS, SETTLED, STATUSES, Pair, Resolving, Run
from rules.tools.matching_tables import row, rows_table
from storage.central.connection import Store, document, maybe_instant
from storage.central.doors.who import Who
from storage.central.matching.runs import held, one, recounted
from storage.central.records.closing import NotDone, checked_note
from storage.central.upkeep import audit

_RANK = " ".join(f"WHEN '{status}' THEN {place}" for place, status in enumerate(STATUSES))
_ROWS = f"""
    SELECT w.number, w.key, w.status, w.collected, w.accounted, w.detail, w.resolution, w.why, w.resolved,
        u.name
    FROM reconciliation_row w
    LEFT JOIN app_user u ON u.id = w.resolved_by
    WHERE w.run_id = :id AND (:status = '' OR w.status = :status)
    ORDER BY CASE WHEN w.resolution = '' AND w.status NOT IN ('tolerance', 'matched') THEN 0 ELSE 1 END,
        CASE w.status {_RANK} END, w.number
    LIMIT :most OFFSET :skip
"""  # noqa: S608 - places of our own statuses


def table(store: Store, who: Who, run_id: str, status: str = "", skip: int = 0) -> Table:
    """Rows of a run, those first that wait; the differences before what matches.

    Raises:
        NotDone: unknown_reconciliation, unknown_status.
    """
    if status and status not in STATUSES:
        raise NotDone("unknown_status")
    with store.read() as tx:
        run = one(tx, who, run_id)
        found = tx.all(_ROWS, id=run_id, status=status, most=PART + 1, skip=skip)
        rows = [
            row(
                number,
                Pair(key, collected, document(detail)["ours"], accounted, document(detail)["theirs"]),
                stands,
                run.currency,
                resolution=resolution,
                why=why,
                by=by or "",
                at=maybe_instant(at),
            )
            for number, key, stands, collected, accounted, detail, resolution, why, at, by in found[:PART]
        ]
        return rows_table(rows, tx.now, more=len(found) > PART)


def resolve(store: Store, who: Who, run_id: str, order: Resolving) -> Run:
    """Settle rows with a reason, or take back how they were settled.

    Raises:
        NotDone: unknown_reconciliation, still_loading, already_closed, unknown_resolution, why_missing,
            unknown_status, nothing_to_settle (none of the rows waits).
    """
    if order.resolution and order.resolution not in RESOLUTIONS:
        raise NotDone("unknown_resolution")
    if not order.why.strip():
        raise NotDone("why_missing")
    if not order.numbers and (order.status not in STATUSES or order.status in SETTLED):
        raise NotDone("unknown_status")
    why = checked_note(order.why)
    with store.begin() as tx:
        run = held(tx, who, run_id, "open")
        changed = tx.run(
            """
            UPDATE reconciliation_row
            SET resolution = :resolution, why = :why, resolved = :now, resolved_by = :user
            WHERE run_id = :id AND status NOT IN ('tolerance', 'matched')
              AND (:bulk OR number IN :numbers)
              AND (NOT :bulk OR status = :status AND resolution = '')
            """,
            id=run_id,
            resolution=order.resolution,
            why=why,
            now=tx.now,
            user=who.user_id,
            status=order.status,
            bulk=not order.numbers,
            numbers=list(order.numbers),
        )
        if not changed:
            raise NotDone("nothing_to_settle")
        audit.note(
            tx,
            who.name,
            "reconciliation_settled",
            f"reconciliation:{run.id}",
            device=who.device,
            resolution=order.resolution,
            status=order.status,
            rows=changed,
        )
        return recounted(tx, who, run_id)
