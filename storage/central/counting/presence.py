"""When workstations were signed in and heard: what connection time of any day is counted from.

A session lasts from its first token as long as its workstation is heard. Tokens go two weeks
after they were last renewed; the time that they stood for is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from storage.central.connection import Tx, instant
from storage.central.doors.sessions import ACCESS_LIFE

SEEN_EVERY = timedelta(seconds=60)
"""How exactly it is kept when a workstation was heard last."""

SILENCE = SEEN_EVERY + timedelta(seconds=15)
"""A workstation that says nothing for so long is not connected any more."""

Moments = tuple[datetime, datetime]
"""From and to."""


def heard(
    tx: Tx, user_ids: Sequence[int], since: datetime, until: datetime
) -> Iterator[tuple[int, datetime, datetime]]:
    """Who was signed in and heard from when to when, at some time between two instants; spans may overlap."""
    terms = {"users": user_ids, "since": since, "until": until}
    for user, expires, seen in tx.all(
        """
        SELECT user_id, access_expires, seen_at
        FROM sign_in_session
        WHERE user_id IN :users AND seen_at >= :since AND access_expires < :begun
        """,
        begun=until + ACCESS_LIFE,
        **terms,
    ):
        yield user, instant(expires) - ACCESS_LIFE, instant(seen) + SILENCE
    for user, begin, end in tx.all(
        "SELECT user_id, since, until FROM presence"
        " WHERE user_id IN :users AND until >= :since AND since < :until",
        **terms,
    ):
        yield user, instant(begin), instant(end)


def forget_sessions(tx: Tx) -> None:
    """Take away the tokens that can't be renewed any more, and keep the time for which they stood."""
    gone = tx.all(
        """
        DELETE FROM sign_in_session WHERE refresh_expires < :now
        RETURNING user_id, access_expires, seen_at
        """,
        now=tx.now,
    )
    spans: defaultdict[int, list[Moments]] = defaultdict(list)
    for user, expires, seen in gone:
        if seen is not None:
            spans[user].append((instant(expires) - ACCESS_LIFE, instant(seen) + SILENCE))
    tx.many(
        """
        INSERT INTO presence (user_id, since, until) VALUES (:user, :since, :until)
        ON CONFLICT (user_id, since) DO UPDATE SET until =
            CASE WHEN excluded.until > presence.until THEN excluded.until ELSE presence.until END
        """,
        [
            {"user": user, "since": since, "until": until}
            for user, found in spans.items()
            for since, until in joined(found)
        ],
    )


def joined(spans: Sequence[Moments]) -> list[Moments]:
    """Spans in order, those that overlap or touch made one."""
    found: list[Moments] = []
    for since, until in sorted(spans):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found
