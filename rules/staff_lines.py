"""What a lead types about a person, in both languages: skills, absences, goals, team and level."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import cast

import msgspec

from rules.authority import LEVELS
from rules.buckets import BUCKETS
from rules.capture.amounts import number
from rules.capture.dates import day
from rules.capture.scope import Refused
from rules.staff import AbsenceKind, Change, NewAbsence
from rules.text import fold

_KINDS = {
    word: kind
    for kind, words in {
        "vacation": ("vac", "vacaciones", "vacation", "holiday"),
        "sick": ("enf", "enfermo", "enferma", "enfermedad", "inc", "incapacidad", "sick"),
        "training": ("cap", "capacitacion", "curso", "training", "course"),
        "leave": ("perm", "permiso", "leave"),
        "other": ("otro", "otra", "other"),
    }.items()
    for word in words
}
"""Word to the kind of absence."""

_CANCEL = frozenset({"quita", "quitar", "cancela", "cancelar", "cancel", "remove"})
_COVER = frozenset({"cubre", "cubren", "cover", "covers", "by"})
_BETWEEN = frozenset({"a", "al", "hasta", "to", "until", "de", "del", "from"})
_HALF_A_YEAR = timedelta(days=183)
_KEPT = "="

_SKILLS = {
    word: skill
    for skill, words in {
        "es": ("espanol", "spanish"),
        "en": ("ingles", "english"),
        "card": ("tarjeta", "tarjetas", "cards"),
        "loan": ("prestamo", "prestamos", "credito", "creditos", "loans"),
        "sme": ("pyme", "pymes"),
        "insurance": ("seguro", "seguros"),
        "timeshare": ("compartido", "tiempo-compartido"),
    }.items()
    for word in words
}
"""What people type to the code that the product works with."""

_WRITTEN = {
    "card": ("tarjetas", "cards"),
    "loan": ("préstamos", "loans"),
    "sme": ("pyme", "sme"),
    "insurance": ("seguros", "insurance"),
    "timeshare": ("tiempo-compartido", "timeshare"),
}
"""Products as they are written, in Spanish and English."""

_SKILL = re.compile(r"[a-z0-9][a-z0-9_-]{0,23}|B[0-6]|CO")
MOST_SKILLS = 30

_PLACES = {
    "equipo": "team",
    "team": "team",
    "nivel": "level",
    "level": "level",
    "min": "required_minutes",
    "minutos": "required_minutes",
    "minutes": "required_minutes",
}


class Cancelled(msgspec.Struct, frozen=True):
    """The absence that includes this day is not to be."""

    on: date


class _Calendar(msgspec.Struct, frozen=True):
    """What dates are read against."""

    today: date
    language: str
    looks_back: bool = False


def read_skills(line: str) -> tuple[str, ...]:
    """Skills in the order of the alphabet: ``es, en, seguros``; () = none.

    Languages, products and buckets are read by their words in both languages; any other word
    is a skill of the house's own.

    Raises:
        Refused: skill_form (letters, digits and hyphens, 24 at most), skill_many.
    """
    found = set()
    for word in re.split(r"[\s,;]+", fold(line)):
        if not word:
            continue
        skill = word.upper() if word.upper() in BUCKETS else _SKILLS.get(word, word)
        if not is_skill(skill):
            raise Refused("skill_form", word)
        found.add(skill)
    if len(found) > MOST_SKILLS:
        raise Refused("skill_many", line)
    return tuple(sorted(found))


def write_skills(skills: Iterable[str], language: str) -> str:
    """The line that says them, in the words of a language."""
    place = 0 if language == "es" else 1
    return ", ".join(_WRITTEN[skill][place] if skill in _WRITTEN else skill for skill in skills)


def is_skill(text: str) -> bool:
    """Whether a text can be the code of a skill."""
    return _SKILL.fullmatch(text) is not None


def read_absence(line: str, today: date, language: str) -> NewAbsence | Cancelled:
    """An absence, ``vac 1/12-5/12 cubre bruno``, or that one is not to be, ``quita 1/12``.

    A day without its year is the next one, unless that is more than half a year ahead.

    Raises:
        Refused: absence_kind, absence_days, absence_order, absence_cover, or what the dates say.
    """
    words = line.split()
    first = fold(words[0]) if words else ""
    if first not in _KINDS and first not in _CANCEL:
        raise Refused("absence_kind", words[0] if words else "")
    calendar = _Calendar(today, language)
    days: list[date] = []
    cover = ""
    for place, typed in enumerate(words[1:], 1):
        word = fold(typed)
        if word in _COVER:
            if place + 2 != len(words):
                raise Refused("absence_cover", typed)
            cover = words[-1]
            break
        if word not in _BETWEEN:
            days += _days(word, calendar)
    if first in _CANCEL:
        if len(days) != 1 or cover:
            raise Refused("absence_days", line)
        return Cancelled(days[0])
    if not 1 <= len(days) <= 2:
        raise Refused("absence_days", line)
    if days[-1] < days[0]:
        raise Refused("absence_order", line)
    kind = cast(AbsenceKind, _KINDS[first])
    return NewAbsence(kind=kind, since=days[0], until=days[-1], cover=cover)


def _days(word: str, calendar: _Calendar) -> list[date]:
    """One day, or two with a hyphen between."""
    for place in [match.start() for match in re.finditer("-", word)]:
        try:
            return [_day(part, calendar) for part in (word[:place], word[place + 1 :])]
        except Refused:
            continue
    return [_day(word, calendar)]


def _day(word: str, calendar: _Calendar) -> date:
    """The day ahead, or the one behind where that is nearer by far."""
    fault: Refused | None = None
    ahead = behind = None
    try:
        ahead = day(word, calendar)
    except Refused as refused:
        fault = refused
    try:
        behind = day(word, msgspec.structs.replace(calendar, looks_back=True))
    except Refused as refused:
        fault = fault or refused
    if ahead is not None and (behind is None or ahead - calendar.today <= _HALF_A_YEAR):
        return ahead
    if behind is not None:
        return behind
    raise fault or Refused("absence_day", word)


def read_goals(line: str) -> Change:
    """Goals of a day and of a month, and why: ``40000 800000 temporada alta``; ``=`` leaves one as it is.

    Raises:
        Refused: goals_form, or what the amount says.
    """
    words = line.split()
    if len(words) < 2:
        raise Refused("goals_form", line)
    daily, monthly = (_goal(word) for word in words[:2])
    if daily is None and monthly is None:
        raise Refused("goals_form", line)
    return Change(daily_goal=daily, monthly_goal=monthly, why=" ".join(words[2:]))


def _goal(word: str) -> int | None:
    if word == _KEPT:
        return None
    if word == "0":
        return 0
    found = number(word)
    if found is None:
        raise Refused("goals_form", word)
    return found


def write_place(team: str, level: str, minutes: int, language: str) -> str:
    """The line that says them, in the words of a language."""
    names = ("equipo", "nivel") if language == "es" else ("team", "level")
    told = [f"{name} {value}" for name, value in zip(names, (team, level), strict=True) if value]
    return " ".join([*told, f"min {minutes}"])


def read_place(line: str) -> Change:
    """Team, level and least minutes of a day: ``equipo norte nivel senior min 360``.

    Raises:
        Refused: place_form, place_level, place_minutes.
    """
    words = line.split()
    given: dict[str, str] = {}
    for name, value in zip(words[::2], words[1::2], strict=False):
        field = _PLACES.get(fold(name))
        if field is None or field in given:
            raise Refused("place_form", name)
        given[field] = value
    if not given or len(words) % 2:
        raise Refused("place_form", line)
    level, minutes = given.get("level"), given.get("required_minutes")
    if level is not None and level not in LEVELS:
        raise Refused("place_level", level, *LEVELS)
    if minutes is not None and not (minutes.isascii() and minutes.isdigit() and int(minutes) <= 24 * 60):
        raise Refused("place_minutes", minutes)
    return Change(
        team=given.get("team"),
        level=level,
        required_minutes=None if minutes is None else int(minutes),
    )
