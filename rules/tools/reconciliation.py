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
    found = status(collected, len(ours), accounted, len(theirs), tolerance)
    return Match(receipt, found, collected, accounted)


def status(collected: int, ours: int, accounted: int, theirs: int, tolerance: int = TOLERANCE) -> str:
    """How a receipt stands.

    Args:
        collected: the sum of what we say, minor units.
        ours: how many times we say it.
        accounted: the sum of what accounting says.
        theirs: how many times it says it.
        tolerance: minor units by which the two may differ.
    """
    if max(ours, theirs) > 1:
        return "duplicate"
    if not theirs:
        return "not_accounted"
    if not ours:
        return "not_collected"
    if collected == accounted:
        return "matched"
    return "tolerance" if abs(collected - accounted) <= tolerance else "difference"
