"""What is due: callbacks, promises, reminders, tasks; in the client's own time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.agenda import urgency
from rules.desk import AgendaItem
from rules.text import fold
from rules.words import mark, tr
from widgets.columns import Column
from widgets.formats import day, moment, money
from widgets.row_list import RowList
from widgets.shown import shown
from widgets.wording import TASKS, word

KINDS = {
    "promise_broken": ("!", mark("broken promise")),
    "callback": ("☎", mark("callback")),
    "promise_today": ("●", mark("promise today")),
    "promise_partial": ("◐", mark("partial promise")),
    "task": ("□", mark("task")),
    "reminder": ("◔", mark("reminder")),
    "promise_tomorrow": ("○", mark("promise tomorrow")),
}
"""Kind of an agenda item to its sign and words, the most urgent first."""


def _kind(item: AgendaItem) -> str:
    sign, words = KINDS.get(item.kind, ("·", item.kind))
    return f"{sign} {word(TASKS, item.about) if item.kind == 'task' else tr(words)}"


def _tone(item: AgendaItem, now: datetime) -> str:
    if item.kind in ("promise_broken", "callback", "task") and item.at < now:
        return "bad"
    return "warn" if item.kind in ("callback", "promise_partial") else ""


def when(item: AgendaItem, now: datetime) -> str:
    """When it is due in the client's own time, which is named where it is not the agent's."""
    zone = ZoneInfo(item.zone)
    if item.due is not None:
        ahead = (item.due - now.astimezone(zone).date()).days
        return {0: tr("today"), 1: tr("tomorrow")}.get(ahead) or day(item.due)
    text = moment(item.at, now.astimezone(zone))
    same = item.at.astimezone(zone).utcoffset() == item.at.astimezone(now.tzinfo).utcoffset()
    return text if same else f"{text} {item.zone.rpartition('/')[2].replace('_', ' ')}"


def _about(item: AgendaItem) -> str:
    if item.account is not None:
        return item.account.name or item.account.product
    return item.about if item.kind == "callback" else ""


def _client(item: AgendaItem) -> str:
    """The client; before the name, of an absent colleague's, whose it is."""
    return tr("for {agent}: {client}", agent=item.agent, client=item.client) if item.agent else item.client


def columns() -> tuple[Column[AgendaItem], ...]:
    """Kind, when, who, which debt or note, how much, and whether the client is held here."""
    return (
        Column("kind", tr("what"), 18, lambda item, _: _kind(item), lambda item: item.kind, _tone),
        Column("at", tr("when"), 15, when, lambda item: item.at, _tone),
        Column("client", tr("client"), 18, lambda item, _: _client(item),
               lambda item: fold(item.client), grow=True),
        Column("about", tr("about"), 18, lambda item, _: _about(item), _about, rank=2),
        Column("amount", tr("amount"), 13,
               lambda item, _: money(item.amount, item.currency) if item.amount else "·",
               lambda item: item.amount, right=True, rank=1),
        Column("here", tr("held"), 7, lambda item, _: tr("here") if item.here else "·",
               lambda item: not item.here, lambda item, _: "good" if item.here else "muted"),
    )  # fmt: skip


def title(items: Sequence[AgendaItem]) -> str:
    """The signs of what is there, each with its number."""
    counts = Counter(item.kind for item in items)
    parts = (f"{sign}{counts[kind]}" for kind, (sign, _) in KINDS.items() if counts[kind])
    return " ".join([tr("Agenda"), *parts, "·"])


class AgendaScreen(ModalScreen[int | None]):
    """Lists what is due, the most urgent first; closes with the id of a client, or None.

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
        self._items = tuple(sorted(items, key=lambda item: urgency(item, now)))
        self._rows: RowList[AgendaItem] = RowList(
            columns(),
            lambda item: item.id or f"{item.kind}\0{item.client_id}\0{item.at}",
            now=now,
            empty=tr("nothing is due today or tomorrow"),
        )

    def compose(self) -> ComposeResult:
        """The list and a line of help."""
        self._rows.title = title(self._items)
        yield self._rows
        yield Static(shown(tr("⏎ opens the client · / filters · s sorts · Esc closes"), "$text-muted"))

    def on_mount(self) -> None:
        """Fill the list."""
        self._rows.show(self._items, self._rows.now)
        self.set_focus(self._rows)

    @on(RowList.Chosen)
    def _open(self, event: RowList.Chosen) -> None:
        self.dismiss(event.item.client_id)

    def action_close(self) -> None:
        """Close without opening anyone."""
        self.dismiss(None)
