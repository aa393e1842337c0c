"""From a row of an insurer's file to a receipt with its policy, or to the reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from rules.calendars import add_months
from rules.debit.mandates import CHANNELS
from rules.insurance.policies import Beneficiary, Insured, PolicySheet, PolicyTerms
from rules.insurance.receipts import INSTALMENTS, NO_CESSATION, grace_end
from rules.rates import WHOLE
from rules.text import fold
from rules.words import tr
from storage.portfolio import fields
from storage.portfolio.expressions import CellError, Compiled, number
from storage.portfolio.fields import Reader
from storage.portfolio.records import Rejection
from storage.portfolio.sections import FieldRefused, Section
from storage.portfolio.sheets import names, whole_number

KINDS = ("car", "life", "medical", "damage", "surety")
INSURANCES = ("voluntary", "mandatory", "surety")
WORDS = {
    "kind": {"auto": "car", "autos": "car", "vida": "life", "gmm": "medical", "gastos medicos": "medical"}
    | {"danos": "damage", "fianza": "surety", "caucion": "surety"},
    "frequency": {"anual": "annual", "contado": "annual", "semestral": "semiannual"}
    | {"trimestral": "quarterly", "mensual": "monthly"},
    "insurance": {"voluntario": "voluntary", "obligatorio": "mandatory", "caucion": "surety"},
}
"""What files write for the values of a closed list, folded."""

PARTS = ("net", "surcharge", "fee", "tax")


class PolicyRecord(msgspec.Struct, frozen=True):
    """A row that fits: the client's reference, columns of the policy and of one receipt."""

    line: int
    client: str
    policy: dict[str, Any]
    receipt: dict[str, Any]


class PolicyReader:
    """Reads rows by compiled expressions.

    Args:
        columns: the file's columns, to quote a rejected cell.
        policy: field to expression, of the policy. receipt: of the receipt.
        decimal: the decimal mark. order: of day, month and year.
        zone: of the portfolio, at whose noon cover ceases.
    """

    def __init__(
        self,
        columns: tuple[str, ...],
        policy: Mapping[str, Compiled],
        receipt: Mapping[str, Compiled],
        *,
        decimal: str,
        order: str,
        zone: str,
    ) -> None:
        self._columns, self._policy, self._receipt, self._zone = columns, policy, receipt, zone
        self._policies = _policy_section(policy, decimal, order)
        self._receipts = _receipt_section(receipt, decimal, order)

    def read(self, line: int, row: list[str]) -> PolicyRecord | Rejection:
        """One row as a receipt with its policy, or the first thing that is wrong with it."""
        if len(row) != len(self._columns):
            reason = tr(
                "{found} cells where the header has {wanted}", found=len(row), wanted=len(self._columns)
            )
            return Rejection(line, "", "", reason)
        try:
            found = self._policies.read(row)
            receipt = self._whole_receipt(self._receipts.read(row), found)
        except FieldRefused as refused:
            column = refused.field.columns[0] if refused.field.columns else ""
            value = row[self._columns.index(column)] if column else ""
            return Rejection(line, column, value, refused.reason)
        client = found.pop("client")
        return PolicyRecord(line, client, _policy(found, receipt["due"]), receipt)

    def _whole_receipt(self, found: dict[str, Any], policy: Mapping[str, Any]) -> dict[str, Any]:
        """The receipt with its breakdown in agreement, and the hour at which cover ceases without it."""
        for name in ("due", "total"):
            if found[name] is None:
                raise FieldRefused(self._receipt[name], tr("is empty"))
        given = {name: found[name] or 0 for name in PARTS}
        if found["net"] is None:
            given["net"] = found["total"] - sum(given.values())
        if given["net"] < 0 or sum(given.values()) != found["total"]:
            raise FieldRefused(self._receipt["total"], tr("net, surcharge, fee and tax sum to another total"))
        if not 1 <= found["number"] <= max(found["of"], found["number"]):
            raise FieldRefused(self._receipt["number"], tr("no receipt has this number"))
        count = max(found["of"] or INSTALMENTS[policy["frequency"]], found["number"])
        paid = found["paid_on"] is not None
        return (
            found
            | given
            | {"of": count, "status": "paid" if paid else "pending"}
            | {"grace_ends": None if paid else self._grace(found["due"], policy)}
        )

    def _grace(self, due: date, policy: Mapping[str, Any]) -> datetime | None:
        agreed = policy["grace_days"]
        if policy["insurance"] == "surety" or (policy["insurance"] in NO_CESSATION and agreed is None):
            return None
        return grace_end(due, agreed, self._zone)


