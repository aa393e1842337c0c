"""The mapping file: which column of a portfolio file is which field (TOML, see docs/import.md)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as AnyMapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import msgspec

from rules.explained import Explained
from rules.words import tr
from storage.portfolio.expressions import Compiled, ExpressionError, Scope, compile_expression

Constant = str | int | float | bool


class MappingError(Explained):
    """The mapping can't be used; the message names file, key and mend."""


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
    phones: tuple[PhoneColumns, ...] = ()
    emails: tuple[EmailColumns, ...] = ()
    tables: dict[str, dict[str, Any]] = {}


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        MappingError: no such file, not TOML, or a key that is unknown, missing or of the
            wrong kind.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise MappingError(tr("{path}: there is no such mapping", path=path)) from error
    except UnicodeDecodeError as error:
        raise MappingError(tr("{path}: a mapping is written in UTF-8", path=path)) from error
    return parse_mapping(text, str(path))


def parse_mapping(text: str, where: str) -> Mapping:
    """Read the text of a mapping; `where` names it in messages.

    Raises:
        MappingError: as `load_mapping`.
    """
    try:
        raw = tomllib.loads(text)
        return msgspec.convert(raw, Mapping)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{where}: {error}") from error
    except msgspec.ValidationError as error:
        raise MappingError(f"{where}: {error}{_nearest(raw, str(error))}") from error


def _nearest(raw: AnyMapping[str, Any], message: str) -> str:
    """For a misspelt key, the key that was meant."""
    if "unknown field" not in message:
        return ""
    wrong = message.split("`")[1]
    known = {
        field
        for kind in (Mapping, Defaults, Reading, ClientColumns, AccountColumns, PhoneColumns, EmailColumns)
        for field in kind.__struct_fields__
    }
    near = get_close_matches(wrong, sorted(known), n=1)
    return tr("; did you mean {key}?", key=near[0]) if near else ""


class Plan(msgspec.Struct, frozen=True):
    """A mapping compiled for the columns of one file: field name to expression."""

    client: dict[str, Compiled]
    account: dict[str, Compiled]
    components: dict[str, Compiled]
    details: dict[str, Compiled]
    phones: tuple[dict[str, Compiled], ...]
    emails: tuple[dict[str, Compiled], ...]


def compile_mapping(mapping: Mapping, columns: tuple[str, ...], today: date, where: str) -> Plan:
    """Fit a mapping to a file's columns.

    Raises:
        MappingError: an expression can't be read, or names a column that the file has not.
    """
    scope = Scope(columns, mapping.tables, today, mapping.reading.decimal)

    def section(title: str, values: AnyMapping[str, Constant]) -> dict[str, Compiled]:
        found = {}
        for key, value in values.items():
            if value == "":
                continue
            try:
                found[key] = _compiled(value, scope)
            except ExpressionError as error:
                raise MappingError(f"{where}, [{title}] {key} = {error}") from error
        return found

    return Plan(
        client=section("client", msgspec.structs.asdict(mapping.client)),
        account=section("account", msgspec.structs.asdict(mapping.account)),
        components=section("components", mapping.components),
        details=section("details", mapping.details),
        phones=tuple(section("phones", msgspec.structs.asdict(phone)) for phone in mapping.phones),
        emails=tuple(section("emails", msgspec.structs.asdict(email)) for email in mapping.emails),
    )


def _compiled(value: Constant, scope: Scope) -> Compiled:
    if isinstance(value, str):
        return compile_expression(value, scope)
    constant = str(value).lower() if isinstance(value, bool) else str(value)
    return Compiled(lambda row: constant, ())
