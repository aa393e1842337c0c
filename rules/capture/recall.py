"""What of an entered line may be kept to be called back: its code and fields, not its texts."""

from __future__ import annotations

from rules.capture.tokens import cut
from rules.catalogue import Catalogue

_TEXTS = ("#", "e:", "a:")


def recallable(line: str, catalogue: Catalogue) -> str:
    """The line without what may name a person: the note, references, documents, names.

    An area (``a:svc``) and a relation (``a:conyuge``) name nobody and stay.
    """
    parts = cut(line)
    if parts.code is None:
        return ""
    words = [parts.code.typed]
    for token in parts.fields:
        named = token.word.removeprefix("a:")
        listed = named.upper() in catalogue.destinations or named in catalogue.relation_aliases
        if listed or not token.word.startswith(_TEXTS):
            words.append(token.typed)
    return " ".join(words)
