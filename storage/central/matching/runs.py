"""Reconciliation runs: opened, filled in parts, matched, closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from rules.tools.matching import (
    KEY_FORMS,
    MOST_ROWS,
    SETTLED,
    STATUSES,
    File,
    NewRun,
    Pair,
    Part,
    Run,
    Runs,
    Total,
    beside,
)
from storage.central.connection import Store, Tx, document, instant, maybe_day, maybe_instant
from storage.central.doors.who import Who
from storage.central.matching.collected import collected
from storage.central.portfolios import Book, books
from storage.central.records.closing import NotDone, checked_note
from storage.central.upkeep import audit

LISTED = 100
"""Runs that are shown, the newest."""

_RUN = """
    SELECT r.id, r.portfolio_id, r.name, r.made, u.name, r.currency, r.tolerance, r.status, r.sources,
        r.since, r.until, r.closed, c.name, r.totals
    FROM reconciliation r
    JOIN app_user u ON u.id = r.user_id
    LEFT JOIN app_user c ON c.id = r.closed_by
"""


def listed(store: Store, who: Who) -> Runs:
    """The newest runs of the reader's portfolios, without those whose rows are still on their way."""
    with store.read() as tx:
        mine = {book.id: book for book in books(tx).values() if who.may_see(book.id)}
        rows = tx.all(
            f"""
            {_RUN}
            WHERE r.portfolio_id IN :mine AND r.status <> 'loading'
            ORDER BY r.made DESC, r.id
            LIMIT {LISTED}
            """,
            mine=list(mine),
        )
        runs = tuple(_run(row, mine[row[1]].name) for row in rows)
        return Runs(runs=runs, portfolios=tuple(sorted(book.name for book in mine.values())))


def one(tx: Tx, who: Who, run_id: str) -> Run:
    """A run as it stands.

    Raises:
        NotDone: unknown_reconciliation (also one out of the reader's scope).
    """
    row = tx.one(f"{_RUN} WHERE r.id = :id", id=run_id)
    if row is None or not who.may_see(row[1]):
        raise NotDone("unknown_reconciliation")
    return _run(row, books(tx)[row[1]].name)


def held(tx: Tx, who: Who, run_id: str, status: str) -> Run:
    """A run that nobody else changes until the end of the transaction, in a status that it must have.

    Raises:
        NotDone: unknown_reconciliation; not_loading, still_loading or already_closed as it is in another.
    """
    tx.one("SELECT id FROM reconciliation WHERE id = :id FOR UPDATE", id=run_id)
    found = one(tx, who, run_id)
    if found.status != status:
        wrong = {"open": "not_loading", "loading": "still_loading", "closed": "already_closed"}
        raise NotDone("not_loading" if status == "loading" else wrong[found.status])
    return found


def open_run(store: Store, who: Who, new: NewRun) -> Run:
    """Open a run, to be filled; the same one asked for twice is opened once.

    A run of the same user that was never filled to its end gives way.

    Raises:
        NotDone: unknown_portfolio, bad_sides, bad_period, same_files (they were reconciled before), id_taken.
    """
    with store.begin() as tx:
        book = next((book for book in books(tx).values() if book.name == new.portfolio), None)
        if book is None or not who.may_see(book.id):
            raise NotDone("unknown_portfolio")
        owner = tx.one("SELECT user_id, status FROM reconciliation WHERE id = :id", id=new.id)
        if owner is not None:
            if tuple(owner) != (who.user_id, "loading"):
                raise NotDone("id_taken")
            return one(tx, who, new.id)
        _check(new)
        if not new.again and _seen(tx, book, new):
            raise NotDone("same_files")
        _forget_unfinished(tx, who)
        _insert(tx, who, book, new)
        return one(tx, who, new.id)


def _check(new: NewRun) -> None:
    sides = [file.side for file in new.files]
    wanted = ["accounted"] if new.key_form else ["accounted", "collected"]
    if sorted(sides) != wanted or (new.key_form and new.key_form not in KEY_FORMS):
        raise NotDone("bad_sides")
    if new.key_form and (new.since is None or new.until is None or new.since > new.until):
        raise NotDone("bad_period")


def _insert(tx: Tx, who: Who, book: Book, new: NewRun) -> None:
    tx.run(
        """
        INSERT INTO reconciliation (id, portfolio_id, user_id, name, made, currency, tolerance, since, until,
            sources, totals, status)
        VALUES (:id, :portfolio, :user, :name, :now, :currency, :tolerance, :since, :until,
            :sources, :totals, 'loading')
        """,
        id=new.id,
        portfolio=book.id,
        user=who.user_id,
        name=checked_note(new.name),
        now=tx.now,
        currency=book.currency,
        tolerance=new.tolerance,
        since=new.since,
        until=new.until,
        sources={"files": msgspec.to_builtins(new.files), "key_form": new.key_form},
        totals={},
    )


def _seen(tx: Tx, book: Book, new: NewRun) -> bool:
    """Whether these very files, for these days, were reconciled before."""
    rows = tx.all(
        "SELECT sources, since, until FROM reconciliation WHERE portfolio_id = :id AND status <> 'loading'",
        id=book.id,
    )
    digests = {(file.side, file.digest) for file in new.files}
    return any(
        {(file["side"], file["digest"]) for file in document(sources)["files"]} == digests
        and (maybe_day(since), maybe_day(until)) == (new.since, new.until)
        for sources, since, until in rows
    )


