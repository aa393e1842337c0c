"""Which rows of a list are shown and in which order: filter, sort, totals. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from rules.text import fold
from widgets.columns import Column

T = TypeVar("T")


class RowOrder(Generic[T]):
    """Rows as they stand below each other, then the totals, which neither sort nor filter moves.

    Args:
        columns: by which rows are sorted, and whose words the filter looks into.
        identity: what stays the same of an item when its figures change.
    """

    def __init__(self, columns: Sequence[Column[T]], identity: Callable[[T], str]) -> None:
        self.columns = tuple(columns)
        self.identity = identity
        self.items: tuple[T, ...] = ()
        self.totals: tuple[T, ...] = ()
        self.rows: list[T] = []
        self.sort: Column[T] | None = None
        self.descending = False
        self.filter = ""

    def __len__(self) -> int:
        """How many there are to point at."""
        return len(self.rows) + len(self.totals)

    def at(self, place: int) -> T | None:
        """The item of a place; None behind the last one."""
        if place < len(self.rows):
            return self.rows[place]
        return self.totals[place - len(self.rows)] if place < len(self) else None

    def take(self, items: Sequence[T], totals: Sequence[T]) -> bool:
        """Take other items; False = they are the same."""
        given = tuple(items), tuple(totals)
        if given == (self.items, self.totals):
            return False
        self.items, self.totals = given
        return True

    def relabel(self, columns: Sequence[Column[T]]) -> None:
        """Take columns in another language; the sort stays on the column of its key."""
        self.columns = tuple(columns)
        self.sort_by(self.sort.key if self.sort else "", self.descending)

    def sort_by(self, key: str, descending: bool) -> None:
        """Sort by the column of a key; "" or one that there is not = as the items came."""
        self.sort = next((column for column in self.columns if column.key == key), None)
        self.descending = descending and self.sort is not None

    def arrange(self, now: datetime) -> None:
        """Filter and sort anew."""
        wanted = fold(self.filter)
        self.rows = [item for item in self.items if not wanted or wanted in self._words(item, now)]
        if self.sort is not None:
            self.rows.sort(key=self.sort.order, reverse=self.descending)

    def place_of(self, item: T | None, otherwise: int) -> int:
        """Where an item stands now; the nearest place to `otherwise` when it is gone."""
        if item is not None:
            name = self.identity(item)
            for place, one in enumerate([*self.rows, *self.totals]):
                if self.identity(one) == name:
                    return place
        return max(0, min(otherwise, len(self) - 1))

    def find(self, text: str, start: int, now: datetime) -> int | None:
        """The first place from `start` on, round the end, whose row holds a text; None = none does."""
        wanted = fold(text)
        places = [*range(start, len(self.rows)), *range(min(start, len(self.rows)))]
        return next((place for place in places if wanted in self._words(self.rows[place], now)), None)

    def _words(self, item: T, now: datetime) -> str:
        return fold(" ".join(column.text(item, now) for column in self.columns))
