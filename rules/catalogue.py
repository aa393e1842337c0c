"""The catalogue of results (dictaminación): codes, fields, flags, defaults, next action.

The catalogue itself is data (`data/results.toml` beside this module); this module gives
it a shape and finds codes in it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable, Mapping
from typing import Any

import msgspec

from rules.ready import ready

FIELDS = (
    "amount",
    "date",
    "callback",
    "plan",
    "receipts",
    "channel",
    "reason",
    "destination",
    "medium",
    "window",
    "party",
    "reference",
    "evidence",
    "contact",
    "phone",
    "note",
)
"""Every field that a result can have, in the order in which a canonical line names them."""

FLAGS = frozenset("ACRVP7")
"""Letters of the trade: attempt, contact, right party, conversation, promise, counts in 7-in-7."""

KEYS = ("f5", "f6", "f7", "f8")
"""The keys that can record a result at once."""

ALWAYS = ("contact", "phone", "note")
"""Fields that every result may carry: who of a company spoke, on which number, what else was said."""

CASES = (
    "dispute",
    "fraud",
    "referral",
    "cancellation",
    "claim",
    "attorney",
    "deceased",
    "cease",
    "hardship",
)
"""Kinds of cases that a result can open (see `rules.cases`)."""

NOT_SAID = "nd"
"""The value of a channel, party, reference or window that nobody named ("no dicho")."""


class ServiceLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a destination may take to answer: business days, or days of the calendar."""

    days: int
    business: bool = True


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code of the catalogue.

    alias: the one-letter alias, "" if none. key: the one-key binding such as "f5", "".
    group: right_party, third_party, no_contact, system. required, optional: names of
    fields (some of `FIELDS`). defaults: field to a default rule (amount: "due"; date:
    "+3"; channel: "spei"; callback: "tomorrow 10:00"...), so that every required field has a value that is
    honest for that code. flags: letters of the trade: A attempt, C contact, R right
    party, V conversation about the debt, P promise, 7 counts in the US 7-in-7.
    retry_minutes: earliest next try, None = no retry of its own. retry_slot: another
    part of the day. effect: what it opens or closes beyond the retry (promise, plan,
    callback, hold, dispute, cease, deceased, attorney, wrong_number, not_in_service...).
    opens: kind of case that it opens (see `rules.cases`), "" = none. refers: where that case
    goes when the agent names no destination. service_levels: how long each may take.
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
    opens: str = ""
    refers: str = ""
    service_levels: dict[str, ServiceLevel] = {}

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
    media: what a client may ask to stop; media_aliases: every spelling of one. relations:
    who a third party is to the client; relation_aliases: every spelling of one.
    notes: what a required note says when nobody typed one, by the name that the defaults
    use, as (es, en).
    """

    results: Mapping[str, Result]
    channels: Mapping[str, tuple[str, str]]
    channel_aliases: Mapping[str, str]
    reasons: Mapping[str, tuple[str, str]]
    destinations: Mapping[str, tuple[str, str]]
    notes: Mapping[str, tuple[str, str]] = {}
    media: Mapping[str, tuple[str, str]] = {}
    media_aliases: Mapping[str, str] = {}
    relations: Mapping[str, tuple[str, str]] = {}
    relation_aliases: Mapping[str, str] = {}

    def offered(self) -> Iterable[Result]:
        """The results that people may give, in the order of the catalogue."""
        return (result for result in self.results.values() if result.agent)

    def by_alias(self, letter: str) -> Result | None:
        """The result with a one-letter alias."""
        return next((result for result in self.results.values() if letter and result.alias == letter), None)

    def by_key(self, key: str) -> Result | None:
        """The result with a one-key binding such as ``f5``."""
        return next((result for result in self.results.values() if key and result.key == key), None)


class _Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    es: str
    en: str
    aliases: tuple[str, ...]


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    results: dict[str, dict[str, Any]]
    channels: dict[str, _Word]
    media: dict[str, _Word]
    relations: dict[str, _Word]
    reasons: dict[str, tuple[str, str]]
    destinations: dict[str, tuple[str, str]]
    service_levels: dict[str, ServiceLevel]
    notes: dict[str, tuple[str, str]]


ready(_Data, Result)


def load(toml_text: str) -> Catalogue:
    """Read the catalogue from its TOML text.

    Raises:
        ValueError: not TOML, not of the catalogue's shape, or not consistent (a letter,
            key or spelling that means two things; a default for a field or with a value
            that does not exist). The message says which.
    """
    try:
        return read(tomllib.loads(toml_text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"the catalogue of results can't be read: {error}") from error


def read(raw: dict[str, Any]) -> Catalogue:
    """Read the catalogue from the tables of its TOML text.

    Raises:
        ValueError: as `load`.
    """
    try:
        data = msgspec.convert(raw, _Data)
        results = {code: _result(code, entry, data.service_levels) for code, entry in data.results.items()}
    except msgspec.ValidationError as error:
        raise ValueError(f"the catalogue of results can't be read: {error}") from error
    catalogue = Catalogue(
        results=results,
        channels=_labels(data.channels),
        channel_aliases=_spellings("channel", data.channels),
        media=_labels(data.media),
        media_aliases=_spellings("medium", data.media),
        relations=_labels(data.relations),
        relation_aliases=_spellings("relation", data.relations),
        reasons=data.reasons,
        destinations=data.destinations,
        notes=data.notes,
    )
    _check(catalogue)
    return catalogue


def _result(code: str, entry: dict[str, Any], levels: dict[str, ServiceLevel]) -> Result:
    try:
        result = msgspec.convert({"code": code, **entry}, Result)
    except msgspec.ValidationError as error:
        raise ValueError(f"{code}: {error}") from error
    named = result.required + result.optional
    always = tuple(name for name in ALWAYS if name not in named)
    return msgspec.structs.replace(
        result, optional=result.optional + always, service_levels=levels if result.opens else {}
    )


def _labels(words: Mapping[str, _Word]) -> dict[str, tuple[str, str]]:
    return {value: (entry.es, entry.en) for value, entry in words.items()}


def _spellings(what: str, words: Mapping[str, _Word]) -> dict[str, str]:
    return _unique(what, ((alias, value) for value, entry in words.items() for alias in entry.aliases))


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
    known: dict[str, Container[str]] = {
        "channel": catalogue.channels,
        "reason": catalogue.reasons,
        "destination": catalogue.destinations,
        "note": catalogue.notes,
        "medium": catalogue.media,
        **dict.fromkeys(("party", "reference", "evidence", "window"), (NOT_SAID,)),
    }
    for result in results:
        fields = result.required + result.optional
        if unknown := set(result.flags) - FLAGS:
            raise ValueError(f"{result.code}: unknown flags {''.join(sorted(unknown))!r}")
        if result.key not in ("", *KEYS):
            raise ValueError(f"{result.code}: key {result.key!r}; a result can have {', '.join(KEYS)}")
        if result.opens not in ("", *CASES):
            raise ValueError(f"{result.code}: opens an unknown kind of case, {result.opens!r}")
        if result.refers not in ("", *catalogue.destinations):
            raise ValueError(f"{result.code}: refers to an unknown destination, {result.refers!r}")
        for name in fields:
            if name not in FIELDS:
                raise ValueError(f"{result.code}: unknown field {name!r}")
        if "party" in fields and "destination" in fields:
            raise ValueError(f"{result.code}: a: can't mean both party and destination")
        if "date" in fields and "callback" in fields:
            raise ValueError(f"{result.code}: a typed day can't mean both date and callback")
        for name, rule in result.defaults.items():
            if name not in fields or rule not in known.get(name, {rule}):
                raise ValueError(f"{result.code}: the default {name} = {rule!r} stands for nothing")
