"""What is missing to change a contact point: one digit says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from rules.words import mark, tr
from screens.choice import ChoiceScreen, digit_bindings

MOST = 8
"""Choices that a kind of point may offer: four media, yes and no."""


class PointChoiceScreen(ChoiceScreen):
    """Asks a question about a contact point; None when it stays as it is.

    Args:
        question: what is asked.
        choices: each code with its words, `MOST` at most.
    """

    BINDINGS: ClassVar[list[BindingType]] = digit_bindings(
        "point", MOST, mark("Choice with this number"), mark("Leave the point as it is")
    )

    def __init__(self, question: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._question = question
        self._words = dict(choices)

    def choices(self) -> tuple[str, ...]:
        """The codes."""
        return tuple(self._words)

    def question(self) -> str:
        """What is asked."""
        return self._question

    def words(self, choice: str) -> str:
        """The words of one choice."""
        return self._words[choice]

    def stay(self) -> str:
        """What Escape does."""
        return tr("Esc leaves it as it is")
