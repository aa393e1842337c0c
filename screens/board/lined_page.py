"""A page of the board with a line to type on: opened for something, sent with Enter, closed by Escape."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from textual import on
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from rules.capture.scope import Refused
from screens.board import keys
from screens.board.page import FIRST_KEYS, BoardPage
from screens.board.service import BoardService
from widgets.key_bar import KeyBar
from widgets.ordered_keys import OrderedInput

LONGEST = 300


class LinedPage(BoardPage):
    """What is typed stays on the line until the centre has taken it.

    typing: what the line is open for, "" = it is closed. resting: what has the keys then.
    """

    DEFAULT_CSS = """
    LinedPage {
        #page-body { layout: vertical; }
        #page-line, #page-line:focus {
            display: none; height: 1; border: none; padding: 0 1; background: $surface;
        }
        &.-typing #page-line { display: block; }
    }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self.typing = ""
        self.resting: Widget | None = None
        self.line = OrderedInput(id="page-line", select_on_focus=False, max_length=LONGEST)

    @abstractmethod
    def entered(self, text: str) -> None:
        """Enter was pressed on the line, which is open for `self.typing`.

        Raises:
            Refused: what was typed can't be taken.
        """

    @abstractmethod
    def reason(self, refused: Refused) -> str:
        """Why what was typed can't be taken, in words."""

    def draw_keys(self) -> None:
        """Write the keys that work now, the page's own before the list's."""
        bound = (one for one in self.BINDINGS if isinstance(one, Binding))
        own = [one.id for one in bound if one.id and one.show]
        self.query_one("#page-keys", KeyBar).show(keys.bar(self, ("page.leave", *own, *FIRST_KEYS)))

    def open_line(self, what: str, text: str, words: str) -> None:
        """Open the line for `what` with a text on it, and say what may be typed."""
        self.typing = what
        self.line.value = text
        self.line.cursor_position = len(text)
        self.add_class("-typing")
        self.set_focus(self.line)
        self.say(words)

    def close_line(self) -> None:
        """Back to where the keys were."""
        self.typing = ""
        self.remove_class("-typing")
        if self.resting is not None:
            self.set_focus(self.resting)
        self.say("")

    def action_leave(self) -> None:
        """From the line back to the page; from there back to the board."""
        if self.typing:
            self.close_line()
        else:
            super().action_leave()

    @on(Input.Submitted, "#page-line")
    def _enter(self) -> None:
        try:
            self.entered(self.line.value.strip())
        except Refused as refused:
            self.say(f"✗ {self.reason(refused)}", "bold $text-error")
