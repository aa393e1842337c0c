"""A list of rows drawn line by line: cursor, sort, filter; redraws only lines that differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from rules.text import clean
from rules.words import mark
from widgets import row_lines
from widgets.columns import Column, fitting
from widgets.ordered_keys import hand_over, take_key
from widgets.row_order import RowOrder

T = TypeVar("T")

Cells = tuple[tuple[str, str], ...]
"""Text and tone of each cell that is shown."""

TONES = ("muted", "good", "warn", "bad", "strong")
"""Ways to show a cell; a tone never says what the text doesn't say, too."""


class RowList(ScrollView, Generic[T], inherit_bindings=False):
    """Rows of equal shape; costs the same with ten rows and with a hundred thousand.

    The cursor stays on its item when the order changes. `show` gives the items and the totals
    that stay in sight below them, `tick` the instant that ages are counted to; both repaint only
    the lines whose text changed.
    """

    can_focus = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", mark("Up"), id="rows.up", show=False),
        Binding("down,j", "cursor(1)", mark("Down"), id="rows.down", show=False),
        Binding("pageup", "page(-1)", mark("Page up"), id="rows.page_up", show=False),
        Binding("pagedown", "page(1)", mark("Page down"), id="rows.page_down", show=False),
        Binding("home", "edge(0)", mark("First"), id="rows.first", show=False),
        Binding("end", "edge(1)", mark("Last"), id="rows.last", show=False),
        Binding("enter", "choose", mark("Open"), id="rows.open", show=False),
        Binding("s", "sort", mark("Sort"), id="rows.sort"),
        Binding("r", "reverse", mark("Reverse"), id="rows.reverse"),
        Binding("slash", "filter", mark("Filter"), id="rows.filter"),
        Binding("escape", "clear_filter", mark("Clear the filter"), id="rows.clear_filter", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--head",
        "rows--total",
        "rows--cursor",
        "rows--resting",
        *(f"rows--{tone}" for tone in TONES),
    }

    DEFAULT_CSS = """
    RowList {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        .rows--head { color: $text-muted; text-style: underline; }
        .rows--total { text-style: bold; }
        .rows--cursor { background: $primary; color: $text; text-style: bold; }
        .rows--resting { background: $boost; }
        .rows--muted { color: $text-muted; }
        .rows--good { color: $text-success; }
        .rows--warn { color: $text-warning; text-style: bold; }
        .rows--bad { color: $text-error; text-style: bold; }
        .rows--strong { text-style: bold; }
        &:nocolor .rows--cursor { text-style: reverse; }
        &:nocolor .rows--bad { text-style: bold underline; }
    }
    """

    class Pointed(Message):
        """The cursor is on another item (None: the list is empty)."""

        def __init__(self, rows: RowList[Any], item: Any) -> None:
            super().__init__()
            self.rows, self.item = rows, item

        @property
        def control(self) -> RowList[Any]:
            """The list."""
            return self.rows

    class Chosen(Pointed):
        """Enter on an item; `column` is the key of the column that the cursor is on, "" = none."""

        def __init__(self, rows: RowList[Any], item: Any, column: str = "") -> None:
            super().__init__(rows, item)
            self.column = column

    def __init__(
        self,
        columns: Sequence[Column[T]],
        identity: Callable[[T], str],
        *,
        now: datetime,
        empty: str = "",
        id: str | None = None,
    ) -> None:
        """Make an empty list; `empty` is what it says then."""
        super().__init__(id=id)
        self.order: RowOrder[T] = RowOrder(columns, identity)
        self.now = now
        self.empty = empty
        self.title = ""
        self._typing = ""
        self._cursor = 0
        self._layout: tuple[object, list[tuple[Column[T], int]]] = (None, [])
        self._drawn: dict[int, tuple[object, ...]] = {}
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(512)

    # What is shown

    @property
    def item(self) -> T | None:
        """The item under the cursor."""
        return self.order.at(self._cursor)

    @property
    def filtering(self) -> bool:
        """Whether letters go into the filter at this moment."""
        return self._typing == "filter"

    def show(self, items: Sequence[T], now: datetime, totals: Sequence[T] = ()) -> None:
        """Replace the items; equal items cost nothing on the screen."""
        self.now, at = now, self.item
        if self.order.take(items, totals):
            self._arrange(at)
        self._repaint_changed()

    def tick(self, now: datetime) -> None:
        """Count ages to another instant."""
        self.now = now
        self._repaint_changed()

    def relabel(self, title: str, columns: Sequence[Column[T]], empty: str) -> None:
        """Take title and columns in the language in force."""
        self.title, self.empty = title, empty
        self.order.relabel(columns)
        self._arrange(self.item)
        self.refresh()

    def sort_by(self, key: str, *, descending: bool) -> None:
        """Sort by the column of a key; "" = in the order in which the items came."""
        self.order.sort_by(key, descending)
        self._arrange(self.item)
        self.refresh()

    def narrow_to(self, text: str) -> None:
        """Show only rows that hold `text` (case and accents ignored); "" shows all."""
        self.order.filter = text
        self._arrange(self.item)
        self.refresh()

    def _arrange(self, at: T | None) -> None:
        """Put the rows in order; the cursor stays on the item that it was `at`."""
        self.order.arrange(self.now)
        self._cursor = self.order.place_of(at, self._cursor)
        self.virtual_size = Size(0, len(self.order) + 1)
        self._say_state()
        self._point(at)

    def _say_state(self) -> None:
        """The title: what is listed, how many, and the filter with how many it lets through."""
        content = Content(clean(f" {self.title} {self._state_words()} "))
        if self.border_title != content:
            self.border_title = content

    def _state_words(self) -> str:
        order = self.order
        if self.filtering or order.filter:
            return f"{len(order.rows)}/{len(order.items)}  /{order.filter}{'▏' if self.filtering else ''}"
        return str(len(order.items))

    def _point(self, before: T | None) -> None:
        if self.item != before:
            self.post_message(self.Pointed(self, self.item))

    # Drawing

    def shown_columns(self) -> Sequence[Column[T]]:
        """The columns that may be shown, the first of them always."""
        return self.order.columns

    def wanted_column(self) -> str:
        """The key of a column that is shown even if there is little room, "" = none."""
        return ""

    def _columns(self) -> list[tuple[Column[T], int]]:
        """The columns that fit, with their widths; worked out again only when something differs."""
        width = self.scrollable_content_region.width
        key = (width, self.order.columns, tuple(self.shown_columns()), self.wanted_column())
        if self._layout[0] != key:
            self._layout = key, fitting(self.shown_columns(), width - 1, self.wanted_column())
        return self._layout[1]

    def _foot(self) -> int:
        """How many lines at the foot stay with the totals; 0 = they roll with the rows: the list is low."""
        number = len(self.order.totals)
        return number if self.size.height > number + 3 else 0

    def _place(self, y: int) -> int | None:
        """The place of the row in line `y` of the window; None = no row."""
        foot, rows = self._foot(), len(self.order.rows)
        first_total = min(self.size.height - foot, rows + 1) if foot else self.size.height
        if y >= first_total:
            place = rows + y - first_total
        else:
            place = y - 1 + self.scroll_offset.y
            if foot and place >= rows:
                return None
        return place if y > 0 and place < len(self.order) else None

    def _line(self, y: int) -> tuple[object, ...]:
        """What line `y` of the window holds, as a value that is equal when it looks equal."""
        columns, order = self._columns(), self.order
        layout = tuple((column.key, width) for column, width in columns)
        if y == 0:
            return ("head", layout, order.sort.key if order.sort else "", order.descending, self.mark())
        place = self._place(y)
        if place is None or (item := order.at(place)) is None:
            return ("empty" if y == 2 and not len(order) else "blank", layout, self.empty)
        cells = tuple((column.text(item, self.now), column.tone(item, self.now)) for column, _ in columns)
        under = ("cursor" if self.has_focus else "resting") if place == self._cursor else ""
        mark = self.mark() if under else ""
        return ("row", layout, cells, under, mark, place >= len(order.rows))

    def mark(self) -> str:
        """The key of the column that the cursor is on, "" = on the row as a whole."""
        return ""

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window; unchanged lines come from the store of strips."""
        line = self._drawn[y] = self._line(y)
        width = self.scrollable_content_region.width
        key = (line, width, self.app.theme, self.order.columns)
        if (strip := self._strips.get(key)) is None:
            base = self.rich_style
            strip = Strip(self._draw(line)).apply_style(base).adjust_cell_length(width, base).simplify()
            self._strips[key] = strip
        return strip

    def _draw(self, line: tuple[object, ...]) -> list[Segment]:
        if line[0] == "head":
            sort, descending, mark = self.order.sort, self.order.descending, self.mark()
            return row_lines.head(self._columns(), sort, descending, mark, self._style)
        if line[0] == "row":
            cells, cursor, mark, total = cast("tuple[Cells, str, str, bool]", line[2:])
            segments = row_lines.body(self._columns(), cells, cursor, mark, total, self._style)
            return [*segments, Segment(" " * self.size.width, self._style(cursor))] if cursor else segments
        return [Segment(f"  {clean(self.empty)}" if line[0] == "empty" else "", self._style("muted"))]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"rows--{name}")

    def _repaint_changed(self) -> None:
        width = self.size.width
        for y, before in list(self._drawn.items()):
            if y >= self.size.height:
                del self._drawn[y]
            elif self._line(y) != before:
                self.refresh(Region(0, y, width, 1))

    def notify_style_update(self) -> None:
        """Forget strips that were drawn in other colours."""
        self._strips.clear()
        super().notify_style_update()

    # Keys

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters are text while some are being typed, and Enter ends it."""
        printable = character is not None and character.isprintable()
        return bool(self._typing) and (printable or key in ("enter", "backspace"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is the screen's as long as there is no filter to clear."""
        return action != "clear_filter" or bool(self._typing) or bool(self.order.filter)

    async def on_key(self, event: events.Key) -> None:
        """Take what is typed; any other key is dealt with in the order typed."""
        if await take_key(self, event):
            return
        event.stop()
        event.prevent_default()
        self.typed(event.key, event.character or "")

    def typed(self, key: str, character: str) -> None:
        """Type into the filter."""
        if key == "enter":
            self.stop_typing()
        elif key == "backspace":
            self.narrow_to(self.order.filter[:-1])
        else:
            self.narrow_to(self.order.filter + character)

    def start_typing(self, what: str) -> None:
        """From now on letters are text."""
        self._typing = what
        self._say_state()

    def stop_typing(self) -> None:
        """From now on letters are keys again."""
        self.start_typing("")

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self.start_typing("filter")

    def action_clear_filter(self) -> None:
        """Show every row again."""
        self.stop_typing()
        self.narrow_to("")

    def action_sort(self) -> None:
        """Order by the next column; after the last, the order in which they came."""
        sorts = [None, *self.order.columns]
        column = sorts[(sorts.index(self.order.sort) + 1) % len(sorts)]
        self.sort_by(column.key if column else "", descending=bool(column and column.right))

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.order.descending = not self.order.descending
        self._arrange(self.item)
        self.refresh()

    def action_cursor(self, step: int) -> None:
        """Move the cursor some rows."""
        self.point_at(self._cursor + step)

    def action_page(self, step: int) -> None:
        """Move the cursor by a windowful."""
        self.point_at(self._cursor + step * max(1, self.size.height - 2 - self._foot()))

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first (0) or last (1) row."""
        self.point_at(len(self.order) - 1 if end else 0)

    async def action_choose(self) -> None:
        """Tell which item Enter was pressed on; later keys wait until that has been dealt with."""
        if self.item is not None:
            await hand_over(self, self.Chosen(self, self.item, self.mark()))

    def point_at(self, place: int) -> None:
        """Move the cursor to a place, and bring it into sight."""
        before = self.item
        self._cursor = max(0, min(place, len(self.order) - 1))
        top, rows = self.scroll_offset.y, max(1, self.size.height - 1 - self._foot())
        if not self._foot() or self._cursor < len(self.order.rows):
            if self._cursor < top:
                self.scroll_to(y=self._cursor, animate=False, immediate=True)
            elif self._cursor >= top + rows:
                self.scroll_to(y=self._cursor - rows + 1, animate=False, immediate=True)
        self._repaint_changed()
        self._point(before)

    async def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse points; a second click opens."""
        place = self._place(event.y)
        if place is not None:
            again = place == self._cursor
            self.point_at(place)
            if again and event.chain > 1:
                await self.action_choose()

    def on_focus(self) -> None:
        """Show the cursor as live."""
        self._repaint_changed()

    def on_blur(self) -> None:
        """Leave the filter as it is and show the cursor as resting."""
        self.stop_typing()
        self._repaint_changed()
