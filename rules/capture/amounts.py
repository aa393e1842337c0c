"""Amounts on a capture line: ``1500`` ``1,500.50`` ``$1500`` ``50%`` ``todo`` ``venc`` ``min``."""

from __future__ import annotations

import re
from decimal import Decimal

from rules.capture.scope import Refused, Scope
from rules.capture.tokens import cut
from rules.capture.vocabulary import AMOUNTS
from rules.money import parse_minor, to_minor

MAX_MINOR = 10**14
"""More than any debt here; keeps a mistyped card number out of the store."""

_NUMBER_SHAPE = re.compile(r"\$?[0-9.,]*[0-9][0-9.,]*")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)%")
_PERCENT_SHAPE = re.compile(r"[0-9.,]+%")


def amount(word: str, scope: Scope) -> int | None:
    """Read an amount in minor units; None if the word is not one.

    Raises:
        Refused: a number that can be read in two ways or in none, a share or a figure of
            an account that is not known, or nothing at all.
    """
    if word in AMOUNTS:
        return _known(AMOUNTS[word], word, scope)
    if _PERCENT_SHAPE.fullmatch(word):
        return _share(word, scope)
    return number(word)


def number(word: str) -> int | None:
    """Read a plain number in minor units; None if the word has not the shape of one.

    Raises:
        Refused: more than two decimals, commas that do not group thousands, zero, or too large.
    """
    if not _NUMBER_SHAPE.fullmatch(word):
        return None
    digits = word.removeprefix("$")
    if not (_PLAIN.fullmatch(digits) or _GROUPED.fullmatch(digits)):
        raise Refused("amount_form", word, *_nearest(digits))
    return _positive(parse_minor(digits.replace(",", "")), word)


def derived(line: str) -> str:
    """The word on a line that stands for a figure of the account (``min``, ``50%``), "" if none does."""
    words = (token for token in cut(line).fields if token.word in AMOUNTS or _PERCENT.fullmatch(token.word))
    return next((token.typed for token in words), "")


def figure(which: str, scope: Scope) -> int | None:
    """The account's own figure ("due", "full" or "min") in minor units; None if it has none."""
    context = scope.context
    minor = {"due": context.due, "full": context.total, "min": context.minimum}[which]
    return minor if minor is not None and minor > 0 else None


def _known(which: str, word: str, scope: Scope) -> int:
    minor = figure(which, scope)
    if minor is None:
        raise Refused("amount_unknown", word)
    return minor


def _share(word: str, scope: Scope) -> int:
    found = _PERCENT.fullmatch(word)
    if found is None or not 0 < Decimal(found.group(1)) <= 100:
        raise Refused("percent_form", word, "50%", "100%")
    due = _known("due", word, scope)
    return _positive(to_minor(Decimal(due) * Decimal(found.group(1)) / 10_000), word)


def _positive(minor: int, word: str) -> int:
    if minor == 0:
        raise Refused("amount_zero", word)
    if minor > MAX_MINOR:
        raise Refused("amount_too_large", word)
    return minor


def _nearest(digits: str) -> tuple[str, ...]:
    """What a malformed number may have meant: as grouped thousands, and as decimals."""
    whole, mark, rest = digits.replace(",", ".").rpartition(".")
    units = whole.replace(".", "").lstrip("0")
    readings = []
    if mark and units and len(rest) == 3:
        readings.append(units + rest)
    if mark and units and rest:
        readings.append(f"{units}.{rest[:2]}")
    return tuple(readings)
