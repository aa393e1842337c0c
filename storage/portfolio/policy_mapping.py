"""Which column of an insurer's file is which field of a policy and its receipts (TOML, docs/import.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from rules.text import fold
from storage.portfolio import mapping_text
from storage.portfolio.mapping import Reading
from storage.portfolio.mapping_text import Constant

NEEDED = {"policy": ("client", "number"), "receipt": ("number", "due", "total")}
"""Fields without which there is no receipt, by section."""


class PolicyColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[policy]``: expressions for a policy's fields; client and number are needed.

    client: the client's reference in the feeding system. insured: names parted by ``;``;
    beneficiaries: names parted by ``;``, each with its percentage behind ``=``. net, fee: of the year.
    tax_rate, surcharge: percent.
    """

    client: Constant
    number: Constant
    kind: Constant = ""
    insurer: Constant = ""
    product: Constant = ""
    version: Constant = ""
    insurance: Constant = ""
    starts: Constant = ""
    ends: Constant = ""
    frequency: Constant = ""
    channel: Constant = ""
    sum_insured: Constant = ""
    grace_days: Constant = ""
    agent: Constant = ""
    holder: Constant = ""
    insured: Constant = ""
    beneficiaries: Constant = ""
    net: Constant = ""
    fee: Constant = ""
    tax_rate: Constant = ""
    surcharge: Constant = ""


class ReceiptColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[receipt]``: expressions for a receipt's fields; number, due and total are needed.

    paid_on: a receipt with such a day was paid before it came here.
    """

    number: Constant
    due: Constant
    total: Constant
    of: Constant = ""
    net: Constant = ""
    surcharge: Constant = ""
    fee: Constant = ""
    tax: Constant = ""
    since: Constant = ""
    until: Constant = ""
    channel: Constant = ""
    paid_on: Constant = ""


class PolicyMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole mapping file: one row is one receipt. namespace: the feeding system of the clients."""

    policy: PolicyColumns
    receipt: ReceiptColumns
    namespace: str = ""
    reading: Reading = Reading()
    tables: dict[str, dict[str, Any]] = {}


def load_policy_mapping(path: Path) -> PolicyMapping:
    """Read a mapping file.

    Raises:
        MappingError: no such file, not TOML, or a key that is unknown, missing or of the wrong kind.
    """
    return parse_policy_mapping(mapping_text.load(path), str(path))


def parse_policy_mapping(text: str, where: str) -> PolicyMapping:
    """Read the text of a mapping; `where` names it in messages.

    Raises:
        MappingError: as `load_policy_mapping`.
    """
    return mapping_text.parse(text, where, PolicyMapping, PolicyColumns, ReceiptColumns, Reading)


_HEADERS = {
    "policy": {
        "client": ("cliente", "no cliente", "id cliente", "client", "client id", "contratante id"),
        "number": ("poliza", "no poliza", "numero de poliza", "policy", "policy number"),
        "kind": ("ramo", "tipo", "line of business", "kind"),
        "insurer": ("aseguradora", "compania", "insurer", "carrier"),
        "product": ("producto", "plan", "product"),
        "starts": ("inicio vigencia", "vigencia desde", "desde", "starts", "effective date"),
        "ends": ("fin vigencia", "vigencia hasta", "hasta", "ends", "expiration date"),
        "frequency": ("forma de pago", "frecuencia", "frequency", "payment plan"),
        "channel": ("conducto", "conducto de cobro", "channel"),
        "agent": ("agente", "clave agente", "producer"),
        "holder": ("contratante", "policyholder"),
        "insured": ("asegurado", "asegurados", "insured"),
        "sum_insured": ("suma asegurada", "sum insured"),
    },
    "receipt": {
        "number": ("recibo", "no recibo", "receipt", "installment"),
        "of": ("de", "total recibos", "recibos", "of"),
        "due": ("vencimiento", "fecha vencimiento", "fecha limite", "due", "due date"),
        "total": ("prima total", "importe", "total", "amount"),
        "net": ("prima neta", "neta", "net premium", "net"),
        "surcharge": ("recargo", "surcharge"),
        "fee": ("derecho", "derechos", "gastos expedicion", "fee", "policy fee"),
        "tax": ("iva", "tax", "vat"),
        "paid_on": ("fecha pago", "pagado", "paid on", "paid"),
    },
}
"""Headers by which a field is recognised, folded, the likeliest first."""


class Proposal(msgspec.Struct, frozen=True):
    """A mapping guessed from headers, as its text; missing: needed fields without a column."""

    text: str
    missing: tuple[str, ...]


def propose(columns: tuple[str, ...]) -> Proposal:
    """Guess which column is which field."""
    headers = {
        " ".join(fold(column).replace(".", " ").replace("_", " ").split()): column for column in columns
    }
    lines: list[str] = []
    missing: list[str] = []
    for section, fields in _HEADERS.items():
        found = {
            field: headers[name]
            for field, names in fields.items()
            if (name := next((one for one in names if one in headers), None))
        }
        lines += [
            f"[{section}]",
            *(f"{field} = {json.dumps(f'[{column}]')}" for field, column in found.items()),
        ]
        missing += [f"{section}.{field}" for field in NEEDED[section] if field not in found]
    return Proposal("\n".join([*lines, ""]), tuple(missing))


def _plain(header: str) -> str:
    return " ".join(fold(header).replace(".", " ").replace("_", " ").split())
