"""The agent's state: one digit says it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.facts import STATES
from rules.words import mark, tr
from widgets.shown import row, shown
from widgets.wording import STATES as STATE_WORDS
from widgets.wording import word

HEAD_LINES = 2


class StateScreen(ModalScreen[str | None]):
    """Asks for one of `STATES`; closes with it, or with None when nothing changes."""

    DEFAULT_CSS = """
    StateScreen { align: center middle; }
    StateScreen > Static {
        width: 44; height: auto; padding: 1 2;
        background: $panel; border-left: thick $primary;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{place}", f"answer({place})", mark("State with this number"), id=f"state.{place}")
            for place in range(1, len(STATES) + 1)
        ),
        Binding("escape", "cancel", mark("Leave the state as it is"), id="state.cancel"),
    ]

    def compose(self) -> ComposeResult:
        """One static text."""
        lines = [row((tr("Your state from now on?"), "bold")), Content("")]
        for place, state in enumerate(STATES, start=1):
            lines.append(row((f"{place}", "bold $text-primary"), f"  {word(STATE_WORDS, state)}"))
        lines += [Content(""), shown(tr("Esc leaves it as it is"), "$text-muted")]
        yield Static(Content("\n").join(lines))

    def action_answer(self, place: int) -> None:
        """Close with the state of that number."""
        self.dismiss(STATES[place - 1])

    def action_cancel(self) -> None:
        """Close without a state."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click on a line is its digit."""
        if isinstance(event.widget, Static):
            place = event.screen_y - event.widget.content_region.y - HEAD_LINES
            if 0 <= place < len(STATES):
                self.dismiss(STATES[place])
