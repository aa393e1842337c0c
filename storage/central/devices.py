"""Workstations as the centre knows them: one request of a device at a time."""

from __future__ import annotations

from storage.central.connection import Tx
from storage.central.people import Who


def hold_device(tx: Tx, who: Who, device: str) -> None:
    """Make other requests of a device wait for this transaction; note that it was seen."""
    tx.run(
        """
        INSERT INTO device (id, user_id, last_seq, last_seen) VALUES (:id, :user, 0, :now)
        ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, last_seen = excluded.last_seen
        """,
        id=device,
        user=who.user_id,
        now=tx.now,
    )


def note_progress(tx: Tx, device: str, seq: int, skew_ms: int | None) -> None:
    """Keep the highest number taken from a device, and its clock's last measured skew."""
    tx.run(
        """
        UPDATE device
        SET last_seq = CASE WHEN last_seq < :seq THEN :seq ELSE last_seq END,
            skew_ms = coalesce(:skew, skew_ms)
        WHERE id = :id
        """,
        id=device,
        seq=seq,
        skew=skew_ms,
    )
