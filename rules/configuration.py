"""Rules as data that a portfolio changes: what a file may hold, and every fault in it by its line.

A file has the shape of the house's own data and holds only what differs: a table or key
in it replaces the house's of the same name, a new one is added.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from rules.protocol import Rulebook

Data = dict[str, Any]
Path = tuple[str, ...]

CONTACT = "contact"
"""The kind whose file is one table ``[parameters]``: contact parameters by their names."""

KINDS = ("results", "scripts", "negotiation", "quality", "targets", "commission", "strategy", CONTACT)
"""Every kind of rules that a portfolio can change."""

_SYNTAX_LINE = re.compile(r"\(at line (\d+),")
_TABLE = re.compile(r"\s*\[{1,2}(?P<name>[^\]]+)\]")
_KEY = re.compile(r"""\s*(?P<name>(?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")


class Fault(msgspec.Struct, frozen=True):
    """Something wrong in a file of rules: the line (1 = the first) and the reason in words."""

    line: int
    reason: str


class Kind(msgspec.Struct, frozen=True):
    """A kind of rules: the tables that belong to it, the house's data, and what reads them.

    read: turns the whole data of the kind into its value, or raises ValueError with a reason.
    faults: says every fault in the whole data with where it stands, None = they are found by
    reading part by part.
    """

    tables: frozenset[str]
    house: Data
    read: Callable[[Data], Any]
    faults: Callable[[Data], Iterator[tuple[Path, str]]] | None = None


def merged(house: Data, overlay: Data) -> Data:
    """The house's data with an overlay on top; tables are merged, all else is replaced."""
    found = dict(house)
    for name, value in overlay.items():
        before = found.get(name)
        both = isinstance(before, dict) and isinstance(value, dict)
        found[name] = merged(before, value) if both else value  # type: ignore[arg-type]  # seen to be a dict
    return found


def check(text: str, kinds: Mapping[str, Kind]) -> tuple[dict[str, Data], tuple[Fault, ...]]:
    """The overlays of a file by kind, and all of its faults in the order of their lines.

    Args:
        text: TOML.
        kinds: by name, with the house's data.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _SYNTAX_LINE.search(str(error))
        return {}, (Fault(int(line[1]) if line else text.count("\n") + 1, str(error)),)
    lines = _lines(text)
    faults: list[Fault] = []
    found: dict[str, Data] = {}
    for table, value in data.items():
        kind = next((name for name, kind in kinds.items() if table in kind.tables), None)
        if kind is None:
            known = ", ".join(sorted(name for one in kinds.values() for name in one.tables))
            faults.append(
                Fault(_line(lines, (table,)), f"unknown table or key {table!r}; a file may hold: {known}")
            )
        else:
            found.setdefault(kind, {})[table] = value
    for name, overlay in found.items():
        faults += [Fault(_line(lines, path), reason) for path, reason in _wrong(kinds[name], overlay)]
    return found, tuple(sorted(faults, key=lambda fault: fault.line))


def _wrong(kind: Kind, overlay: Data) -> Iterator[tuple[Path, str]]:
    """What keeps an overlay from being read: found by taking its entries in one by one."""
    if kind.faults is not None:
        yield from kind.faults(merged(kind.house, overlay))
        return
    if _fault(kind, merged(kind.house, overlay)) is None:
        return
    base, waiting = kind.house, list(_entries(kind.house, overlay))
    while waiting:
        refused = []
        for path, value in waiting:
            tried = merged(base, _nested(path, value))
            if (reason := _fault(kind, tried)) is None:
                base = tried
            else:
                refused.append((path, value, reason))
        if len(refused) == len(waiting):
            yield from ((path, reason) for path, _, reason in refused)
            return
        waiting = [(path, value) for path, value, _ in refused]  # two entries may need each other


def _fault(kind: Kind, data: Data) -> str | None:
    try:
        kind.read(data)
    except ValueError as error:
        return str(error)
    return None


def _entries(house: Any, overlay: Data, above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The smallest parts that can be read on their own: keys of known tables, whole new tables."""
    for name, value in overlay.items():
        path = (*above, name)
        known = house.get(name) if isinstance(house, dict) else None
        if isinstance(value, dict) and isinstance(known, dict):
            yield from _entries(known, value, path)
        else:
            yield path, value


def _nested(path: Path, value: Any) -> Data:
    for name in reversed(path):
        value = {name: value}
    nested: Data = value
    return nested


def _lines(text: str) -> dict[Path, int]:
    """The line of each table and key of a TOML text."""
    found: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if head := _TABLE.match(line):
            table = _parts(head["name"])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_parts(key["name"])), number)
    return found


def _parts(name: str) -> Path:
    return tuple(next(filter(None, part), "") for part in _PART.findall(name))


def _line(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the nearest table or key that holds a path."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
        below = [line for other, line in lines.items() if other[:length] == path[:length]]
        if below:
            return min(below)
    return 1


def at_lines(text: str, found: Iterable[tuple[Path, str]]) -> tuple[Fault, ...]:
    """Faults of a file that were found by where they stand, in the order of their lines."""
    lines = _lines(text)
    faults = (Fault(_line(lines, path), reason) for path, reason in found)
    return tuple(sorted(faults, key=lambda fault: fault.line))


def in_force(books: Sequence[Rulebook], portfolio: str, kind: str, at: datetime) -> Rulebook | None:
    """The version of a portfolio's rules of a kind that holds at an instant; None = the house's alone."""
    begun = [book for book in books if book.portfolio == portfolio and book.kind == kind and book.since <= at]
    return max(begun, key=lambda book: book.version, default=None)
