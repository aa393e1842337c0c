"""Reconciliation on the command line: files against each other, or accounting's file against the store."""

from __future__ import annotations

import argparse
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from agent_tui import plain_table
from agent_tui.central_store import opened
from agent_tui.clock import environment_clock
from agent_tui.failures import CommandError
from rules.tables import Row, Table
from rules.tools.crossing import Source
from rules.tools.matching import STATUSES, Pair, Run, beside, totals
from rules.tools.matching_tables import row, rows_table, totals_table
from rules.tools.recipes import named, read_tolerance
from rules.tools.table_jobs import Sides, SideSource
from rules.words import tr
from storage.crossing.reading import read
from storage.crossing.sides import read_sides, write_run
from storage.tables.files import whole


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """What ``--json`` prints: where each side came from, the totals, the rows."""

    files: tuple[msgspec.Raw, ...]
    totals: Table
    rows: Table


def reconcile(options: argparse.Namespace) -> int:
    """Print the totals by status; write all rows where a file is named."""
    if options.output is not None and options.output.suffix.lower() != ".xlsx":
        raise CommandError(tr("{path}: its name has to end in {known}", path=options.output, known=".xlsx"))
    tolerance = read_tolerance(options.tolerance)
    collected = _side(options.files[0], options.collected_key, options.collected_amount)
    accounted = _side(options.files[-1], options.accounted_key, options.accounted_amount)
    sides = read_sides(collected if len(options.files) == 2 else None, accounted)
    pairs, currency = sides.pairs, options.currency
    if len(options.files) == 1:
        pairs, currency = _beside_the_store(options, sides)
    at = environment_clock().now().astimezone(UTC)
    sums = totals_table(totals(pairs, tolerance), currency, at)
    rows = rows_table(_rows(pairs, tolerance, currency), at)
    if options.output is not None:
        with whole(options.output) as out:
            write_run(sums, rows, sides.bad, out)
    if options.json:
        files = tuple(msgspec.Raw(msgspec.json.encode(file)) for file in sides.files)
        print(msgspec.json.encode(Reconciled(files=files, totals=sums, rows=rows)).decode())
        return 0
    _say(sides)
    for line in plain_table.lines(sums):
        print(line)
    if options.output is not None:
        print(tr("{path}: {count} rows", path=options.output, count=f"{len(pairs):,}"), file=sys.stderr)
    return 0


def _side(path: str, keys: list[str], amount: str) -> SideSource:
    source = Source(path=str(Path(path).absolute()))
    columns = read(source).columns if keys or amount else ()
    return SideSource(
        source=source,
        keys=tuple(named(key, columns) for key in keys),
        amount=named(amount, columns) if amount else "",
    )


def _rows(pairs: tuple[Pair, ...], tolerance: int, currency: str) -> list[Row]:
    """What has to be settled first, as on the desk."""
    rank = {status: place for place, status in enumerate(STATUSES)}
    numbered = [(pair.status(tolerance), number, pair) for number, pair in enumerate(pairs, start=1)]
    numbered.sort(key=lambda one: (rank[one[0]], one[1]))
    return [row(number, pair, status, currency) for status, number, pair in numbered]


def _beside_the_store(options: argparse.Namespace, sides: Sides) -> tuple[tuple[Pair, ...], str]:
    """Accounting's pairs with what the store has collected; and the portfolio's currency. Nothing is kept."""
    from storage.central.matching.collected import collected
    from storage.central.portfolios import books
    from storage.central.upkeep import audit

    with opened(options.store) as store, store.begin() as tx:
        book = next((one for one in books(tx).values() if one.name == options.portfolio), None)
        if book is None:
            raise CommandError(tr("There is no portfolio {name} in sight.", name=options.portfolio))
        run = _run(options, book.currency, tx.now)
        ours = collected(tx, run)
        audit.note(
            tx, audit.command("reconcile"), "collected_read", f"portfolio:{book.id}",
            since=str(run.since), until=str(run.until), rows=len(ours),
        )  # fmt: skip
    return beside(sides.pairs, ours), book.currency


def _run(options: argparse.Namespace, currency: str, now: datetime) -> Run:
    return Run(
        id=str(uuid.uuid4()),
        portfolio=options.portfolio,
        name="",
        made=now,
        made_by="",
        currency=currency,
        tolerance=0,
        status="open",
        files=(),
        key_form=options.by,
        since=options.since,
        until=options.until,
    )


def _say(sides: Sides) -> None:
    """Which columns were taken, and what was left out."""
    for file in sides.files:
        keys = " + ".join(file.keys)
        print(
            tr(
                "{file}: key {keys}, amount {amount}, {rows} rows",
                file=file.name,
                keys=keys,
                amount=file.amount,
                rows=f"{file.rows:,}",
            ),
            file=sys.stderr,
        )
    for cell in sides.bad:
        where = tr("{file}, row {row}, {column}", file=cell.file, row=cell.row, column=cell.column)
        print(tr("{where}: left out: {text}", where=where, text=cell.text or "–"), file=sys.stderr)
