"""Which column of a bank's or collector's file is which field of a payment (TOML, docs/import.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from rules.text import fold
from storage.portfolio import mapping_text
from storage.portfolio.mapping import Reading
from storage.portfolio.mapping_text import Constant

NEEDED = ("reference", "paid", "at", "amount")
"""Fields without which there is no payment."""


class PaymentColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[payment]``: expressions for a payment's fields; reference, paid, at and amount are needed.

    reference: the bank's own number of the payment. paid: what it is for: an account, a policy, or a
    policy and receipt (``AUT-123/2``, ``AUT-123 2``). receipt: the receipt's number where it has a
    column of its own. at: a day, or a day and hour; a day alone is its noon. payer: whose money it is.
    """

    reference: Constant
    paid: Constant
    at: Constant
    amount: Constant
    receipt: Constant = ""
    channel: Constant = ""
    payer: Constant = ""
    currency: Constant = ""


class PaymentMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole mapping file. zone: of the file's times, "" = the portfolio's."""

    payment: PaymentColumns
    zone: str = ""
    reading: Reading = Reading()
    tables: dict[str, dict[str, Any]] = {}


def load_payment_mapping(path: Path) -> PaymentMapping:
    """Read a mapping file.

    Raises:
        MappingError: no such file, not TOML, or a key that is unknown, missing or of the wrong kind.
    """
    return parse_payment_mapping(mapping_text.load(path), str(path))


def parse_payment_mapping(text: str, where: str) -> PaymentMapping:
    """Read the text of a mapping; `where` names it in messages.

    Raises:
        MappingError: as `load_payment_mapping`.
    """
    return mapping_text.parse(text, where, PaymentMapping, PaymentColumns, Reading)


_HEADERS = {
    "reference": ("clave rastreo", "clave de rastreo", "folio", "autorizacion", "movimiento", "no movimiento",
                  "tracking", "transaction id", "reference number", "id pago"),
    "paid": ("referencia", "poliza", "no poliza", "cuenta", "no cuenta", "contrato", "policy", "account",
             "reference"),
    "at": ("fecha pago", "fecha", "fecha operacion", "fecha y hora", "date", "paid at", "payment date"),
    "amount": ("importe", "monto", "abono", "deposito", "amount", "paid"),
    "receipt": ("recibo", "no recibo", "receipt", "installment"),
    "channel": ("medio", "canal", "forma de pago", "channel", "method"),
    "payer": ("ordenante", "pagador", "nombre ordenante", "payer", "remitter"),
    "currency": ("moneda", "divisa", "currency"),
}  # fmt: skip
"""Headers by which a field is recognised, folded, the likeliest first."""


class Proposal(msgspec.Struct, frozen=True):
    """A mapping guessed from headers, as its text; missing: needed fields without a column."""

    text: str
    missing: tuple[str, ...]


def propose(columns: tuple[str, ...]) -> Proposal:
    """Guess which column is which field."""
    headers = {" ".join(fold(one).replace(".", " ").replace("_", " ").split()): one for one in columns}
    found = {
        field: headers[name]
        for field, names in _HEADERS.items()
        if (name := next((one for one in names if one in headers), None))
    }
    lines = [f"{field} = {json.dumps(f'[{column}]', ensure_ascii=False)}" for field, column in found.items()]
    return Proposal("\n".join(["[payment]", *lines, ""]), tuple(one for one in NEEDED if one not in found))
