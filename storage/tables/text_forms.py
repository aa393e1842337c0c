"""Tables as CSV and as JSON lines."""

from __future__ import annotations

import csv
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, BinaryIO

import msgspec

from rules.tables import Table
from storage.portfolio.cells import safe_cell
from storage.tables.layout import Field, Value, fields, hours, values

BYTE_ORDER_MARK = "\ufeff".encode()
"""Without it spreadsheets take UTF-8 for the machine's old encoding, and names lose their accents."""

_FINE, _CENT = Decimal("0.000001"), Decimal("0.01")


class _Utf8:
    """What the csv module writes to, over a binary file."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode())


def write_csv(table: Table, out: BinaryIO) -> None:
    """Write a table as CSV: heads in the language in force, then rows, then the totals.

    Money has two decimals and its currency beside it, a percentage is a fraction of one (0.6087)
    with numerator and denominator beside it, seconds are ``h:mm:ss``, instants UTC.
    """
    out.write(BYTE_ORDER_MARK)
    laid_out = fields(table.columns)
    writer = csv.writer(_Utf8(out))
    writer.writerow([safe_cell(field.title) for field in laid_out])
    for row in (*table.rows, *table.totals):
        found = zip(laid_out, values(laid_out, row), strict=True)
        writer.writerow([safe_cell(_plain(field, value)) for field, value in found])


def write_json_lines(table: Table, out: BinaryIO) -> None:
    """Write the rows of a table as JSON lines, by the columns' keys; money and ratios are numbers as text."""
    laid_out = fields(table.columns)
    for row in table.rows:
        found = {
            field.key: value if field.kind in ("count", "seconds") else _plain(field, value)
            for field, value in zip(laid_out, values(laid_out, row), strict=True)
        }
        out.write(msgspec.json.encode(found) + b"\n")


def _plain(field: Field, value: Value) -> Any:
    if value is None:
        return None
    if isinstance(value, date):  # an instant is one, too
        return value.isoformat()
    if field.kind == "seconds" and isinstance(value, int):
        return hours(value)
    if isinstance(value, Decimal):
        return value.quantize(_FINE if field.kind == "share" else _CENT, rounding=ROUND_HALF_UP)
    return value
