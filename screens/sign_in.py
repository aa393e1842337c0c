"""Who sits here: user, password, a code where one is asked for; and why a sign-in was refused."""

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

from rules.explained import Explained
from rules.text import clean
from rules.words import mark, tr
from widgets.ordered_keys import OrderedInput
from widgets.shown import shown

REFUSALS = {
    "bad_credentials": mark("User or password is wrong."),
    "second_factor_needed": mark("Type the six digits of your authenticator app."),
    "bad_code": mark("The code is wrong or was used already: wait for the next one."),
    "disabled": mark("This user is disabled; ask your administrator."),
    "locked": mark("Too many wrong passwords: wait some minutes, or ask your administrator."),
    "expired": mark("The session has ended; sign in again."),
    "reused": mark("The session was used on another machine; sign in again."),
    "role": mark("This user may not do that; ask your administrator for another role."),
    "wrong_here": mark("The password does not open this workstation, and the hub does not answer."),
    "first_time": mark("The first sign-in on a machine needs the hub, which does not answer."),
    "former_password": mark("This workstation opens with your former password only: type that one."),
    "other_user": mark("This is another user's workstation: open yours with --user NAME."),
    "device_revoked": mark("This workstation was revoked by an administrator."),
    "unavailable": mark("The hub does not answer: check the network and try again."),
    "untrusted": mark("What answers can't prove to be the hub; nothing was sent. Call your administrator."),
}
"""Why nobody was signed in, as a code, to its words."""


class SignInRefusal(msgspec.Struct, frozen=True):
    """Nobody was signed in; code is one of `REFUSALS`, detail adds what the hub said.

    Code "address": there is no way to the hub, and detail says why in the user's language.
    """

    code: str
    detail: str = ""


def _words(refusal: SignInRefusal) -> str:
    if refusal.code == "address":
        return refusal.detail
    if refusal.code in REFUSALS:
        return tr(REFUSALS[refusal.code])
    return tr("The hub refused: {reason}", reason=refusal.detail or refusal.code)


class SignInService(Protocol):
    """The way to the hub's sign-in; the session stays behind it."""

    async def sign_in(self, user: str, password: str, code: str = "") -> SignInRefusal | None:
        """Sign in; None = done. Waits for the network, never raises for a refusal.

        code: the second factor's, "" until `SignInRefusal` asks for it.
        """
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
        .second { display: none; }
        &.-second .second { display: block; }
        #said { height: 2; margin: 1 0 0 0; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", mark("Leave"), id="sign_in.leave"),
        Binding("tab,down", "other_field", mark("Other field"), id="sign_in.other", show=False),
        Binding("shift+tab,up", "other_field(-1)", mark("Other field"), id="sign_in.back", show=False),
    ]

    def __init__(self, service: SignInService, *, hub: str, user: str = "") -> None:
        super().__init__()
        self._service = service
        self._hub = hub
        self._user = user
        self._asking = False

    def compose(self) -> ComposeResult:
        """Two fields, a third that comes when the hub asks for it, and a line for what is said."""
        with Container():
            yield Static(shown(tr("Sign in"), "bold"))
            yield Static(shown(self._hub, "$text-muted"))
            yield Static(shown(""))
            yield Static(shown(tr("User")), classes="label")
            yield OrderedInput(self._user, id="user", max_length=64, select_on_focus=False)
            yield Static(shown(tr("Password")), classes="label")
            yield OrderedInput(password=True, id="password", max_length=256, select_on_focus=False)
            yield Static(shown(tr("Code of the second factor")), classes="label second")
            yield OrderedInput(id="code", classes="second", max_length=7, select_on_focus=False)
            yield Static(shown(tr("⏎ signs in · Esc leaves"), "$text-muted"), id="said")

    def on_mount(self) -> None:
        """Begin in the first empty field."""
        self.set_focus(self.query_one("#password" if self._user else "#user", Input))

    @on(Input.Submitted, "#user")
    def _to_password(self) -> None:
        self.set_focus(self.query_one("#password", Input))

    @on(Input.Submitted, "#password")
    @on(Input.Submitted, "#code")
    def _ask(self) -> None:
        user = clean(self.query_one("#user", Input).value).strip()
        password = self.query_one("#password", Input).value
        code = clean(self.query_one("#code", Input).value).strip()
        if self._asking:
            return
        if not user or not password:
            self._say(tr("User and password are both needed."), "$text-warning")
            return
        self._asking = True
        self._say(tr("Signing in…"), "$text-muted")
        self.run_worker(self._sign_in(user, password, code), group="sign-in", exit_on_error=False)

    async def _sign_in(self, user: str, password: str, code: str) -> None:
        refusal = await self._service.sign_in(user, password, code)
        self._asking = False
        if refusal is None:
            self.dismiss(True)
            return
        said = _words(refusal)
        second = refusal.code in ("second_factor_needed", "bad_code")
        self.set_class(second, "-second")
        self.query_one("#code", Input).value = ""
        if not second:
            self.query_one("#password", Input).value = ""
        self.set_focus(self.query_one("#code" if second else "#password", Input))
        self._say(said, "$text-warning" if refusal.code == "second_factor_needed" else "$text-error")

    @on(Worker.StateChanged)
    def _failed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self._asking = False
            self.log.error(event.worker.error)
            error = event.worker.error
            kind = type(error).__name__
            words = tr("Signing in failed unexpectedly ({kind}); try again.", kind=kind)
            self._say(clean(str(error)) if isinstance(error, Explained) else words, "$text-error")

    def _say(self, words: str, style: str) -> None:
        self.query_one("#said", Static).update(shown(words, style))

    def action_other_field(self, step: int = 1) -> None:
        """Go to the next field, or back by -1."""
        fields = [field for field in self.query(Input) if field.display]
        here = fields.index(self.focused) if self.focused in fields else 0
        self.set_focus(fields[(here + step) % len(fields)])

    def action_give_up(self) -> None:
        """Leave without signing in."""
        self.dismiss(False)
