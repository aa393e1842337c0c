"""Reconciliation of what was collected with what accounting reports, receipt by receipt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

TOLERANCE = 1_00
"""Minor units by which two amounts may differ and still match."""


class Match(msgspec.Struct, frozen=True):
    """One receipt on both sides, minor units.

    status: matched, tolerance, difference, duplicate (several times on one side),
    not_accounted or not_collected (missing on one side).
    """

    id: str
    status: str
    collected: int
    accounted: int

    @property
    def difference(self) -> int:
        """Collected less accounted."""
        return self.collected - self.accounted


def reconcile(
    collected: Iterable[tuple[str, int]], accounted: Iterable[tuple[str, int]], tolerance: int = TOLERANCE
) -> tuple[Match, ...]:
    """Match two lists of (receipt id, minor units) by id; rows in the order of the ids."""
    sides: tuple[dict[str, list[int]], dict[str, list[int]]] = (defaultdict(list), defaultdict(list))
    for side, rows in zip(sides, (collected, accounted), strict=True):
        for receipt, amount in rows:
            side[receipt].append(amount)
    ours, theirs = sides
    return tuple(
        _match(receipt, ours.get(receipt, []), theirs.get(receipt, []), tolerance)
        for receipt in sorted(ours.keys() | theirs.keys())
    )


def _match(receipt: str, ours: list[int], theirs: list[int], tolerance: int) -> Match:
    collected, accounted = sum(ours), sum(theirs)
    if max(len(ours), len(theirs)) > 1:
        status = "duplicate"
    elif not theirs:
        status = "not_accounted"
    elif not ours:
        status = "not_collected"
    elif collected == accounted:
        status = "matched"
    else:
        status = "tolerance" if abs(collected - accounted) <= tolerance else "difference"
    return Match(receipt, status, collected, accounted)
