"""Which column of a telephone system's file is which field of a call (TOML, see docs/reports.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from rules.telephony import Outcome, Status, Telephony, spoken
from storage.portfolio import mapping_text
from storage.portfolio.expressions import Compiled, Scope
from storage.portfolio.mapping import Reading

NEEDED = ("reference", "at")


class CallColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[call]``: expressions for a call's fields; reference and at are needed.

    Without a direction every call is outbound; without a status a call with talk time was answered.
    """

    reference: str
    at: str
    direction: str = ""
    status: str = ""
    agent: str = ""
    campaign: str = ""
    number: str = ""
    wait: str = ""
    talk: str = ""
    hold: str = ""
    wrap: str = ""


class CallMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole mapping file.

    zone: of the file's times, "" = the portfolio's. statuses: the house's own; a plain outcome,
    or one with the catalogue's code. agents: an extension or name there to the user's name here.
    tables: as in the mapping of a portfolio.
    """

    call: CallColumns
    zone: str = ""
    reading: Reading = Reading()
    statuses: dict[str, Outcome | Status] = {}
    agents: dict[str, str] = {}
    tables: dict[str, dict[str, Any]] = {}

    def own_statuses(self) -> dict[str, Status]:
        """The house's own statuses."""
        return {
            name: status if isinstance(status, Status) else Status(status)
            for name, status in self.statuses.items()
        }


def load_call_mapping(path: Path) -> CallMapping:
    """Read a mapping file.

    Raises:
        MappingError: no such file, not TOML, or a key that is unknown, missing or of the wrong kind.
    """
    return parse_call_mapping(mapping_text.load(path), str(path))


def parse_call_mapping(text: str, where: str) -> CallMapping:
    """Read the text of a mapping; `where` names it in messages.

    Raises:
        MappingError: as `load_call_mapping`.
    """
    return mapping_text.parse(text, where, CallMapping, CallColumns, Reading)


class Proposal(msgspec.Struct, frozen=True):
    """A mapping guessed from headers, as its text; missing: needed fields without a column."""

    text: str
    missing: tuple[str, ...]


def propose(columns: tuple[str, ...], names: Telephony) -> Proposal:
    """Guess which column is which field."""
    headers = {spoken(column): column for column in reversed(columns) if column}
    found = {field: names.column(field, headers) for field in CallColumns.__struct_fields__}
    lines = [f"{field} = {json.dumps(column)}" for field, column in found.items() if column]
    missing = tuple(field for field in NEEDED if not found[field])
    return Proposal("\n".join(["[call]", *lines, ""]), missing)


def compile_calls(mapping: CallMapping, scope: Scope, where: str) -> dict[str, Compiled]:
    """Fit a mapping to a file's columns: field to expression.

    Raises:
        MappingError: an expression can't be read, or names a column that the file has not.
    """
    return mapping_text.compiled("call", msgspec.structs.asdict(mapping.call), scope, where)
