"""How telephone systems tell calls: their statuses, directions and columns, and what each means here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from rules.catalogue import Catalogue
from rules.ready import ready
from rules.text import fold

Outcome = Literal["answered", "abandoned", "dropped", "unanswered"]
Direction = Literal["in", "out"]


class Status(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a status means: how the call ended, and the catalogue's code for it, "" = none."""

    outcome: Outcome
    code: str = ""


class Telephony(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of telephone systems.

    statuses: by their name. directions: the words for each. nobody: users that are no person.
    columns: the headers of each field of a call.
    """

    statuses: dict[str, Status]
    directions: dict[Direction, tuple[str, ...]]
    nobody: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]

    def direction(self, word: str) -> Direction | None:
        """The direction that a word means."""
        wanted = fold(word)
        return next((key for key, words in self.directions.items() if wanted in words), None)

    def column(self, field: str, headers: Mapping[str, str]) -> str | None:
        """The header of a field's column; `headers`: each as it is written, by `spoken`."""
        return next((headers[name] for name in self.columns[field] if name in headers), None)


ready(Telephony)


def load(toml_text: str) -> Telephony:
    """Read the names from their TOML text.

    Raises:
        ValueError: not TOML, or not of this shape.
    """
    try:
        return msgspec.toml.decode(toml_text, type=Telephony)
    except msgspec.DecodeError as error:
        raise ValueError(f"the names of telephone systems can't be read: {error}") from error


def spoken(header: str) -> str:
    """A header without what differs from file to file: case, accents, underscores."""
    return " ".join(fold(header).replace("_", " ").split())


def statuses(
    known: Mapping[str, Status], own: Mapping[str, Status], catalogue: Catalogue
) -> dict[str, Status]:
    """What every status means, by its folded name: the house's own, then those known, then our codes."""
    found = {
        fold(code): Status("answered" if result.has("C") else "unanswered", code)
        for code, result in catalogue.results.items()
    }
    for names in (known, own):
        found |= {fold(name): status for name, status in names.items()}
    return found


def ended(direction: Direction, outcome: Outcome) -> Outcome:
    """How a call ended, by its direction: a caller who reached nobody has abandoned the call."""
    if direction == "in" and outcome in ("dropped", "unanswered"):
        return "abandoned"
    if direction == "out" and outcome == "abandoned":
        return "unanswered"
    return outcome
