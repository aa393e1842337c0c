"""The change feed: what a workstation reads to learn what changed at the centre.

Sequence numbers are given when a row is written but seen only when its transaction
commits, so a reader that remembers the highest number it saw steps over rows that commit
late. In PostgreSQL the feed is therefore ordered by (transaction id, number), and readers
stop below the oldest transaction that is still running. SQLite has one writer at a time:
there the number alone is the order of commits.

A client that leaves a scope is told as deleted: to everyone who reads its portfolio, or to
one user whose scope has changed. `storage.central.upkeep.pruning` takes old changes away.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable

from rules.protocol import Change, Changes
from storage.central.clients import documents
from storage.central.connection import Store, Tx
from storage.central.counting.day import day_figures
from storage.central.doors.people import Who
from storage.central.leading import inbox
from storage.central.upkeep.schema import EPOCH

MOST = 1000

BEGINS = "feed_begins"
"""Mark of the store: the position before which changes have been taken away."""

_XID = {"sqlite": "0", "postgresql": "pg_current_xact_id()::text::bigint"}
_APPEND = """
    INSERT INTO change (xid, portfolio_id, entity, entity_id, version, deleted, user_id)
    SELECT {xid}, portfolio_id, 'client', CAST(id AS TEXT), version, {deleted}, CAST({user} AS INTEGER)
    FROM client
    WHERE id IN :ids
    ORDER BY id
"""
_CHANGED_SQL = {
    dialect: _APPEND.format(xid=xid, deleted="false", user="NULL") for dialect, xid in _XID.items()
}
_LEFT_SQL = {dialect: _APPEND.format(xid=xid, deleted="true", user=":user") for dialect, xid in _XID.items()}
_TOLD = """
    INSERT INTO change (xid, portfolio_id, entity, entity_id, version, deleted, user_id)
    VALUES ({xid}, :portfolio, :entity, :id, :version, :deleted, :user)
"""
_TOLD_SQL = {dialect: _TOLD.format(xid=xid) for dialect, xid in _XID.items()}
_HORIZON_SQL = {
    "sqlite": "SELECT 0, coalesce(max(seq), 0) FROM change",
    "postgresql": "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, 0",
}
_PAGE = """
    SELECT xid, seq, entity, entity_id, version, deleted
    FROM change
    WHERE {between} AND {scope}
    ORDER BY {order}
    LIMIT :limit
"""
_ORDERED = {
    # Every xid is 0 here, and of a comparison of rows SQLite searches the index by the first column only.
    "sqlite": {"between": "seq > :seq AND seq <= :last_seq", "order": "seq"},
    "postgresql": {
        "between": "(xid, seq) > (:xid, :seq) AND (xid, seq) <= (:last_xid, :last_seq)",
        "order": "xid, seq",
    },
}
_OF_ALL = "(user_id IS NULL OR user_id = :user)"
_OF_SCOPE = "(user_id = :user OR (user_id IS NULL AND portfolio_id IN :scope))"
_PAGE_OF_ALL = {dialect: _PAGE.format(scope=_OF_ALL, **words) for dialect, words in _ORDERED.items()}
_PAGE_OF_SCOPE = {dialect: _PAGE.format(scope=_OF_SCOPE, **words) for dialect, words in _ORDERED.items()}

Position = tuple[int, int]
"""A place in the feed: transaction id and number. All up to it has been read."""


class CursorGone(Exception):
    """The cursor is not of this store as it is now, or too old: start again without one."""


def touch(tx: Tx, client_ids: Iterable[int]) -> None:
    """Say in the feed that some clients changed: a new version and one change each."""
    ids = sorted(set(client_ids))
    if ids:
        tx.run("UPDATE client SET version = version + 1 WHERE id IN :ids", ids=ids)
        tx.run(_CHANGED_SQL[tx.dialect], ids=ids)


def tell_left(tx: Tx, client_ids: Iterable[int], user_id: int | None = None) -> None:
    """Say in the feed that some clients are no more in the scope of their readers, or of one user."""
    ids = sorted(set(client_ids))
    if ids:
        tx.run(_LEFT_SQL[tx.dialect], ids=ids, user=user_id)


def tell(
    tx: Tx,
    portfolio_id: int,
    entity: str,
    entity_id: str,
    version: int = 0,
    *,
    deleted: bool = False,
    user_id: int | None = None,
) -> None:
    """Say in the feed that something that is no client changed, or is no more.

    Args:
        tx: the transaction that changed it.
        portfolio_id: whose readers are told.
        entity: what it is.
        entity_id: which one.
        version: its version, 0 = it has none.
        deleted: it is no more.
        user_id: tell this user alone, None = everyone who reads the portfolio.
    """
    tx.run(
        _TOLD_SQL[tx.dialect],
        portfolio=portfolio_id,
        entity=entity,
        id=entity_id,
        version=version,
        deleted=deleted,
        user=user_id,
    )


def tell_users(tx: Tx, entity: str, entity_id: str, user_ids: Iterable[int]) -> None:
    """Say in the feed of some users alone that there is something new for them, of no portfolio."""
    one = {"portfolio": 0, "entity": entity, "id": entity_id, "version": 0, "deleted": False}
    tx.many(_TOLD_SQL[tx.dialect], [one | {"user": user_id} for user_id in user_ids])


def left_by(tx: Tx, user: int, client_ids: Collection[int]) -> set[int]:
    """Those of the clients who left this person's scope since the feed begins."""
    rows = tx.all(
        """
        SELECT DISTINCT entity_id FROM change
        WHERE user_id = :user AND entity = 'client' AND deleted AND entity_id IN :ids
        """,
        user=user,
        ids=[str(one) for one in sorted(client_ids)],
    )
    return {int(row[0]) for row in rows}


