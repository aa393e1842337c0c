"""Free text of one word on a capture line: ``#ABC-123`` ``e:folio-88`` ``a:juan-perez``.

A payment card's number is refused in each of them, as in the note (PCI DSS).
"""

from __future__ import annotations

import re

from rules.capture.scope import Refused, Scope
from rules.capture.tokens import Token
from rules.catalogue import NOT_SAID
from rules.text import find_card_code, find_pan, fold

LONGEST = 60
"""Characters of a reference, a document's name or a person's."""

REFERENCE = "#"
EVIDENCE = "e:"
PARTY = "a:"


def reference(token: Token) -> str | None:
    """The number that another party gave, after ``#``; None if the word does not begin so.

    Raises:
        Refused: nothing behind the mark, too long, or a card number.
    """
    if not token.word.startswith(REFERENCE):
        return None
    return _kept("reference", token.typed[1:], "#ABC-123")


def evidence(token: Token) -> str | None:
    """A document's folio or name after ``e:``; None if the word does not begin so.

    Raises:
        Refused: nothing behind the mark, too long, or a card number.
    """
    if not token.word.startswith(EVIDENCE):
        return None
    return _kept("evidence", token.typed.partition(":")[2], "e:ABC-123")


def party(token: Token, scope: Scope) -> str | None:
    """Who spoke or represents, after ``a:``, where the result names a person; else None.

    A word of the catalogue's relations is that relation; any other is a name, in which a
    hyphen stands for a space. Elsewhere ``a:`` names an area (`choices.destination`).

    Raises:
        Refused: nothing behind the mark, too long, or a card number.
    """
    if not token.word.startswith(PARTY) or not scope.names_party:
        return None
    name = " ".join(re.sub("[-/]", " ", token.typed.partition(":")[2]).split())
    alias = fold(name).replace(" ", "-")
    if alias == NOT_SAID:
        return NOT_SAID
    return scope.catalogue.relation_aliases.get(alias) or _kept("party", name, "a:juan-perez", "a:nd")


def party_word(name: str) -> str:
    """A party as it is typed."""
    return PARTY + "-".join(name.split())


def _kept(field: str, text: str, *forms: str) -> str:
    if not text:
        raise Refused("text_missing", "", *forms, field=field)
    if find_pan(text) or find_card_code(text):
        raise Refused("card_number", "", field=field)
    if len(text) > LONGEST:
        raise Refused("text_long", "", field=field, max=str(LONGEST))
    return text
