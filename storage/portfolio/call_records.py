"""From a row of a telephone system's file to a call, or to the reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rules.telephony import Status, Telephony, ended
from rules.text import clean, fold
from rules.words import tr
from storage.portfolio import fields
from storage.portfolio.expressions import CellError, Compiled, number
from storage.portfolio.records import Rejection

LONGEST = 24 * 3600
"""Seconds; no call and no part of it lasts longer."""

_CLOCK = re.compile(r"(\S+?)[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:([ap])\.?\s?m\.?)?", re.I)
_LENGTH = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:\.\d+)?")
_DURATIONS = ("wait", "talk", "hold", "wrap")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call as a file tells it; times in seconds. user_id None = nobody took it."""

    line: int
    reference: str
    at: datetime
    direction: str
    outcome: str
    code: str
    user_id: int | None
    campaign: str
    number: str
    wait: int
    talk: int
    hold: int
    wrap: int


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What rows are read by.

    names: of telephone systems. statuses: by their folded name. people: ids by folded name or
    extension, None = no person. zone: of times that name none; order: of day, month and year.
    now: a call can't have begun later. decimal: the decimal mark.
    """

    names: Telephony
    statuses: Mapping[str, Status]
    people: Mapping[str, int | None]
    zone: ZoneInfo
    order: str
    now: datetime
    decimal: str = "."


class CallReader:
    """Reads rows by compiled expressions.

    Args:
        columns: the file's columns, to quote a rejected cell.
        mapped: field to expression.
        known: what rows are read by.
    """

    def __init__(self, columns: tuple[str, ...], mapped: Mapping[str, Compiled], known: Known) -> None:
        self._columns = columns
        self._known = known
        makers: dict[str, Callable[[Compiled], fields.Reader]] = {
            "reference": lambda field: fields.text(field, needed=True),
            "at": self._at,
            "direction": self._direction,
            "status": self._status,
            "agent": self._agent,
        }
        readers = {name: makers.get(name, fields.text) for name in mapped}
        readers |= {name: self._seconds for name in _DURATIONS if name in mapped}
        self._readers = [(name, field, readers[name](field)) for name, field in mapped.items()]

    def read(self, line: int, row: list[str]) -> Call | Rejection:
        """One row as a call, or the first thing that is wrong with it."""
        if len(row) != len(self._columns):
            reason = tr(
                "{found} cells where the header has {wanted}", found=len(row), wanted=len(self._columns)
            )
            return Rejection(line, "", "", reason)
        found: dict[str, Any] = {}
        for name, field, reader in self._readers:
            try:
                found[name] = reader(row)
            except CellError as error:
                column = field.columns[0] if field.columns else ""
                value = row[self._columns.index(column)] if column else ""
                return Rejection(line, column, value, str(error))
        return _call(line, found)

    def _at(self, field: Compiled) -> fields.Reader:
        plain = fields.text(field, needed=True)

        def read(row: Sequence[str]) -> datetime:
            at = moment(plain(row), self._known.zone, self._known.order)
            if at is None:
                order = self._known.order.upper()
                raise CellError(tr("not a date and time written {order} or YYYY-MM-DD HH:MM:SS", order=order))
            if at > self._known.now + timedelta(days=1):
                raise CellError(tr("in the future"))
            return at

        return read

    def _direction(self, field: Compiled) -> fields.Reader:
        plain = fields.text(field, "out")

        def read(row: Sequence[str]) -> str:
            found = self._known.names.direction(plain(row))
            if found is None:
                raise CellError(tr("neither inbound nor outbound"))
            return found

        return read

    def _status(self, field: Compiled) -> fields.Reader:
        plain = fields.text(field)

        def read(row: Sequence[str]) -> Status | None:
            word = plain(row)
            if word and fold(word) not in self._known.statuses:
                raise CellError(tr("an unknown status; name it under [statuses] in the mapping"))
            return self._known.statuses[fold(word)] if word else None

        return read

    def _agent(self, field: Compiled) -> fields.Reader:
        plain = fields.text(field)

        def read(row: Sequence[str]) -> int | None:
            word = plain(row)
            if word and fold(word) not in self._known.people:
                raise CellError(tr("no agent of that name; name it under [agents] in the mapping"))
            return self._known.people[fold(word)] if word else None

        return read

    def _seconds(self, field: Compiled) -> fields.Reader:
        run, decimal = field.run, self._known.decimal

        def read(row: Sequence[str]) -> int:
            value = run(row)
            written = _LENGTH.fullmatch(value.strip()) if isinstance(value, str) else None
            if written is not None:
                found = int(written[1] or 0) * 3600 + int(written[2]) * 60 + int(written[3])
            else:
                found = int(number(value, decimal) or 0)
            if not 0 <= found <= LONGEST:
                raise CellError(tr("not a number of seconds in a day"))
            return found

        return read


def _call(line: int, found: Mapping[str, Any]) -> Call:
    status: Status | None = found.get("status")
    direction = found.get("direction", "out")
    lengths = {name: found.get(name, 0) for name in _DURATIONS}
    if status is None:
        status = Status("answered" if lengths["talk"] else "unanswered")
    return Call(
        line=line,
        reference=found["reference"],
        at=found["at"],
        direction=direction,
        outcome=ended(direction, status.outcome),
        code=status.code,
        user_id=found.get("agent"),
        campaign=found.get("campaign", ""),
        number=clean(found.get("number", ""), limit=20),
        **lengths,
    )


def moment(written: str, zone: ZoneInfo, order: str) -> datetime | None:
    """A date and time as an instant: ISO, or in the order of the file's dates, with am and pm or without.

    Args:
        written: as in the file; an offset of its own goes before `zone`.
        zone: of times without an offset.
        order: of day, month and year, such as "dmy".
    """
    if ":" not in written:  # a day alone says nothing of the hour
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        match = _CLOCK.fullmatch(written.strip())
        day = fields.read_date(match[1], order) if match else None
        if match is None or day is None:
            return None
        hour, minute, second = int(match[2]), int(match[3]), int(match[4] or 0)
        if match[5]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if match[5].lower() == "p" else 0)
        if hour > 23 or minute > 59 or second > 59:
            return None
        found = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - its zone follows
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC)
