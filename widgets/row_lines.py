"""The lines of a list: its head and its rows as segments, with the cursor on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.segment import Segment
from rich.style import Style

from widgets.columns import Column, fit

Columns = Sequence[tuple[Column[Any], int]]
"""Columns with their widths in cells."""

Named = Callable[[str], Style]
"""Finds the style of a part of a list: head, total, cursor, resting, or a tone."""


def head(
    columns: Columns, sort: Column[Any] | None, descending: bool, mark: str, style: Named
) -> list[Segment]:
    """The titles; the column sorted by has a sign, the one that the cursor is on another.

    Args:
        columns: those shown.
        sort: the one sorted by, None = none.
        descending: the largest come first.
        mark: key of the column that the cursor is on, "" = none.
        style: the list's styles.
    """
    plain = style("head")
    segments = []
    for column, width in columns:
        sign = ("▼" if descending else "▲") if column is sort else ""
        marked = bool(mark) and column.key == mark
        segments += [
            Segment("▾" if marked else " "),
            Segment(
                fit(sign + column.title, width, right=column.right),
                plain + Style(bold=True, reverse=True) if marked else plain,
            ),
        ]
    return segments


def body(
    columns: Columns, cells: Sequence[tuple[str, str]], cursor: str, mark: str, total: bool, style: Named
) -> list[Segment]:
    """One row.

    Args:
        columns: those shown.
        cells: text and tone of each.
        cursor: "cursor" or "resting" when the cursor is on the row.
        mark: key of the column that the cursor is on, "" = none.
        total: the row is a total.
        style: the list's styles.
    """
    under = style(cursor) if cursor else None
    segments, sign = [], "▸" if cursor else " "
    for (column, width), (text, tone) in zip(columns, cells, strict=True):
        found = style(tone) if tone else None
        if total:
            found = style("total") if found is None else found + style("total")
        if under is not None:
            # On the cursor's own ground the colours of the tones would not be legible.
            found = under if cursor == "cursor" or found is None else found + Style(bgcolor=under.bgcolor)
            if column.key == mark:
                found += Style(underline=True)
        segments += [Segment(sign, under), Segment(fit(text, width, right=column.right), found)]
        sign = " "
    return segments
