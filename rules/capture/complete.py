"""Completes the word that is being typed, as ghost text behind the cursor."""

from __future__ import annotations

from collections.abc import Iterable

from rules.capture.choices import code
from rules.capture.offers import words
from rules.capture.scope import Refused, Scope
from rules.capture.tokens import Token, Tokens, cut
from rules.capture.values import CaptureContext
from rules.capture.vocabulary import AMOUNTS, RHYTHMS, TODAY, TOMORROW, WEEKDAYS, YESTERDAY
from rules.catalogue import Catalogue
from rules.text import fold

_WHOLE = AMOUNTS.keys() | WEEKDAYS.keys() | RHYTHMS.keys() | TODAY | TOMORROW | YESTERDAY


def suggest(line: str, catalogue: Catalogue, context: CaptureContext) -> str | None:
    """The whole line with its last word completed, or None when there is nothing to add.

    The suggestion always begins with `line` as it was typed. A word that already means
    something (an alias, ``vie``, ``spei``) is left as it is.
    """
    tokens = cut(line)
    if tokens.code is None or tokens.note is not None:
        return None
    last = tokens.fields[-1] if tokens.fields else tokens.code
    if not line.endswith(last.typed) or len(last.typed) != len(last.word) or _stands(last, tokens, catalogue):
        return None
    found = next((word for word in _candidates(tokens, catalogue, context) if _longer(word, last)), None)
    if found is None:
        return None
    ending = found[len(last.word) :]
    return line + (ending.upper() if len(last.typed) > 1 and last.typed.isupper() else ending)


def _longer(word: str, last: Token) -> bool:
    return len(word) > len(last.word) and fold(word).startswith(last.word)


def _stands(last: Token, tokens: Tokens, catalogue: Catalogue) -> bool:
    if tokens.fields:
        return last.word in _WHOLE or last.word in catalogue.channel_aliases
    return catalogue.by_alias(last.word) is not None or last.word.upper() in catalogue.results


def _candidates(tokens: Tokens, catalogue: Catalogue, context: CaptureContext) -> Iterable[str]:
    if tokens.code is None or not tokens.fields:
        return (result.code.lower() for result in catalogue.offered())
    try:
        result = code(tokens.code.word, tokens.code.typed, catalogue)
    except Refused:
        return ()
    return words(Scope(context, catalogue, result))
