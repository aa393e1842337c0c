"""The history of a client's contact points: old value, new value, who, when, on whose word."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.clients import Client, PointChange
from rules.words import mark, tr
from widgets.columns import Column
from widgets.formats import moment
from widgets.point_lines import ACTIONS, SIGNS, SOURCES, change_words
from widgets.row_list import RowList
from widgets.shown import shown
from widgets.wording import word


def columns() -> tuple[Column[PointChange], ...]:
    """When, what was done, from what to what, who said so, who wrote it."""
    return (
        Column("at", tr("when"), 13, lambda one, now: moment(one.at, now), lambda one: one.at),
        Column("action", tr("what"), 14,
               lambda one, _: f"{SIGNS.get(one.point, '·')} {word(ACTIONS, one.action)}",
               lambda one: one.action),
        Column("change", tr("old → new"), 24, lambda one, _: change_words(one), change_words, grow=True),
        Column("source", tr("source"), 13,
               lambda one, _: word(SOURCES, one.source) if one.source else "·",
               lambda one: one.source, rank=1),
        Column("agent", tr("by"), 10, lambda one, _: one.agent, lambda one: one.agent),
    )  # fmt: skip


class PointChangesScreen(ModalScreen[None]):
    """Lists the changes of a client's points, newest first."""

    DEFAULT_CSS = """
    PointChangesScreen { align: center middle; }
    PointChangesScreen > RowList {
        width: 110; max-width: 100%; height: 1fr; max-height: 70%;
        background: $surface; border-top: heavy $primary; border-title-color: $text-primary;
    }
    PointChangesScreen > Static {
        width: 110; max-width: 100%; height: 1; background: $panel; padding: 0 1;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,h", "close", mark("Close the changes"), id="changes.close"),
    ]

    def __init__(self, client: Client, now: datetime) -> None:
        super().__init__()
        self._changes = client.point_changes
        self._rows: RowList[PointChange] = RowList(
            columns(), lambda change: change.id, now=now, empty=tr("nothing was changed")
        )

    def compose(self) -> ComposeResult:
        """The list and a line of help."""
        self._rows.title = tr("Changes")
        yield self._rows
        yield Static(shown(tr("/ filters · s sorts · Esc closes"), "$text-muted"))

    def on_mount(self) -> None:
        """Fill the list."""
        self._rows.show(self._changes, self._rows.now)
        self.set_focus(self._rows)

    def action_close(self) -> None:
        """Back to the points."""
        self.dismiss(None)
