"""The agent's state: one digit says it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rules.facts import STATES
from rules.words import mark, tr
from screens.choice import ChoiceScreen, digit_bindings
from widgets.wording import STATES as STATE_WORDS
from widgets.wording import word


class StateScreen(ChoiceScreen):
    """Asks for one of `STATES`; None when nothing changes."""

    CHOICES = STATES
    BINDINGS: ClassVar[list[BindingType]] = digit_bindings(
        "state", len(STATES), mark("State with this number"), mark("Leave the state as it is")
    )

    def question(self) -> str:
        """What is asked."""
        return tr("Your state from now on?")

    def words(self, choice: str) -> str:
        """The words of one state."""
        return word(STATE_WORDS, choice)

    def stay(self) -> str:
        """What Escape does."""
        return tr("Esc leaves it as it is")
