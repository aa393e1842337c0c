"""Words from the catalogue's closed lists: codes, channels, reasons, destinations, phones.

A full word always wins; a beginning counts only if exactly one word begins so. Nothing is
ever picked for its likeness: what is merely near is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rules.capture.scope import Refused, Scope
from rules.capture.vocabulary import AMOUNTS
from rules.catalogue import Catalogue, Result
from rules.text import fold

MOST_OFFERS = 5

_PHONE = re.compile(r"t([0-9]{1,2})")
_CONTACT = re.compile(r"c([0-9]{1,2})")


def code(word: str, typed: str, catalogue: Catalogue) -> Result:
    """The result that a word names: its code, its alias, or a unique beginning of the code.

    Raises:
        Refused: none or several, or one that only the system writes.
    """
    result = catalogue.results.get(word.upper()) or catalogue.by_alias(word)
    if result is None:
        found = [known for name, known in catalogue.results.items() if name.lower().startswith(word)]
        if len(found) > 1:
            offers = [known.code for known in found if known.agent]
            raise Refused("code_ambiguous", typed, *offers[:MOST_OFFERS])
        if not found:
            offered = [known.code for known in catalogue.offered()]
            raise Refused("code_unknown", typed, *nearest(word.upper(), offered))
        result = found[0]
    if not result.agent:
        raise Refused("code_system", typed, code=result.code)
    return result


def channel(word: str, scope: Scope) -> str | None:
    """The payment channel that a word is a spelling of, or None."""
    return scope.catalogue.channel_aliases.get(word)


def reason(word: str, scope: Scope) -> str | None:
    """The reason after ``r:``; None if the word does not begin so.

    Raises:
        Refused: no such reason, or several begin like that.
    """
    if not word.startswith("r:"):
        return None
    return _listed("reason", word, "r:", scope.catalogue.reasons)


def destination(word: str, scope: Scope) -> str | None:
    """The area after ``a:`` or ``to:``; None if the word does not begin so.

    Where the result names a person, ``a:`` stands for that (`texts.party`).

    Raises:
        Refused: no such area, or several begin like that.
    """
    prefixes = ("to:",) if scope.names_party else ("a:", "to:")
    prefix = next((prefix for prefix in prefixes if word.startswith(prefix)), None)
    return None if prefix is None else _listed("destination", word, prefix, scope.catalogue.destinations)


def medium(word: str, scope: Scope) -> str | None:
    """The medium that contact shall stop by, after ``m:`` or by a word that means nothing else.

    Raises:
        Refused: no such medium, or several begin like that.
    """
    aliases = scope.catalogue.media_aliases
    if not word.startswith("m:"):
        return None if word in AMOUNTS else aliases.get(word)
    wanted = word.removeprefix("m:")
    if wanted in aliases:
        return aliases[wanted]
    found = {value: alias for alias, value in aliases.items() if wanted and alias.startswith(wanted)}
    if len(found) == 1:
        return next(iter(found))
    offers = list(found.values()) or nearest(wanted, aliases) or list(scope.catalogue.media)
    fault = "medium_ambiguous" if found else "medium_unknown"
    raise Refused(fault, word, *(f"m:{alias}" for alias in offers[: MOST_OFFERS + 1]))


def phone(word: str, scope: Scope) -> str | None:
    """The number of a phone after ``t``, without leading zeros; None if the word is not ``t`` and digits.

    Raises:
        Refused: the client card has no such number.
    """
    found = _PHONE.fullmatch(word)
    if found is None:
        return None
    index, phones = int(found.group(1)), scope.context.phones
    if index == 0 or (phones and index > len(phones)):
        raise Refused("phone_unknown", word, *(f"t{n}" for n in range(1, len(phones) + 1)))
    return str(index)


def contact(word: str, scope: Scope) -> str | None:
    """Who of a company spoke, after ``c``; None where there is no company, or the word is no such one.

    Raises:
        Refused: the company's sheet has no such contact.
    """
    found = _CONTACT.fullmatch(word)
    known = scope.context.contacts
    if found is None or not known:
        return None
    index = int(found.group(1))
    if not 1 <= index <= len(known):
        raise Refused("contact_unknown", word, *(f"c{n}" for n in range(1, len(known) + 1)))
    return str(index)


def _listed(kind: str, word: str, prefix: str, known: Mapping[str, tuple[str, str]]) -> str:
    wanted = word.removeprefix(prefix)
    if wanted.upper() in known:
        return wanted.upper()
    found = _beginning(wanted, known)
    if len(found) == 1:
        return found[0]
    offers = found or nearest(wanted.upper(), known)
    fault = f"{kind}_ambiguous" if found and wanted else f"{kind}_unknown"
    raise Refused(fault, word, *(f"{prefix}{value.lower()}" for value in offers[:MOST_OFFERS]))


def _beginning(wanted: str, known: Mapping[str, tuple[str, str]]) -> list[str]:
    """Values that begin so; failing those, values one of whose labels does (``r:unemp``)."""
    values = [value for value in known if value.lower().startswith(wanted)]
    if values or not wanted:
        return values
    return [value for value, labels in known.items() if any(fold(text).startswith(wanted) for text in labels)]


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Known words that are like this one, the most alike first."""
    from difflib import get_close_matches  # here: only a line with a fault needs it

    return get_close_matches(word, list(known), n=MOST_OFFERS, cutoff=0.6)
