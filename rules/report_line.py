"""The line in which a report's days and people are asked for: ``month portfolio:"Cards North" agent:ana``.

Words in any order: a period by its name in either language, a number of days (``14d``), one day or
two (``2026-11-01..2026-11-15``), and portfolio, team or agent with a colon and the name.
"""

from __future__ import annotations

import re
import shlex
from datetime import date

import msgspec

from rules.saved_reports import SavedReport
from rules.text import fold
from rules.words import language, tr

PERIOD_WORDS = {
    "today": ("today", "hoy"),
    "yesterday": ("yesterday", "ayer"),
    "week": ("week", "semana"),
    "last_week": ("last-week", "semana-pasada"),
    "month": ("month", "mes"),
    "last_month": ("last-month", "mes-pasado"),
}
"""Period to its word in English and in Spanish."""

FILTER_WORDS = {
    "portfolio": ("portfolio", "cartera"),
    "team": ("team", "equipo"),
    "agent": ("agent", "gestor"),
}
"""What a report can be narrowed by, likewise."""

_PERIODS = {fold(word): period for period, words in PERIOD_WORDS.items() for word in words}
_FILTERS = {fold(word): name for name, words in FILTER_WORDS.items() for word in words}
_TWO_WORDS = re.compile(
    r"\b(last)\s+(week|month)\b|\b(semana|mes)\s+(pasad[ao])\b|\s*(\.\.)\s*", re.IGNORECASE
)
_DAYS = re.compile(r"[1-9][0-9]{0,2}d")


class LineRefused(ValueError):
    """The line can't be read; the message says which word, and how to mend it."""


def read(line: str, before: SavedReport) -> SavedReport:
    """What a line asks for of the same report as `before`; an empty one asks for its usual days.

    Raises:
        LineRefused: a word that is neither days nor a filter, one said twice, an open quote.
    """
    try:
        words = shlex.split(_TWO_WORDS.sub(_joined, line))
    except ValueError as error:
        raise LineRefused(tr('A quotation mark is missing: team:"North one".')) from error
    found: dict[str, object] = {}
    for word in words:
        for name, value in _meaning(word).items():
            if (
                name in found
                or (name == "period" and "since" in found)
                or (name == "since" and "period" in found)
            ):
                raise LineRefused(tr("Said twice: {word}.", word=word))
            found[name] = value
    return msgspec.convert({"report": before.report, **found}, SavedReport)


def written(asked: SavedReport) -> str:
    """The line that asks for the same, in the language in force."""
    place = 1 if language() == "es" else 0
    said = []
    if asked.period:
        said.append(PERIOD_WORDS[asked.period][place] if asked.period in PERIOD_WORDS else asked.period)
    elif asked.since is not None and asked.until is not None:
        said.append(f"{asked.since}" if asked.since == asked.until else f"{asked.since}..{asked.until}")
    for name, words in FILTER_WORDS.items():
        if value := getattr(asked, name):
            quoted = f'"{value}"' if " " in value else value
            said.append(f"{words[place]}:{quoted}")
    return " ".join(said)


def _joined(match: re.Match[str]) -> str:
    return match[5] or "-".join(part for part in match.groups()[:4] if part)


def _meaning(word: str) -> dict[str, object]:
    """The fields that one word sets."""
    name, colon, value = word.partition(":")
    if colon and fold(name) in _FILTERS and value:
        return {_FILTERS[fold(name)]: value}
    if (period := _PERIODS.get(fold(word))) is not None:
        return {"period": period}
    if _DAYS.fullmatch(word.casefold()):
        return {"period": word.casefold()}
    first, dots, last = word.partition("..")
    since = _day(first, word)
    until = _day(last, word) if dots else since
    if since > until:
        raise LineRefused(tr("{word}: the first day is after the last one.", word=word))
    return {"since": since, "until": until}


def _day(text: str, word: str) -> date:
    """A day as ``2026-11-15`` or as people write it: ``15/11/2026``, in English ``11/15/2026``."""
    parts = text.split("/")
    try:
        if len(parts) == 3:
            numbers = [int(part) for part in parts]
            day, month = numbers[:2] if language() == "es" else numbers[1::-1]
            return date(numbers[2], month, day)
        return date.fromisoformat(text)
    except ValueError as error:
        raise LineRefused(
            tr(
                "{word}: neither days nor a filter. Try: today, week, last month, 14d, "
                "2026-11-01..2026-11-15, portfolio:NAME, team:NAME, agent:NAME.",
                word=word,
            )
        ) from error
