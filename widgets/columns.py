"""Columns of a list: how an item is written in one, and which of them fit a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from rich.cells import cell_len, set_cell_size

from rules.text import clean

T = TypeVar("T")

GAP = 1
"""Blank cells between columns."""


def _plain(_item: Any, _now: datetime) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column: how to write an item at an instant, and how to order by it.

    width: cells; with `grow` the column takes what is left over. rank: columns of the
    highest rank are left out first when the list is narrow. opens: there are rows behind its cells.
    """

    key: str
    title: str
    width: int
    text: Callable[[T, datetime], str]
    order: Callable[[T], Any]
    tone: Callable[[T, datetime], str] = _plain
    right: bool = False
    grow: bool = False
    rank: int = 0
    opens: bool = False


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Clean text in exactly `width` cells, cut with an ellipsis, wide letters counted."""
    text = clean(text)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width else ""
    return " " * (width - length) + text if right else text + " " * (width - length)


def fitting(columns: Sequence[Column[T]], room: int, wanted: str = "") -> list[tuple[Column[T], int]]:
    """The columns that fit into some cells, with their widths, the gap before each counted.

    The first one stays, and the one whose key is `wanted`, whatever else has to go.
    """
    shown = list(columns)

    def total() -> int:
        return sum(column.width + GAP for column in shown)

    while total() > room:
        spare_ones = [column for column in shown[1:] if column.key != wanted]
        if not spare_ones:
            break
        shown.remove(max(reversed(spare_ones), key=lambda column: column.rank))
    spare = max(0, room - total())
    growing = sum(column.grow for column in shown) or 1
    return [(column, column.width + (spare // growing if column.grow else 0)) for column in shown]
