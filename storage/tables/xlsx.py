"""Tables as sheets of a workbook (XLSX), a row in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any, BinaryIO

from rules.tables import Column, Row, Table
from rules.text import clean
from rules.words import tr
from storage.portfolio.cells import safe_cell
from storage.tables.layout import LONGEST_TEXT, Field, Value, fields, values

SHEET_ROWS = 1_048_000
"""Rows that go into one sheet; the format holds 1,048,576, of which some are for head and totals."""

_SETTINGS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31
_RESERVED = "history"
_SECONDS_OF_DAY = 86_400
_FORMATS = {
    "text": "@",
    "count": "#,##0",
    "money": "#,##0.00",
    "share": "0.00%",
    "average": "0.00",
    "seconds": "[h]:mm:ss",
    "date": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm:ss",
}


class Book:
    """A workbook under way: one sheet after the other, whole when it is closed.

    Args:
        out: an open binary file that can seek.
    """

    def __init__(self, out: BinaryIO) -> None:
        from xlsxwriter import Workbook

        self._book = Workbook(out, _SETTINGS)
        self._names: set[str] = set()
        self._formats = {kind: self._book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        self._bold = {
            kind: self._book.add_format({"num_format": form, "bold": True, "top": 1})
            for kind, form in _FORMATS.items()
        }
        self._head = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        # Typed into again, such a text would become a formula; so marked it stays a text.
        self._quoted = self._book.add_format({"num_format": "@", "quote_prefix": True})

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()  # after a failure, too: it takes its temporary files away

    def table(self, table: Table) -> None:
        """A sheet with a table: head, rows, an empty row, totals."""
        self.sheet(tr(table.title), table.columns, table.rows, table.totals)

    def sheet(
        self, title: str, columns: Sequence[Column], rows: Iterable[Row], totals: Sequence[Row] = ()
    ) -> int:
        """A sheet with rows as they come; more than a sheet holds go on in the next. How many rows."""
        laid_out = fields(columns)
        source = iter(rows)
        row = next(source, None)
        count = sheets = 0
        while row is not None or sheets == 0:
            sheets += 1
            sheet = self._add(title, laid_out)
            line = 0
            while row is not None and line < SHEET_ROWS:
                line += 1
                self._write(sheet, line, laid_out, row, self._formats)
                row = next(source, None)
            count += line
            sheet.autofilter(0, 0, max(line, 1), max(len(laid_out) - 1, 0))
            if row is None:
                # An empty row parts the totals from what filters and pivot tables take for data.
                for number, total in enumerate(totals, start=line + 2):
                    self._write(sheet, number, laid_out, total, self._bold)
        return count

    def notes(self, title: str) -> Notes:
        """A sheet of lines, at this place in the book, which may be written until it is closed."""
        sheet = self._book.add_worksheet(self._name(title))
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 100)
        return Notes(sheet, self._head)

    def _add(self, title: str, laid_out: Sequence[Field]) -> Any:
        sheet = self._book.add_worksheet(self._name(title))
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for place, field in enumerate(laid_out):
            sheet.set_column(place, place, 20 if field.kind in ("text", "instant") else 14)
        for place, field in enumerate(laid_out):
            sheet.write_string(0, place, field.title, self._head)
        return sheet

    def _name(self, title: str) -> str:
        """A name that a sheet may have, and that no other one of the book has."""
        base = " ".join(clean(title).translate(_FORBIDDEN).split()).strip("' ") or tr("Table")
        base = _cut(base, _LONGEST_NAME).strip("' ") or tr("Table")
        name, number = base, 1
        while name.lower() in self._names or name.lower() == _RESERVED:
            number += 1
            end = f" {number}"
            name = _cut(base, _LONGEST_NAME - len(end)) + end
        self._names.add(name.lower())
        return name

    def _write(
        self, sheet: Any, line: int, laid_out: Sequence[Field], row: Row, formats: dict[str, Any]
    ) -> None:
        for place, (field, value) in enumerate(zip(laid_out, values(laid_out, row), strict=True)):
            if value is None:
                continue
            form = formats[field.kind]
            if isinstance(value, str):
                text = value[:LONGEST_TEXT]
                risky = safe_cell(text) != text
                sheet.write_string(line, place, text, self._quoted if risky else form)
            elif isinstance(value, datetime):
                sheet.write_datetime(line, place, value.replace(tzinfo=None), form)
            elif isinstance(value, date):
                sheet.write_datetime(line, place, value, form)
            else:
                sheet.write_number(line, place, _number(field, value), form)


def _number(field: Field, value: Value) -> float:
    # A spreadsheet has no exact numbers; below 10^13 units two decimals survive.
    number = float(value)  # type: ignore[arg-type]  # texts and days were written before
    return number / _SECONDS_OF_DAY if field.kind == "seconds" else number


class Notes:
    """A sheet of lines: a name, and what is said of it."""

    def __init__(self, sheet: Any, head: Any) -> None:
        self._sheet, self._head, self._line = sheet, head, 0

    def say(self, name: str, words: str = "") -> None:
        """Add a line; one without words is a heading."""
        self._sheet.write_string(self._line, 0, clean(name), *(() if words else (self._head,)))
        if words:
            self._sheet.write_string(self._line, 1, clean(words, limit=LONGEST_TEXT))
        self._line += 1


def write_xlsx(table: Table, out: BinaryIO) -> None:
    """Write a table as a workbook of its own; a second sheet says what it is about."""
    with Book(out) as book:
        book.table(table)
        notes = book.notes(tr("About"))
        notes.say(tr(table.title))
        if table.since and table.until:
            notes.say(tr("from"), table.since.isoformat())
            notes.say(tr("to"), table.until.isoformat())
        notes.say(tr("as of"), f"{table.at:%Y-%m-%d %H:%M:%S} UTC")
        if table.more:
            notes.say(tr("Only the first {n} rows are here.", n=f"{len(table.rows):,}"))


def _cut(text: str, room: int) -> str:
    """The beginning of a text that fits into so many units of UTF-16, by which a workbook counts."""
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")
