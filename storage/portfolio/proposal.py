"""Proposes a mapping from a file's headers, in Spanish or English, for the user to keep."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence

import msgspec

from rules.text import fold
from rules.words import tr

NEEDED = ("account.ref", "account.overdue", "client.name")

_HEADERS = {
    "client.ref": """id cliente|cliente id|num cliente|numero cliente|no cliente|clave cliente
        |client id|client ref|client number|customer id|customer number|borrower id""",
    "client.name": """nombre|nombre cliente|nombre completo|nombre titular|titular|razon social|deudor|cliente
        |name|client name|customer name|full name|borrower|borrower name|debtor""",
    "client.tax_id": "rfc|tax id|ein",
    "client.national_id": "curp|ssn|national id",
    "client.born": "fecha nacimiento|nacimiento|date birth|birth date|dob|born",
    "client.state": "estado|entidad|entidad federativa|state",
    "client.address": "direccion|domicilio|address|street address",
    "client.zone": "zona horaria|time zone|timezone",
    "account.ref": """cuenta|no cuenta|num cuenta|numero cuenta|credito|no credito|numero credito|contrato
        |no contrato|numero contrato|poliza|no poliza|account|account id|account number|account ref|loan id
        |loan number|contract""",
    "account.name": "producto|nombre producto|tipo credito|product|product name|account name",
    "account.overdue": """vencido|saldo vencido|monto vencido|importe vencido|exigible|monto exigible
        |overdue|past due|past due amount|amount past due|amount overdue|overdue amount""",
    "account.total": """saldo|saldo total|total|adeudo|adeudo total|saldo insoluto|monto total
        |balance|total balance|current balance|payoff|total due|amount owed""",
    "account.minimum": "minimo|pago minimo|minimum|minimum payment|min payment|minimum due",
    "account.currency": "moneda|divisa|currency",
    "account.oldest_due": """vence|vencimiento|fecha vencimiento|fecha primer vencimiento|vencido desde
        |due date|oldest due|oldest due date|due since|past due since""",
}
_DAYS = (
    "dias mora|dias atraso|dias vencido|dias vencidos|mora|atraso|dpd|days past due|days late|days overdue"
)
_PHONE = re.compile(r"\b(tel|telefono|cel|celular|movil|whatsapp|phone|mobile|cell)\b")
_EMAIL = re.compile(r"\b(correo|email|e mail|mail)\b")
_LABELS = (
    ("work", re.compile(r"\b(trabajo|oficina|laboral|work|office)\b")),
    ("home", re.compile(r"\b(casa|particular|domicilio|home)\b")),
    ("reference", re.compile(r"\b(referencia|aval|reference)\b")),
)
_SMALL_WORDS = {"de", "del", "la", "el", "of", "the"}


class Proposal(msgspec.Struct, frozen=True):
    """A mapping as TOML text, and the needed fields for which no column was found."""

    text: str
    missing: tuple[str, ...]


def propose(columns: Sequence[str]) -> Proposal:
    """A mapping for a file with these columns; what nobody recognised is listed in it as a comment."""
    words = {name: _words(name) for name in columns if name}
    fields: dict[str, str] = {}
    for field, known in _HEADERS.items():
        found = _column(words, known, list(fields.values()))
        if found:
            fields[field] = found
    days = _column(words, _DAYS, list(fields.values()))
    if days and "account.oldest_due" not in fields and "]" not in days:
        fields["account.oldest_due"] = f"days_before([{days}])"
    taken = {*fields.values(), days}
    phones = [name for name, text in words.items() if name not in taken and _PHONE.search(text)]
    emails = [name for name, text in words.items() if name not in {*taken, *phones} and _EMAIL.search(text)]
    missing = tuple(field for field in NEEDED if field not in fields)
    if "client.ref" not in fields and "account.ref" in fields:
        # Without a client's number, each account is a client of its own.
        fields["client.ref"] = fields["account.ref"]
    unused = [name for name in words if name not in {*taken, *phones, *emails}]
    return Proposal(_toml(fields, phones, emails, words, unused, missing), missing)


def _words(header: str) -> str:
    parts = re.split(r"[\W_]+", fold(header))
    return " ".join(part for part in parts if part and part not in _SMALL_WORDS)


def _column(words: dict[str, str], known: str, taken: Collection[str]) -> str:
    """The first column that goes by one of the known names, the likeliest name first."""
    for name in (part.strip() for part in known.split("|")):
        for column, text in words.items():
            if text == name and column not in taken:
                return column
    return ""


def _toml(
    fields: dict[str, str],
    phones: Sequence[str],
    emails: Sequence[str],
    words: dict[str, str],
    unused: Sequence[str],
    missing: Sequence[str],
) -> str:
    lines = []
    for section in ("client", "account"):
        lines.append(f"[{section}]")
        for field, expression in fields.items():
            if field.startswith(f"{section}."):
                lines.append(f"{field.partition('.')[2]} = {_quoted(expression)}")
        lines.extend(
            f"# {field.partition('.')[2]} = ?" for field in missing if field.startswith(f"{section}.")
        )
        if section == "account" and "account.oldest_due" not in fields:
            lines.append("# oldest_due = ?  " + tr("without it nobody counts the days past due"))
        lines.append("")
    for name in phones:
        label = next((label for label, pattern in _LABELS if pattern.search(words[name])), "mobile")
        lines += ["[[phones]]", f"number = {_quoted(name)}", f"label = {_quoted(repr(label))}", ""]
    for name in emails:
        lines += ["[[emails]]", f"address = {_quoted(name)}", ""]
    if unused:
        lines.append("# " + tr("Columns that are not used:") + " " + ", ".join(unused))
    return "\n".join(lines).rstrip() + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
