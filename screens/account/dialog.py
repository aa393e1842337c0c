"""What the account's dialogs share: what they are about, a line that is read as it is typed, the keys."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from rules.capture.scope import Refused
from rules.clients import Account, Client
from rules.desk import ClientPage
from rules.insurance.policies import Policy
from rules.text import clean
from rules.wire import FactBody
from rules.words import mark, tr
from widgets.ordered_keys import OrderedInput
from widgets.panel import LABEL
from widgets.shown import shown

LONGEST = 300


TakeNote = Callable[[FactBody, str], ClientPage | None]
"""Keeps a fact and says what it was; the client after it, None = it was not taken."""

Look = Callable[[], ClientPage | None]
"""The client's page as it is by now, None = another one is on the desk."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a dialog is about; now: the present instant in the client's own zone."""

    page: ClientPage
    account: Account
    policy: Policy | None
    now: datetime

    @property
    def client(self) -> Client:
        """Whose account it is."""
        return self.page.client


class AccountDialog(ModalScreen[FactBody | None]):
    """A line whose reading shows while it is typed; Enter closes with what it says, Escape without.

    Attributes:
        take: keeps a fact while the dialog stays open; whoever opens the dialog sets it.
        look: the client's page as it is by now, likewise.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", mark("Back without asking"), id="account_dialog.leave"),
    ]

    DEFAULT_CSS = """
    AccountDialog { align: center bottom; }
    AccountDialog > Vertical {
        width: 100; max-width: 100%; height: auto; max-height: 100%;
        padding: 0 1; background: $panel; border-left: thick $primary;
    }
    AccountDialog #dialog-told { height: auto; max-height: 18; }
    AccountDialog Input, AccountDialog Input:focus {
        height: 1; border: none; padding: 0; background: $surface;
    }
    AccountDialog #dialog-read { height: auto; max-height: 6; }
    AccountDialog #dialog-keys { height: 1; }
    """

    def __init__(self, about: About) -> None:
        super().__init__()
        self.about = about
        self.take: TakeNote = lambda _body, _said: None
        self.look: Look = lambda: None
        self.line = OrderedInput(select_on_focus=False, max_length=LONGEST)
        self._told, self._read = Static(id="dialog-told"), Static(id="dialog-read")
        self._keys = Static(id="dialog-keys")

    @abstractmethod
    def told(self, width: int) -> list[Content | str]:
        """What is to be known before typing, in lines for a width in cells."""

    @abstractmethod
    def read(self, text: str) -> FactBody:
        """What a line says.

        Raises:
            Refused: it can't be taken.
        """

    @abstractmethod
    def reading(self, body: FactBody, width: int) -> list[Content | str]:
        """What a line that can be taken would do, in lines."""

    @abstractmethod
    def reason(self, refused: Refused) -> str:
        """Why a line can't be taken, in words."""

    def begun(self) -> str:
        """What stands on the line at first."""
        return ""

    def keys(self) -> str:
        """What the keys do."""
        return tr("⏎ asks for it · Esc back")

    def compose(self) -> ComposeResult:
        """What it is about, the line, how it reads, the keys."""
        with Vertical():
            yield self._told
            yield self.line
            yield self._read
            yield self._keys

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.line.value = self.begun()
        self.line.cursor_position = len(self.line.value)
        self.set_focus(self.line)
        self._keys.update(shown(self.keys(), LABEL), layout=False)
        self.call_after_refresh(self.draw)

    def on_resize(self) -> None:
        """Draw for the size."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draw what it is about, and how the line reads."""
        self.draw_told()
        self.draw_reading()

    def draw_told(self) -> None:
        """Draw what it is about."""
        width = self._told.content_size.width or 78
        self._told.update(Content("\n").join([_content(line) for line in self.told(width)]))

    def say(self, text: str, style: str = LABEL) -> None:
        """Say something where the reading stands, until something is typed."""
        self._read.update(shown(text, style))

    @on(Input.Changed)
    def draw_reading(self) -> None:
        """Say what the line would do, or why it can't."""
        width = self._told.content_size.width or 78
        try:
            lines = self.reading(self.read(self.text()), width)
        except Refused as refused:
            lines = [shown(self.reason(refused), "$text-warning" if self.text() else LABEL)]
        self._read.update(Content("\n").join([_content(line) for line in lines]))

    def text(self) -> str:
        """What stands on the line."""
        return clean(self.line.value).strip()

    @on(Input.Submitted)
    def _enter(self) -> None:
        try:
            body = self.read(self.text())
        except Refused as refused:
            self.say(f"✗ {self.reason(refused)}", "bold $text-error")
        else:
            self.entered(body)

    def entered(self, body: FactBody) -> None:
        """Enter was pressed on a line that can be taken: close with what it says."""
        self.dismiss(body)

    def action_leave(self) -> None:
        """Back without asking for anything."""
        self.dismiss(None)


def _content(line: Content | str) -> Content:
    return line if isinstance(line, Content) else shown(line)
