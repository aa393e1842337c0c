"""Exports rows of the central store as JSON lines, CSV or XLSX, one row in memory at a time.

Money leaves in units with two decimals ("1500.00", a real number in XLSX), instants as
UTC, text as text: leading zeros stay, and nothing becomes a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from rules.debit.channel_changes import hidden
from rules.explained import Explained
from rules.money import show_minor
from rules.words import tr
from storage.central.connection import Store, Tx, day, document, instant
from storage.portfolio.cells import safe_cell
from storage.portfolio.datasets import DATASETS, Column, Dataset
from storage.tables.files import whole

FORMATS = ("jsonl", "csv", "xlsx")
XLSX_ROWS = 1_048_575
"""Rows that one sheet of a workbook can hold below its header."""

XLSX_TEXT = 32_767
_TOLD_EVERY = 2000


class ExportFailed(Explained):
    """What was asked for can't be exported."""


def export(
    store: Store, what: str, form: str, out: BinaryIO, progress: Callable[[int], None] | None = None
) -> int:
    """Write a data set to an open binary file.

    Args:
        store: an upgraded store; read at one moment, and not held up meanwhile.
        what: a name of `DATASETS`.
        form: jsonl, csv or xlsx.
        out: where; an XLSX needs a file that can seek.
        progress: told the rows written so far, now and then.

    Returns:
        How many rows were written.

    Raises:
        ExportFailed: there is no such data set or format.
    """
    if what not in DATASETS:
        raise ExportFailed(
            tr("there is nothing called {what}; known: {known}", what=what, known=", ".join(DATASETS))
        )
    if form not in FORMATS:
        raise ExportFailed(tr("{form} is none of {known}", form=form, known=", ".join(FORMATS)))
    dataset = DATASETS[what]
    with store.read() as tx:
        rows = _told(rows_of(tx, dataset), progress)
        return _WRITERS[form](dataset, rows, out, what)


def rows_of(tx: Tx, dataset: Dataset) -> Iterator[list[Any]]:
    """The rows of a data set as Python values: str, int, date, aware datetime, or what JSON holds.

    Money stays in minor units here.
    """
    readers = [_READERS.get(column.kind) for column in dataset.columns]
    for row in dataset.rows(tx) if dataset.rows else tx.stream(dataset.sql):
        yield [
            value if read is None or value is None else read(value)
            for read, value in zip(readers, row, strict=True)
        ]


def _fact(value: Any) -> Any:
    """The body of a fact; of an account number to be charged only its last four digits leave."""
    body = document(value)
    asked = body.get("asks")
    if isinstance(asked, dict) and asked.get("clabe"):
        body = body | {"asks": asked | {"clabe": hidden(str(asked["clabe"]))}}
    return body


_READERS: dict[str, Callable[[Any], Any]] = {
    "date": day,
    "instant": instant,
    "json": document,
    "fact": _fact,
    "bool": bool,
}


def _told(rows: Iterable[list[Any]], progress: Callable[[int], None] | None) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, start=1):
        yield row
        if progress and number % _TOLD_EVERY == 0:
            progress(number)


def _plain(column: Column, value: Any) -> Any:
    """A value for text formats."""
    if value is None:
        return None
    if column.kind == "money":
        return show_minor(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def _jsonl(dataset: Dataset, rows: Iterable[list[Any]], out: BinaryIO, _what: str) -> int:
    encode = msgspec.json.Encoder().encode
    count = 0
    for row in rows:
        shown = {
            column.name: _plain(column, value) for column, value in zip(dataset.columns, row, strict=True)
        }
        out.write(encode(shown) + b"\n")
        count += 1
    return count


class _Utf8:
    """What the csv module writes to, over a binary file."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode())


def _csv(dataset: Dataset, rows: Iterable[list[Any]], out: BinaryIO, _what: str) -> int:
    writer = csv.writer(_Utf8(out))
    writer.writerow([column.name for column in dataset.columns])
    count = 0
    for row in rows:
        writer.writerow(
            [_csv_cell(column, value) for column, value in zip(dataset.columns, row, strict=True)]
        )
        count += 1
    return count


def _csv_cell(column: Column, value: Any) -> Any:
    plain = _plain(column, value)
    if column.kind in ("json", "fact") and plain is not None:
        return msgspec.json.encode(plain).decode()
    return safe_cell(plain) if column.kind == "text" else plain


def _xlsx(dataset: Dataset, rows: Iterable[list[Any]], out: BinaryIO, what: str) -> int:
    from xlsxwriter import Workbook

    settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with closing(Workbook(out, settings)) as book:
        formats = {
            "money": book.add_format({"num_format": "#,##0.00"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        bold = book.add_format({"bold": True})
        source = iter(rows)
        row = next(source, None)
        count = sheets = 0
        # A further sheet for each million rows: a workbook must not end in the middle.
        while row is not None or sheets == 0:
            sheets += 1
            sheet = book.add_worksheet(what if sheets == 1 else f"{what} {sheets}")
            _xlsx_head(sheet, dataset.columns, bold)
            line = 0
            while row is not None and line < XLSX_ROWS:
                line += 1
                _xlsx_row(sheet, line, dataset.columns, row, formats)
                row = next(source, None)
            count += line
    return count


def _xlsx_head(sheet: Any, columns: Sequence[Column], bold: Any) -> None:
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column.name, bold)
        sheet.set_column(position, position, max(12, len(column.name) + 2))


def _xlsx_row(
    sheet: Any, line: int, columns: Sequence[Column], row: Sequence[Any], formats: dict[str, Any]
) -> None:
    for position, (column, value) in enumerate(zip(columns, row, strict=True)):
        if value is None:
            continue
        if column.kind == "money":
            # A spreadsheet has no exact numbers; below 10^13 units two decimals survive.
            sheet.write_number(line, position, value / 100, formats["money"])
        elif column.kind == "int":
            sheet.write_number(line, position, value)
        elif column.kind == "bool":
            sheet.write_boolean(line, position, value)
        elif column.kind == "instant":
            sheet.write_datetime(
                line, position, value.astimezone(UTC).replace(tzinfo=None), formats["instant"]
            )
        elif column.kind == "date":
            sheet.write_datetime(line, position, value, formats["date"])
        else:
            text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            sheet.write_string(line, position, text[:XLSX_TEXT])


_WRITERS: dict[str, Callable[[Dataset, Iterable[list[Any]], BinaryIO, str], int]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "xlsx": _xlsx,
}


def export_to(
    store: Store, what: str, form: str, path: Path, progress: Callable[[int], None] | None = None
) -> int:
    """Write a data set to a file, which appears whole or not at all; see `export`."""
    with whole(path) as out:
        return export(store, what, form, out, progress)
