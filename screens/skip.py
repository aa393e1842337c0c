"""Why a client is passed over: one digit answers."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.facts import SKIP_REASONS
from rules.words import mark, tr
from widgets.shown import row, shown

WORDS = {
    "later": mark("later today"),
    "busy_line": mark("line busy or no dial tone"),
    "needs_lead": mark("needs the lead first"),
    "wrong_portfolio": mark("not of this portfolio"),
    "conflict_of_interest": mark("I know this person"),
    "other": mark("another reason"),
}
"""Skip reason to its words."""

HEAD_LINES = 2


class SkipScreen(ModalScreen[str | None]):
    """Asks for one of `SKIP_REASONS`; closes with it, or with None when nothing is skipped."""

    DEFAULT_CSS = """
    SkipScreen { align: center middle; }
    SkipScreen > Static {
        width: 44; height: auto; padding: 1 2;
        background: $panel; border-left: thick $primary;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{place}", f"answer({place})", mark("Reason with this number"), id=f"skip.{place}")
            for place in range(1, len(SKIP_REASONS) + 1)
        ),
        Binding("escape", "cancel", mark("Stay with this client"), id="skip.cancel"),
    ]

    def compose(self) -> ComposeResult:
        """One static text."""
        lines = [row((tr("Why is this client skipped?"), "bold")), Content("")]
        for place, reason in enumerate(SKIP_REASONS, start=1):
            lines.append(row((f"{place}", "bold $text-primary"), f"  {tr(WORDS[reason])}"))
        lines += [Content(""), shown(tr("Esc stays with this client"), "$text-muted")]
        yield Static(Content("\n").join(lines))

    def action_answer(self, place: int) -> None:
        """Close with the reason of that number."""
        self.dismiss(SKIP_REASONS[place - 1])

    def action_cancel(self) -> None:
        """Close without a reason."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click on a line is its digit."""
        text = self.query_one(Static).content_region
        place = event.screen_y - text.y - HEAD_LINES
        if text.contains(event.screen_x, event.screen_y) and 0 <= place < len(SKIP_REASONS):
            self.dismiss(SKIP_REASONS[place])
