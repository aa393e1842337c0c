"""The parameters of contact, each by its name: default, scope, action, source, date, version.

They are data (`data/contact.toml` beside this module). What runs the program hands the text
in once, before anything is evaluated; it is read when the first rule asks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import msgspec

from rules.ready import ready

ACTIONS = ("block", "force", "warn", "record")
"""What a parameter does: forbids, makes somebody say or do something, warns, keeps a record."""

STATUSES = ("evaluated", "recorded", "outside")
"""evaluated: a rule of this program decides by it. recorded: its duty is a flag, clock, text or
record that this program keeps and shows. outside: it binds a part that this program does not
have (a dialler, messages, furnishing to bureaus); it is listed so that nobody looks in vain."""

COUNTRY_PREFIXES = ("mx.", "us.")
"""Parameters under these prefixes hold in one country, all others in both."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a parameter comes from: the law, guide or house decision, and the day of that text."""

    title: str
    date: date


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One parameter.

    default: the house's value, in the form in which a portfolio's settings override it.
    scope: to what it applies. action: some of `ACTIONS`. source: a key of the sources.
    used_by: the module that evaluates or records it, as a path. status: one of `STATUSES`.
    fixed: a portfolio's settings can't change it.
    """

    default: Any
    scope: str
    action: tuple[str, ...]
    source: str
    note: str = ""
    used_by: str = ""
    status: str = "evaluated"
    fixed: bool = False


class RuleSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All parameters of one version, by name; `since` is the day from which it is in force."""

    version: str
    since: date
    sources: dict[str, Source]
    rules: dict[str, Rule]


ready(RuleSet)


def load(toml_text: str) -> RuleSet:
    """Read the parameters from their TOML text.

    Raises:
        ValueError: not TOML, not of this shape, or a source, action or status that does not
            exist. The message says which.
    """
    try:
        found = msgspec.toml.decode(toml_text, type=RuleSet)
    except msgspec.DecodeError as error:
        raise ValueError(f"the contact parameters can't be read: {error}") from error
    for name, rule in found.rules.items():
        if rule.source not in found.sources:
            raise ValueError(f"{name}: there is no source {rule.source!r}")
        if rule.status not in STATUSES:
            raise ValueError(f"{name}: unknown status {rule.status!r}; known: {', '.join(STATUSES)}")
        for action in rule.action:
            if action not in ACTIONS:
                raise ValueError(f"{name}: unknown action {action!r}; known: {', '.join(ACTIONS)}")
    return found


_handed_in: list[Callable[[], str]] = []


def hand_in(read: Callable[[], str]) -> None:
    """Say where the text of the parameters is to be had; it is read when it is first needed."""
    _handed_in[:] = [read]
    in_force.cache_clear()
    defaults.cache_clear()


@cache
def in_force() -> RuleSet:
    """The parameters in force.

    Raises:
        LookupError: nobody has handed them in.
        ValueError: they can't be read.
    """
    if not _handed_in:
        raise LookupError("the contact parameters were not handed in: see rules.compliance.hand_in")
    return load(_handed_in[0]())


@cache
def defaults(country: str) -> dict[str, Any]:
    """The defaults in a country, by name: of its own parameters and of those of the house."""
    own = f"{country.lower()}."
    return {
        name: rule.default
        for name, rule in in_force().rules.items()
        if name.startswith(own) or not name.startswith(COUNTRY_PREFIXES)
    }
