"""Sets of numbers that mostly follow each other, in little memory: only where each run begins and ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_UNTIDY = 1000


class Runs:
    """A growing set of positive numbers."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._runs: list[list[int]] = []
        self._tidy_at = _UNTIDY
        for number in numbers:
            self.add(number)

    def add(self, number: int) -> None:
        """Add a number; cheapest when it follows the last one added."""
        if self._runs and self._runs[-1][1] == number - 1:
            self._runs[-1][1] = number
            return
        self._runs.append([number, number])
        if len(self._runs) >= self._tidy_at:
            self._tidy()
            self._tidy_at = 2 * len(self._runs) + _UNTIDY

    def _tidy(self) -> None:
        joined: list[list[int]] = []
        for first, last in sorted(self._runs):
            if joined and first <= joined[-1][1] + 1:
                joined[-1][1] = max(joined[-1][1], last)
            else:
                joined.append([first, last])
        self._runs = joined

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """The runs, (first, last) each, from the lowest on."""
        self._tidy()
        return iter([(first, last) for first, last in self._runs])

    def without(self, others: Runs) -> Iterator[tuple[int, int]]:
        """The runs of the numbers that are in this set and not in the other."""
        taken = list(others)
        at = 0
        for first, last in self:
            while at < len(taken) and taken[at][1] < first:
                at += 1
            begin, following = first, at
            while following < len(taken) and taken[following][0] <= last:
                if begin < taken[following][0]:
                    yield begin, taken[following][0] - 1
                begin = taken[following][1] + 1
                following += 1
            if begin <= last:
                yield begin, last
