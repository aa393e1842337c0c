"""Who has a message and who has read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.correspondence import Reader
from rules.text import fold
from rules.words import mark, tr
from widgets.columns import Column
from widgets.formats import moment
from widgets.row_list import RowList
from widgets.shown import shown


def _when(at: datetime | None, now: datetime) -> str:
    return moment(at, now) if at else "·"


def columns() -> tuple[Column[Reader], ...]:
    """Name, when it reached the workstation, when it was read there."""
    return (
        Column("name", tr("agent"), 16, lambda one, _: one.display_name, lambda one: fold(one.display_name),
               grow=True),
        Column("delivered", tr("arrived"), 14, lambda one, now: _when(one.delivered_at, now),
               lambda one: (one.delivered_at is not None, str(one.delivered_at)),
               lambda one, _: "" if one.delivered_at else "warn"),
        Column("read", tr("read"), 14, lambda one, now: _when(one.read_at, now),
               lambda one: (one.read_at is not None, str(one.read_at)),
               lambda one, _: "good" if one.read_at else "warn"),
    )  # fmt: skip


class ReadersScreen(ModalScreen[None]):
    """Lists the readers of a message.

    Args:
        text: how the message begins.
        readers: those that it is for.
        now: the present instant, in the zone in which hours are to be read.
    """

    DEFAULT_CSS = """
    ReadersScreen { align: center middle; }
    ReadersScreen > RowList {
        width: 70; max-width: 100%; height: 1fr; max-height: 70%;
        background: $surface; border-top: heavy $primary; border-title-color: $text-primary;
    }
    ReadersScreen > Static { width: 70; max-width: 100%; height: 2; background: $panel; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", mark("Back to the messages"), id="readers.close"),
    ]

    def __init__(self, text: str, readers: Sequence[Reader], now: datetime) -> None:
        super().__init__()
        self._text, self._readers = text, readers
        self._rows: RowList[Reader] = RowList(columns(), lambda one: one.name, now=now, empty=tr("nobody"))

    def compose(self) -> ComposeResult:
        """The list, and how the message begins."""
        self._rows.title = tr("Who has read it")
        yield self._rows
        yield Static(shown(self._text, "$text-muted"))

    def on_mount(self) -> None:
        """Fill the list."""
        self._rows.show(self._readers, self._rows.now)
        self.set_focus(self._rows)

    def action_close(self) -> None:
        """Back to the messages."""
        self.dismiss(None)
