"""Imports a portfolio file: reads, checks, compares with the store, and writes what is new.

The file is taken in chunks, each in its own transaction, so that memory stays flat and a
hub can go on serving. An import that was cut short is simply run again: what went in the
first time is found unchanged.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from rules.buckets import BUCKETS, bucket, days_past_due
from rules.text import fold
from storage.central.connection import Store
from storage.central.portfolios import ensure_portfolio
from storage.portfolio import places
from storage.portfolio.mapping import Defaults, Mapping, compile_mapping
from storage.portfolio.merging import Comparison, compare, write
from storage.portfolio.reading import Table, open_table
from storage.portfolio.records import Record, RecordReader, Rejection, repeated
from storage.portfolio.rejects import Rejects
from storage.portfolio.seen import Seen

CHUNK = 2000
"""Rows compared and written together."""


class Tally(msgspec.Struct):
    """How many were made, updated, or found unchanged."""

    made: int = 0
    updated: int = 0
    unchanged: int = 0


class BucketTotal(msgspec.Struct):
    """Accounts of one bucket and currency; money in minor units."""

    accounts: int = 0
    overdue: int = 0
    total: int = 0


class Outcome(msgspec.Struct):
    """What an import did, or would do.

    rejected: rows that stayed out. warnings: phones and e-mails that stayed out of rows
    that went in. Both are listed in `rejects`, "" when there are none. unlocatable: clients
    who owe and for whom the file has no phone. totals: (bucket, currency) to what the accounts sum to.
    """

    rows: int = 0
    rejected: int = 0
    warnings: int = 0
    unlocatable: int = 0
    clients: Tally = msgspec.field(default_factory=Tally)
    accounts: Tally = msgspec.field(default_factory=Tally)
    totals: dict[tuple[str, str], BucketTotal] = {}
    rejects: str = ""

    def by_bucket(self) -> Iterator[tuple[str, str, BucketTotal]]:
        """Totals as (bucket, currency, total), the youngest bucket first."""
        for (name, currency), total in sorted(
            self.totals.items(), key=lambda item: BUCKETS.index(item[0][0])
        ):
            yield name, currency, total


def import_file(
    store: Store,
    path: Path,
    portfolio: str,
    mapping: Mapping,
    *,
    where: str = "",
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Import a CSV or XLSX file into a portfolio, which is made if it is not there yet.

    Rows that do not fit are listed in ``FILE.rejected.csv`` beside the file; the others go
    in. The same file a second time changes nothing.

    Args:
        store: an upgraded store.
        path: the file.
        portfolio: name of the portfolio.
        mapping: which column is which field.
        where: the mapping's file, for messages.
        dry_run: compare only; the store stays as it is.
        progress: told the rows read so far, after each chunk.

    Raises:
        ImportFailed: the file can't be read.
        MappingError: the mapping does not fit the file's columns.
    """
    portfolio_id, mapping = _portfolio(store, portfolio, mapping, dry_run=dry_run)
    reading = mapping.reading
    today = store.now().astimezone(ZoneInfo(places.HOME[mapping.portfolio.country])).date()
    rejects = Rejects(path)
    with ExitStack() as stack:
        stack.enter_context(_without_collector())
        stack.callback(rejects.close)
        table = stack.enter_context(
            open_table(path, encoding=reading.encoding, delimiter=reading.delimiter, sheet=reading.sheet)
        )
        plan = compile_mapping(mapping, table.columns, today, where or "mapping")
        namespace = mapping.namespace or fold(portfolio)
        reader = RecordReader(msgspec.structs.replace(mapping, namespace=namespace), plan, table.columns)
        seen = Seen()
        stack.callback(seen.close)
        run = _Run(store, portfolio_id, namespace, today, seen, rejects, dry_run=dry_run)
        for read in _read_ahead(table, reader):
            run.chunk(read)
            if progress:
                progress(run.outcome.rows)
    run.outcome.rejects = str(rejects.path) if rejects.written else ""
    return run.outcome


