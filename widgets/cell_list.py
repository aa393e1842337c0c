"""A list of rows with a cursor on a cell: sort by its column, look behind its number, leave it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType

from rules.words import mark
from widgets.columns import Column
from widgets.row_list import RowList

T = TypeVar("T")


class CellList(RowList[T]):
    """Rows whose columns are walked with the left and right arrow.

    The column under the cursor is shown however narrow the list is, so that none is out of
    reach. `out` holds the keys of columns that its reader has left out.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *RowList.BINDINGS,
        Binding("left", "column(-1)", mark("Column to the left"), id="cells.left", show=False),
        Binding("right", "column(1)", mark("Column to the right"), id="cells.right", show=False),
        Binding("g", "find", mark("Find"), id="cells.find"),
        Binding("c", "leave_out", mark("Leave the column out"), id="cells.leave_out", show=False),
        Binding("C", "all_columns", mark("Every column again"), id="cells.all_columns", show=False),
    ]

    def __init__(
        self,
        columns: Sequence[Column[T]],
        identity: Callable[[T], str],
        *,
        now: datetime,
        empty: str = "",
        id: str | None = None,
    ) -> None:
        """Make an empty list with the cursor on its first column."""
        super().__init__(columns, identity, now=now, empty=empty, id=id)
        self.out: frozenset[str] = frozenset()
        self._column = 0
        self._found = ""

    # Columns

    def shown_columns(self) -> Sequence[Column[T]]:
        """Those that were not left out."""
        return [column for column in self.order.columns if column.key not in self.out]

    def mark(self) -> str:
        """The key of the column under the cursor."""
        shown = self.shown_columns()
        return shown[min(self._column, len(shown) - 1)].key if shown else ""

    def opens(self, key: str) -> bool:
        """Whether there are rows behind the cells of a column."""
        return any(column.key == key and column.opens for column in self.order.columns)

    def wanted_column(self) -> str:
        """The column under the cursor is shown by all means."""
        return self.mark()

    def leave_out(self, keys: frozenset[str]) -> None:
        """Leave columns out; the first one stays, whatever `keys` say."""
        self.out = keys - {column.key for column in self.order.columns[:1]}
        self.refresh()

    def action_column(self, step: int) -> None:
        """Move the cursor some columns."""
        self._column = max(0, min(self._column + step, len(self.shown_columns()) - 1))
        self._repaint_changed()

    def action_leave_out(self) -> None:
        """Leave the column under the cursor out."""
        self.leave_out(self.out | {self.mark()})

    def action_all_columns(self) -> None:
        """Show every column again."""
        self.leave_out(frozenset())

    def action_sort(self) -> None:
        """Sort by the column under the cursor; once more: as the rows came."""
        column = next((one for one in self.order.columns if one.key == self.mark()), None)
        if column is None or self.order.sort is column:
            self.sort_by("", descending=False)
        else:
            self.sort_by(column.key, descending=column.right)

    async def on_click(self, event: events.Click) -> None:
        """Put the cursor on the cell; on a title: sort by it."""
        at = 0
        for column, width in self._columns():
            at += 1 + width
            if event.x < at:
                self._column = [one.key for one in self.shown_columns()].index(column.key)
                break
        if event.y == 0:
            self.action_sort()
        await super().on_click(event)

    # Finding

    def action_find(self) -> None:
        """Begin to type what to look for; every letter moves the cursor on to a row that holds it."""
        self._found = ""
        self.start_typing("find")

    def typed(self, key: str, character: str) -> None:
        """Type what to look for; Enter goes on to the next row that holds it."""
        if self._typing != "find":
            super().typed(key, character)
            return
        if key == "enter":
            self._jump(self._cursor + 1)
            return
        self._found = self._found[:-1] if key == "backspace" else self._found + character
        self._say_state()
        self._jump(self._cursor)

    def action_clear_filter(self) -> None:
        """Leave off looking; or show every row again."""
        if self._typing == "find":
            self.stop_typing()
        else:
            super().action_clear_filter()

    def _jump(self, start: int) -> None:
        place = self.order.find(self._found, start, self.now) if self._found else None
        if place is not None:
            self.point_at(place)

    def _state_words(self) -> str:
        if self._typing == "find":
            return f"{len(self.order.items)}  » {self._found}▏"
        return super()._state_words()
