"""A question with a handful of answers: one digit, or a click, answers it."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from widgets.shown import row, shown

HEAD_LINES = 2


def digit_bindings(group: str, choices: int, answer: str, stay: str) -> list[BindingType]:
    """Keys 1 to `choices`, and Escape; named ``group.1``… and ``group.cancel``."""
    digits = range(1, choices + 1)
    return [
        *(Binding(f"{digit}", f"answer({digit})", answer, id=f"{group}.{digit}") for digit in digits),
        Binding("escape", "cancel", stay, id=f"{group}.cancel"),
    ]


class ChoiceScreen(ModalScreen[str | None]):
    """Closes with one of `CHOICES`, or with None when everything stays as it is."""

    DEFAULT_CSS = """
    ChoiceScreen { align: center middle; }
    ChoiceScreen > Static {
        width: 44; height: auto; padding: 1 2;
        background: $panel; border-left: thick $primary;
    }
    """

    CHOICES: ClassVar[tuple[str, ...]] = ()

    def choices(self) -> tuple[str, ...]:
        """What can be answered."""
        return self.CHOICES

    @abstractmethod
    def question(self) -> str:
        """What is asked."""

    @abstractmethod
    def words(self, choice: str) -> str:
        """The words of one choice."""

    @abstractmethod
    def stay(self) -> str:
        """What Escape does."""

    def compose(self) -> ComposeResult:
        """One static text."""
        lines = [row((self.question(), "bold")), Content("")]
        for place, choice in enumerate(self.choices(), start=1):
            lines.append(row((f"{place}", "bold $text-primary"), f"  {self.words(choice)}"))
        lines += [Content(""), shown(self.stay(), "$text-muted")]
        yield Static(Content("\n").join(lines))

    def action_answer(self, place: int) -> None:
        """Close with the choice of that number, if there is one."""
        if place <= len(self.choices()):
            self.dismiss(self.choices()[place - 1])

    def action_cancel(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click on a line is its digit."""
        text = self.query_one(Static).content_region
        place = event.screen_y - text.y - HEAD_LINES
        if text.contains(event.screen_x, event.screen_y) and 0 <= place < len(self.choices()):
            self.dismiss(self.choices()[place])
