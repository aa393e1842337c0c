"""The columns of a terminal's daily file, by what banks and acquirers call them, read into rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation

from rules.explained import Explained
from rules.money import to_minor
from rules.paying.terminal_files import TerminalRow
from rules.text import clean, fold
from rules.words import tr

_NAMES = {
    "reference": ("referencia", "reference", "ref", "folio", "orden", "order"),
    "amount": ("importe", "monto", "amount", "total", "importe de la venta"),
    "auth_code": (
        *("autorizacion", "codigo de autorizacion", "no. de autorizacion", "no autorizacion", "aprobacion"),
        *("auth", "auth code", "auth_code", "authorization", "approval code"),
    ),
    "last4": (
        *("tarjeta", "no. de tarjeta", "numero de tarjeta", "terminacion", "ultimos 4", "ultimos 4 digitos"),
        *("card", "card number", "last4", "last 4", "pan"),
    ),
    "brand": ("marca", "marca de tarjeta", "brand", "card brand", "emisor"),
    "outcome": ("estatus", "estado", "status", "resultado", "respuesta", "response", "result"),
    "terminal": ("terminal", "id terminal", "serie", "afiliacion", "tid", "terminal id"),
    "at": ("fecha y hora", "fecha", "fecha de operacion", "date", "datetime", "transaction date"),
    "time": ("hora", "time"),
}
_COLUMNS = {name: column for column, names in _NAMES.items() for name in names}
_NEEDED = ("amount", "auth_code")
_OUTCOMES = {
    **dict.fromkeys(("aprobada", "aprobado", "autorizada", "approved", "ok", "00", "venta", ""), "approved"),
    **dict.fromkeys(("declinada", "declinado", "rechazada", "rechazado", "declined", "denied"), "declined"),
}
_LEFT_OUT = ("cancelada", "cancelacion", "devolucion", "reversa", "cancelled", "refund", "reversal", "void")
"""Rows of money that went back: they are no payment that was asked for."""

_DATES = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
)
_AMOUNT = re.compile(r"[$\s]|mxn|usd", re.IGNORECASE)


class FileRefused(Explained):
    """The file can't be read as a terminal's; the message says which line or column, and how to mend it."""


def rows(table: Sequence[Sequence[object]], zone: tzinfo) -> tuple[TerminalRow, ...]:
    """The rows of a file; the first line with the columns' names is found by itself.

    Of a card's number the last four digits are taken, whatever the file holds. Rows of cancellations and
    refunds are left out.

    Args:
        table: its cells, line by line.
        zone: in which the terminal tells the time.

    Raises:
        FileRefused: no line names the columns that are needed, or a cell can't be read.
    """
    head, columns = _head(table)
    found = []
    for number, cells in enumerate(table[head + 1 :], start=head + 2):
        values = {column: _text(cells[place]) for column, place in columns.items() if place < len(cells)}
        if not any(values.values()) or fold(values.get("outcome", "")) in _LEFT_OUT:
            continue
        found.append(_row(number, values, zone))
    return tuple(found)


def _head(table: Sequence[Sequence[object]]) -> tuple[int, dict[str, int]]:
    for number, cells in enumerate(table[:30]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(cells):
            column = _COLUMNS.get(fold(_text(cell)))
            if column is not None:
                columns.setdefault(column, place)
        if all(name in columns for name in _NEEDED):
            return number, columns
    raise FileRefused(
        tr("No line names its columns: an amount (Importe) and an authorisation (Autorización) are needed.")
    )


def _row(line: int, values: dict[str, str], zone: tzinfo) -> TerminalRow:
    outcome = _OUTCOMES.get(fold(values.get("outcome", "")))
    if outcome is None:
        raise FileRefused(
            tr(
                "Line {line}: {word} is neither approved nor declined (Aprobada, Declinada).",
                line=line,
                word=values["outcome"],
            )
        )
    digits = "".join(letter for letter in values.get("last4", "") if letter.isdigit())
    return TerminalRow(
        line=line,
        amount=_amount(line, values["amount"]),
        reference=values.get("reference", "")[:60],
        outcome=outcome,
        auth_code=values.get("auth_code", "").upper()[:12],
        last4=digits[-4:] if len(digits) >= 4 else "",
        brand=fold(values.get("brand", ""))[:20],
        terminal=values.get("terminal", "")[:40],
        at=_instant(line, f"{values.get('at', '')} {values.get('time', '')}".strip(), zone),
    )


def _amount(line: int, text: str) -> int:
    try:
        minor = to_minor(Decimal(_AMOUNT.sub("", text).replace(",", "")))
    except InvalidOperation as error:
        raise FileRefused(tr("Line {line}: {word} is no amount.", line=line, word=text or "–")) from error
    if minor <= 0:
        raise FileRefused(tr("Line {line}: {word} is no amount above zero.", line=line, word=text))
    return minor


def _instant(line: int, text: str, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = _by_form(line, text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _by_form(line: int, text: str) -> datetime:
    for form in _DATES:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the caller adds the terminal's zone
        except ValueError:
            continue
    raise FileRefused(
        tr("Line {line}: {word} is no day that can be read (20/11/2026 14:05).", line=line, word=text)
    )


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean(str(cell)).strip()
