"""Who works the clients of an agent who is not there: the cover, or anybody where nobody covers."""

from __future__ import annotations

from collections.abc import Iterable

from storage.central.connection import Store, Tx, day
from storage.central.portfolios import books, home_book
from storage.central.queue.queueing import lock_clients
from storage.central.queue.reserving import reserve

AT_ONCE = 1000

_GONE = "SELECT id FROM app_user WHERE disabled OR role <> 'agent'"
_ABSENCES = """
    SELECT user_id, since, until, cover_id
    FROM absence
    WHERE since <= :latest AND until >= :earliest
    ORDER BY user_id, since, id
"""
_BACK = """
    SELECT id
    FROM app_user
    WHERE NOT id IN :away AND (
        EXISTS (SELECT 1 FROM assignment WHERE user_id = app_user.id AND worked_by < app_user.id)
        OR EXISTS (SELECT 1 FROM assignment WHERE user_id = app_user.id AND worked_by > app_user.id)
        OR EXISTS (SELECT 1 FROM assignment WHERE user_id = app_user.id AND worked_by IS NULL)
    )
"""
"""Owners who are there, some of whose clients are worked by another: three looks at an index each."""

_PAGE = """
    SELECT client_id
    FROM assignment
    WHERE user_id = :user AND coalesce(worked_by, 0) <> coalesce(CAST(:holder AS INTEGER), 0)
        AND client_id > :last
    ORDER BY client_id
    LIMIT :limit
"""


def away(tx: Tx) -> dict[int, int | None]:
    """Whoever is not there today, by id, and who covers; None = nobody does.

    Disabled people are away for good. A day is that of the person's home portfolio. A cover who is away
    covers nobody.
    """
    gone: dict[int, int | None] = {row[0]: None for row in tx.all(_GONE)}
    known = books(tx)
    first = "SELECT user_id, min(portfolio_id) FROM user_portfolio GROUP BY user_id"
    scopes = {user_id: (portfolio_id,) for user_id, portfolio_id in tx.all(first)}
    days = [book.moment(tx.now)[0] for book in known.values()] or [tx.now.date()]
    absent: dict[int, int | None] = {}
    for user_id, since, until, cover in tx.all(_ABSENCES, latest=max(days), earliest=min(days)):
        home = home_book(known, scopes.get(user_id))
        now = tx.now.date() if home is None else home.moment(tx.now)[0]
        if day(since) <= now <= day(until):
            absent.setdefault(user_id, cover)
    found = absent | gone
    return {user: None if cover in found else cover for user, cover in found.items()}


def holders(tx: Tx, owners: Iterable[int]) -> dict[int, int | None]:
    """Who works the clients of each owner today; None = anybody."""
    gone = away(tx)
    return {owner: gone.get(owner, owner) for owner in owners}


def bring_up_to_date(store: Store) -> int:
    """Give the clients of those who left or came back to who works them now; how many moved.

    Cheap when nothing has changed. Those on a desk stay there.
    """
    with store.read() as tx:
        expected = away(tx)
        expected |= {row[0]: row[0] for row in tx.all(_BACK, away=list(expected))}
    return sum(_hand_over(store, owner, holder) for owner, holder in expected.items())


def _hand_over(store: Store, owner: int, holder: int | None) -> int:
    moved = last = 0
    while True:
        with store.read() as tx:
            page = tx.all(_PAGE, user=owner, holder=holder, last=last, limit=AT_ONCE)
        if not page:
            return moved
        last = page[-1][0]
        with store.begin() as tx:
            ids = [row[0] for row in lock_clients(tx, [row[0] for row in page])]
            changed = tx.all(
                """
                UPDATE assignment SET worked_by = :holder
                WHERE client_id IN :ids AND user_id = :owner
                RETURNING client_id
                """,
                holder=holder,
                ids=ids,
                owner=owner,
            )
            reserve(tx, {row[0]: holder for row in changed})
            moved += len(changed)


def owned_outside(tx: Tx, owner: int, scope: list[int]) -> list[int]:
    """The clients of an owner that are in none of some portfolios."""
    rows = tx.all(
        """
        SELECT c.id
        FROM assignment a
        JOIN client c ON c.id = a.client_id
        WHERE a.user_id = :owner AND NOT (c.portfolio_id IN :scope)
        """,
        owner=owner,
        scope=scope,
    )
    return [row[0] for row in rows]


def let_go(tx: Tx, client_ids: list[int]) -> None:
    """Make clients, who are held locked, nobody's: their owner has left the portfolio."""
    tx.run("DELETE FROM assignment WHERE client_id IN :ids", ids=client_ids)
    reserve(tx, dict.fromkeys(client_ids))
