"""A panel of the desk: a titled rule and lines drawn whole from one value, in place.

One widget per panel and no children: a page changes by a repaint, never by a new layout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from widgets.shown import drawn, row, shown

RULE = "$panel-rule"
LABEL = "$text-muted"


@dataclass(frozen=True)
class _Ahead:
    """What was drawn before it is shown: known by `key`, for a size; the panel's state then."""

    key: object
    size: Size
    state: dict[str, Any]


class Panel(Widget):
    """Base of the panels. A subclass says its title and its lines for a width.

    under_eye: the arrow keys move in this panel. hidden: the client's money is masked. top:
    first line shown, when there are more than fit. count: how many lines there are.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Panel { height: 1fr; width: 1fr; }
    """

    @dataclass
    class Picked(Message):
        """A line that stands for something was clicked; `item` is its number (0-based)."""

        panel: Panel
        item: int

        @property
        def control(self) -> Panel:
            """The panel, so that handlers can name it by a selector."""
            return self.panel

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.under_eye = False
        self.hidden = False
        self.top = 0
        self.count = 0
        self._drawn: list[Content] = []
        self._drawn_for = Size(0, 0)
        self._strips: dict[int, Strip] = {}
        self._ahead: _Ahead | None = None
        self._aside = False

    # What a subclass says

    def title(self) -> Content:
        """The words on the panel's rule."""
        raise NotImplementedError

    def note(self) -> Content:
        """A short word at the right end of the rule."""
        return Content("")

    def lines(self, width: int) -> Sequence[Content]:
        """The panel's lines, drawn for a width in cells."""
        raise NotImplementedError

    def item_at(self, line: int) -> int | None:
        """Which item a line of `lines` belongs to, for the mouse."""
        return None

    # What the screen asks

    def look(self, under_eye: bool) -> None:
        """Say whether the arrow keys move here."""
        if under_eye is not self.under_eye:
            self.under_eye = under_eye
            self.redraw()

    def move(self, step: int) -> None:
        """Move by some lines; a panel with a cursor moves that instead."""
        self.scroll_lines(step)

    def hide(self, hidden: bool) -> None:
        """Mask the client's money, or show it."""
        if hidden is not self.hidden:
            self.hidden = hidden
            self.redraw()

    def scroll_lines(self, step: int) -> None:
        """Show the panel's lines from another one on."""
        room = max(1, self.size.height - 1)
        top = max(0, min(self.top + step, self.count - room))
        if top != self.top:
            self.top = top
            self.redraw()

    def home(self) -> None:
        """Back to the first line, for a new client."""
        self.top = 0

    # Drawing

    def draw_ahead(self, key: object, show: Callable[[], None]) -> None:
        """Draw what `show` would show, as soon as there is time for it, and keep it for `put`.

        Args:
            key: what is shown, to be known again by equality.
            show: shows it on this panel; afterwards the panel is as it was before.
        """
        before = self.__dict__.copy()
        self._ahead, self._strips, self._drawn_for, self._aside = None, {}, Size(0, 0), True
        try:
            self.home()
            show()
            if self._drawn_for == self.size:
                self._make_ready(range(self.size.height))
                now = self.__dict__
                changed = {name: now[name] for name in now if before.get(name, self) is not now[name]}
                before["_ahead"] = _Ahead(key, self.size, {**changed, "_ahead": None, "_aside": False})
        finally:
            self._become(before, whole=True)

    @property
    def waits_for_drawing(self) -> bool:
        """Whether nothing is drawn ahead, or what was is of no more use (other colours, another size)."""
        return self.display and (self._ahead is None or self._ahead.size != self.size)

    def put(self, key: object, show: Callable[[], None]) -> None:
        """Show something from its first line on: what was drawn ahead if it is that, else by `show`."""
        ahead, self._ahead = self._ahead, None
        self.home()
        if ahead is not None and ahead.size == self.size and ahead.key == key:
            before = self._drawn
            self._become(ahead.state)
            self._send(self._changed(before))
        else:
            show()

    def _become(self, state: Mapping[str, Any], *, whole: bool = False) -> None:
        """Take a state on; a whole one has nothing besides."""
        own = self.__dict__
        if whole:
            own.clear()
        for name, value in state.items():
            own[name] = value

    def redraw(self) -> None:
        """Draw again; only lines that differ go to the terminal."""
        width, height = self.size
        if not width or not height or not self.display:
            return  # not laid out or not shown: the resize or the show will draw
        if self._drawn_for != self.size:
            self._drawn_for = self.size
            self._strips.clear()
        before, self._drawn = self._drawn, self._draw(width, height)
        changed = self._changed(before)
        for y in changed:
            self._strips.pop(y, None)
        if not self._aside:
            self._send(changed)

    def _changed(self, before: Sequence[Content]) -> list[int]:
        """The lines that differ from those drawn before."""
        pairs = enumerate(zip_longest(before, self._drawn))
        return [y for y, (old, new) in pairs if old is None or new is None or not old.is_same(new)]

    def _send(self, lines: Sequence[int]) -> None:
        """Have some lines sent to the terminal."""
        if lines:
            width = self.size.width
            self.refresh(*(Region(0, y, width, 1) for y in lines))

    def recolour(self) -> None:
        """Send every line again: the theme has changed, the words have not."""
        self._strips.clear()
        self._ahead = None
        self.refresh()

    def notify_style_update(self) -> None:
        """Lines made ready in the colours before are of no more use."""
        self._strips.clear()
        self._ahead = None
        super().notify_style_update()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()

    def on_show(self) -> None:
        """Draw for the place in which the panel is shown now."""
        self.redraw()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines made ready when they change: Textual asks every panel at each key, whichever it moves."""
        self._make_ready(crop.line_range)
        lines = [self._strips[y] for y in crop.line_range]
        return lines if crop.width == self.size.width else [line.crop(crop.x, crop.right) for line in lines]

    def _make_ready(self, wanted: range) -> None:
        strips = self._strips
        if missing := [y for y in wanted if y not in strips]:
            filters, ground = self.get_line_filters(), self.background_colors[1]
            for y in missing:
                strip = self.render_line(y)
                for line_filter in filters:
                    strip = strip.apply_filter(line_filter, ground)
                strips[y] = strip

    def render_line(self, y: int) -> Strip:
        """One line, as drawn; a panel has no border or padding of its own."""
        width, ground = self.size.width, self.visual_style.rich_style
        if y >= len(self._drawn):
            return Strip.blank(width, ground)
        return drawn(self._drawn[y], self).adjust_cell_length(width, ground)

    def _draw(self, width: int, height: int) -> list[Content]:
        """The rule and as many lines as fit."""
        edge = self.region.x > 0
        inner = max(1, width - 1 - 2 * edge)
        lines = self.lines(inner)
        self.count = len(lines)
        room = height - 1
        self.top = max(0, min(self.top, len(lines) - room))
        side = Content.styled("│ ", RULE) if edge else Content(" ")
        seen = [side + line.truncate(inner, ellipsis=True) for line in lines[self.top : self.top + room]]
        blank = [side if edge else Content("")] * (room - len(seen))
        return [self._rule(width, edge, len(lines) - room), *seen, *blank]

    def _rule(self, width: int, edge: bool, hidden: int) -> Content:
        mark = "▸" if self.under_eye else " "
        words = "bold $text-primary" if self.under_eye else f"bold {LABEL}"
        corner = (
            "┬─" if self.region.y == 1 else "├─"
        )  # line 0 is the top line: this is the first row of panels
        head = row((corner if edge else "──", RULE), (mark, words), self.title().stylize_before(words), " ")
        note = self.note()
        if hidden > 0:
            more = shown(f"{'▲' if self.top else ' '}{'▼' if self.top < hidden else ' '}", words)
            note = row(note, " ", more) if note else more
        tail = row(" ", note.stylize_before(LABEL), (" ─", RULE)) if note else shown("")
        head = head.truncate(max(0, width - tail.cell_length), ellipsis=True)
        fill = width - head.cell_length - tail.cell_length
        return row(head, ("─" * fill, RULE), tail)

    # The mouse does what the keys do

    def on_click(self, event: events.Click) -> None:
        """Tell the screen which item was clicked."""
        item = self.item_at(event.y - 1 + self.top) if event.y else None
        self.post_message(self.Picked(self, -1 if item is None else item))

    def on_mouse_scroll_down(self) -> None:
        """Scroll by a line."""
        self.scroll_lines(1)

    def on_mouse_scroll_up(self) -> None:
        """Scroll back by a line."""
        self.scroll_lines(-1)


def columns(cells: Sequence[Content | str], widths: Sequence[int]) -> Content:
    """One line of aligned cells: a negative width aligns right, cells are cut to fit."""
    parts: list[Content | str] = []
    for cell, width in zip(cells, widths, strict=True):
        content = cell if isinstance(cell, Content) else shown(cell)
        size = abs(width)
        content = content.truncate(size, ellipsis=True)
        gap = " " * (size - content.cell_length)
        parts += (" ", gap, content) if width < 0 else (" ", content, gap)
    return Content.assemble(*parts[1:], strip_control_codes=False)


def wrapped(text: Content, width: int, indent: str = "") -> list[Content]:
    """A paragraph broken at words; the second line on starts with `indent`."""
    space = max(1, width - len(indent))
    lines = text.wrap(space)
    return [line if not number else row(indent, line) for number, line in enumerate(lines)]
