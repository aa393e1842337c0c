"""Why money is to be seen before identity is confirmed: one digit answers."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rules.identity import REVEAL_REASONS
from rules.words import mark, tr
from screens.choice import ChoiceScreen, digit_bindings

WORDS = {
    "client_known": mark("identified earlier today"),
    "client_called": mark("called us and was identified"),
    "preparing": mark("I am preparing the call"),
    "third_party_rule": mark("guarantor or representative"),
    "supervisor": mark("a lead asked for it"),
}
"""Reason to its words."""


class RevealScreen(ChoiceScreen):
    """Asks for one of `REVEAL_REASONS`; None when the money stays hidden."""

    CHOICES = REVEAL_REASONS
    BINDINGS: ClassVar[list[BindingType]] = digit_bindings(
        "reveal", len(REVEAL_REASONS), mark("Reason with this number"), mark("Leave amounts hidden")
    )

    def question(self) -> str:
        """What is asked."""
        return tr("Why show amounts before identity?")

    def words(self, choice: str) -> str:
        """The words of one reason."""
        return tr(WORDS[choice])

    def stay(self) -> str:
        """What Escape does."""
        return tr("Esc leaves them hidden")
