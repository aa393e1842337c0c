"""What the board's own screens share: head, body, a word on what happened, keys, questions to the centre."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from rules.questions import Question
from rules.tables import Table
from rules.words import mark, tr
from screens.board import keys
from screens.board.rows import NOT_DECIDED
from screens.board.service import FILE, BoardService
from widgets.key_bar import KeyBar
from widgets.panel import LABEL
from widgets.shown import row, shown
from widgets.wording import word

A = TypeVar("A")

FIRST_KEYS = ("page.leave", "rows.open", "page.help")
"""Keys that a page's bar shows before all others, where they are bound."""


class BoardPage(Screen[None]):
    """A screen over the board, left by Escape; it asks the centre without waiting.

    Args:
        service: what answers.
        about: the row of the board under the cursor as the screen was opened, None = none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", mark("Back"), id="page.leave"),
        Binding("question_mark,f1", "help", mark("Every key"), id="page.help", key_display="?", show=False),
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

    class Written(Message):
        """What became of a file (sent from the service's thread)."""

        def __init__(self, path: str | None, why: str) -> None:
            super().__init__()
            self.path, self.why = path, why

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__()
        self.service, self.about = service, about
        self._head_more: str | Content = ""

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
        self._head_more = more
        title = (f" {self.title_words()} ", "bold $text-primary")
        self.query_one("#page-head", Static).update(row(title, more), layout=False)

    def draw_keys(self) -> None:
        """Write the keys that work now."""
        self.query_one("#page-keys", KeyBar).show(keys.bar(self, FIRST_KEYS))

    @on(events.DescendantFocus)
    def _draw_keys_of_focus(self) -> None:
        self.draw_keys()

    def relabel(self) -> None:
        """Write the fixed texts in the language in force."""
        self.draw_head(self._head_more)
        self.draw_keys()

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

    # Files

    def write(self, table: Table | None, form: str) -> None:
        """Write a table into a file (xlsx, csv, json or jsonl), and say where; None = nothing to write."""
        if table is not None:
            self.say(tr("Writing…"))
            self.service.export(table, form, self.written)

    def written(self, path: str | None, why: str) -> None:
        """Called from any thread, also when the page is gone."""
        self.post_message(self.Written(path, why))

    @on(Written)
    def _say_written(self, event: BoardPage.Written) -> None:
        if event.path is not None:
            self.say(tr("✓ Written: {path}", path=event.path), "$text-success")
        elif event.why.startswith(FILE):
            self.say(tr("✗ Not written: {why}", why=event.why.removeprefix(FILE)), "bold $text-error")
        else:
            self.refused(event.why)

    # Leaving

    def action_leave(self) -> None:
        """Back to the board."""
        self.dismiss(None)

    def action_help(self) -> None:
        """Every key as it is now, and what it does."""
        from screens.desk_help import HelpScreen

        self.app.push_screen(HelpScreen(keys.listed(self), grammar=()))

    @on(KeyBar.Pressed)
    async def _press(self, event: KeyBar.Pressed) -> None:
        await keys.press(self, event.action)
