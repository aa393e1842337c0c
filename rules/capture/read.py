"""Reads a capture line: the code, its fields in any order, the note; in Spanish and English.

What can be read in two ways, or is not allowed for the code, is refused with the nearest
forms that would do. Nothing is guessed: only the catalogue's defaults fill what is absent.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import msgspec

from rules.capture import amounts, choices, dates, defaults, hours, plans, receipts, texts, windows
from rules.capture.limits import beyond
from rules.capture.offers import near_words
from rules.capture.scope import Refused, Scope
from rules.capture.tokens import Token, Tokens, cut
from rules.capture.values import CaptureContext, CaptureError, Reading
from rules.capture.vocabulary import RHYTHMS
from rules.catalogue import Catalogue, Result
from rules.text import find_card_code, find_pan

MIN_NOTE = 10
"""Characters of a required note that somebody types (dictaminación, field nt)."""

MAX_NOTE = 1000


def read(line: str, catalogue: Catalogue, context: CaptureContext) -> Reading:
    """Read a line as far as it goes; never raises.

    An empty line gives an empty reading without errors. ``complete`` is True when all
    that the code requires is there, typed or by default, and nothing is refused.
    """
    tokens = cut(line)
    if tokens.code is None and tokens.note is None:
        return Reading()
    errors: list[CaptureError] = []
    result, code = _code(tokens, catalogue, errors)
    scope = Scope(context, catalogue, result)
    taken = _Taken(scope, errors)
    for token in _with_rhythm(tokens.fields):
        taken.take(token)
    if tokens.note is not None:
        taken.note(tokens.note)
    fields = taken.assembled()
    filled = defaults.fill(fields, result, scope) if result is not None else {}
    if result is not None and not errors:  # a refused token may be the one that is missing
        errors.extend(_missing(result, fields | filled))
    reading = Reading(
        code=code,
        defaulted=frozenset(filled) | taken.assumed,
        **{_ATTRIBUTE.get(name, name): value for name, value in (fields | filled).items()},
    )
    errors.extend(beyond(reading, scope, taken.typed))
    return msgspec.structs.replace(reading, errors=tuple(errors), complete=result is not None and not errors)


_ATTRIBUTE = {"date": "due"}


def _code(tokens: Tokens, catalogue: Catalogue, errors: list[CaptureError]) -> tuple[Result | None, str]:
    try:
        if tokens.code is None or not tokens.code.word[:1].isalpha():
            raise Refused("code_missing", tokens.code.typed if tokens.code else "")
        result = choices.code(tokens.code.word, tokens.code.typed, catalogue)
    except Refused as refused:
        errors.append(refused.error)
        return None, refused.error.params.get("code", "")
    return result, result.code


def _with_rhythm(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Join a rhythm that stands alone to its plan: ``3x q`` is ``3xq``."""
    plan = next((token for token in tokens if plans.lacks_rhythm(token.word)), None)
    letter = next((token for token in tokens if token.word in RHYTHMS), None)
    if plan is None or letter is None:
        return tokens
    joined = Token(f"{plan.typed} {letter.typed}", plan.word + letter.word)
    return tuple(joined if token is plan else token for token in tokens if token is not letter)


class _Taken:
    """The fields of one line as they are taken, token by token."""

    def __init__(self, scope: Scope, errors: list[CaptureError]) -> None:
        self._scope = scope
        self._errors = errors
        self._values: dict[str, Any] = {}
        self.typed: dict[str, str] = {}
        self.assumed: frozenset[str] = frozenset()

    def take(self, token: Token) -> None:
        """Take one token, or note why it can't be taken."""
        try:
            name, value = self._recognise(token)
            self._admit(name)
        except Refused as refused:
            self._errors.append(msgspec.structs.replace(refused.error, token=token.typed))
            return
        self._values[name] = value
        self.typed[name] = token.typed

    def note(self, text: str) -> None:
        """Take the note; a payment card's number is never kept (PCI DSS)."""
        result = self._scope.result
        if find_pan(text) or find_card_code(text):
            self._errors.append(CaptureError(code="card_number_in_note"))
            return
        self._values["note"] = text
        if result is not None and "note" in result.required and len(text) < MIN_NOTE:
            self._errors.append(CaptureError(code="note_short", token=text, params={"min": str(MIN_NOTE)}))
        if len(text) > MAX_NOTE:
            self._errors.append(CaptureError(code="note_long", params={"max": str(MAX_NOTE)}))

    def assembled(self) -> dict[str, Any]:
        """The fields by their names in the catalogue: a day and hour become the callback."""
        fields = dict(self._values)
        at: time | None = fields.pop("time", None)
        result = self._scope.result
        if result is None or "callback" not in self._scope.fields:
            return fields
        on: date | None = fields.pop("date", None)
        if on is None and at is None:
            return fields
        typed = self.typed.get("time") or self.typed["date"]
        callback = self._callback(typed, on, at or defaults.hour_of(result))
        if callback is not None:
            fields["callback"] = callback
        if at is None:
            self.assumed = frozenset({"time"})
        return fields

    def _recognise(self, token: Token) -> tuple[str, Any]:
        word, scope = token.word, self._scope
        found = {
            name: value
            for name, value in (
                ("amount", amounts.amount(word, scope)),
                ("date", dates.day(word, scope)),
                ("time", hours.hour(word)),
                ("plan", plans.plan(word)),
                ("receipts", receipts.receipts(word, scope)),
                ("channel", choices.channel(word, scope)),
                ("reason", choices.reason(word, scope)),
                ("destination", choices.destination(word, scope)),
                ("medium", choices.medium(word, scope)),
                ("window", windows.window(word, scope)),
                ("party", texts.party(token, scope)),
                ("reference", texts.reference(token)),
                ("evidence", texts.evidence(token)),
                ("contact", choices.contact(word, scope)),
                ("phone", choices.phone(word, scope)),
            )
            if value is not None
        }
        if not found:
            raise Refused("token_unknown", word, *near_words(word, scope))
        if len(found) > 1:
            raise Refused("token_ambiguous", word, fields=", ".join(found))
        return found.popitem()

    def _admit(self, name: str) -> None:
        result = self._scope.result
        if name in self._values:
            raise Refused("field_twice", "", field=name)
        if result is None:
            return
        fields = self._scope.fields
        if name not in fields and not (name in ("date", "time") and "callback" in fields):
            raise Refused("field_not_allowed", "", field=name, code=result.code)

    def _callback(self, typed: str, on: date | None, at: time) -> datetime | None:
        try:
            return hours.moment(typed, on, at, self._scope)
        except Refused as refused:
            self._errors.append(refused.error)
            return None


def _missing(result: Result, fields: dict[str, Any]) -> list[CaptureError]:
    absent = (name for name in result.required if name not in fields)
    return [CaptureError(code="missing", params={"field": name}) for name in absent]
