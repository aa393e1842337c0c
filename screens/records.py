"""What is on record about the client: cases, requests, agreements and tasks."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.clients import Agreement, Task
from rules.deliveries import MEDIA
from rules.desk import ClientPage
from rules.facts import DeliveryBody, TaskBody
from rules.searching import KIND as SEARCH
from rules.tasks import OUTCOMES
from rules.wire import FactBody
from rules.words import mark, tr
from screens.choice import ChoiceScreen, digit_bindings
from screens.search import SearchScreen
from widgets.columns import Column
from widgets.formats import day
from widgets.panel import LABEL
from widgets.record_lines import KINDS, Record, detail_lines, records
from widgets.record_lines import MEDIA as MEDIUM_WORDS
from widgets.row_list import RowList
from widgets.shown import shown
from widgets.wording import word

OUTCOME_WORDS = {
    "done": mark("done"),
    "not_reached": mark("the client was not reached"),
    "not_needed": mark("no longer needed"),
}
"""How a task ended, in words."""

DETAIL_LINES = 8


def columns() -> tuple[Column[Record], ...]:
    """Kind, state, day and what it is."""
    return (
        Column("kind", tr("record"), 11, lambda one, _: word(KINDS, one.kind), lambda one: one.kind),
        Column("status", tr("state"), 20, lambda one, _: one.status, lambda one: one.status,
               lambda one, _: one.tone),
        Column("on", tr("day"), 7, lambda one, _: day(one.on), lambda one: one.on),
        Column("what", tr("what"), 20, lambda one, _: one.what, lambda one: one.what, grow=True),
    )  # fmt: skip


class MediumScreen(ChoiceScreen):
    """Asks by what an agreement was handed over."""

    CHOICES = MEDIA
    BINDINGS: ClassVar[list[BindingType]] = digit_bindings(
        "delivery", len(MEDIA), mark("Medium with this number"), mark("It was not handed over")
    )

    def question(self) -> str:
        """What is asked."""
        return tr("How was the agreement handed over?")

    def words(self, choice: str) -> str:
        """The words of one medium."""
        return word(MEDIUM_WORDS, choice)

    def stay(self) -> str:
        """What Escape does."""
        return tr("Esc: it was not")


class OutcomeScreen(ChoiceScreen):
    """Asks how a task ended."""

    CHOICES = OUTCOMES
    BINDINGS: ClassVar[list[BindingType]] = digit_bindings(
        "outcome", len(OUTCOMES), mark("Outcome with this number"), mark("The task stays open")
    )

    def question(self) -> str:
        """What is asked."""
        return tr("How did the task end?")

    def words(self, choice: str) -> str:
        """The words of one outcome."""
        return word(OUTCOME_WORDS, choice)

    def stay(self) -> str:
        """What Escape does."""
        return tr("Esc leaves it open")


class AgreementText(ModalScreen[None]):
    """The text of an agreement, to be read aloud or checked; it scrolls."""

    DEFAULT_CSS = """
    AgreementText { align: center middle; }
    AgreementText > #text {
        width: 84; max-width: 100%; height: 1fr; max-height: 44; overflow-y: auto;
        padding: 0 1; background: $surface; border-left: thick $primary;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", mark("Close the text"), id="agreement.close"),
        Binding("down", "roll(1)", mark("Down in the text"), id="agreement.down"),
        Binding("up", "roll(-1)", mark("Up in the text"), id="agreement.up"),
        Binding("pagedown,space", "roll(16)", mark("A page down in the text"), id="agreement.page_down"),
        Binding("pageup", "roll(-16)", mark("A page up in the text"), id="agreement.page_up"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with Vertical(id="text"):
            yield Static(shown(self._text, newlines=True))

    def action_roll(self, lines: int) -> None:
        """Move in the text."""
        self.query_one("#text").scroll_relative(y=lines, animate=False, immediate=True)


class RecordsScreen(ModalScreen[FactBody | None]):
    """Lists what is on record; closes with a note to be made (a delivery, a task done) or None.

    Args:
        page: the client on the desk.
        now: the present instant, in the zone in which hours are to be read.
        hidden: identity is not confirmed: no amounts, and no texts of agreements.
    """

    DEFAULT_CSS = """
    RecordsScreen { align: center middle; }
    RecordsScreen > RowList {
        width: 104; max-width: 100%; height: 1fr; max-height: 16;
        background: $surface; border-top: heavy $primary; border-title-color: $text-primary;
    }
    RecordsScreen > Static { width: 104; max-width: 100%; background: $panel; padding: 0 1; }
    RecordsScreen > #detail { height: 8; }
    RecordsScreen > #keys { height: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "deliver", mark("Agreement handed over"), id="records.deliver"),
        Binding("x", "finish", mark("Task done"), id="records.done"),
        Binding("escape,number_sign", "close", mark("Close the records"), id="records.close"),
    ]

    def __init__(self, page: ClientPage, now: datetime, *, hidden: bool = False) -> None:
        super().__init__()
        self._client, self._now, self._hidden = page.client, now, hidden
        self._rows: RowList[Record] = RowList(columns(), lambda one: f"{one.kind}\0{one.item.id}", now=now)
        self._detail = Static(id="detail")
        self._keys = Static(id="keys")

    def compose(self) -> ComposeResult:
        """The list, the record under the cursor, the keys."""
        yield self._rows
        yield self._detail
        yield self._keys

    def on_mount(self) -> None:
        """Fill the list."""
        self._rows.relabel(tr("Records"), columns(), tr("nothing on record"))
        self._rows.show(records(self._client, self._now, hidden=self._hidden), self._now)
        self.set_focus(self._rows)
        self._say(tr("⏎ opens · d handed over · x task done · Esc closes"), LABEL)
        self.call_after_refresh(self._show_detail)

    @on(RowList.Pointed)
    def _show_detail(self) -> None:
        one = self._rows.item
        width = self._detail.content_size.width
        lines: list[Content] = []
        if one is not None and width:
            lines = detail_lines(one.item, self._client, self._now, width, hidden=self._hidden)
        self._detail.update(Content("\n").join(lines[:DETAIL_LINES]), layout=False)

    @on(RowList.Chosen)
    def _open(self, event: RowList.Chosen) -> None:
        item = event.item.item
        if isinstance(item, Task):
            self.action_finish()
        elif isinstance(item, Agreement):
            self._read(item)

    def _read(self, agreement: Agreement) -> None:
        if self._hidden:
            self._say(tr("Confirm the client's identity first."), "$text-warning")
        elif not agreement.text:
            self._say(tr("The hub writes the text; it comes with the next sync."), "$text-warning")
        else:
            self.app.push_screen(AgreementText(agreement.text))

    def action_deliver(self) -> None:
        """Note that the agreement under the cursor, or of the task there, was handed over."""
        agreement = self._agreement()
        if agreement is None or agreement.status != "issued":
            self._say(tr("No agreement here waits to be handed over."), "$text-warning")
            return

        def answered(medium: str | None) -> None:
            if medium:
                body = DeliveryBody(client_id=self._client.id, agreement_id=agreement.id, medium=medium)
                self.dismiss(body)

        self.app.push_screen(MediumScreen(), answered)

    def _agreement(self) -> Agreement | None:
        item = self._rows.item.item if self._rows.item else None
        wanted = item.about if isinstance(item, Task) else item.id if isinstance(item, Agreement) else ""
        return next((one for one in self._client.agreements if one.id == wanted), None)

    def action_finish(self) -> None:
        """Close the task under the cursor; handing an agreement over needs its medium."""
        task = self._rows.item.item if self._rows.item else None
        if not isinstance(task, Task) or task.status != "open":
            self._say(tr("There is no open task here."), "$text-warning")
        elif task.kind == "deliver_agreement":
            self.action_deliver()
        else:
            self._ask_outcome(task)

    def _ask_outcome(self, task: Task) -> None:
        def answered(outcome: str | None) -> None:
            if outcome:
                self.dismiss(TaskBody(client_id=self._client.id, task_id=task.id, outcome=outcome))

        self.app.push_screen(SearchScreen() if task.kind == SEARCH else OutcomeScreen(), answered)

    def _say(self, text: str, style: str) -> None:
        self._keys.update(shown(text, style), layout=False)

    def action_close(self) -> None:
        """Close without a note."""
        self.dismiss(None)
