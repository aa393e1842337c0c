"""Why a client is passed over: one digit answers."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rules.facts import SKIP_REASONS
from rules.words import mark, tr
from screens.choice import ChoiceScreen, digit_bindings

WORDS = {
    "later": mark("later today"),
    "busy_line": mark("line busy or no dial tone"),
    "needs_lead": mark("needs the lead first"),
    "wrong_portfolio": mark("not of this portfolio"),
    "conflict_of_interest": mark("I know this person"),
    "other": mark("another reason"),
}
"""Skip reason to its words."""


class SkipScreen(ChoiceScreen):
    """Asks for one of `SKIP_REASONS`; None when nothing is skipped."""

    CHOICES = SKIP_REASONS
    BINDINGS: ClassVar[list[BindingType]] = digit_bindings(
        "skip", len(SKIP_REASONS), mark("Reason with this number"), mark("Stay with this client")
    )

    def question(self) -> str:
        """What is asked."""
        return tr("Why is this client skipped?")

    def words(self, choice: str) -> str:
        """The words of one reason."""
        return tr(WORDS[choice])

    def stay(self) -> str:
        """What Escape does."""
        return tr("Esc stays with this client")
