"""Wording that nothing sent to a client may hold: threats, insults, false authority, courts.

Sources: general provisions for collection firms (CONDUSEF, DOF 07-10-2014; parameter
mx.content.forbidden); Regulation F, 12 CFR 1006.14, 1006.18 and 1006.22. The words are data
(`data/forbidden.toml`). Both languages are always looked for. Notes are internal: they
are not sent, and this does not read them.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby

import msgspec

from rules.consistency import Problem
from rules.ready import ready
from rules.text import clean, fold

_WORD = re.compile(r"[a-z0-9]+")


class _Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    es: tuple[str, ...]
    en: tuple[str, ...]


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    unless: tuple[str, ...]
    threat: _Kind
    insult: _Kind
    authority: _Kind
    court: _Kind


ready(_Data)


def find(text: str) -> tuple[str, ...]:
    """The forbidden wording in a text, each once, in the order of the text; () = none.

    Case, accents, punctuation, spacing, and characters that show nothing hide nothing:
    ``E.M.B.A.R.G.O`` and ``em-bargo`` are found.
    """
    phrases, apart, allowed = _patterns()
    folded = fold(clean(text))
    words = _WORD.findall(folded)
    joined = re.sub("[-']", "", folded)  # em-bargo
    found: dict[str, None] = {}
    for line in (words, _WORD.findall(joined)):
        found |= dict.fromkeys(phrases.findall(allowed.sub(" | ", f" {' '.join(line)} ")))
    for run in _letters_joined(words):
        found |= dict.fromkeys(apart.findall(run))
    return tuple(found)


def refuse_if_forbidden(text: str) -> Problem | None:
    """Why a text may not be sent: `forbidden_wording`, with the words found; None = it may."""
    found = find(text)
    return Problem("forbidden_wording", {"words": ", ".join(found)}) if found else None


def _letters_joined(words: list[str]) -> Iterator[str]:
    """Words of one letter in a row, read as one: ``e-m-b-a-r-g-o``."""
    for single, run in groupby(words, key=lambda word: len(word) == 1):
        if single:
            yield "".join(run)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Forbidden phrases between spaces, single forbidden words anywhere, and allowed phrases."""
    # pkgutil reads from wherever the package is, as importlib.resources does, 20 ms sooner.
    raw = pkgutil.get_data("rules", "data/forbidden.toml")
    if raw is None:
        raise FileNotFoundError("rules/data/forbidden.toml is not where the package is installed")
    data = msgspec.toml.decode(raw, type=_Data)
    kinds = (data.threat, data.insult, data.authority, data.court)
    phrases = [phrase for kind in kinds for phrase in (*kind.es, *kind.en)]
    singles = [phrase for phrase in phrases if " " not in phrase]
    between = "(?<= )({})(?= )"
    return (
        re.compile(between.format(_any_of(phrases))),
        re.compile(f"({_any_of(singles)})"),
        re.compile(between.format(_any_of(data.unless))),
    )


def _any_of(phrases: Iterable[str]) -> str:
    longest_first = sorted(set(phrases), key=len, reverse=True)
    return "|".join(re.escape(phrase).replace(r"\*", "[a-z0-9]*") for phrase in longest_first)