def _forget_unfinished(tx: Tx, who: Who) -> None:
    unfinished = "SELECT id FROM reconciliation WHERE user_id = :user AND status = 'loading'"
    tx.run(f"DELETE FROM reconciliation_row WHERE run_id IN ({unfinished})", user=who.user_id)  # noqa: S608 - ours
    tx.run("DELETE FROM reconciliation WHERE user_id = :user AND status = 'loading'", user=who.user_id)


_ADD = """
    INSERT INTO reconciliation_row (run_id, number, key, status, collected, accounted, detail, resolution,
        why)
    VALUES (:run, :number, :key, :status, :collected, :accounted, :detail, '', '')
    ON CONFLICT (run_id, number) DO NOTHING
"""


def add(store: Store, who: Who, run_id: str, part: Part) -> None:
    """Add a part of a run's rows; one that is sent again changes nothing.

    Raises:
        NotDone: unknown_reconciliation, not_loading, too_many_pairs.
    """
    with store.begin() as tx:
        run = held(tx, who, run_id, "loading")
        if part.first + len(part.pairs) - 1 > 2 * MOST_ROWS:
            raise NotDone("too_many_pairs")
        _put(tx, run, enumerate(part.pairs, start=part.first))


def _put(tx: Tx, run: Run, numbered: Iterable[tuple[int, Pair]]) -> None:
    tx.many(
        _ADD,
        [
            {
                "run": run.id,
                "number": number,
                "key": pair.key,
                "status": pair.status(run.tolerance),
                "collected": pair.collected,
                "accounted": pair.accounted,
                "detail": {"ours": pair.ours, "theirs": pair.theirs},
            }
            for number, pair in numbered
        ],
    )


def match(store: Store, who: Who, run_id: str, rows: int) -> Run:
    """Every part is here: put the store's own side beside it where that is asked for; the run is open.

    Raises:
        NotDone: unknown_reconciliation, not_loading, rows_missing (a part did not arrive).
    """
    with store.begin() as tx:
        run = held(tx, who, run_id, "loading")
        if tx.value("SELECT count(*) FROM reconciliation_row WHERE run_id = :id", id=run_id) != rows:
            raise NotDone("rows_missing")
        if run.key_form:
            _beside_the_store(tx, run)
        tx.run("UPDATE reconciliation SET status = 'open' WHERE id = :id", id=run_id)
        made = recounted(tx, who, run_id)
        audit.note(
            tx,
            who.name,
            "reconciled",
            f"reconciliation:{run_id}",
            device=who.device,
            portfolio=made.portfolio,
            currency=made.currency,
            totals=msgspec.to_builtins(made.totals),
        )
        return made


def _beside_the_store(tx: Tx, run: Run) -> None:
    """The rows anew, with what the store has collected on its side."""
    accounted = [
        Pair(key, 0, 0, amount, document(detail)["theirs"])
        for key, amount, detail in tx.all(
            "SELECT key, accounted, detail FROM reconciliation_row WHERE run_id = :id", id=run.id
        )
    ]
    tx.run("DELETE FROM reconciliation_row WHERE run_id = :id", id=run.id)
    _put(tx, run, enumerate(beside(accounted, collected(tx, run)), start=1))


def close(store: Store, who: Who, run_id: str) -> Run:
    """Close a run for good: every row that does not match was settled.

    Raises:
        NotDone: unknown_reconciliation, still_loading, already_closed, rows_unsettled.
    """
    with store.begin() as tx:
        run = held(tx, who, run_id, "open")
        if run.waiting:
            raise NotDone("rows_unsettled")
        tx.run(
            "UPDATE reconciliation SET status = 'closed', closed = :now, closed_by = :user WHERE id = :id",
            id=run_id,
            now=tx.now,
            user=who.user_id,
        )
        audit.note(
            tx, who.name, "reconciliation_closed", f"reconciliation:{run_id}", device=who.device,
            totals=msgspec.to_builtins(run.totals),
        )  # fmt: skip
        return one(tx, who, run_id)


# Reading


def recounted(tx: Tx, who: Who, run_id: str) -> Run:
    """A run with its totals counted anew: they are kept with it, so that a list of runs reads no rows."""
    totals = {
        status: {
            "rows": rows,
            "collected": int(ours),
            "accounted": int(theirs),
            "waiting": 0 if status in SETTLED else int(waiting),
        }
        for status, rows, ours, theirs, waiting in tx.all(
            """
            SELECT status, count(*), sum(collected), sum(accounted),
                sum(CASE WHEN resolution = '' THEN 1 ELSE 0 END)
            FROM reconciliation_row
            WHERE run_id = :id
            GROUP BY status
            """,
            id=run_id,
        )
    }
    tx.run("UPDATE reconciliation SET totals = :totals WHERE id = :id", totals=totals, id=run_id)
    return one(tx, who, run_id)


def _run(row: tuple[Any, ...], portfolio: str) -> Run:
    sources, totals = document(row[8]), document(row[13])
    nothing = {"rows": 0, "collected": 0, "accounted": 0}
    return Run(
        id=row[0],
        portfolio=portfolio,
        name=row[2],
        made=instant(row[3]),
        made_by=row[4],
        currency=row[5],
        tolerance=row[6],
        status=row[7],
        files=msgspec.convert(sources["files"], tuple[File, ...]),
        key_form=sources["key_form"],
        since=maybe_day(row[9]),
        until=maybe_day(row[10]),
        closed=maybe_instant(row[11]),
        closed_by=row[12] or "",
        totals=tuple(Total(status=status, **totals.get(status, nothing)) for status in STATUSES),
    )
