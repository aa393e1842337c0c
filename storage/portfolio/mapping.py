"""The mapping file: which column of a portfolio file is which field (TOML, see docs/import.md)."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

from storage.portfolio import mapping_text
from storage.portfolio.expressions import Compiled, Scope
from storage.portfolio.mapping_text import Constant, MappingError

__all__ = ["Mapping", "MappingError", "Plan", "Reading", "compile_mapping", "load_mapping", "parse_mapping"]


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[portfolio]``: what the portfolio is, and what a client or account is unless a row says more."""

    product: Literal["card", "loan", "sme", "insurance", "timeshare"] = "loan"
    country: Literal["MX", "US"] = "MX"
    currency: str = "MXN"
    language: Literal["es", "en"] = "es"
    creditor: str = ""
    firm: str = ""
    goal: int = 0
    settings: dict[str, Any] = {}


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[reading]``: how the file is written; what is left out is found out.

    dates: order of day, month and year in dates that are not ISO; "" = dmy in Mexico,
    mdy in the United States. decimal: the decimal mark.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    dates: Literal["", "dmy", "mdy", "ymd"] = ""
    decimal: Literal[".", ","] = "."


class ClientColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[client]``: expressions for the client's fields; ref and name are needed."""

    ref: Constant
    name: Constant
    kind: Constant = ""
    country: Constant = ""
    language: Constant = ""
    tax_id: Constant = ""
    national_id: Constant = ""
    born: Constant = ""
    state: Constant = ""
    address: Constant = ""
    treatment: Constant = ""
    zone: Constant = ""


class AccountColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[account]``: expressions for the account's fields; ref and overdue are needed.

    total may be left out when ``[components]`` has parts to sum.
    """

    ref: Constant
    overdue: Constant
    total: Constant = ""
    minimum: Constant = ""
    product: Constant = ""
    name: Constant = ""
    currency: Constant = ""
    status: Constant = ""
    oldest_due: Constant = ""


class ContractColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[contract]``: expressions for a timeshare contract; number, price and signed_on are needed.

    members: names parted by ``;``. Fields as in `rules.contracts.Contract`.
    """

    number: Constant
    price: Constant
    signed_on: Constant
    members: Constant = ""
    plan: Constant = ""
    down_payment: Constant = ""
    paid: Constant = ""
    room: Constant = ""
    usage: Constant = ""
    weeks: Constant = ""
    used: Constant = ""
    banked: Constant = ""
    fees: Constant = ""
    fees_due: Constant = ""
    instalments: Constant = ""
    terms: Constant = ""


class CompanyColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[company]``: expressions for a company's credit; legal_name and line are needed.

    legal_representative, authorised, guarantors, joint_obligors: names parted by ``;``, each with its
    phone behind ``=`` if one is known. Fields else as in `rules.companies.Company`.
    """

    legal_name: Constant
    line: Constant
    tax_id: Constant = ""
    limit: Constant = ""
    drawn: Constant = ""
    legal_representative: Constant = ""
    authorised: Constant = ""
    guarantors: Constant = ""
    joint_obligors: Constant = ""
    collateral: Constant = ""
    collateral_kind: Constant = ""
    collateral_value: Constant = ""
    group: Constant = ""
    incorporated_on: Constant = ""
    activity: Constant = ""


class PhoneColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[phones]]``: one phone of the client; give one such table for each column."""

    number: Constant
    label: Constant = "'mobile'"
    source: Constant = "'entidad'"


class EmailColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[emails]]``: one e-mail address of the client."""

    address: Constant


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole mapping file. namespace: the feeding system; a client is (namespace, ref)."""

    client: ClientColumns
    account: AccountColumns
    namespace: str = ""
    portfolio: Defaults = Defaults()
    reading: Reading = Reading()
    components: dict[str, Constant] = {}
    details: dict[str, Constant] = {}
    contract: ContractColumns | None = None
    company: CompanyColumns | None = None
    phones: tuple[PhoneColumns, ...] = ()
    emails: tuple[EmailColumns, ...] = ()
    tables: dict[str, dict[str, Any]] = {}


_SECTIONS = (
    Defaults,
    Reading,
    ClientColumns,
    AccountColumns,
    ContractColumns,
    CompanyColumns,
    PhoneColumns,
    EmailColumns,
)


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        MappingError: no such file, not TOML, or a key that is unknown, missing or of the
            wrong kind.
    """
    return parse_mapping(mapping_text.load(path), str(path))


def parse_mapping(text: str, where: str) -> Mapping:
    """Read the text of a mapping; `where` names it in messages.

    Raises:
        MappingError: as `load_mapping`.
    """
    return mapping_text.parse(text, where, Mapping, *_SECTIONS)


class Plan(msgspec.Struct, frozen=True):
    """A mapping compiled for the columns of one file: field name to expression."""

    client: dict[str, Compiled]
    account: dict[str, Compiled]
    components: dict[str, Compiled]
    details: dict[str, Compiled]
    contract: dict[str, Compiled]
    company: dict[str, Compiled]
    phones: tuple[dict[str, Compiled], ...]
    emails: tuple[dict[str, Compiled], ...]


def compile_mapping(mapping: Mapping, columns: tuple[str, ...], today: date, where: str) -> Plan:
    """Fit a mapping to a file's columns.

    Raises:
        MappingError: an expression can't be read, or names a column that the file has not.
    """
    scope = Scope(columns, mapping.tables, today, mapping.reading.decimal)

    def section(title: str, values: AnyMapping[str, Constant]) -> dict[str, Compiled]:
        return mapping_text.compiled(title, values, scope, where)

    return Plan(
        client=section("client", msgspec.structs.asdict(mapping.client)),
        account=section("account", msgspec.structs.asdict(mapping.account)),
        components=section("components", mapping.components),
        details=section("details", mapping.details),
        contract=section("contract", msgspec.structs.asdict(mapping.contract) if mapping.contract else {}),
        company=section("company", msgspec.structs.asdict(mapping.company) if mapping.company else {}),
        phones=tuple(section("phones", msgspec.structs.asdict(phone)) for phone in mapping.phones),
        emails=tuple(section("emails", msgspec.structs.asdict(email)) for email in mapping.emails),
    )
