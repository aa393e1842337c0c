"""A workbook from its parts: an index that says what it is, the reports, the facts for pivot tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from rules.tables import Row, Table
from rules.words import tr, trn
from rules.workbook import DEFINITIONS, About, Part
from storage.tables.xlsx import Book, Notes


class _Sheet(msgspec.Struct, frozen=True):
    """What the index says of a sheet."""

    title: str
    rows: int
    note: str


def write_workbook(parts: Iterable[Part], out: BinaryIO) -> int:
    """Write a workbook as its parts come.

    Args:
        parts: what it is of, then sheets, each followed by the rest of its rows.
        out: an open binary file that can seek.

    Returns:
        How many rows it holds.
    """
    source = _Source(parts)
    with Book(out) as book:
        index = book.notes(tr("Index"))
        sheets = [_write(book, source, table) for table in source.tables()]
        _say(index, source.about, sheets)
    return sum(sheet.rows for sheet in sheets)


def _write(book: Book, source: _Source, table: Table) -> _Sheet:
    title = tr(table.title)
    rows = book.sheet(title, table.columns, source.rows(table), table.totals)
    note = tr("only the first {n} rows", n=f"{rows:,}") if table.more else ""
    return _Sheet(title, rows, note)


class _Source:
    """Parts, read forward only: each table, then the rows that follow it."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = iter(parts)
        self._next: Part | None = next(self._parts, None)
        self.about: About | None = None

    def tables(self) -> Iterator[Table]:
        while self._next is not None:
            self.about = self._next.about or self.about
            table = self._next.sheet
            self._next = next(self._parts, None)
            if table is not None:
                yield table

    def rows(self, table: Table) -> Iterator[Row]:
        yield from table.rows
        while self._next is not None and self._next.sheet is None:
            yield from self._next.rows
            self._next = next(self._parts, None)


def _say(index: Notes, about: About | None, sheets: list[_Sheet]) -> None:
    index.say(tr("Workbook of the days' figures"))
    if about is not None:
        everything = tr("all")
        index.say(tr("from"), about.since.isoformat())
        index.say(tr("to"), about.until.isoformat())
        index.say(tr("portfolio"), about.portfolio or everything)
        index.say(tr("team"), about.team or everything)
        index.say(tr("agent"), about.agent or everything)
        index.say(tr("made by"), about.by)
        index.say(tr("made at"), f"{about.at:%Y-%m-%d %H:%M:%S} UTC")
    index.say(tr("Sheets"))
    for sheet in sheets:
        rows = trn("{number} row", "{number} rows", sheet.rows)
        index.say(sheet.title, " · ".join(filter(None, (rows, sheet.note))))
    index.say(tr("How the figures are made"))
    for figure, words in DEFINITIONS:
        index.say(tr(figure), tr(words))
