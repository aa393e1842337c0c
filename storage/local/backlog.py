"""How far the hub is behind: what the top line says about the outbox."""

from __future__ import annotations

from datetime import datetime

import msgspec

from storage.local.connection import as_instant
from storage.local.driver import Connection


class Backlog(msgspec.Struct, frozen=True):
    """How many facts wait for the hub's answer, the oldest since `since`; how many it refused.

    since: by this machine's clock. quarantined: of those refused, how many nobody has decided about.
    """

    waiting: int
    since: datetime | None
    quarantined: int


def backlog(connection: Connection) -> Backlog:
    """How much is still to be sent."""
    waiting, since, quarantined = connection.execute(
        "SELECT count(*), min(at), (SELECT count(*) FROM quarantine WHERE let_go = '') FROM outbox"
    ).fetchone()
    return Backlog(waiting, as_instant(since) if since else None, quarantined)
