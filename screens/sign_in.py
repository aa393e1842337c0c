"""Who sits here: user and password, and why a sign-in was refused."""

from __future__ import annotations

from typing import ClassVar, Protocol

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from rules.text import clean
from rules.words import mark, tr
from widgets.ordered_keys import OrderedInput
from widgets.shown import shown

REFUSALS = {
    "bad_credentials": mark("User or password is wrong."),
    "disabled": mark("This user is disabled; ask your administrator."),
    "locked": mark("Too many wrong passwords: wait some minutes, or ask your administrator."),
    "expired": mark("The session has ended; sign in again."),
    "reused": mark("The session was used on another machine; sign in again."),
    "role": mark("This user may not do that; ask your administrator for another role."),
    "unavailable": mark("The hub does not answer: check the network and try again."),
}
"""Why nobody was signed in, as a code, to its words."""


class SignInRefusal(msgspec.Struct, frozen=True):
    """Nobody was signed in; code is one of `REFUSALS`, detail adds what the hub said."""

    code: str
    detail: str = ""


class SignInService(Protocol):
    """The way to the hub's sign-in; the session stays behind it."""

    async def sign_in(self, user: str, password: str) -> SignInRefusal | None:
        """Sign in; None = done. Waits for the network, never raises for a refusal."""
        ...


class SignInScreen(Screen[bool]):
    """Asks until someone is signed in (closes with True) or gives up (False).

    Args:
        service: the way to the hub.
        hub: the hub's address, shown so that a password goes to the right place.
        user: the name to begin with.
    """

    DEFAULT_CSS = """
    SignInScreen {
        align: center middle;
        Container {
            width: 64; max-width: 100%; height: auto; padding: 1 2;
            border-left: thick $primary; background: $surface;
        }
        Input { border: none; height: 1; padding: 0 1; margin: 0 0 1 0; background: $panel; }
        Input:focus { border: none; }
        .label { color: $text-muted; }
        #said { height: 2; margin: 1 0 0 0; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", mark("Leave"), id="sign_in.leave"),
        Binding("tab,down", "other_field", mark("Other field"), id="sign_in.other", show=False),
        Binding("shift+tab,up", "other_field", mark("Other field"), id="sign_in.back", show=False),
    ]

    def __init__(self, service: SignInService, *, hub: str, user: str = "") -> None:
        super().__init__()
        self._service = service
        self._hub = hub
        self._user = user
        self._asking = False

    def compose(self) -> ComposeResult:
        """Two fields and a line for what is said."""
        with Container():
            yield Static(shown(tr("Sign in"), "bold"))
            yield Static(shown(self._hub, "$text-muted"))
            yield Static(shown(""))
            yield Static(shown(tr("User")), classes="label")
            yield OrderedInput(self._user, id="user", max_length=64, select_on_focus=False)
            yield Static(shown(tr("Password")), classes="label")
            yield OrderedInput(password=True, id="password", max_length=256, select_on_focus=False)
            yield Static(shown(tr("⏎ signs in · Esc leaves"), "$text-muted"), id="said")

    def on_mount(self) -> None:
        """Begin in the first empty field."""
        self.set_focus(self.query_one("#password" if self._user else "#user", Input))

    @on(Input.Submitted, "#user")
    def _to_password(self) -> None:
        self.set_focus(self.query_one("#password", Input))

    @on(Input.Submitted, "#password")
    def _ask(self) -> None:
        user = clean(self.query_one("#user", Input).value).strip()
        password = self.query_one("#password", Input).value
        if self._asking:
            return
        if not user or not password:
            self._say(tr("User and password are both needed."), "$text-warning")
            return
        self._asking = True
        self._say(tr("Signing in…"), "$text-muted")
        self.run_worker(self._sign_in(user, password), group="sign-in", exit_on_error=False)

    async def _sign_in(self, user: str, password: str) -> None:
        refusal = await self._service.sign_in(user, password)
        self._asking = False
        if refusal is None:
            self.dismiss(True)
            return
        words = REFUSALS.get(refusal.code)
        said = tr(words) if words else tr("The hub refused: {reason}", reason=refusal.detail or refusal.code)
        self.query_one("#password", Input).value = ""
        self._say(said, "$text-error")

    @on(Worker.StateChanged)
    def _failed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self._asking = False
            self.log.error(event.worker.error)
            kind = type(event.worker.error).__name__
            self._say(tr("Signing in failed unexpectedly ({kind}); try again.", kind=kind), "$text-error")

    def _say(self, words: str, style: str) -> None:
        self.query_one("#said", Static).update(shown(words, style))

    def action_other_field(self) -> None:
        """Go to the field that is not in focus."""
        here = self.focused.id if self.focused else ""
        self.set_focus(self.query_one("#user" if here == "password" else "#password", Input))

    def action_give_up(self) -> None:
        """Leave without signing in."""
        self.dismiss(False)
