"""The catalogue of results (dictaminación): codes, fields, flags, defaults, next action.

The catalogue itself is data (`data/results.toml` beside this module); this module gives
it a shape and finds codes in it.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Result(msgspec.Struct, frozen=True, kw_only=True):
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
    """

    results: Mapping[str, Result]
    channels: Mapping[str, tuple[str, str]]
    channel_aliases: Mapping[str, str]
    reasons: Mapping[str, tuple[str, str]]
    destinations: Mapping[str, tuple[str, str]]
