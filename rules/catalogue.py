"""The catalogue of results (dictaminación): codes, fields, flags, defaults, next action.

The catalogue itself is data (`data/results.toml` beside this module); this module gives
it a shape and finds codes in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

FIELDS = ("amount", "date", "callback", "plan", "channel", "reason", "destination", "phone", "note")
"""Every field that a result can have, in the order in which a canonical line names them."""

ALWAYS = ("phone", "note")
"""Fields that every result may carry: which number was called, and what else was said."""


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code of the catalogue.

    alias: the one-letter alias, "" if none. key: the one-key binding such as "f5", "".
    group: right_party, third_party, no_contact, system. required, optional: names of
    fields (amount, date, channel, callback, reason, note, evidence, destination, phone,
    plan). defaults: field to a default rule (amount: "due"; date: "+3"; channel: "spei";
    callback: "tomorrow 10:00"...), so that every required field has a value that is
    honest for that code. flags: letters of the trade: A attempt, C contact, R right
    party, V conversation about the debt, P promise, 7 counts in the US 7-in-7.
    retry_minutes: earliest next try, None = no retry of its own. retry_slot: another
    part of the day. effect: what it opens or closes beyond the retry (promise, plan,
    callback, hold, dispute, cease, deceased, attorney, wrong_number, not_in_service...).
    agent: False = written by the system, not offered to people.
    """

    code: str
    es: str
    en: str
    group: str
    flags: str = ""
    alias: str = ""
    key: str = ""
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    defaults: dict[str, str] = {}
    retry_minutes: int | None = None
    retry_slot: bool = False
    hold_days: int = 0
    effect: str = ""
    agent: bool = True

    def has(self, flag: str) -> bool:
        """Whether the code carries a flag letter."""
        return flag in self.flags

    def label(self, language: str) -> str:
        """The code's name in a language ("es" or "en")."""
        return self.en if language == "en" else self.es


class Catalogue(msgspec.Struct, frozen=True):
    """All results by code, and the closed lists that their fields draw on.

    channels, reasons, destinations: canonical value to (es, en) label. aliases of
    channels: every accepted spelling (folded: lower case, no accents) to its value.
    notes: what a required note says when nobody typed one, by the name that the defaults
    use, as (es, en).
    """

    results: Mapping[str, Result]
    channels: Mapping[str, tuple[str, str]]
    channel_aliases: Mapping[str, str]
    reasons: Mapping[str, tuple[str, str]]
    destinations: Mapping[str, tuple[str, str]]
    notes: Mapping[str, tuple[str, str]] = {}

    def offered(self) -> Iterable[Result]:
        """The results that people may give, in the order of the catalogue."""
        return (result for result in self.results.values() if result.agent)

    def by_alias(self, letter: str) -> Result | None:
        """The result with a one-letter alias."""
        return next((result for result in self.results.values() if letter and result.alias == letter), None)

    def by_key(self, key: str) -> Result | None:
        """The result with a one-key binding such as ``f5``."""
        return next((result for result in self.results.values() if key and result.key == key), None)


class _Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    es: str
    en: str
    aliases: tuple[str, ...]


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    results: dict[str, dict[str, Any]]
    channels: dict[str, _Channel]
    reasons: dict[str, tuple[str, str]]
    destinations: dict[str, tuple[str, str]]
    notes: dict[str, tuple[str, str]]


def load(toml_text: str) -> Catalogue:
    """Read the catalogue from its TOML text.

    Raises:
        ValueError: not TOML, not of the catalogue's shape, or not consistent (a letter,
            key or spelling that means two things; a default for a field or with a value
            that does not exist). The message says which.
    """
    try:
        data = msgspec.toml.decode(toml_text, type=_Data)
        results = {code: _result(code, entry) for code, entry in data.results.items()}
    except msgspec.DecodeError as error:
        raise ValueError(f"the catalogue of results can't be read: {error}") from error
    catalogue = Catalogue(
        results=results,
        channels={value: (entry.es, entry.en) for value, entry in data.channels.items()},
        channel_aliases=_unique(
            "channel", ((alias, value) for value, entry in data.channels.items() for alias in entry.aliases)
        ),
        reasons=data.reasons,
        destinations=data.destinations,
        notes=data.notes,
    )
    _check(catalogue)
    return catalogue


def _result(code: str, entry: dict[str, Any]) -> Result:
    result = msgspec.convert({"code": code, **entry}, Result)
    named = result.required + result.optional
    always = tuple(name for name in ALWAYS if name not in named)
    return msgspec.structs.replace(result, optional=result.optional + always)


def _unique(what: str, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word, value in pairs:
        if found.setdefault(word, value) != value:
            raise ValueError(f"{what} {word!r} stands for both {found[word]} and {value}")
    return found


def _check(catalogue: Catalogue) -> None:
    results = catalogue.results.values()
    _unique("alias", ((result.alias, result.code) for result in results if result.alias))
    _unique("key", ((result.key, result.code) for result in results if result.key))
    known = {
        "channel": catalogue.channels,
        "reason": catalogue.reasons,
        "destination": catalogue.destinations,
        "note": catalogue.notes,
    }
    for result in results:
        fields = result.required + result.optional
        for name in fields:
            if name not in FIELDS:
                raise ValueError(f"{result.code}: unknown field {name!r}")
        if "date" in fields and "callback" in fields:
            raise ValueError(f"{result.code}: a typed day can't mean both date and callback")
        for name, rule in result.defaults.items():
            if name not in fields or rule not in known.get(name, {rule}):
                raise ValueError(f"{result.code}: the default {name} = {rule!r} stands for nothing")
