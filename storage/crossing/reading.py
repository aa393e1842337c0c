"""Reads a CSV or a workbook as a table of texts, as it stands: leading zeros stay, nothing is guessed."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from rules.explained import Explained
from rules.text import clean
from rules.tools.crossing import Source
from rules.words import tr
from storage.portfolio.reading import ImportFailed, sniff_delimiter, sniff_encoding

SUFFIXES = (".csv", ".txt", ".xlsx")
MOST_ROWS = 1_000_000
ROW = "\0row"
"""A column beside those of the file, which no file can name so."""

_HEAD = 65_536
_DIGITS = 15
"""Digits that a spreadsheet shows of a number; what stands behind them is the dust of binary fractions."""


class NotReadable(Explained):
    """A file is no table; the message names it, the place, and how to mend it."""


class Sheet(msgspec.Struct, frozen=True):
    """A table that was read. sheets: names of a workbook's.

    frame: every column a text, empty cells null; and in `ROW` the row as a spreadsheet counts it.
    """

    path: str
    frame: pl.DataFrame
    sheets: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return Path(self.path).name

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(name for name in self.frame.columns if name != ROW)

    @property
    def digest(self) -> str:
        """SHA-256 of the file as it is now, so that one that was read before is known again."""
        with Path(self.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def read(source: Source) -> Sheet:
    """Read a table; a file that did not change is not read twice in a row.

    Raises:
        NotReadable: no such file or sheet, no header, or not what its name says.
    """
    path = Path(source.path).expanduser().absolute()
    if not path.is_file():
        raise NotReadable(tr("{path}: there is no such file", path=path))
    if path.suffix.lower() not in SUFFIXES:
        raise NotReadable(tr("{path}: not a table; it has to be .csv, .txt or .xlsx", path=path))
    stat = path.stat()
    key = (str(path), stat.st_mtime_ns, stat.st_size, source.sheet, source.header)
    sheet = _LAST.get(key)
    if sheet is None:
        is_workbook = path.suffix.lower() == ".xlsx"
        sheet = _xlsx(path, source.sheet, source.header) if is_workbook else _csv(path, source.header)
        while len(_LAST) > 1:  # two tables are crossed: more are not kept in memory
            _LAST.pop(next(iter(_LAST), key), None)
        _LAST[key] = sheet
    return sheet


_LAST: dict[tuple[str, int, int, str, int], Sheet] = {}


def forget() -> None:
    """Keep no table that was read: the next one is read from its file."""
    _LAST.clear()


# CSV


def _csv(path: Path, header: int) -> Sheet:
    text = _utf8(path)
    head_row, head, delimiter = _head(path, text, header)
    try:
        frame = pl.read_csv(
            text,
            separator=delimiter,
            infer_schema=False,
            skip_lines=head_row - 1,
            new_columns=names(head),
            empty_string_is_null=True,
        )
    except pl.exceptions.PolarsError as error:
        raise NotReadable(_where(path, text, delimiter, head_row, len(head), error)) from error
    return _sheet(path, frame, head, head_row)


def _utf8(path: Path) -> bytes:
    """A file's text as UTF-8."""
    text = path.read_bytes()
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode(_encoding(path)).encode()
    if b"\0" in text:
        _encoding(path)  # refuses another encoding, and lets a stray sign pass
    return text


def _encoding(path: Path) -> str:
    try:
        return sniff_encoding(path)
    except ImportFailed as error:
        raise NotReadable(str(error)) from error


