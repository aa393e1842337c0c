"""From a row of cells to a client with an account, or to the reason why not."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import msgspec

from rules import phones
from rules.words import tr
from storage.portfolio import fields, places
from storage.portfolio.expressions import CellError, Compiled
from storage.portfolio.mapping import Mapping, Plan
from storage.portfolio.sections import FieldRefused, Section
from storage.portfolio.sheets import SheetReader

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
        self._components = Section({}, plan.components)
        for name in plan.components:
            self._components.add(name, fields.amount, decimal)
        self._details = Section({}, plan.details)
        for name in plan.details:
            self._details.add(name, fields.text)
        self._sheet = SheetReader(plan, decimal, order, mapping.portfolio.country)
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
        except FieldRefused as refused:
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
            raise FieldRefused(self._plan.account["total"], tr("the components sum to another total"))
        if overdue > account["total"]:
            raise FieldRefused(self._plan.account["overdue"], tr("more is overdue than is owed in all"))
        if not overdue:
            account["oldest_due"] = None
        account["components"] = parts
        account["details"] = {name: text for name, text in self._details.read(row).items() if text}
        account["sheet"] = self._sheet.read(row)
        contract = (account["sheet"] or {}).get("contract", {})
        for name, field in (("sales_room", "room"), ("signed_on", "signed_on")):
            if contract.get(field):  # reports and digests go by the details
                account["details"].setdefault(name, contract[field])
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
                raise FieldRefused(field, str(error)) from error
            found.setdefault(("phone", value), point)
        for field, address in self._emails:
            written = address(row)
            if written and (written.count("@") != 1 or " " in written):
                reason = tr("not an e-mail address; the account goes in without it")
                warnings.append(self._rejection(line, row, field, reason))
            elif written:
                found.setdefault(("email", written), ("email", written, "home", "entidad", None))
        return tuple(found.values()), tuple(warnings)


def _client_section(mapping: Mapping, plan: Plan, order: str) -> Section:
    base = mapping.portfolio
    texts = ("tax_id", "national_id", "state", "address", "treatment")
    section = Section(
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


def _account_section(mapping: Mapping, plan: Plan, decimal: str, order: str) -> Section:
    base = mapping.portfolio
    section = Section(
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
