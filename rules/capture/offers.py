"""Words that a result's fields take: to complete one that is begun, or to replace a wrong one."""

from __future__ import annotations

from collections.abc import Iterator

from rules.capture.choices import MOST_OFFERS, nearest
from rules.capture.receipts import OPEN, word_for
from rules.capture.scope import Scope
from rules.capture.vocabulary import OFFERED, RHYTHMS
from rules.text import fold
from rules.wording import short_month


def near_words(word: str, scope: Scope) -> list[str]:
    """Words of the result's own fields that begin like this one, else words that are like it."""
    known = list(words(scope))
    beginning = [candidate for candidate in known if fold(candidate).startswith(word)]
    return beginning[:MOST_OFFERS] or nearest(word, [*known, *_shapes(scope)])


def words(scope: Scope) -> Iterator[str]:
    """The closed words that the result's fields take, in the language in use where there are two."""
    fields = scope.fields
    offered = OFFERED[scope.language]
    if "date" in fields or "callback" in fields:
        yield from offered["date"] + (offered["past"] if scope.looks_back else [])
    if "amount" in fields:
        yield from offered["amount"]
    if "receipts" in fields:
        known = scope.context.receipts
        yield from dict.fromkeys(word_for([one.id], known) for one in known if one.status in OPEN)
    if "channel" in fields:
        yield from scope.catalogue.channel_aliases
    if "reason" in fields:
        yield from (f"r:{reason.lower()}" for reason in scope.catalogue.reasons)
    if "destination" in fields:
        yield from (f"a:{area.lower()}" for area in scope.catalogue.destinations)
    if "medium" in fields:
        yield from (f"m:{medium}" for medium in scope.catalogue.media_aliases)
    if "party" in fields and scope.result is not None:
        yield from (f"a:{relation}" for relation in scope.catalogue.relation_aliases)


def _shapes(scope: Scope) -> Iterator[str]:
    """Examples of fields that are no closed words."""
    fields = scope.fields
    if "date" in fields or "callback" in fields:
        yield from (f"15{short_month(month, scope.language)}" for month in range(1, 13))
    if "callback" in fields:
        yield from ("10:30", "10h", "4pm")
    if "plan" in fields:
        yield from (f"3x{rhythm}" for rhythm in RHYTHMS)
    if "window" in fields:
        yield from ("9-12", "16h-19h")
