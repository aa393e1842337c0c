"""A list of rows drawn line by line: cursor, sort, filter; redraws only lines that differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

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

from rules.text import clean, fold
from rules.words import mark
from widgets.columns import GAP, Column, fit, fitting
from widgets.ordered_keys import take_key

T = TypeVar("T")

TONES = ("muted", "good", "warn", "bad", "strong")
"""Ways to show a cell; a tone never says what the text doesn't say, too."""


class RowList(ScrollView, Generic[T], inherit_bindings=False):
    """Rows of equal shape; costs the same with ten rows and with a hundred thousand.

    The cursor stays on its item when the order changes. `show` gives the items, `tick`
    the instant that ages are counted to; both repaint only the lines whose text changed.
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
        "rows--cursor",
        "rows--resting",
        *(f"rows--{tone}" for tone in TONES),
    }

    DEFAULT_CSS = """
    RowList {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        .rows--head { color: $text-muted; text-style: underline; }
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
        """Enter on an item."""

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
        self.columns = tuple(columns)
        self.now = now
        self.empty = empty
        self.title = ""
        self._identity = identity
        self._items: tuple[T, ...] = ()
        self._order: list[T] = []
        self._sort: Column[T] | None = None
        self._descending = False
        self._filter = ""
        self._filtering = False
        self._cursor = 0
        self._drawn: dict[int, tuple[object, ...]] = {}
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(512)

    # What is shown

    @property
    def item(self) -> T | None:
        """The item under the cursor."""
        return self._order[self._cursor] if self._cursor < len(self._order) else None

    @property
    def filtering(self) -> bool:
        """Whether letters go into the filter at this moment."""
        return self._filtering

    def show(self, items: Sequence[T], now: datetime) -> None:
        """Replace the items; equal items cost nothing on the screen."""
        self.now = now
        if tuple(items) != self._items:
            self._items = tuple(items)
            self._arrange()
        self._repaint_changed()

    def tick(self, now: datetime) -> None:
        """Count ages to another instant."""
        self.now = now
        self._repaint_changed()

    def relabel(self, title: str, columns: Sequence[Column[T]], empty: str) -> None:
        """Take title and columns in the language in force."""
        sorted_by = self._sort.key if self._sort else None
        self.title, self.columns, self.empty = title, tuple(columns), empty
        self._sort = next((column for column in self.columns if column.key == sorted_by), None)
        self._arrange()
        self.refresh()

    def narrow_to(self, text: str) -> None:
        """Show only rows that hold `text` (case and accents ignored); "" shows all."""
        self._filter = text
        self._arrange()
        self.refresh()

    def _arrange(self) -> None:
        at = self.item
        wanted = fold(self._filter)
        rows = [item for item in self._items if not wanted or wanted in self._words(item)]
        if self._sort is not None:
            rows.sort(key=self._sort.order, reverse=self._descending)
        self._order = rows
        name = self._identity(at) if at is not None else None
        same = (place for place, item in enumerate(rows) if self._identity(item) == name)
        self._cursor = next(same, min(self._cursor, max(0, len(rows) - 1)))
        self.virtual_size = Size(0, len(rows) + 1)
        self._say_state()
        self._point(at)

    def _words(self, item: T) -> str:
        return fold(" ".join(column.text(item, self.now) for column in self.columns))

    def _say_state(self) -> None:
        """The title: what is listed, how many, and the filter with how many it lets through."""
        title = f" {self.title} {len(self._items)} "
        if self._filtering or self._filter:
            caret = "▏" if self._filtering else ""
            title = f" {self.title} {len(self._order)}/{len(self._items)}  /{self._filter}{caret} "
        content = Content(clean(title))
        if self.border_title != content:
            self.border_title = content

    def _point(self, before: T | None) -> None:
        if self.item != before:
            self.post_message(self.Pointed(self, self.item))

    # Drawing

    def _line(self, y: int) -> tuple[object, ...]:
        """What line `y` of the window holds, as a value that is equal when it looks equal."""
        width = self.scrollable_content_region.width
        if y == 0:
            return ("head", width, self._sort.key if self._sort else "", self._descending)
        place = y - 1 + self.scroll_offset.y
        if place >= len(self._order):
            return ("empty" if y == 2 and not self._order else "blank", width, self.empty)
        item = self._order[place]
        cells = tuple((column.text(item, self.now), column.tone(item, self.now)) for column in self.columns)
        cursor = ("cursor" if self.has_focus else "resting") if place == self._cursor else ""
        return ("row", width, cursor, cells)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window; unchanged lines come from the store of strips."""
        line = self._drawn[y] = self._line(y)
        key = (*line, self.app.theme, self.columns)
        if (strip := self._strips.get(key)) is None:
            strip = self._strips[key] = self._draw(line)
        return strip

    def _draw(self, line: tuple[object, ...]) -> Strip:
        kind, width = line[0], line[1]
        base = self.rich_style
        if kind == "head":
            segments = self._draw_head()
        elif kind == "row":
            segments = self._draw_row(str(line[2]), line[3])
        else:
            segments = [Segment(f"  {clean(self.empty)}" if kind == "empty" else "", self._style("muted"))]
        return Strip(segments).apply_style(base).adjust_cell_length(int(str(width)), base)

    def _draw_head(self) -> list[Segment]:
        style = self._style("head")
        segments = [Segment(" ")]
        for column, width in fitting(self.columns, self.scrollable_content_region.width - 1):
            sign = ("▼" if self._descending else "▲") if column is self._sort else ""
            segments += [
                Segment(fit(sign + column.title, width, right=column.right), style),
                Segment(" " * GAP),
            ]
        return segments

    def _draw_row(self, cursor: str, cells: Any) -> list[Segment]:
        under = self._style(cursor) if cursor else None
        segments = [Segment("▸" if cursor else " ", under)]
        for column, width in fitting(self.columns, self.scrollable_content_region.width - 1):
            text, tone = cells[self.columns.index(column)]
            style = self._style(tone) if tone else None
            if under is not None:
                # On the cursor's own ground the colours of the tones would not be legible.
                style = under if cursor == "cursor" or style is None else style + Style(bgcolor=under.bgcolor)
            segments += [Segment(fit(text, width, right=column.right), style), Segment(" " * GAP, under)]
        if under is not None:
            segments.append(Segment(" " * self.size.width, under))
        return segments

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
        """Letters are text while a filter is being typed, and Enter ends it."""
        printable = character is not None and character.isprintable()
        return self._filtering and (printable or key in ("enter", "backspace"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is the screen's as long as there is no filter to clear."""
        return action != "clear_filter" or self._filtering or bool(self._filter)

    async def on_key(self, event: events.Key) -> None:
        """Type into the filter; any other key is dealt with in the order typed."""
        if await take_key(self, event):
            return
        event.stop()
        event.prevent_default()
        if event.key == "enter":
            self._filtering = False
            self._say_state()
        elif event.key == "backspace":
            self.narrow_to(self._filter[:-1])
        else:
            self.narrow_to(self._filter + (event.character or ""))

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self._filtering = True
        self._say_state()

    def action_clear_filter(self) -> None:
        """Show every row again."""
        self._filtering = False
        self.narrow_to("")

    def action_sort(self) -> None:
        """Order by the next column; after the last, the order in which they came."""
        order = [None, *self.columns]
        self._sort = order[(order.index(self._sort) + 1) % len(order)]
        self._descending = bool(self._sort and self._sort.right)
        self._arrange()
        self.refresh()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._descending = not self._descending
        self._arrange()
        self.refresh()

    def action_cursor(self, step: int) -> None:
        """Move the cursor some rows."""
        self._move(self._cursor + step)

    def action_page(self, step: int) -> None:
        """Move the cursor by a windowful."""
        self._move(self._cursor + step * max(1, self.size.height - 2))

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first (0) or last (1) row."""
        self._move(len(self._order) - 1 if end else 0)

    def action_choose(self) -> None:
        """Tell which item Enter was pressed on."""
        if self.item is not None:
            self.post_message(self.Chosen(self, self.item))

    def _move(self, place: int) -> None:
        before = self.item
        self._cursor = max(0, min(place, len(self._order) - 1))
        top, rows = self.scroll_offset.y, max(1, self.size.height - 1)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, immediate=True)
        elif self._cursor >= top + rows:
            self.scroll_to(y=self._cursor - rows + 1, animate=False, immediate=True)
        self._repaint_changed()
        self._point(before)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse points; a second click opens."""
        place = event.y - 1 + self.scroll_offset.y
        if 0 <= place < len(self._order) and event.y > 0:
            again = place == self._cursor
            self._move(place)
            if again and event.chain > 1:
                self.action_choose()

    def on_focus(self) -> None:
        """Show the cursor as live."""
        self._repaint_changed()

    def on_blur(self) -> None:
        """Leave the filter as it is and show the cursor as resting."""
        self._filtering = False
        self._say_state()
        self._repaint_changed()
