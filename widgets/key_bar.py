"""The key bar: the keys that work now, in one line; Textual's own Footer leaks and is slow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from widgets.shown import row, shown


class KeyWords(msgspec.Struct, frozen=True):
    """A key, what it does in words, in fewer words, and the action behind it."""

    key: str
    words: str
    brief: str
    action: str


class KeyBar(Widget):
    """Draws keys in one line, the most needed first.

    When the needed ones do not fit they move closer, then are written briefly; what then still
    does not fit is left out.
    """

    DEFAULT_CSS = """
    KeyBar { height: 1; width: 1fr; text-wrap: nowrap; }
    """

    @dataclass
    class Pressed(Message):
        """A key of the bar was clicked; `action` is what it does."""

        action: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys: tuple[KeyWords, ...] = ()
        self._needed = 0
        self._places: list[tuple[int, int, str]] = []

    def show(self, keys: Sequence[KeyWords], needed: int = 0) -> None:
        """Show keys, the first `needed` of them by all means; the same again cost nothing."""
        if tuple(keys) != self._keys:
            self._keys, self._needed = tuple(keys), needed
            self.refresh()

    def render(self) -> Content:
        """As many whole entries as fit."""
        entries, gap = self._fitting()
        line, at = shown(" "), 1
        self._places = []
        for entry, action in entries:
            end = at + entry.cell_length
            if end > self.size.width:
                break
            self._places.append((at, end, action))
            line = row(line, entry, " " * gap)
            at = end + gap
        return line

    def _fitting(self) -> tuple[list[tuple[Content, str]], int]:
        """Entries with their actions and the gap between, as roomy as the needed ones allow."""
        for brief, gap in ((False, 2), (False, 1), (True, 1)):
            entries = [
                (row((one.key, "bold $text-primary"), f" {one.brief if brief else one.words}"), one.action)
                for one in self._keys
            ]
            if sum(entry.cell_length + gap for entry, _ in entries[: self._needed]) < self.size.width:
                break
        return entries, gap

    def on_click(self, event: events.Click) -> None:
        """Do what the clicked key does."""
        for start, end, action in self._places:
            if start <= event.x < end:
                self.post_message(self.Pressed(action))
