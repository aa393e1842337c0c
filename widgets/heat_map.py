"""A heat map: shares by row and column, shaded with signs; the cell under the cursor is told in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rules.rates import Ratio
from rules.words import mark
from widgets.columns import fit

LEAST = 5
"""Shares of fewer than this say nothing: they are drawn as a dot, and told only under the cursor."""

SHADES = " ░▒▓█"
"""From nothing to the most that there is on the map."""

LABEL, NARROWEST, WIDEST = 4, 2, 7
"""Cells of a row's label; bounds of a column's width."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row: its key, what it is called, and a share for each column; None = there is none."""

    key: str
    label: str
    shares: tuple[Ratio | None, ...]


def percentage(share: Ratio | None) -> int | None:
    """Whole per cent of a share, rounded half up; None when it is a share of too little."""
    if share is None or share.denominator < LEAST:
        return None
    return (200 * share.numerator + share.denominator) // (2 * share.denominator)


def busy(rows: Sequence[HeatRow]) -> range:
    """The places from the first to the last column that has anything."""
    used = [
        place
        for row in rows
        for place, share in enumerate(row.shares)
        if share is not None and share.denominator
    ]
    return range(min(used), max(used) + 1) if used else range(0)


class HeatMap(Widget, can_focus=True):
    """Draws shares as shaded cells, with the percentage in each where there is room."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1, 0)", mark("To the left"), id="heat.left", show=False),
        Binding("right", "go(1, 0)", mark("To the right"), id="heat.right", show=False),
        Binding("up", "go(0, -1)", mark("Up"), id="heat.up", show=False),
        Binding("down", "go(0, 1)", mark("Down"), id="heat.down", show=False),
        Binding("enter", "choose", mark("Open"), id="heat.open", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heat--head", "heat--cell", "heat--cursor"}

    DEFAULT_CSS = """
    HeatMap {
        .heat--head { color: $text-muted; }
        .heat--cell { color: $text-accent; }
        .heat--cursor { background: $primary; color: $text; text-style: bold reverse; }
    }
    """

    @dataclass
    class Pointed(Message):
        """The cursor is on another cell; `column` is the title of its column."""

        row: HeatRow
        column: str
        share: Ratio | None

    @dataclass
    class Chosen(Message):
        """Enter on a cell, by the keys of its row and column."""

        row: str
        column: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: tuple[HeatRow, ...] = ()
        self._columns: tuple[tuple[str, str], ...] = ()
        self._places = range(0)
        self._at = (0, 0)

    def show(self, rows: Sequence[HeatRow], columns: Sequence[tuple[str, str]]) -> None:
        """Show rows; columns are (key, title). Columns without anything at either end are left out."""
        self._rows, self._columns = tuple(rows), tuple(columns)
        self._places = busy(self._rows)
        self._go_to(*self._at)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The titles, then a line for each row."""
        width = self.size.width
        if not self._places:
            return Strip.blank(width, self.rich_style)
        if y == 0:
            segments = self._head()
        elif y <= len(self._rows):
            segments = self._line(y - 1)
        else:
            return Strip.blank(width, self.rich_style)
        return Strip(segments).apply_style(self.rich_style).adjust_cell_length(width, self.rich_style)

    def _cell_width(self) -> int:
        return max(NARROWEST, min(WIDEST, (self.size.width - LABEL) // len(self._places)))

    def _head(self) -> list[Segment]:
        style, width = self._named("head"), self._cell_width()
        titles = [fit(self._columns[place][1], width, right=True) for place in self._places]
        return [Segment(" " * LABEL), *(Segment(title, style) for title in titles)]

    def _line(self, number: int) -> list[Segment]:
        row, width = self._rows[number], self._cell_width()
        most = max((percentage(share) or 0 for one in self._rows for share in one.shares), default=0)
        segments = [Segment(fit(row.label, LABEL), self._named("head"))]
        for place in self._places:
            under = (number, place) == self._at
            segments.append(
                Segment(
                    self._cell(percentage(row.shares[place]), most, width, under=under),
                    self._named("cursor" if under and self.has_focus else "cell"),
                )
            )
        return segments

    def _cell(self, value: int | None, most: int, width: int, *, under: bool) -> str:
        """A sign for the shade, and the number where it fits; the cursor is a sign, too."""
        sign = "·" if value is None else SHADES[-(-value * (len(SHADES) - 1) // most) if most else 0]
        if width < 4:
            return fit("▸" + sign if under else sign * (width - 1), width, right=True)
        number = "" if value is None else str(value)
        return fit(("▸" if under else "") + sign + number, width, right=True)

    def _named(self, name: str) -> Style:
        return self.get_component_rich_style(f"heat--{name}")

    # The cursor

    def action_go(self, columns: int, rows: int) -> None:
        """Move the cursor."""
        self._go_to(self._at[0] + rows, self._at[1] + columns)

    def _go_to(self, row: int, place: int) -> None:
        if self._places and self._rows:
            row = max(0, min(row, len(self._rows) - 1))
            place = max(self._places.start, min(place, self._places.stop - 1))
            self._at = (row, place)
            found = self._rows[row]
            self.post_message(self.Pointed(found, self._columns[place][1], found.shares[place]))
        self.refresh()

    def action_choose(self) -> None:
        """Tell which cell Enter was pressed on."""
        if self._places and self._rows:
            row, place = self._at
            self.post_message(self.Chosen(self._rows[row].key, self._columns[place][0]))
