"""From a row of cells to a client with an account, or to the reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import msgspec

from rules import phones
from rules.words import tr
from storage.portfolio import fields, places
from storage.portfolio.expressions import CellError, Compiled
from storage.portfolio.fields import Reader
from storage.portfolio.mapping import Mapping, Plan

STATUSES = ("open", "paid", "charged_off", "closed")
PRODUCTS = ("card", "loan", "sme", "insurance", "timeshare")
SOURCES = ("entidad", "titular", "aval", "tercero", "buro", "publico")
_CURRENCY = re.compile(r"[A-Z]{3}")

Point = tuple[str, str, str, str, str | None]
"""A point of contact: kind, value, label, source, zone."""


class Rejection(msgspec.Struct, frozen=True):
    """Why a row (or a phone of it) stays out. column: the first that the field reads."""

    line: int
    column: str
    value: str
    reason: str


class Record(msgspec.Struct, frozen=True):
    """A row that fits: columns of its client and account, and its points of contact."""

    line: int
    client: dict[str, Any]
    account: dict[str, Any]
    points: tuple[Point, ...]
    warnings: tuple[Rejection, ...] = ()


class _Refused(Exception):
    """A field that does not fit, on its way out of the row."""

    def __init__(self, field: Compiled, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


class _Section:
    """The fields of a client or an account: defaults, and readers of what the mapping names."""

    def __init__(self, defaults: dict[str, Any], mapped: AnyMapping[str, Compiled]) -> None:
        self._defaults = defaults
        self._mapped = mapped
        self._readers: list[tuple[str, Compiled, Reader]] = []

    def add(self, name: str, make: Any, *args: Any, **options: Any) -> None:
        """Read a field, if the mapping names it."""
        field = self._mapped.get(name)
        if field is not None:
            self._readers.append((name, field, make(field, *args, **options)))

    def read(self, row: Sequence[str]) -> dict[str, Any]:
        """The fields of a row."""
        found = dict(self._defaults)
        for name, field, reader in self._readers:
            try:
                found[name] = reader(row)
            except CellError as error:
                raise _Refused(field, str(error)) from error
        return found


class RecordReader:
    """Reads rows by a compiled mapping.

    Args:
        mapping: the mapping, for its defaults.
        plan: the same mapping, compiled for the file.
        columns: the file's columns, to quote a rejected cell.
    """

    def __init__(self, mapping: Mapping, plan: Plan, columns: tuple[str, ...]) -> None:
        self._plan = plan
        self._columns = columns
        decimal = mapping.reading.decimal
        order = mapping.reading.dates or ("dmy" if mapping.portfolio.country == "MX" else "mdy")
        self._client = _client_section(mapping, plan, order)
        self._account = _account_section(mapping, plan, decimal, order)
        self._components = _Section({}, plan.components)
        for name in plan.components:
            self._components.add(name, fields.amount, decimal)
        self._details = _Section({}, plan.details)
        for name in plan.details:
            self._details.add(name, fields.text)
        self._phones = [
            (
                phone["number"],
                fields.text(phone["number"]),
                fields.text(phone["label"], "mobile"),
                fields.choice(phone["source"], "entidad", SOURCES),
            )
            for phone in plan.phones
        ]
        self._emails = [(email["address"], fields.text(email["address"])) for email in plan.emails]

    def read(self, line: int, row: list[str]) -> Record | Rejection:
        """One row as a record, or the first thing that is wrong with it."""
        if len(row) != len(self._columns):
            reason = tr(
                "{found} cells where the header has {wanted}", found=len(row), wanted=len(self._columns)
            )
            return Rejection(line, "", "", reason)
        try:
            client = self._client.read(row)
            account = self._whole_account(row)
            zone = client.pop("zone")
            zones = {zone} if zone else set(places.zones(client["country"], client["state"]))
            points, warnings = self._points(line, row, client["country"], zones)
        except _Refused as refused:
            return self._rejection(line, row, refused.field, refused.reason)
        client["zones"] = sorted(zones)
        return Record(line, client, account, points, warnings)

    def _rejection(self, line: int, row: list[str], field: Compiled, reason: str) -> Rejection:
        if not field.columns:
            return Rejection(line, "", "", reason)
        column = field.columns[0]
        return Rejection(line, column, row[self._columns.index(column)], reason)

    def _whole_account(self, row: list[str]) -> dict[str, Any]:
        """The account's fields, with its payoff and its components in agreement."""
        account = self._account.read(row)
        parts = {name: part for name, part in self._components.read(row).items() if part}
        overdue = account["overdue"] = account["overdue"] or 0
        account["minimum"] = account["minimum"] or 0
        if account["total"] is None:
            account["total"] = sum(parts.values()) if parts else overdue
        elif parts and sum(parts.values()) != account["total"]:
            raise _Refused(self._plan.account["total"], tr("the components sum to another total"))
        if overdue > account["total"]:
            raise _Refused(self._plan.account["overdue"], tr("more is overdue than is owed in all"))
        if not overdue:
            account["oldest_due"] = None
        account["components"] = parts
        account["details"] = {name: text for name, text in self._details.read(row).items() if text}
        return account

    def _points(
        self, line: int, row: list[str], country: str, zones: set[str]
    ) -> tuple[tuple[Point, ...], tuple[Rejection, ...]]:
        """Phones and e-mails, and what is wrong with some; adds the phones' zones to `zones`."""
        found: dict[tuple[str, str], Point] = {}
        warnings: list[Rejection] = []
        for field, number, label, source in self._phones:
            written = number(row)
            if not written:
                continue
            value = phones.e164(written, country)
            if value is None:
                reason = tr("not a valid phone; the account goes in without it")
                warnings.append(self._rejection(line, row, field, reason))
                continue
            zones.update(phones.zones(value))
            try:
                point = ("phone", value, label(row), source(row), phones.zone(value))
            except CellError as error:
                raise _Refused(field, str(error)) from error
            found.setdefault(("phone", value), point)
        for field, address in self._emails:
            written = address(row)
            if written and (written.count("@") != 1 or " " in written):
                reason = tr("not an e-mail address; the account goes in without it")
                warnings.append(self._rejection(line, row, field, reason))
            elif written:
                found.setdefault(("email", written), ("email", written, "home", "entidad", None))
        return tuple(found.values()), tuple(warnings)


