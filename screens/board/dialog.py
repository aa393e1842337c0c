"""What the board's dialogs share: a matter in full, a line for a word on it, the keys."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from rules.text import clean, find_card_code, find_pan
from rules.words import tr
from widgets.offer_lines import OfferLines
from widgets.ordered_keys import OrderedInput
from widgets.panel import LABEL, wrapped
from widgets.refusals import REFUSALS
from widgets.shown import row, shown

LONGEST_NOTE = 200

T = TypeVar("T")


class BoardDialog(ModalScreen[T | None]):
    """Closes with what the lead decided, or with None when the matter is left waiting.

    Args:
        now: the present instant, in the zone in which hours are to be read.
    """

    DEFAULT_CSS = """
    BoardDialog { align: center middle; }
    BoardDialog > Vertical {
        width: 92; max-width: 100%; height: auto; max-height: 100%;
        padding: 0 1; background: $panel; border-left: thick $primary;
    }
    BoardDialog OfferLines { height: auto; max-height: 21; }
    BoardDialog Input, BoardDialog Input:focus {
        display: none; height: 1; border: none; padding: 0; background: $surface;
    }
    BoardDialog.-typing Input { display: block; }
    BoardDialog .keys { height: 1; }
    """

    AUTO_FOCUS = "OfferLines"

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now
        self.note = ""
        self.typing = ""
        self._lines = OfferLines()
        self.line = OrderedInput(select_on_focus=False, max_length=LONGEST_NOTE)
        self._keys = Static(classes="keys")

    # What a dialog says

    @abstractmethod
    def told(self, width: int) -> list[Content | str]:
        """The matter in lines, for a width in cells."""

    @abstractmethod
    def keys(self) -> str:
        """What the keys do while no line is open."""

    def entered(self) -> None:
        """The line was entered with a text that may be kept: it is the note, to be sent later."""
        self.note = self.text()
        self.close_line()

    # The line

    def compose(self) -> ComposeResult:
        """The matter, the line, the keys."""
        with Vertical():
            yield self._lines
            yield self.line
            yield self._keys

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.say(self.keys(), LABEL)
        self.call_after_refresh(self.draw)

    def on_resize(self) -> None:
        """Draw for the size."""
        self.call_after_refresh(self.draw)

    def text(self) -> str:
        """What stands in the line."""
        return clean(self.line.value).strip()

    def open_line(self, what: str, placeholder: str, keys: str) -> None:
        """Open the line for `what`, and say what its keys do."""
        self.typing = what
        self.line.value = self.note if what == "note" else ""
        self.line.placeholder = placeholder
        self.add_class("-typing")
        self.set_focus(self.line)
        self.say(keys, LABEL)

    def close_line(self) -> None:
        """Back to the matter."""
        self.typing = ""
        self.remove_class("-typing")
        self.set_focus(self._lines)
        self.say(self.keys(), LABEL)
        self.draw()

    def action_note(self) -> None:
        """Open the line for a word to the agent."""
        self.open_line("note", tr("a word to the agent"), tr("⏎ keeps it · Esc back"))

    def action_leave(self) -> None:
        """From the line back to the matter; from there, close without an answer."""
        if self.typing:
            self.close_line()
        else:
            self.dismiss(None)

    @on(Input.Submitted)
    def _entered(self) -> None:
        """A card's data are never kept: said here, where they can be mended."""
        text = self.text()
        if find_pan(text):
            self.say(tr(REFUSALS["card_number_in_note"]), "$text-error")
        elif find_card_code(text):
            self.say(tr(REFUSALS["card_code_in_note"]), "$text-error")
        else:
            self.entered()

    # Drawing

    def say(self, text: str, style: str) -> None:
        """Say something in the line of the keys."""
        self._keys.update(shown(text, style), layout=False)

    def draw(self) -> None:
        """Draw the matter for the width that there is."""
        width = self._lines.content_size.width
        if width:
            self._lines.update(Content("\n").join([*self.told(width), *self._noted(width)]))

    def _noted(self, width: int) -> list[Content]:
        return wrapped(row((f"{tr('Your note')}: ", LABEL), self.note), width, "  ") if self.note else []
