"""The lines in which an end, an offset or an endorsement is asked for, in Spanish or English.

``30/11 corto plazo`` (end on a day, by a method), ``S-77 50000 -5000 todo`` (claim, benefit, deductible,
scope); at the receipts desk behind a policy's number: ``AUT-482 cancela 30/11``, ``AUT-482 endoso +1200
se agrega cobertura``, ``AUT-482 devolucion``. What stands behind a slash is a note.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import msgspec

from rules.backoffice.asks import Asked, Cancellation, ClaimOffset, Endorse, FrequencyChange, Rehabilitation
from rules.backoffice.calculations import default_method
from rules.backoffice.office_asks import OfficeAsk
from rules.capture import dates
from rules.capture.amounts import number
from rules.capture.scope import Refused
from rules.insurance.policies import Claim, Policy
from rules.text import fold
from rules.words import language

METHODS = {
    "prorrata": "pro_rata",
    "pro-rata": "pro_rata",
    "prorata": "pro_rata",
    "parcialidades": "instalments",
    "recibos": "instalments",
    "instalments": "instalments",
    "corto": "short_rate",
    "short": "short_rate",
    "rescision": "rescission",
    "rescission": "rescission",
}
"""Word to the method of `rules.backoffice.calculations`."""

SCOPES = {
    "vencido": "overdue_only",
    "vencida": "overdue_only",
    "overdue": "overdue_only",
    "todo": "all_remaining",
    "all": "all_remaining",
}
"""Word to the scope of an offset: what is past due, or all that is left of the premium."""

WAYS = {
    "extender": "extend",
    "extend": "extend",
    "conservar": "keep_end",
    "keep": "keep_end",
}
"""Word to the way of bringing cover back."""

PARTS = {
    "anual": "annual",
    "annual": "annual",
    "semestral": "semiannual",
    "semiannual": "semiannual",
    "trimestral": "quarterly",
    "quarterly": "quarterly",
    "mensual": "monthly",
    "monthly": "monthly",
}
"""Word to the payment frequency."""

_FILLERS = frozenset({"plazo", "rate", "dia", "day", "el", "on", "por", "by"})
_SIGNED = re.compile(r"([+-])\$?([0-9][0-9,]*(?:\.[0-9]{1,2})?)")


_NOTE = re.compile(r"(?:^|\s)/")
"""Begins a note; a slash within a word is of a date."""


class _Days(msgspec.Struct, frozen=True):
    """What a day on the line is read against."""

    today: date
    language: str
    looks_back: bool


def cut(text: str) -> tuple[list[str], str]:
    """The words of a line, and its note."""
    found = _NOTE.search(text)
    line, note = (text[: found.start()], text[found.end() :]) if found else (text, "")
    return line.split(), note.strip()


def read_end(text: str, policy: Policy, today: date) -> tuple[Cancellation, str]:
    """The end that a line asks for, and its note: today by the policy's own method, unless it says else.

    Raises:
        Refused: unknown_word, and what a day may be refused for.
    """
    words, note = cut(text)
    method, on = _method_and_day(words, lambda word: _day(word, today, policy.starts, policy.ends))
    return Cancellation(on=on or today, method=method or default_method(policy)), note


def _method_and_day(words: list[str], day: Callable[[str], date | None]) -> tuple[str, date | None]:
    method, on = "", None
    for word in words:
        plain = fold(word)
        if plain in METHODS and not method:
            method = METHODS[plain]
        elif plain in _FILLERS:
            continue
        elif on is None and (found := day(plain)) is not None:
            on = found
        else:
            raise Refused("unknown_end_word", word)
    return method, on


def _day(word: str, today: date, first: date = date.min, last: date = date.max) -> date | None:
    """A day of the term, the nearest to today of those that the word may mean.

    Raises:
        Refused: the word is a day, and none that there is.
    """
    found: list[date] = []
    refused: Refused | None = None
    for back in (False, True):
        try:
            one = dates.day(word, _Days(today, language(), back))
        except Refused as error:
            refused = refused or error
            continue
        if one is not None:
            found.append(one)
    if not found:
        if refused is not None:
            raise refused
        return None
    within = [one for one in found if first <= one <= last]
    return min(within or found, key=lambda one: abs((one - today).days))


def read_offset(text: str, policy: Policy) -> tuple[ClaimOffset, str]:
    """The offset that a line asks for, and its note; by default the first open claim as it is known.

    Raises:
        Refused: unknown_claim (the policy has none of that number, or none at all), unknown_offset_word.
    """
    words, note = cut(text)
    found, left = _claim(words, policy.claims)
    terms = policy.sheet.terms
    asked = _benefit(left, found.id, terms.offset_scope if terms else "overdue_only")
    return (
        msgspec.structs.replace(
            asked, gross=asked.gross or found.amount, deductible=asked.deductible or found.deductible
        ),
        note,
    )


def _claim(words: list[str], claims: tuple[Claim, ...]) -> tuple[Claim, list[str]]:
    for place, word in enumerate(words):
        for claim in claims:
            if fold(claim.number) == fold(word):
                return claim, words[:place] + words[place + 1 :]
    waiting = [claim for claim in claims if claim.status != "rejected"]
    if not waiting:
        raise Refused("unknown_claim", "")
    return min(waiting, key=lambda one: (one.status != "open", one.on)), words


def _benefit(words: list[str], claim_id: int, scope: str) -> ClaimOffset:
    gross = deductible = 0
    for word in words:
        plain = fold(word)
        if plain in SCOPES:
            scope = SCOPES[plain]
        elif (signed := _SIGNED.fullmatch(word)) and signed[1] == "-":
            deductible = number(signed[2]) or 0
        elif not gross and (amount := number(word)) is not None:
            gross = amount
        else:
            raise Refused("unknown_offset_word", word)
    return ClaimOffset(claim_id=claim_id, gross=gross, deductible=deductible, scope=scope)


def read_office(text: str, today: date) -> OfficeAsk:
    """What a line of the back office asks for: a policy's number, what, and how.

    Raises:
        Refused: policy_first, unknown_wish, what_missing (an endorsement says what it changes), and those of
            the other lines.
    """
    words, note = cut(text)
    if not words or not any(letter.isdigit() for letter in words[0]):
        raise Refused("policy_first", words[0] if words else "")
    policy, rest = words[0], words[1:]
    wish = fold(rest[0]) if rest else ""
    if wish in PARTS:
        return OfficeAsk(policy=policy, asks=FrequencyChange(to=PARTS[wish]), note=note)
    if wish not in _WISHES:
        raise Refused("unknown_wish", rest[0] if rest else "")
    asked, claim = _WISHES[wish](rest[1:], today)
    return OfficeAsk(policy=policy, asks=asked, claim=claim, note=note)


def _end(words: list[str], today: date) -> tuple[Asked | None, str]:
    method, on = _method_and_day(words, lambda word: _day(word, today))
    return Cancellation(on=on or today, method=method), ""


def _offset(words: list[str], _: date) -> tuple[Asked | None, str]:
    if not words:
        raise Refused("unknown_claim", "")
    return _benefit(words[1:], 0, ""), words[0]


def _back(words: list[str], _: date) -> tuple[Asked | None, str]:
    mode = WAYS.get(fold(words[0])) if words else "extend"
    if mode is None:
        raise Refused("unknown_mode", words[0])
    return Rehabilitation(mode=mode, amount=0), ""


def _endorsement(words: list[str], _: date) -> tuple[Asked | None, str]:
    delta = 0
    if words and (signed := _SIGNED.fullmatch(words[0])):
        delta = (number(signed[2]) or 0) * (1 if signed[1] == "+" else -1)
        words = words[1:]
    elif words and fold(words[0]) == "b":
        words = words[1:]
    what = " ".join(words).strip()
    if not what:
        raise Refused("what_missing", "")
    return Endorse(delta=delta, what=what), ""


def _nothing(words: list[str], _: date) -> tuple[Asked | None, str]:
    if words:
        raise Refused("unknown_wish", words[0])
    return None, ""


_WISHES: dict[str, Callable[[list[str], date], tuple[Asked | None, str]]] = {
    word: reader
    for words, reader in (
        (("cancela", "cancelar", "cancel"), _end),
        (("compensa", "compensar", "offset"), _offset),
        (("rehabilita", "rehabilitar", "rehabilitate"), _back),
        (("endoso", "endorse", "endorsement"), _endorsement),
        (("devolucion", "devuelve", "refund"), _nothing),
    )
    for word in words
}