def _client_section(mapping: Mapping, plan: Plan, order: str) -> _Section:
    base = mapping.portfolio
    texts = ("tax_id", "national_id", "state", "address", "treatment")
    section = _Section(
        {
            "namespace": mapping.namespace,
            "kind": "person",
            "country": base.country,
            "language": base.language,
            "born": None,
            "zone": "",
        }
        | dict.fromkeys(texts, ""),
        plan.client,
    )
    section.add("ref", fields.text, needed=True)
    section.add("name", fields.text, needed=True)
    section.add("kind", fields.choice, "person", ("person", "company"))
    section.add("country", fields.choice, base.country, ("MX", "US"))
    section.add("language", fields.choice, base.language, ("es", "en"))
    section.add("born", fields.day, order)
    section.add("zone", fields.choice, "", _known_zones())
    for name in texts:
        section.add(name, fields.text)
    return section


def _account_section(mapping: Mapping, plan: Plan, decimal: str, order: str) -> _Section:
    base = mapping.portfolio
    section = _Section(
        {
            "product": base.product,
            "name": "",
            "currency": base.currency,
            "status": "open",
            "oldest_due": None,
            "overdue": None,
            "total": None,
            "minimum": None,
        },
        plan.account,
    )
    section.add("ref", fields.text, needed=True)
    section.add("product", fields.choice, base.product, PRODUCTS)
    section.add("name", fields.text)
    section.add("currency", fields.pattern, base.currency, _CURRENCY, tr("not a currency code such as MXN"))
    section.add("status", fields.choice, "open", STATUSES)
    section.add("oldest_due", fields.day, order)
    for name in ("overdue", "total", "minimum"):
        section.add(name, fields.amount, decimal)
    return section


@lru_cache
def _known_zones() -> tuple[str, ...]:
    """Zones of the two countries' continents; "" is no zone at all."""
    return ("", *sorted(zone for zone in available_timezones() if zone.startswith(("America/", "Pacific/"))))


def repeated(record: Record, line: int) -> Rejection:
    """The rejection of a row whose account another line has brought already."""
    reference = record.account["ref"]
    return Rejection(
        record.line, "", reference, tr("account {ref} is on line {line} already", ref=reference, line=line)
    )
