"""What the board's own screens share: a head, a body, a word on what happened, keys, questions to the centre."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from rules.questions import Question
from rules.words import mark, tr
from screens.board.rows import NOT_DECIDED
from screens.board.service import BoardService
from widgets.key_bar import KeyBar, KeyWords
from widgets.panel import LABEL
from widgets.shown import row, shown
from widgets.wording import word

A = TypeVar("A")


class BoardPage(Screen[None]):
    """A screen over the board, left by Escape; it asks the centre without waiting.

    Args:
        service: what answers.
        about: the row of the board under the cursor as the screen was opened, None = none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", mark("Back to the board"), id="page.leave"),
    ]

    DEFAULT_CSS = """
    BoardPage {
        layout: vertical;
        #page-head { height: 1; }
        #page-body { height: 1fr; }
        #page-said { height: 1; }
        #page-keys { height: 1; }
    }
    """

    class Answered(Message):
        """An answer of the centre (sent from the service's thread)."""

        def __init__(self, then: Callable[[Any], None], answer: Any, why: str) -> None:
            super().__init__()
            self.then, self.answer, self.why = then, answer, why

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__()
        self.service, self.about = service, about

    # What a page says

    @abstractmethod
    def title_words(self) -> str:
        """What the page is, in the language in force."""

    @abstractmethod
    def body(self) -> Iterable[Widget]:
        """What stands between the head and the keys."""

    # Drawing

    def compose(self) -> ComposeResult:
        """Head, body, what was said last, keys."""
        yield Static(id="page-head")
        yield Container(*self.body(), id="page-body")
        yield Static(id="page-said")
        yield KeyBar(id="page-keys")

    def on_mount(self) -> None:
        """Write head and keys."""
        self.draw_head()
        self.draw_keys()

    def draw_head(self, more: str | Content = "") -> None:
        """Write the head: the page's title, and what else there is to say of it."""
        title = (f" {self.title_words()} ", "bold $text-primary")
        self.query_one("#page-head", Static).update(row(title, more), layout=False)

    def draw_keys(self) -> None:
        """Write the keys that work now."""
        keys: dict[str, KeyWords] = {}
        for active in self.active_bindings.values():
            binding = active.binding
            if binding.show and binding.action not in keys:
                display, words = self.app.get_key_display(binding), tr(binding.description)
                keys[binding.action] = KeyWords(display, words, words, binding.action)
        self.query_one(KeyBar).show(list(keys.values()))

    def say(self, text: str, style: str = LABEL) -> None:
        """Say something above the keys."""
        self.query_one("#page-said", Static).update(shown(f" {text}", style), layout=False)

    # Asking

    def ask(self, question: Question[A], then: Callable[[A], None]) -> None:
        """Ask the centre; `then` gets the answer on the screen's own thread, or the page says why not."""
        self.say(tr("Asking…"))

        def heard(answer: A | None, why: str) -> None:
            self.post_message(self.Answered(then, answer, why))

        self.service.ask(question, heard)

    @on(Answered)
    def _hear(self, event: BoardPage.Answered) -> None:
        if event.why:
            self.refused(event.why)
        else:
            self.say("")
            event.then(event.answer)

    def refused(self, why: str) -> None:
        """Say why a question was not answered or an order not taken."""
        self.say(f"✗ {word(NOT_DECIDED, why)}", "bold $text-error")

    def action_leave(self) -> None:
        """Back to the board."""
        self.dismiss(None)

    @on(KeyBar.Pressed)
    async def _press(self, event: KeyBar.Pressed) -> None:
        for active in self.active_bindings.values():
            if active.binding.action == event.action:
                await self.app.run_action(event.action, active.node)
                return
