"""Roll rates: where the balance of each bucket went by the end of the month."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rules.buckets import BUCKETS
from rules.rates import Ratio


class Move(msgspec.Struct, frozen=True):
    """Accounts that went the same way from a month's opening to its close.

    balance: theirs together at the opening, minor units. count: how many they are.
    """

    opened: str
    balance: int
    closed: str
    count: int = 1


class Cell(msgspec.Struct, frozen=True):
    """Accounts that went from one bucket to another, with their share of the opening balance."""

    count: int
    balance: int
    of_opening: Ratio


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one bucket, by opening balance.

    forward: to a worse bucket. stay. back: to a better one that is not B0. cure: to B0, by
    balance and by count; None for B0, which has nothing to cure. contained: opening less
    forward (contención, bucket efficiency).
    """

    opening: int
    cells: dict[str, Cell]
    forward: Ratio
    stay: Ratio
    back: Ratio
    cure: Ratio | None
    cure_count: Ratio | None
    contained: Ratio


def roll_rates(moves: Iterable[Move]) -> dict[str, Row]:
    """The roll-rate matrix with its summary, for each bucket that had an account at the opening."""
    rows = list(moves)
    opened = {move.opened for move in rows}
    return {
        bucket: _row(bucket, [move for move in rows if move.opened == bucket])
        for bucket in BUCKETS
        if bucket in opened
    }


def _row(bucket: str, moves: list[Move]) -> Row:
    opening = sum(move.balance for move in moves)
    rank = BUCKETS.index(bucket)
    balances = {"forward": 0, "stay": 0, "back": 0, "cure": 0}
    for move in moves:
        balances[_way(rank, BUCKETS.index(move.closed))] += move.balance
    cured = sum(move.count for move in moves if move.closed == "B0")
    return Row(
        opening=opening,
        cells={
            closed: _cell([move for move in moves if move.closed == closed], opening)
            for closed in BUCKETS
            if any(move.closed == closed for move in moves)
        },
        forward=Ratio(balances["forward"], opening),
        stay=Ratio(balances["stay"], opening),
        back=Ratio(balances["back"], opening),
        cure=Ratio(balances["cure"], opening) if rank else None,
        cure_count=Ratio(cured, sum(move.count for move in moves)) if rank else None,
        contained=Ratio(opening - balances["forward"], opening),
    )


def _way(opened: int, closed: int) -> str:
    if closed > opened:
        return "forward"
    if closed == opened:
        return "stay"
    return "back" if closed else "cure"


def _cell(moves: list[Move], opening: int) -> Cell:
    balance = sum(move.balance for move in moves)
    return Cell(sum(move.count for move in moves), balance, Ratio(balance, opening))
