"""Old changes leave the feed: whoever was away for longer starts again.

How far the feed had come is written down once a day. Two weeks later all before that mark
goes, and cursors from before it are gone. No change carries a time of its own, and clocks
decide nothing but the day.
"""

from __future__ import annotations

from datetime import timedelta

from storage.central.changes import BEGINS, Position, begins, horizon, written_position
from storage.central.connection import Store, Tx
from storage.central.upkeep.schema import set_mark

KEPT_DAYS = 14
AT_ONCE = 5_000
PIECES = 20
"""How many times `AT_ONCE` go in one call: about a second, and the sweep goes on."""

_REACHED = "feed_reached:"


def prune(store: Store, days: int = KEPT_DAYS) -> int:
    """Take changes away that are older than some days; how many.

    The first call of a day writes the day's mark, and all cursors before the beginning are gone
    at once. What lies there goes with this call and, where it is too much, with the next ones.
    """
    _note_reached(store, days)
    gone = 0
    after: Position = (0, 0)
    for _ in range(PIECES):
        taken = _take_away(store, after)
        if not taken:
            break
        gone += len(taken)
        after = max(taken)
    return gone


def _note_reached(store: Store, days: int) -> None:
    """Once a day: write down how far the feed has come, and let it begin at the mark that is old enough."""
    today = store.now().date()
    mark = f"{_REACHED}{today.isoformat()}"
    with store.read() as tx:
        if tx.value("SELECT 1 FROM store_mark WHERE name = :mark", mark=mark):
            return
    with store.begin() as tx:
        won = tx.run(
            "INSERT INTO store_mark (name, value) VALUES (:mark, :reached) ON CONFLICT (name) DO NOTHING",
            mark=mark,
            reached=written_position(horizon(tx)),
        )
        if won:
            _move_beginning(tx, f"{_REACHED}{(today - timedelta(days=days)).isoformat()}")


def _move_beginning(tx: Tx, oldest: str) -> None:
    """Let the feed begin where it had come to on the last day that is old enough."""
    old = tx.all(
        "SELECT name, value FROM store_mark WHERE name LIKE :marks AND name <= :oldest ORDER BY name DESC",
        marks=f"{_REACHED}%",
        oldest=oldest,
    )
    if old:
        set_mark(tx, BEGINS, old[0][1])
        tx.run("DELETE FROM store_mark WHERE name IN :old", old=[name for name, _ in old])


def _take_away(store: Store, after: Position) -> list[Position]:
    """Take some of what lies before the beginning away; where it stood.

    Goes on from where it was: what was just deleted stays in PostgreSQL's index for a while,
    and each piece would walk through all earlier ones.
    """
    with store.begin() as tx:
        xid, seq = begins(tx)
        # What stands at the beginning itself stays: SQLite numbers on from the last row there is.
        rows = tx.all(
            """
            DELETE FROM change
            WHERE seq IN (
                SELECT seq
                FROM change
                WHERE (xid, seq) > (:after_xid, :after_seq) AND (xid, seq) < (:xid, :seq)
                ORDER BY xid, seq
                LIMIT :limit
            )
            RETURNING xid, seq
            """,
            after_xid=after[0],
            after_seq=after[1],
            xid=xid,
            seq=seq,
            limit=AT_ONCE,
        )
        return [(row[0], row[1]) for row in rows]
