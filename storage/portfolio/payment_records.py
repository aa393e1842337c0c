"""From a row of a file of payments to a payment, or to the reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rules.text import find_pan
from rules.words import tr
from storage.portfolio import fields
from storage.portfolio.call_records import moment
from storage.portfolio.expressions import CellError, Compiled
from storage.portfolio.records import Rejection

_RECEIPT = re.compile(r"(?P<policy>.+?)\s*(?:/|\s)\s*(?P<receipt>\d{1,3})(?:\s*(?:/|de|of)\s*\d{1,3})?")
_NUMBER = re.compile(r"(\d{1,3})(?:\s*(?:/|de|of)\s*\d{1,3})?")


class PaymentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A row that fits. paid: an account or policy as it is written; receipt: its number, None = not said."""

    line: int
    reference: str
    paid: str
    receipt: int | None
    at: datetime
    amount: int
    channel: str = ""
    payer: str = ""
    currency: str = ""


class PaymentReader:
    """Reads rows by compiled expressions.

    Args:
        columns: the file's columns, to quote a rejected cell.
        mapped: field to expression.
        decimal: the decimal mark.
        order: of day, month and year.
        zone: of times that name none.
        now: a payment can't be later.
    """

    def __init__(
        self,
        columns: tuple[str, ...],
        mapped: Mapping[str, Compiled],
        *,
        decimal: str,
        order: str,
        zone: ZoneInfo,
        now: datetime,
    ) -> None:
        self._columns, self._order, self._zone, self._now = columns, order, zone, now
        readers = {
            "reference": lambda field: fields.text(field, needed=True),
            "paid": lambda field: fields.text(field, needed=True),
            "amount": lambda field: self._amount(field, decimal),
            "at": self._at,
            "receipt": self._receipt,
        }
        self._readers = [
            (name, field, readers.get(name, fields.text)(field)) for name, field in mapped.items()
        ]

    def read(self, line: int, row: list[str]) -> PaymentRecord | Rejection:
        """One row as a payment, or the first thing that is wrong with it."""
        if len(row) != len(self._columns):
            reason = tr(
                "{found} cells where the header has {wanted}", found=len(row), wanted=len(self._columns)
            )
            return Rejection(line, "", "", reason)
        found: dict[str, Any] = {}
        for name, field, reader in self._readers:
            column = field.columns[0] if field.columns else ""
            try:
                found[name] = reader(row)
            except CellError as error:
                value = row[self._columns.index(column)] if column else ""
                return Rejection(line, column, value, str(error))
            if isinstance(found[name], str) and find_pan(found[name]):
                return Rejection(line, column, "", tr("holds a card number: it is not kept"))
        return PaymentRecord(line=line, **(found | {"receipt": found.get("receipt")}))

    def _amount(self, field: Compiled, decimal: str) -> fields.Reader:
        plain = fields.amount(field, decimal)

        def read(row: Sequence[str]) -> int:
            found = plain(row)
            if not found:
                raise CellError(tr("no amount"))
            return int(found)

        return read

    def _at(self, field: Compiled) -> fields.Reader:
        plain = fields.text(field, needed=True)

        def read(row: Sequence[str]) -> datetime:
            written = plain(row)
            at = moment(written, self._zone, self._order) or self._noon(written)
            if at is None:
                raise CellError(tr("not a date written {order} or YYYY-MM-DD", order=self._order.upper()))
            if at > self._now + timedelta(days=1):
                raise CellError(tr("in the future"))
            return min(at, self._now)

        return read

    def _noon(self, written: str) -> datetime | None:
        """A day alone is its noon, less a second: a premium paid on its last day was paid in time."""
        day = fields.read_date(written, self._order)
        if day is None:
            return None
        noon = datetime.combine(day, time(12), self._zone) - timedelta(seconds=1)
        return noon.astimezone(UTC)

    def _receipt(self, field: Compiled) -> fields.Reader:
        plain = fields.text(field)

        def read(row: Sequence[str]) -> int | None:
            written = plain(row)
            match = _NUMBER.fullmatch(written)
            if written and match is None:
                raise CellError(tr("not the number of a receipt, such as 2 or 2/4"))
            return int(match[1]) if match else None

        return read


def parted(record: PaymentRecord) -> tuple[str, int | None] | None:
    """What a payment is for read as a policy and a receipt, None = it is no such thing."""
    match = _RECEIPT.fullmatch(record.paid)
    return (match["policy"], int(match["receipt"])) if match else None
