"""The files of direct debit: charges out, results in; a header, a line for each charge, a trailer.

Plain CSV in UTF-8 with line feeds, amounts with two decimals. What the trailer says has to be what
the file holds. Charges: ``H,FOLIO,CHANNEL,CURRENCY,DAY``, ``D,REFERENCE,ACCOUNT,HOLDER,AMOUNT``,
``T,LINES,SUM``. Results: ``H,FOLIO,DAY``, ``R,REFERENCE,CODE,AMOUNT``, ``T,LINES,SUM CHARGED``.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from datetime import date

import msgspec

from rules.debit.charges import CHARGED
from rules.money import parse_minor, show_minor
from rules.ready import ready
from rules.text import clean

LONGEST_HOLDER = 60


class ChargeLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A charge: its reference, the account number or token, who holds that, minor units."""

    reference: str
    account: str
    holder: str
    amount: int


class ChargeFile(msgspec.Struct, frozen=True, kw_only=True):
    """The charges of a batch, all in one currency, for one day."""

    folio: str
    channel: str
    currency: str
    day: date
    lines: tuple[ChargeLine, ...]


class ResultLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bank's answer: a charge's reference, `charged` or why not as a code, minor units charged."""

    reference: str
    code: str
    amount: int = 0


class ResultFile(msgspec.Struct, frozen=True, kw_only=True):
    """The bank's answers to a batch, of a day."""

    folio: str
    day: date
    lines: tuple[ResultLine, ...]


class FileRefused(ValueError):
    """A file is not what it should be: a code, the number of the line, and what stands there.

    Codes: no_header, no_trailer, unknown_line, bad_fields, bad_day, bad_amount, empty_field,
    twice, count_differs, sum_differs.
    """

    def __init__(self, code: str, line: int, found: str = "") -> None:
        super().__init__(f"line {line}: {code} {found}".rstrip())
        self.code, self.line, self.found = code, line, found


def write_charges(file: ChargeFile) -> str:
    """A charge file as its text."""
    head = ("H", file.folio, file.channel, file.currency, file.day.isoformat())
    rows = (
        ("D", one.reference, one.account, clean(one.holder, limit=LONGEST_HOLDER), show_minor(one.amount))
        for one in file.lines
    )
    return _text(head, rows, len(file.lines), sum(one.amount for one in file.lines))


def write_results(file: ResultFile) -> str:
    """A result file as its text."""
    rows = (("R", one.reference, one.code, show_minor(one.amount)) for one in file.lines)
    return _text(("H", file.folio, file.day.isoformat()), rows, len(file.lines), _charged(file.lines))


def _charged(lines: Iterable[ResultLine]) -> int:
    return sum(one.amount for one in lines if one.code == CHARGED)


def _text(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], count: int, total: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    writer.writerow(("T", count, show_minor(total)))
    return out.getvalue()


def read_charges(text: str) -> ChargeFile:
    """Read a charge file.

    Raises:
        FileRefused: it is not one, or its trailer says something else than its lines.
    """
    (_, folio, channel, currency, day), rows = _parts(text, 5, "D", 5)
    lines = tuple(
        ChargeLine(reference=row[1], account=row[2], holder=row[3], amount=_amount(row[4], number))
        for number, row in rows
    )
    _check_sum(text, sum(one.amount for one in lines))
    _check_once([one.reference for one in lines])
    return ChargeFile(folio=folio, channel=channel, currency=currency, day=_day(day), lines=lines)


def read_results(text: str) -> ResultFile:
    """Read a result file; codes are taken in small letters.

    Raises:
        FileRefused: it is not one, or its trailer says something else than its lines.
    """
    (_, folio, day), rows = _parts(text, 3, "R", 4)
    lines = tuple(
        ResultLine(reference=row[1], code=row[2].lower(), amount=_amount(row[3], number))
        for number, row in rows
    )
    _check_sum(text, _charged(lines))
    _check_once([one.reference for one in lines])
    return ResultFile(folio=folio, day=_day(day), lines=lines)


Rows = list[tuple[int, list[str]]]


def _table(text: str) -> Rows:
    """The lines that hold something, with their numbers."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [(rows.line_num, [clean(cell).strip() for cell in row]) for row in rows if any(row)]


def _parts(text: str, heads: int, kind: str, fields: int) -> tuple[list[str], Rows]:
    """The header and the lines of a file whose shape is right."""
    table = _table(text)
    if not table or table[0][1][0] != "H" or len(table[0][1]) != heads:
        raise FileRefused("no_header", 1)
    last, trailer = table[-1]
    if trailer[0] != "T" or len(trailer) != 3:
        raise FileRefused("no_trailer", last)
    rows = table[1:-1]
    for number, row in rows:
        if row[0] != kind:
            raise FileRefused("unknown_line", number, row[0])
        if len(row) != fields:
            raise FileRefused("bad_fields", number, str(len(row)))
        if not (row[1] and row[2]):
            raise FileRefused("empty_field", number)
    if trailer[1] != str(len(rows)):
        raise FileRefused("count_differs", last, trailer[1])
    return table[0][1], rows


def _check_sum(text: str, total: int) -> None:
    last, trailer = _table(text)[-1]
    if _amount(trailer[2], last) != total:
        raise FileRefused("sum_differs", last, trailer[2])


def _check_once(references: list[str]) -> None:
    seen: set[str] = set()
    for place, reference in enumerate(references):
        if reference in seen:
            raise FileRefused("twice", place + 2, reference)
        seen.add(reference)


def _amount(text: str, line: int) -> int:
    try:
        minor = parse_minor(text or "0")
    except ValueError as error:
        raise FileRefused("bad_amount", line, text) from error
    if minor < 0:
        raise FileRefused("bad_amount", line, text)
    return minor


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FileRefused("bad_day", 1, text) from error


def digest(text: str) -> str:
    """The SHA-256 of a file's bytes, by which two people know that it is the same one."""
    return hashlib.sha256(text.encode()).hexdigest()


ready(ChargeFile, ResultFile)