@contextmanager
def _without_collector() -> Iterator[None]:
    """No searching for reference cycles: rows hold none, and looking costs a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_ahead(table: Table, reader: RecordReader) -> Iterator[list[Record | Rejection]]:
    """Chunks of rows as records; the next is read while the store is busy with one."""

    def chunk() -> list[Record | Rejection]:
        return [reader.read(line, cells) for line, cells in islice(table.rows, CHUNK)]

    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(chunk)
        while read := coming.result():
            coming = ahead.submit(chunk)
            yield read


def _portfolio(store: Store, name: str, mapping: Mapping, *, dry_run: bool) -> tuple[int, Mapping]:
    """The portfolio's id (0: not there, and nothing may be written) and the mapping with its defaults.

    A portfolio that is there says itself what it is; the mapping describes a new one.
    """
    with store.read() as tx:
        row = tx.one(
            "SELECT id, product, country, currency, language FROM portfolio WHERE name = :name", name=name
        )
    if row is not None:
        known = Defaults(product=row[1], country=row[2], currency=row[3], language=row[4])
        return row[0], mapping if mapping.portfolio != Defaults() else msgspec.structs.replace(
            mapping, portfolio=known
        )
    base = mapping.portfolio
    if dry_run:
        return 0, mapping
    made = ensure_portfolio(
        store,
        name,
        product=base.product,
        country=base.country,
        currency=base.currency,
        language=base.language,
        creditor=base.creditor,
        firm=base.firm,
        goal=base.goal,
        settings=base.settings,
    )
    return made, mapping


class _Run:
    """One import on its way: takes chunks, keeps the count."""

    def __init__(
        self,
        store: Store,
        portfolio_id: int,
        namespace: str,
        today: date,
        seen: Seen,
        rejects: Rejects,
        *,
        dry_run: bool,
    ) -> None:
        self._store = store
        self._portfolio_id = portfolio_id
        self._namespace = namespace
        self._today = today
        self._seen = seen
        self._rejects = rejects
        self._dry_run = dry_run
        self.outcome = Outcome()

    def chunk(self, read: list[Record | Rejection]) -> None:
        self.outcome.rows += len(read)
        self._reject([one for one in read if isinstance(one, Rejection)])
        records = self._without_repeats([one for one in read if isinstance(one, Record)])
        if not records:
            return
        with self._store.read() if self._dry_run else self._store.begin() as tx:
            comparison = compare(tx, self._portfolio_id, self._namespace, records)
            if not self._dry_run:
                write(tx, self._portfolio_id, comparison)
        self._reject(comparison.moved)
        self._count(records, comparison)

    def _reject(self, rejections: list[Rejection]) -> None:
        self.outcome.rejected += len(rejections)
        self._rejects.add(rejections)

    def _without_repeats(self, records: list[Record]) -> list[Record]:
        """The records of accounts that the file has not named before."""
        lines: dict[str, int] = {}
        for record in records:
            lines.setdefault(record.account["ref"], record.line)
        first = lines | self._seen.earlier("account", lines)
        kept = [record for record in records if first[record.account["ref"]] == record.line]
        self._reject(
            [
                repeated(record, first[record.account["ref"]])
                for record in records
                if first[record.account["ref"]] != record.line
            ]
        )
        return kept

    def _count(self, records: list[Record], comparison: Comparison) -> None:
        outcome = self.outcome
        moved = {rejection.line for rejection in comparison.moved}
        for record in records:
            if record.line not in moved:
                self._total(record)
        refs = {record.client["ref"]: record.line for record in records if record.line not in moved}
        # A client of several rows is counted where it is met first.
        met = self._seen.earlier("client", refs)
        owing = {record.client["ref"] for record in records if record.account["overdue"]}
        reachable = {
            record.client["ref"] for record in records if any(point[0] == "phone" for point in record.points)
        }
        outcome.unlocatable += len((refs.keys() & owing) - reachable - met.keys())
        changed = comparison.changed_clients.keys() | {
            ref for ref, _, _ in comparison.new_points if ref not in comparison.new_clients
        }
        for ref in refs.keys() - met.keys():
            if ref in comparison.new_clients:
                outcome.clients.made += 1
            elif ref in changed:
                outcome.clients.updated += 1
            else:
                outcome.clients.unchanged += 1
        outcome.accounts.made += len(comparison.new_accounts)
        outcome.accounts.updated += len(comparison.changed_accounts)
        outcome.accounts.unchanged += comparison.same_accounts

    def _total(self, record: Record) -> None:
        account = record.account
        if record.warnings:
            self.outcome.warnings += len(record.warnings)
            self._rejects.add(record.warnings)
        key = (_bucket(self._today, account["oldest_due"]), account["currency"])
        total = self.outcome.totals.get(key)
        if total is None:
            total = self.outcome.totals[key] = BucketTotal()
        total.accounts += 1
        total.overdue += account["overdue"]
        total.total += account["total"]


@lru_cache(maxsize=4096)
def _bucket(today: date, oldest_due: date | None) -> str:
    return bucket(days_past_due(today, oldest_due))
