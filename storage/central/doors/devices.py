"""Workstations as the centre knows them: registered, revoked, one request at a time.

A device belongs to one user. Its secret opens the device's own store; it is made when the
device is registered and handed out at that user's sign-in alone, never once it was revoked.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

import msgspec

from rules.text import clean
from rules.words import tr
from storage.central.connection import Store, StoreError, Tx, instant, maybe_instant
from storage.central.doors.users import user_id
from storage.central.doors.who import Who
from storage.central.upkeep import audit

SECRET_BYTES = 32
LONGEST_LABEL = 64


class DeviceRevoked(Exception):
    """Nobody works on this device any more."""


class DeviceEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A device in a list. waiting, waiting_since: facts in its outbox, as it last said."""

    id: str
    user: str
    label: str
    registered_at: datetime | None
    last_seen: datetime
    revoked_at: datetime | None
    waiting: int
    waiting_since: datetime | None


def is_revoked(tx: Tx, device: str) -> bool:
    """Whether a device was revoked."""
    return tx.value("SELECT revoked_at FROM device WHERE id = :id", id=device) is not None


def register(tx: Tx, user: int, name: str, device: str, label: str = "") -> str:
    """Note that a user signs in from a device; the device's secret.

    A device that was another user's becomes this one's: with a new secret, since its store is
    not this user's to open, and without the other's sessions.

    Raises:
        DeviceRevoked: it was revoked.
    """
    label = clean(label).strip()[:LONGEST_LABEL]
    row = tx.one("SELECT user_id, secret, revoked_at FROM device WHERE id = :id FOR UPDATE", id=device)
    if row is not None and row[2] is not None:
        raise DeviceRevoked
    if row is not None and row[0] == user and row[1] is not None:
        tx.run(
            """
            UPDATE device SET last_seen = :now, label = CASE WHEN :label = '' THEN label ELSE :label END
            WHERE id = :id
            """,
            id=device,
            label=label,
            now=tx.now,
        )
        return str(row[1])
    if row is not None and row[0] != user:
        _end_sessions(tx, device)
    secret = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    tx.run(
        """
        INSERT INTO device (id, user_id, last_seq, last_seen, label, registered_at, secret)
        VALUES (:id, :user, 0, :now, :label, :now, :secret)
        ON CONFLICT (id) DO UPDATE
        SET user_id = excluded.user_id, last_seen = excluded.last_seen, label = excluded.label,
            registered_at = excluded.registered_at, secret = excluded.secret
        """,
        id=device,
        user=user,
        label=label,
        secret=secret,
        now=tx.now,
    )
    audit.note(tx, name, "device_registered", f"device:{device}", device=device)
    return secret


def hold_device(tx: Tx, who: Who, device: str) -> None:
    """Make other requests of a device wait for this transaction; note that it was seen."""
    tx.run(
        """
        INSERT INTO device (id, user_id, last_seq, last_seen) VALUES (:id, :user, 0, :now)
        ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen
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


def note_outbox(store: Store, device: str, waiting: int, since: datetime | None) -> None:
    """Keep what a device says of its outbox, for those who run the system; only what is new is written.

    Args:
        store: the central store.
        device: its id.
        waiting: facts that it has yet to send.
        since: when the oldest of them was made.
    """
    with store.read() as tx:
        row = tx.one("SELECT waiting, waiting_since FROM device WHERE id = :id", id=device)
    if row is None or (row[0], maybe_instant(row[1])) == (waiting, since):
        return
    with store.begin() as tx:
        tx.run(
            "UPDATE device SET waiting = :waiting, waiting_since = :since WHERE id = :id",
            id=device,
            waiting=waiting,
            since=since,
        )


def list_devices(store: Store, name: str = "") -> list[DeviceEntry]:
    """The devices of a user, or everybody's; the last seen first.

    Raises:
        StoreError: there is no such user.
    """
    with store.read() as tx:
        only = user_id(tx, name) if name else 0
        rows = tx.all(
            """
            SELECT d.id, u.name, d.label, d.registered_at, d.last_seen, d.revoked_at, d.waiting,
                d.waiting_since
            FROM device d
            JOIN app_user u ON u.id = d.user_id
            WHERE :only = 0 OR d.user_id = :only
            ORDER BY d.last_seen DESC, d.id
            """,
            only=only,
        )
    return [
        DeviceEntry(
            id=row[0],
            user=row[1],
            label=row[2],
            registered_at=maybe_instant(row[3]),
            last_seen=instant(row[4]),
            revoked_at=maybe_instant(row[5]),
            waiting=row[6],
            waiting_since=maybe_instant(row[7]),
        )
        for row in rows
    ]


def revoke_device(store: Store, device: str, by: str = "") -> None:
    """Shut a device out for good: its sessions end, its secret goes, it is told to wipe itself.

    Raises:
        StoreError: there is no such device.
    """
    with store.begin() as tx:
        found = tx.run(
            "UPDATE device SET revoked_at = coalesce(revoked_at, :now), secret = NULL WHERE id = :id",
            id=device,
            now=tx.now,
        )
        if not found:
            raise StoreError(
                tr("There is no device {id}; `agent-tui users devices` shows those there are.", id=device)
            )
        _end_sessions(tx, device)
        audit.note(tx, by, "device_revoked", f"device:{device}")


def _end_sessions(tx: Tx, device: str) -> None:
    tx.run("UPDATE sign_in_session SET revoked = true WHERE device = :id", id=device)
