"""What is due: callbacks, promises of today and tomorrow, promises that were broken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.desk import AgendaItem
from rules.text import fold
from rules.words import mark, tr
from widgets.columns import Column
from widgets.formats import moment, money
from widgets.row_list import RowList
from widgets.shown import shown

KINDS = {
    "callback": ("☎", mark("callback")),
    "promise_today": ("●", mark("promise today")),
    "promise_tomorrow": ("○", mark("promise tomorrow")),
    "promise_broken": ("!", mark("broken promise")),
}
"""Kind of an agenda item to its sign and words."""


def _kind(item: AgendaItem) -> str:
    sign, words = KINDS.get(item.kind, ("·", item.kind))
    return f"{sign} {tr(words)}"


def _tone(item: AgendaItem, now: datetime) -> str:
    if item.kind == "promise_broken" or (item.kind == "callback" and item.at < now):
        return "bad"
    return "warn" if item.kind == "callback" else ""


def _product(item: AgendaItem) -> str:
    return item.account.name or item.account.product if item.account else ""


def columns() -> tuple[Column[AgendaItem], ...]:
    """Kind, when, who, which debt, how much, and whether it can be opened here."""
    return (
        Column("kind", tr("what"), 18, lambda item, _: _kind(item), lambda item: item.kind, _tone),
        Column("at", tr("when"), 14, lambda item, now: moment(item.at, now), lambda item: item.at, _tone),
        Column("client", tr("client"), 18, lambda item, _: item.client,
               lambda item: fold(item.client), grow=True),
        Column("account", tr("product"), 14, lambda item, _: _product(item), _product, rank=2),
        Column("amount", tr("amount"), 13,
               lambda item, _: money(item.amount, item.currency) if item.amount else "·",
               lambda item: item.amount, right=True, rank=1),
        Column("here", tr("held"), 5, lambda item, _: tr("here") if item.here else "·",
               lambda item: not item.here, lambda item, _: "good" if item.here else "muted"),
    )  # fmt: skip


def _identity(item: AgendaItem) -> str:
    return f"{item.kind} {item.client_id} {item.at} {item.account.id if item.account else 0}"


class AgendaScreen(ModalScreen[int | None]):
    """Lists what is due; closes with the id of a client held here, or None.

    Args:
        items: the agenda as `DeskService.agenda` gives it.
        now: the present instant, in the zone in which hours are to be read.
    """

    DEFAULT_CSS = """
    AgendaScreen { align: center middle; }
    AgendaScreen > RowList {
        width: 100; max-width: 100%; height: 1fr; max-height: 70%;
        background: $surface; border-top: heavy $primary; border-title-color: $text-primary;
    }
    AgendaScreen > Static {
        width: 100; max-width: 100%; height: 1; background: $panel; padding: 0 1;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g,f10", "close", mark("Close the agenda"), id="agenda.close"),
        Binding("escape", "close", mark("Close the agenda"), id="agenda.escape", show=False),
    ]

    def __init__(self, items: Sequence[AgendaItem], now: datetime) -> None:
        super().__init__()
        self._items = tuple(items)
        self._rows: RowList[AgendaItem] = RowList(
            columns(),
            lambda item: (
                f"{item.kind}\0{item.client_id}\0{item.at}\0{item.account.id if item.account else ''}"
            ),
            now=now,
            empty=tr("nothing is due today or tomorrow"),
        )

    def compose(self) -> ComposeResult:
        """The list and a line of help."""
        self._rows.title = tr("Agenda")
        yield self._rows
        yield Static(
            shown(tr("⏎ opens a client held here · / filters · s sorts · Esc closes"), "$text-muted")
        )

    def on_mount(self) -> None:
        """Fill the list."""
        self._rows.show(self._items, self._rows.now)
        self.set_focus(self._rows)

    @on(RowList.Chosen)
    def _open(self, event: RowList.Chosen) -> None:
        item: AgendaItem = event.item
        if item.here:
            self.dismiss(item.client_id)
            return
        said = tr(
            "{client} is not held by this desk now; the queue brings the client back in time.",
            client=item.client,
        )
        self.query_one(Static).update(shown(said, "$text-warning"))

    def action_close(self) -> None:
        """Close without opening anyone."""
        self.dismiss(None)
