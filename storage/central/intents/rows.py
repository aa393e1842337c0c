"""Payments under way as rows: read for the client's document, read alone, written back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from rules.paying.intents import Intent
from storage.central.connection import Tx, document, grouped, instant, maybe_instant

SHOWN = timedelta(days=30)
"""So long after its last change an intent that is over stays in the client's document."""

COLUMNS = (
    "id, account_id, method, amount, currency, asked, status, gateway, receipts, url, expires, "
    "auth_code, last4, brand, terminal, reason, refunded, agent"
)


class Kept(msgspec.Struct, frozen=True):
    """An intent as the store has it, with what only the hub needs of it."""

    client_id: int
    user_id: int | None
    external: str
    tries: int
    intent: Intent


def made(*values: Any) -> Intent:
    """An intent from the values of `COLUMNS`."""
    found = dict(zip((name.strip() for name in COLUMNS.split(",")), values, strict=True))
    found["asked"] = instant(found["asked"])
    found["expires"] = maybe_instant(found["expires"])
    found["receipts"] = tuple(document(found["receipts"]))
    return Intent(**found)


def intents(tx: Tx, ids: list[int]) -> dict[int, list[Intent]]:
    """Intents by client, oldest first: those under way, and those that ended of late."""
    rows = tx.all(
        f"""
        SELECT client_id, {COLUMNS}
        FROM payment_intent
        WHERE client_id IN :ids AND (status IN ('asked', 'pending', 'unknown') OR changed > :since)
        ORDER BY client_id, asked, id
        """,  # noqa: S608 - the names are ours
        ids=ids,
        since=_day_of(tx.now) - SHOWN,
    )
    return grouped(rows, made)


def _day_of(now: datetime) -> datetime:
    """The beginning of the day, so that a statement sent ahead and its reading ask for the same."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def kept(tx: Tx, intent_id: str) -> Kept | None:
    """One intent; None = there is none with this id."""
    row = tx.one(
        f"SELECT client_id, user_id, external, tries, {COLUMNS} FROM payment_intent WHERE id = :id",  # noqa: S608 - the names are ours
        id=intent_id,
    )
    return None if row is None else Kept(row[0], row[1], row[2], row[3], made(*row[4:]))


def write(tx: Tx, intent: Intent, *, external: str, check_at: datetime | None) -> None:
    """Keep how an intent stands now; check_at: when its gateway is asked next, None = no more."""
    tx.run(
        """
        UPDATE payment_intent
        SET status = :status, url = :url, expires = :expires, auth_code = :auth_code, last4 = :last4,
            brand = :brand, terminal = :terminal, reason = :reason, refunded = :refunded,
            external = :external, check_at = :check_at, changed = :now
        WHERE id = :id
        """,
        id=intent.id,
        status=intent.status,
        url=intent.url,
        expires=intent.expires,
        auth_code=intent.auth_code,
        last4=intent.last4,
        brand=intent.brand,
        terminal=intent.terminal,
        reason=intent.reason,
        refunded=intent.refunded,
        external=external,
        check_at=check_at,
        now=tx.now,
    )