def horizon(tx: Tx) -> Position:
    """The position up to which nothing can be added any more."""
    found = tx.one(_HORIZON_SQL[tx.dialect])
    assert found is not None  # noqa: S101 - it always answers one row
    return found[0], found[1]


def begins(tx: Tx) -> Position:
    """The position from which the feed is kept."""
    return _epoch_and_beginning(tx)[1]


def _epoch_and_beginning(tx: Tx) -> tuple[str, Position]:
    """Which store this is, and from which position its feed is kept."""
    marks = dict(tx.all("SELECT name, value FROM store_mark WHERE name IN :names", names=[EPOCH, BEGINS]))
    return marks.get(EPOCH, ""), read_position(marks[BEGINS]) if BEGINS in marks else (0, 0)


def written_position(position: Position) -> str:
    """A position as marks and cursors keep it."""
    return f"{position[0]}.{position[1]}"


def read_position(text: str) -> Position:
    """The position that `written_position` wrote.

    Raises:
        ValueError: it is none.
    """
    xid, seq = text.split(".")
    position = int(xid), int(seq)
    if not all(0 <= number < 2**63 for number in position):
        raise ValueError(f"not a position: {text!r}")
    return position


def changes(store: Store, who: Who, cursor: str | None, limit: int) -> Changes:
    """What changed in the reader's portfolios since a cursor (None = from the start of what is kept).

    Several changes of one thing on a page come as one. A client that the reader holds on
    lease comes with its document; one that left the reader's scope comes as deleted.

    Raises:
        CursorGone: the cursor is not one of ours, the store is not the one it was, or what
            follows the cursor is not kept any more.
    """
    limit = max(1, min(limit, MOST))
    with store.read() as tx:
        mark, first = _epoch_and_beginning(tx)
        last = horizon(tx)
        after = first if cursor is None else _read_cursor(cursor, mark)
        if after < first:
            raise CursorGone("cursor of changes that are not kept any more")
        rows = tx.all(
            (_PAGE_OF_ALL if who.portfolio_ids is None else _PAGE_OF_SCOPE)[tx.dialect],
            xid=after[0],
            seq=after[1],
            last_xid=last[0],
            last_seq=last[1],
            limit=limit + 1,
            user=who.user_id,
            scope=list(who.portfolio_ids or ()),
        )
        more = len(rows) > limit
        page = rows[:limit]
        # All up to the horizon is read by whoever has seen its last page, whoever it belongs to.
        reached = (page[-1][0], page[-1][1]) if more else max(after, last)
        return Changes(
            changes=_as_changes(tx, who, page),
            cursor=_write_cursor(mark, reached),
            more=more,
            server_time=tx.now,
            day=None if more else day_figures(tx, who),
            scope=who.portfolio_names,
        )


def present(store: Store, who: Who) -> Changes:
    """Where a reader begins that knows nothing yet: what it holds and was written, and the cursor from here.

    One moment is read, so that nothing lies between the documents and the cursor.
    """
    with store.read() as tx:
        held = documents(tx, _held(tx, who))
        mark, first = _epoch_and_beginning(tx)
        return Changes(
            changes=(
                *(
                    Change(entity="client", id=str(client_id), version=client.version, client=client)
                    for client_id, client in held.items()
                ),
                *inbox.at_hand(tx, who),
            ),
            cursor=_write_cursor(mark, max(first, horizon(tx))),
            more=False,
            server_time=tx.now,
            day=day_figures(tx, who),
            scope=who.portfolio_names,
        )


def _as_changes(tx: Tx, who: Who, page: list[tuple[int, int, str, str, int, bool]]) -> tuple[Change, ...]:
    newest = {(entity, entity_id): (version, bool(gone)) for _, _, entity, entity_id, version, gone in page}
    known = {
        int(entity_id) for (entity, entity_id), (_, gone) in newest.items() if entity == "client" and not gone
    }
    wanted = known & _held(tx, who) if known else set()
    found = documents(tx, wanted) if wanted else {}
    told = inbox.told(tx, who, [key for entity, key in newest if entity == inbox.ENTITY])
    return tuple(
        Change(
            entity=entity,
            id=entity_id,
            version=version,
            deleted=gone,
            client=found.get(int(entity_id)) if entity == "client" else None,
            message=told.get(entity_id) if entity == inbox.ENTITY else None,
        )
        for (entity, entity_id), (version, gone) in newest.items()
    )


def _held(tx: Tx, who: Who) -> set[int]:
    """The clients that the reader's device holds."""
    rows = tx.all(
        "SELECT client_id FROM lease WHERE user_id = :user AND device = :device",
        user=who.user_id,
        device=who.device,
    )
    return {row[0] for row in rows}


def _write_cursor(mark: str, position: Position) -> str:
    text = f"{mark}.{written_position(position)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, mark: str) -> Position:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        found, position = text.split(".", 1)
        after = read_position(position)
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise CursorGone("unreadable cursor") from error
    if found != mark:
        raise CursorGone("cursor of another store")
    return after
