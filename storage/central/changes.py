"""The change feed: what a workstation reads to learn what changed at the centre.

Sequence numbers are given when a row is written but seen only when its transaction
commits, so a reader that remembers the highest number it saw steps over rows that commit
late. In PostgreSQL the feed is therefore ordered by (transaction id, number), and readers
stop below the oldest transaction that is still running. SQLite has one writer at a time:
there the number alone is the order of commits.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from rules.protocol import Change, Changes
from storage.central.clients import documents
from storage.central.connection import Store, Tx
from storage.central.day import day_figures
from storage.central.people import Who
from storage.central.schema import epoch

MOST = 1000

_APPEND = """
    INSERT INTO change (xid, portfolio_id, entity, entity_id, version)
    SELECT {xid}, portfolio_id, 'client', CAST(id AS TEXT), version
    FROM client
    WHERE id IN :ids
    ORDER BY id
"""
_APPEND_SQL = {
    "sqlite": _APPEND.format(xid="0"),
    "postgresql": _APPEND.format(xid="pg_current_xact_id()::text::bigint"),
}
_HORIZON_SQL = {
    "sqlite": "SELECT 1",
    "postgresql": "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
}
_PAGE_SQL = """
    SELECT xid, seq, entity, entity_id, version
    FROM change
    WHERE (xid, seq) > (:xid, :seq) AND xid < :horizon {scope}
    ORDER BY xid, seq
    LIMIT :limit
"""
_PAGE_OF_ALL = _PAGE_SQL.format(scope="")
_PAGE_OF_SCOPE = _PAGE_SQL.format(scope="AND portfolio_id IN :scope")


class CursorGone(Exception):
    """The cursor is not of this store as it is now: start again without one."""


def touch(tx: Tx, client_ids: Iterable[int]) -> None:
    """Say in the feed that some clients changed: a new version and one change each."""
    ids = sorted(set(client_ids))
    if ids:
        tx.run("UPDATE client SET version = version + 1 WHERE id IN :ids", ids=ids)
        tx.run(_APPEND_SQL[tx.dialect], ids=ids)


def tell(tx: Tx, portfolio_id: int, entity: str, entity_id: str, version: int) -> None:
    """Say in the feed that something of a portfolio changed that is no client."""
    xid = "0" if tx.dialect == "sqlite" else "pg_current_xact_id()::text::bigint"
    tx.run(
        f"""
        INSERT INTO change (xid, portfolio_id, entity, entity_id, version)
        VALUES ({xid}, :portfolio, :entity, :id, :version)
        """,  # noqa: S608 - one of two expressions of our own
        portfolio=portfolio_id,
        entity=entity,
        id=entity_id,
        version=version,
    )


def changes(store: Store, who: Who, cursor: str | None, limit: int) -> Changes:
    """What changed in the reader's portfolios since a cursor (None = from the start).

    Several changes of one client on a page come as one. A client that the reader holds on
    lease comes with its document.

    Raises:
        CursorGone: the cursor is not one of ours, or the store is not the one it was.
    """
    limit = max(1, min(limit, MOST))
    with store.read() as tx:
        mark = epoch(tx) or ""
        xid, seq = (0, 0) if cursor is None else _read_cursor(cursor, mark)
        horizon: int = tx.value(_HORIZON_SQL[tx.dialect])
        rows = tx.all(
            _PAGE_OF_ALL if who.portfolio_ids is None else _PAGE_OF_SCOPE,
            xid=xid,
            seq=seq,
            horizon=horizon,
            limit=limit + 1,
            scope=list(who.portfolio_ids or ()),
        )
        more = len(rows) > limit
        page = rows[:limit]
        if more:
            xid, seq = page[-1][0], page[-1][1]
        elif tx.dialect == "postgresql":
            xid, seq = max((xid, seq), (horizon, 0))  # all below is read, whoever it belongs to
        elif page:
            seq = page[-1][1]
        return Changes(
            changes=_as_changes(tx, who, page),
            cursor=_write_cursor(mark, xid, seq),
            more=more,
            server_time=tx.now,
            day=None if more else day_figures(tx, who),
        )


def _as_changes(tx: Tx, who: Who, page: list[tuple[int, int, str, str, int]]) -> tuple[Change, ...]:
    newest = {(entity, entity_id): version for _, _, entity, entity_id, version in page}
    held = {
        row[0]
        for row in tx.all(
            "SELECT client_id FROM lease WHERE user_id = :user AND device = :device",
            user=who.user_id,
            device=who.device,
        )
    }
    wanted = held & {int(entity_id) for entity, entity_id in newest if entity == "client"}
    found = documents(tx, wanted) if wanted else {}
    return tuple(
        Change(
            entity=entity,
            id=entity_id,
            version=version,
            client=found.get(int(entity_id)) if entity == "client" else None,
        )
        for (entity, entity_id), version in newest.items()
    )


def _write_cursor(mark: str, xid: int, seq: int) -> str:
    return base64.urlsafe_b64encode(f"{mark}.{xid}.{seq}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str, mark: str) -> tuple[int, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        found, xid, seq = text.split(".")
        numbers = int(xid), int(seq)
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise CursorGone("unreadable cursor") from error
    if found != mark or not all(0 <= number < 2**63 for number in numbers):
        raise CursorGone("cursor of another store")
    return numbers
