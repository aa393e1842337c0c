"""Parts of the lanes: what directives hold back or put first, as those who take clients are told.

A directive moves nobody. A lane of a portfolio that has one is read part by part, a segment each,
off an index of its own: from what is held nothing is read, and what is first is ordered first.
So it is in force with the commit that keeps it, however many clients it concerns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from rules.directives import FIRST, HOLD, Directive, standing
from storage.central.connection import Tx
from storage.central.counting.figures import TIMELESS
from storage.central.queue.lanes import Lane

_SEGMENTS = """
    SELECT portfolio_id, bucket FROM stat_total
    WHERE day = :timeless AND bucket <> '' AND portfolio_id IN :portfolios
    UNION
    SELECT portfolio_id, bucket FROM stat_delta
    WHERE day = :timeless AND bucket <> '' AND portfolio_id IN :portfolios
"""


class Parts(msgspec.Struct, frozen=True):
    """Lanes that are read part by part.

    lanes: which; the others are read as a whole. read: their parts that may be taken from, as
    (lane, segment). held, first: parts by name ("lane segment").
    """

    lanes: frozenset[int] = frozenset()
    read: tuple[tuple[int, str], ...] = ()
    held: tuple[str, ...] = ()
    first: tuple[str, ...] = ()

    @property
    def terms(self) -> dict[str, Any]:
        """What the statements are told of them."""
        return {
            "parts": [{"lane": lane, "bucket": bucket} for lane, bucket in self.read],
            "held": list(self.held),
            "put_first": list(self.first),
        }


WHOLE = Parts()
"""No directive is in force."""

PART = "CAST(lane AS TEXT) || ' ' || bucket"
"""The name of the part in which a row stands, in SQL."""


def segments(tx: Tx, portfolios: Iterable[int]) -> defaultdict[int, list[str]]:
    """The segments of portfolios: those in which their live figures have ever counted anybody.

    It is counted in the transaction that puts somebody there, so none is missing.
    """
    found: defaultdict[int, list[str]] = defaultdict(list)
    for portfolio_id, segment in tx.all(_SEGMENTS, timeless=TIMELESS, portfolios=sorted(portfolios)):
        found[portfolio_id].append(segment)
    return found


def parts(tx: Tx, directives: Mapping[int, Collection[Directive]], lanes: Iterable[Lane]) -> Parts:
    """What directives, by portfolio, make of some lanes."""
    directed = [lane for lane in lanes if directives.get(lane.portfolio_id)]
    if not directed:
        return WHOLE
    known = segments(tx, {lane.portfolio_id for lane in directed})
    kinds = [
        (lane.id, segment, standing(directives[lane.portfolio_id], segment))
        for lane in directed
        for segment in known[lane.portfolio_id]
    ]
    return Parts(
        lanes=frozenset(lane.id for lane in directed),
        read=tuple((lane, segment) for lane, segment, kind in kinds if kind != HOLD),
        held=tuple(f"{lane} {segment}" for lane, segment, kind in kinds if kind == HOLD),
        first=tuple(f"{lane} {segment}" for lane, segment, kind in kinds if kind == FIRST),
    )