def _head(path: Path, text: bytes, header: int) -> tuple[int, list[str], str]:
    """The header's row, its cells, and the delimiter."""
    lines = text[:_HEAD].decode(errors="replace").removeprefix("\ufeff").splitlines(keepends=True)
    if header < 1:
        header = next((number for number, line in enumerate(lines, start=1) if line.strip(" ,;\t|\r\n")), 0)
    if not 0 < header <= len(lines):
        raise NotReadable(tr("{path}: empty; its first row must name the columns", path=path))
    rest = lines[header - 1 :]
    delimiter = sniff_delimiter(rest[0])
    try:
        cells = next(csv.reader(rest, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise NotReadable(
            tr(
                "{path}, line {line}: {error}; is a quotation mark left open?",
                path=path, line=header, error=error,
            )
        ) from error  # fmt: skip
    return header, cells, delimiter


def _where(path: Path, text: bytes, delimiter: str, head_row: int, width: int, error: Exception) -> str:
    """What is wrong with a file that could not be read: the first line that has more cells than heads."""
    lines = io.StringIO(text.decode().removeprefix("\ufeff"), newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if reader.line_num >= head_row and len(cells) > width:
                return tr(
                    "{path}, line {line}: {count} cells under {heads} heads; is {delimiter} part of a text? "
                    "Put that text in quotation marks",
                    path=path, line=reader.line_num, count=len(cells), heads=width, delimiter=delimiter,
                )  # fmt: skip
    except csv.Error as wrong:
        return tr(
            "{path}, line {line}: {error}; is a quotation mark left open?",
            path=path, line=reader.line_num, error=wrong,
        )  # fmt: skip
    return tr("{path}: can't be read ({error})", path=path, error=str(error).splitlines()[0])


# Workbooks


def _xlsx(path: Path, sheet: str, header: int) -> Sheet:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, zipfile.BadZipFile) as error:
        raise NotReadable(tr("{path}: not an Excel workbook ({error})", path=path, error=error)) from error
    if sheet and sheet not in book.sheet_names:
        known = ", ".join(book.sheet_names)
        raise NotReadable(tr("{path}: no sheet {sheet}; it has {known}", path=path, sheet=sheet, known=known))
    page = book.get_sheet_by_name(sheet or book.sheet_names[0])
    rows = [[_cell(value) for value in row] for row in page.iter_rows()]
    filled = next((at for at, row in enumerate(rows) if any(row)), len(rows))
    place = header - 1 if header else filled
    if not 0 <= place < len(rows):
        raise NotReadable(tr("{path}: empty; its first row must name the columns", path=path))
    head = [cell or "" for cell in rows[place]]
    schema = dict.fromkeys(names(head), pl.String)
    frame = pl.DataFrame(rows[place + 1 :], schema=schema, orient="row")
    return _sheet(path, frame, head, place + 1, tuple(book.sheet_names))


def _cell(value: Any) -> str | None:
    """A typed cell as the text that a CSV would have: dates ISO, whole numbers without a point."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    from decimal import Decimal

    return f"{Decimal(f'{value:.{_DIGITS}g}'):f}"


# Both


def names(cells: Iterable[str]) -> list[str]:
    """The names of columns: each is there, and none is another one's."""
    found: list[str] = []
    for place, cell in enumerate(cells, start=1):
        base = " ".join(clean(cell).split()) or tr("column {place}", place=place)
        name, number = base, 1
        while name in found:
            number += 1
            name = f"{base} ({number})"
        found.append(name)
    return found


def _sheet(
    path: Path, frame: pl.DataFrame, head: list[str], head_row: int, sheets: tuple[str, ...] = ()
) -> Sheet:
    """A table without rows, and columns without a name, in which nothing stands."""
    if frame.height > MOST_ROWS:
        raise NotReadable(
            tr(
                "{path}: {rows} rows; at most {most} are read",
                path=path, rows=f"{frame.height:,}", most=f"{MOST_ROWS:,}",
            )
        )  # fmt: skip
    empty = [
        name
        for name, cell in zip(frame.columns, head, strict=True)
        if not cell.strip() and frame[name].null_count() == frame.height
    ]
    frame = frame.drop(empty)
    numbered = frame.with_row_index(ROW, offset=head_row + 1)
    if frame.width and min(frame[name].null_count() for name in frame.columns):
        numbered = numbered.filter(pl.any_horizontal(pl.col(frame.columns).is_not_null()))
    return Sheet(str(path), numbered, sheets)
