"""Who stands in for whom: what is due of an absent agent's is seen to by the cover."""

from __future__ import annotations

from datetime import timedelta

from storage.central.connection import Tx, day
from storage.central.doors.who import Who
from storage.central.portfolios import books, home_book


def covered_by(tx: Tx, who: Who) -> dict[int, str]:
    """The colleagues whom somebody stands in for today (their own day), by id."""
    known = books(tx)
    rows = tx.all(
        """
        SELECT a.user_id, u.name, a.since, a.until
        FROM absence a
        JOIN app_user u ON u.id = a.user_id
        WHERE a.cover_id = :user AND a.since <= :last AND a.until >= :first
        """,
        user=who.user_id,
        first=tx.now.date() - timedelta(days=1),
        last=tx.now.date() + timedelta(days=1),
    )
    found: dict[int, str] = {}
    for user, name, since, until in rows:
        scope = tx.all("SELECT portfolio_id FROM user_portfolio WHERE user_id = :user", user=user)
        home = home_book(known, tuple(row[0] for row in scope) or None)
        if home is not None and day(since) <= home.moment(tx.now)[0] <= day(until):
            found[user] = name
    return found
