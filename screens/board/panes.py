"""The board's panes: one at a time in a narrow window; resized, swapped, zoomed and folded by keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from rules.words import tr
from widgets.cell_list import CellList
from widgets.key_bar import KeyBar, KeyWords

NARROW, WIDE = 61, 100
"""Fewer columns than NARROW: one pane at a time; fewer than WIDE: one below the other."""

LEAST_SHARE, MOST_SHARE, SHARE_STEP = 20, 80, 5
"""Bounds and step of the first pane's part of the room, in per cent."""

LEAST_DEPTH, MOST_DEPTH = 3, 30
"""Bounds of the lower panes' height, in lines."""

TREND_LINES = 5


class Arrangement(msgspec.Struct, frozen=True, kw_only=True):
    """How a lead arranged the board; kept from one day to the next.

    share: the first pane's part of the room, per cent. depth: lines of the lower panes, 0 = by the
    window. folded: panes folded away. sorts: pane to the key of the column it is sorted by, and
    whether downwards. out: pane to the columns left out.
    """

    share: int = 50
    depth: int = 0
    swapped: bool = False
    folded: tuple[str, ...] = ()
    sorts: dict[str, tuple[str, bool]] = {}
    out: dict[str, tuple[str, ...]] = {}


class Panes(Container):
    """Lays the lists out; the last of them stands below the others, beside the trends.

    Args:
        lists: the panes, in the order in which Tab goes through them; their ids are their names.
        trends: stands beside the last one.
    """

    def __init__(self, lists: Iterable[CellList[Any]], trends: Static) -> None:
        super().__init__(id="panes")
        self.lists = tuple(lists)
        self.current = self.lists[0]
        self._trends = trends
        self._share, self._depth = 50, 0
        self._swapped = self._zoomed = False
        self._folded: tuple[str, ...] = ()
        self._upper = Container(*self.lists[:-1], id="upper")
        self._lower = Container(trends, self.lists[-1], id="lower")

    def compose(self) -> ComposeResult:
        """The tabs, and the two rows of panes."""
        yield KeyBar(id="tabs")
        yield self._upper
        yield self._lower

    # How they are arranged

    def arrangement(self) -> Arrangement:
        """What is to be kept."""
        sorts = {
            str(one.id): (one.order.sort.key, one.order.descending) for one in self.lists if one.order.sort
        }
        return Arrangement(
            share=self._share,
            depth=self._depth,
            swapped=self._swapped,
            folded=self._folded,
            sorts=sorts,
            out={str(one.id): tuple(sorted(one.out)) for one in self.lists if one.out},
        )

    def restore(self, kept: Arrangement) -> None:
        """Take what was kept, as far as it still means anything."""
        names = [str(one.id) for one in self.lists]
        self._share = max(LEAST_SHARE, min(MOST_SHARE, kept.share))
        self._depth = max(LEAST_DEPTH, min(MOST_DEPTH, kept.depth)) if kept.depth else 0
        folded = tuple(name for name in dict.fromkeys(kept.folded) if name in names)
        self._folded = folded if len(folded) < len(names) else ()
        for one in self.lists:
            column, descending = kept.sorts.get(str(one.id), ("", False))
            one.sort_by(column, descending=descending)
            one.leave_out(frozenset(kept.out.get(str(one.id), ())))
        if kept.swapped:
            self.swap()
        self.go_to(next(one for one in self.lists if one.id not in self._folded))

    # Going

    def go_to(self, pane: CellList[Any]) -> None:
        """Make a pane the current one, unfolded."""
        self.current = pane
        self._folded = tuple(name for name in self._folded if name != pane.id)
        self.lay_out()
        self.screen.set_focus(pane)

    def step(self, step: int) -> None:
        """Go to the next or previous of those that are not folded away."""
        open_ones = [one for one in self.lists if one.id not in self._folded]
        self.go_to(open_ones[(open_ones.index(self.current) + step) % len(open_ones)])

    # Arranging

    def zoom(self) -> None:
        """Give the current pane the whole window, or take it back."""
        self._zoomed = not self._zoomed
        self.lay_out()

    def fold(self) -> None:
        """Fold the current pane away; when it is the last one left, bring the others back."""
        if len(self._folded) == len(self.lists) - 1:
            self._folded = ()
            self.lay_out()
            return
        gone = self.current
        self.step(1)
        self._folded = (*self._folded, str(gone.id))
        self.lay_out()

    def swap(self) -> None:
        """Let the upper panes change sides."""
        self._swapped = not self._swapped
        self._upper.move_child(self._upper.children[-1], before=0)
        self.lay_out()

    def resize_current(self, step: int) -> None:
        """Make the current pane larger (1) or smaller (-1)."""
        if self.current is self.lists[-1]:
            depth = self._depth or self._lower.outer_size.height
            self._depth = max(LEAST_DEPTH, min(MOST_DEPTH, depth + step))
        else:
            grows = step if self.current is self._upper.children[0] else -step
            self._share = max(LEAST_SHARE, min(MOST_SHARE, self._share + grows * SHARE_STEP))
        self.lay_out()

    # Laying out

    def lay_out(self) -> None:
        """Give each pane its place for the window's size."""
        width, height = self.app.size
        narrow, wide = width < NARROW, width >= WIDE
        alone = narrow or self._zoomed
        shown: list[Widget] = [
            one for one in self.lists if (one is self.current if alone else one.id not in self._folded)
        ]
        if (wide and not alone) or (narrow and not self._zoomed and height >= 30):
            shown.append(self._trends)
        for one in (*self.lists, self._trends):
            one.display = one in shown
        for row in (self._upper, self._lower):
            row.display = any(one in shown for one in row.children)
            row.styles.layout = "horizontal" if wide else "vertical"
        self._share_out(shown, wide=wide)
        self._trends.styles.dock = "bottom" if narrow else "none"
        self._trends.styles.height = TREND_LINES if narrow else "1fr"
        self._lower.styles.height = self._lower_height(shown, narrow=narrow, wide=wide)
        self.query_one("#tabs").display = alone or bool(self._folded)
        self.draw_tabs()

    def _share_out(self, shown: list[Widget], *, wide: bool) -> None:
        """The first of two upper panes has its share of the width, or of the height when they are stacked."""
        first, second = self._upper.children
        for one, share in ((first, self._share), (second, 100 - self._share)):
            one.styles.width = f"{share}fr" if wide else "1fr"
            one.styles.height = "1fr" if wide else f"{share}fr"
            one.set_class(wide and one is first and second in shown, "-beside")

    def _lower_height(self, shown: list[Widget], *, narrow: bool, wide: bool) -> int | str:
        """All of the room when nothing stands above."""
        if not self._upper.display:
            return "1fr"
        if narrow:
            return TREND_LINES
        if self._depth:
            return self._depth
        height = self.app.size.height
        if wide:
            return 9 if height >= 30 else 6
        uppers = sum(one in shown for one in self._upper.children)
        return max(LEAST_DEPTH, (height - 5) // (uppers + 1))

    def draw_tabs(self) -> None:
        """Name the panes with their keys and how many rows each has; the current one is marked."""
        self.query_one("#tabs", KeyBar).show([self._tab(place) for place in range(len(self.lists))])

    def _tab(self, place: int) -> KeyWords:
        pane = self.lists[place]
        name = f"{pane.title} {len(pane.order.items)}"
        if pane is self.current:
            name = f"▸{name}"
        elif pane.id in self._folded:
            name = tr("({pane} folded)", pane=name)
        return KeyWords(str(place + 1), name, name, f"go({place})")
