"""The desk under lock: nothing of a client is seen until the password is typed again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input, Static

from rules.words import tr
from widgets.ordered_keys import OrderedInput
from widgets.shown import shown


class LockScreen(Screen[None]):
    """Covers the desk; work behind it goes on. Closes when the password is right.

    Args:
        knows: whether this is the password; may take its time.
        user: whose desk it is.
    """

    DEFAULT_CSS = """
    LockScreen {
        align: center middle;
        Container {
            width: 48; max-width: 100%; height: auto; padding: 1 2;
            border-left: thick $primary; background: $surface;
        }
        Input { border: none; height: 1; padding: 0 1; margin: 1 0 0 0; background: $panel; }
        Input:focus { border: none; }
        #said { height: 2; margin: 1 0 0 0; }
    }
    """

    def __init__(self, knows: Callable[[str], Awaitable[bool]], user: str) -> None:
        super().__init__()
        self._knows, self._user = knows, user
        self._asking = False

    def compose(self) -> ComposeResult:
        """Whose desk it is, and one field."""
        with Container():
            yield Static(shown(tr("Locked · {user}", user=self._user), "bold"))
            yield OrderedInput(password=True, id="password", max_length=256, select_on_focus=False)
            yield Static(shown(tr("⏎ with the password goes on"), "$text-muted"), id="said")

    def on_mount(self) -> None:
        """The field takes what is typed."""
        self.set_focus(self.query_one(Input))

    @on(Input.Submitted)
    def _try(self) -> None:
        field = self.query_one(Input)
        password, field.value = field.value, ""
        if password and not self._asking:
            self._asking = True
            self._say(tr("Looking…"), "$text-muted")
            self.run_worker(self._ask(password), group="lock")

    async def _ask(self, password: str) -> None:
        right = await self._knows(password)
        self._asking = False
        if right:
            self.dismiss(None)
        else:
            self._say(tr("The password is wrong; each wrong one makes the next take longer."), "$text-error")

    def _say(self, words: str, style: str) -> None:
        self.query_one("#said", Static).update(shown(words, style))
