"""Opens a portfolio file, CSV or XLSX, as a header and a stream of rows of text."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from rules.explained import Explained
from rules.text import clean
from rules.words import tr

DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8-sig", "cp1252")
_HEAD = 65_536
_FEW = 20
"""A stray NUL in one of so many characters is dirt to be cleaned; more of them, another encoding."""


class ImportFailed(Explained):
    """The file can't be imported; the message names file, place and mend."""


class Table(msgspec.Struct, frozen=True):
    """An open file: its column names, and (line, cells) of each row that is not blank.

    line: number of the line (CSV) or row (XLSX) on which the row ends, from 1.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]


@contextmanager
def open_table(path: Path, *, encoding: str = "", delimiter: str = "", sheet: str = "") -> Iterator[Table]:
    """Open a portfolio file; what is not told is found out.

    Args:
        path: a ``.csv`` (or ``.txt``) or ``.xlsx`` file.
        encoding: of a CSV; "" = UTF-8 if the whole file is, else Windows-1252.
        delimiter: of a CSV; "" = the one of comma, semicolon, tab and bar that its header has most.
        sheet: of an XLSX; "" = the first.

    Raises:
        ImportFailed: no such file or sheet, no header, or not what its name says.
    """
    if not path.is_file():
        raise ImportFailed(tr("{path}: there is no such file", path=path))
    if path.suffix.lower() == ".xlsx":
        yield _xlsx(path, sheet)
        return
    encoding = encoding or sniff_encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        head = file.readline(_HEAD)
        file.seek(0)
        delimiter = delimiter or sniff_delimiter(head)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        yield _table(path, _csv_rows(path, reader))


def sniff_encoding(path: Path) -> str:
    """UTF-8 (with or without its mark) if the whole file is, else Windows-1252.

    Raises:
        ImportFailed: it is neither (UTF-16, say).
    """
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding) as file:
                while chunk := file.read(_HEAD * 16):
                    if chunk.count("\0") * _FEW > len(chunk):
                        raise ImportFailed(
                            tr("{path}: not plain text; save it as CSV in UTF-8, or as XLSX", path=path)
                        )
        except UnicodeDecodeError:
            continue
        return encoding
    raise ImportFailed(tr("{path}: neither UTF-8 nor Windows-1252; save it as CSV in UTF-8", path=path))


def sniff_delimiter(header: str) -> str:
    """The delimiter that stands most often in a header, outside of quotes."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _csv_rows(path: Path, reader: Any) -> Iterator[tuple[int, list[str]]]:
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise ImportFailed(
            tr(
                "{path}, line {line}: {error}; is a quotation mark left open?",
                path=path,
                line=reader.line_num,
                error=error,
            )
        ) from error
    except UnicodeDecodeError as error:
        raise ImportFailed(
            tr(
                "{path}, after line {line}: not {encoding}",
                path=path,
                line=reader.line_num,
                encoding=error.encoding,
            )
        ) from error


def _xlsx(path: Path, sheet: str) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, zipfile.BadZipFile) as error:
        raise ImportFailed(tr("{path}: not an Excel workbook ({error})", path=path, error=error)) from error
    if sheet and sheet not in book.sheet_names:
        raise ImportFailed(
            tr(
                "{path}: no sheet {sheet}; it has {known}",
                path=path,
                sheet=sheet,
                known=", ".join(book.sheet_names),
            )
        )
    page = book.get_sheet_by_name(sheet or book.sheet_names[0])
    first = (page.start or (0, 0))[0] + 1
    rows = (
        (number, [_cell(value) for value in row]) for number, row in enumerate(page.iter_rows(), start=first)
    )
    return _table(path, rows)


def _cell(value: Any) -> str:
    """A typed cell as the text that a CSV would have: dates and times ISO, whole numbers without a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _table(path: Path, rows: Iterator[tuple[int, list[str]]]) -> Table:
    filled = ((line, cells) for line, cells in rows if any(cell.strip() for cell in cells))
    header = next(filled, None)
    if header is None:
        raise ImportFailed(tr("{path}: empty; its first row must name the columns", path=path))
    line, cells = header
    columns = tuple(clean(cell).strip() for cell in cells)
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise ImportFailed(
            tr(
                "{path}, line {line}: column {name} is there twice; rename one",
                path=path,
                line=line,
                name=twice[0],
            )
        )
    return Table(columns, filled)
