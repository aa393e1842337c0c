"""The sheet behind an account as a file brings it: a timeshare contract, or a company."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from typing import Any

import msgspec

from rules import phones
from rules.companies import Collateral, Company, Contact
from rules.contracts import Contract
from rules.words import tr
from storage.portfolio import fields
from storage.portfolio.expressions import CellError, Compiled
from storage.portfolio.fields import Reader
from storage.portfolio.mapping import Plan
from storage.portfolio.sections import FieldRefused, Section

_ROLES = {
    "legal_representative": "legal_representative",
    "authorised": "authorised",
    "guarantors": "guarantor",
    "joint_obligors": "joint_obligor",
}
"""Field of the mapping to the role of the people in it."""


class SheetReader:
    """Reads the sheets of rows by a compiled mapping.

    Args:
        plan: the mapping, compiled for the file.
        decimal: the file's decimal mark.
        order: of day, month and year in its dates.
        country: whose phones are written without a country code.
    """

    def __init__(self, plan: Plan, decimal: str, order: str, country: str) -> None:
        self._plan = plan
        self._contract = _contract_section(plan.contract, decimal, order) if plan.contract else None
        self._company = _company_section(plan.company, decimal, order, country) if plan.company else None

    def read(self, row: Sequence[str]) -> dict[str, Any] | None:
        """The sheet of a row; None = the mapping says nothing of one.

        Raises:
            FieldRefused: something in it does not fit.
        """
        if self._contract is not None:
            return {"contract": _as_kept(self._whole_contract(self._contract.read(row)))}
        if self._company is not None:
            return {"company": _as_kept(_company(self._company.read(row)))}
        return None

    def _whole_contract(self, found: dict[str, Any]) -> Contract:
        for name in ("price", "signed_on"):
            if found[name] is None:
                raise FieldRefused(self._plan.contract[name], tr("is empty"))
        amounts = {name: found.pop(name) or 0 for name in ("down_payment", "paid", "fees", "fees_due")}
        if amounts["down_payment"] + amounts["paid"] > found["price"]:
            raise FieldRefused(self._plan.contract["price"], tr("more is paid than the price"))
        return Contract(**found | amounts)


def _as_kept(sheet: Contract | Company) -> Any:
    """A sheet as the store gives it back, so that the same file brings nothing new."""
    return msgspec.json.decode(msgspec.json.encode(sheet))


def _contract_section(mapped: AnyMapping[str, Compiled], decimal: str, order: str) -> Section:
    texts = ("number", "plan", "room", "usage", "terms")
    money = ("price", "down_payment", "paid", "fees", "fees_due")
    numbers = {"weeks": 1, "used": 0, "banked": 0, "instalments": 0}
    defaults: dict[str, Any] = {"members": (), "usage": "annual"} | numbers
    section = Section(dict.fromkeys(texts, "") | dict.fromkeys(money) | defaults, mapped)
    for name in texts:
        section.add(name, fields.text, needed=name == "number")
    for name in money:
        section.add(name, fields.amount, decimal)
    for name, default in numbers.items():
        section.add(name, whole_number, default)
    section.add("members", names)
    section.add("signed_on", fields.day, order)
    return section


def _company_section(mapped: AnyMapping[str, Compiled], decimal: str, order: str, country: str) -> Section:
    texts = ("legal_name", "line", "tax_id", "collateral", "collateral_kind", "group", "activity")
    money = ("limit", "drawn", "collateral_value")
    section = Section(
        dict.fromkeys(texts, "")
        | dict.fromkeys(money)
        | dict.fromkeys(_ROLES, ())
        | {"incorporated_on": None},
        mapped,
    )
    for name in texts:
        section.add(name, fields.text, needed=name in ("legal_name", "line"))
    for name in money:
        section.add(name, fields.amount, decimal)
    for name, role in _ROLES.items():
        section.add(name, contacts, role, country)
    section.add("incorporated_on", fields.day, order)
    return section


def _company(found: dict[str, Any]) -> Company:
    what, kind, value = (found.pop(name) for name in ("collateral", "collateral_kind", "collateral_value"))
    collateral = (Collateral(kind=kind or "none", what=what, value=value or 0),) if what or value else ()
    people = tuple(one for name in _ROLES for one in found.pop(name))
    amounts = {name: found.pop(name) or 0 for name in ("limit", "drawn")}
    return Company(contacts=people, collateral=collateral, **found | amounts)


def names(field: Compiled) -> Reader:
    """Names parted by ``;``."""
    plain = fields.text(field)

    def read(row: Sequence[str]) -> tuple[str, ...]:
        return tuple(part.strip() for part in plain(row).split(";") if part.strip())

    return read


def contacts(field: Compiled, role: str, country: str) -> Reader:
    """People of one role parted by ``;``, each with a phone behind ``=`` if one is known."""
    parted = names(field)

    def read(row: Sequence[str]) -> tuple[Contact, ...]:
        return tuple(_contact(text, role, country) for text in parted(row))

    return read


def _contact(text: str, role: str, country: str) -> Contact:
    name, _, number = (part.strip() for part in text.partition("="))
    value = phones.e164(number, country) if number else ""
    if value is None:
        raise CellError(tr("{number} is not a valid phone", number=number))
    return Contact(name=name, role=role, phone=value)


def whole_number(field: Compiled, default: int | None) -> Reader:
    """A whole number from 0 on; `default` for an empty cell."""
    plain = fields.text(field)

    def read(row: Sequence[str]) -> int | None:
        found = plain(row)
        if not found:
            return default
        if not found.isdecimal() or len(found) > 4:
            raise CellError(tr("{value} is not a whole number", value=found))
        return int(found)

    return read