def _policy_section(mapped: Mapping[str, Compiled], decimal: str, order: str) -> Section:
    texts = ("insurer", "product", "version", "agent", "holder")
    money = ("sum_insured", "net", "fee")
    defaults: dict[str, Any] = (
        dict.fromkeys(texts, "") | dict.fromkeys(money) | dict.fromkeys(("starts", "ends"))
    )
    defaults |= {"kind": "damage", "insurance": "voluntary", "frequency": "annual", "channel": "banco"}
    defaults |= {"grace_days": None, "insured": (), "beneficiaries": (), "tax_rate": None, "surcharge": None}
    section = Section(defaults, mapped)
    for name in ("client", "number", *texts):
        section.add(name, fields.text, needed=name in ("client", "number"))
    for name in money:
        section.add(name, fields.amount, decimal)
    for name in ("starts", "ends"):
        section.add(name, fields.day, order)
    section.add("kind", choice, "damage", KINDS, WORDS["kind"])
    section.add("insurance", choice, "voluntary", INSURANCES, WORDS["insurance"])
    section.add("frequency", choice, "annual", tuple(INSTALMENTS), WORDS["frequency"])
    section.add("channel", choice, "banco", CHANNELS, {})
    section.add("grace_days", whole_number, None)
    section.add("insured", names)
    section.add("beneficiaries", names)
    for name in ("tax_rate", "surcharge"):
        section.add(name, rate, decimal)
    return section


def _receipt_section(mapped: Mapping[str, Compiled], decimal: str, order: str) -> Section:
    days = ("due", "since", "until", "paid_on")
    section = Section(dict.fromkeys((*PARTS, "total", *days)) | {"of": 0, "channel": "", "number": 0}, mapped)
    for name in ("total", *PARTS):
        section.add(name, fields.amount, decimal)
    for name in days:
        section.add(name, fields.day, order)
    section.add("number", whole_number, 0)
    section.add("of", whole_number, 0)
    section.add("channel", choice, "", ("", *CHANNELS), {})
    return section


def _policy(found: dict[str, Any], due: date) -> dict[str, Any]:
    """The policy's columns, with what stands on its sheet put together."""
    starts = found["starts"] or due
    sheet = PolicySheet(
        **{name: found.pop(name) for name in ("product", "version", "agent", "holder", "insurance")},
        insured=tuple(Insured(name=name) for name in found.pop("insured")),
        beneficiaries=tuple(_beneficiary(text) for text in found.pop("beneficiaries")),
        terms=_terms(found),
    )
    return found | {
        "starts": starts,
        "ends": found["ends"] or add_months(starts, 12),
        "sum_insured": found["sum_insured"] or 0,
        "sheet": msgspec.json.decode(msgspec.json.encode(sheet)),
    }


def _terms(found: dict[str, Any]) -> PolicyTerms | None:
    """By what the policy's figures are worked out, where the file tells the year's net premium."""
    net, fee, tax, surcharge = (found.pop(name) for name in ("net", "fee", "tax_rate", "surcharge"))
    if net is None:
        return None
    surcharges = {} if surcharge is None else {found["frequency"]: surcharge}
    return PolicyTerms(net=net, fee=fee or 0, tax_rate=1600 if tax is None else tax, surcharges=surcharges)


def _beneficiary(text: str) -> Beneficiary:
    name, _, share = (part.strip() for part in text.partition("="))
    percent = share.rstrip("% ").strip()
    return Beneficiary(name=name, share=int(percent) * 100 if percent.isdecimal() else WHOLE)


def choice(field: Compiled, default: str, known: Sequence[str], words: Mapping[str, str]) -> Reader:
    """One of a closed list, by its own word or one that files write for it."""
    plain = fields.text(field, default)

    def read(row: Sequence[str]) -> str:
        written = plain(row)
        found = words.get(fold(written), fold(written))
        if found not in known:
            raise CellError(tr("{value} is none of {known}", value=written, known=", ".join(known)))
        return found

    return read


def rate(field: Compiled, decimal: str) -> Reader:
    """Hundredths of a percent from a percentage; None for an empty cell."""
    run = field.run

    def read(row: Sequence[str]) -> int | None:
        value = run(row)
        found = number(value.rstrip("% ") if isinstance(value, str) else value, decimal)
        if found is None:
            return None
        if not 0 <= found <= 100:
            raise CellError(tr("not a percentage"))
        return int(found * 100)

    return read
