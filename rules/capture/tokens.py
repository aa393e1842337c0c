"""A capture line cut into the code, the tokens of its fields, and the note."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from rules.text import clean, fold

_DATE_WITH_SLASHES = re.compile(r"(?<![0-9.,])(?:[0-9]{1,2}/[0-9]+(?:/[0-9]+)?|[0-9]{4}/[0-9]+/[0-9]+)")
_REFERENCE = re.compile(r"(?:#|(?<!\S)e:)\S+", re.IGNORECASE)
_CODE_AND_FIELD = re.compile(r"([^0-9$+#]+)([0-9$+#].*)")
_HIDDEN = "\x00"


class Token(msgspec.Struct, frozen=True):
    """One word: as typed, and folded for comparing."""

    typed: str
    word: str


class Tokens(msgspec.Struct, frozen=True):
    """The parts of a line. code: None when the line does not begin with one."""

    code: Token | None
    fields: tuple[Token, ...]
    note: str | None


def cut(line: str) -> Tokens:
    """Cut a line into its parts.

    The note is everything after the first ``/`` that is not part of a date such as
    ``15/12`` or of a reference such as ``#2026/88``. A digit, ``$``, ``+`` or ``#`` may
    follow the code without a space.
    """
    hidden = _REFERENCE.sub(_hide, _DATE_WITH_SLASHES.sub(_hide, clean(line)))
    before, _, after = hidden.partition("/")
    tokens = tuple(_token(typed) for typed in before.replace(_HIDDEN, "/").split())
    note = after.replace(_HIDDEN, "/").strip() or None
    if not tokens:
        return Tokens(None, (), note)
    glued = _CODE_AND_FIELD.fullmatch(tokens[0].typed)
    if glued is None:
        return Tokens(tokens[0], tokens[1:], note)
    return Tokens(_token(glued.group(1)), (_token(glued.group(2)), *tokens[1:]), note)


def _hide(found: re.Match[str]) -> str:
    return found.group().replace("/", _HIDDEN)


def _token(typed: str) -> Token:
    foreign = any(
        not (character.isalpha() or unicodedata.combining(character))
        for character in typed
        if not character.isascii()
    )
    # A folded superscript or fraction would turn into plain digits: another amount.
    return Token(typed, typed.lower() if foreign else fold(typed))
