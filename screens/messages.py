"""The agent's messages: what leads wrote, what the agent answered, and a line to write."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.desk import KeptMessage, Refused
from rules.messages import LONGEST
from rules.text import fold
from rules.words import mark, tr
from screens.desk_service import DeskService
from widgets.columns import Column
from widgets.formats import moment
from widgets.ordered_keys import OrderedInput
from widgets.panel import LABEL
from widgets.refusals import refusal
from widgets.row_list import RowList
from widgets.shown import row, shown

LOOK_EVERY_S = 2.0
"""How soon a message that comes while the list is open is seen."""

KINDS = {"notice": mark("notice"), "urgent": mark("urgent"), "coaching": mark("coaching")}
SIGNS = {"notice": "✉", "urgent": "‼", "coaching": "◆"}


def kind_words(one: KeptMessage) -> str:
    """What a message is, or what became of an own one."""
    if one.mine:
        return tr("not taken") if one.refused else tr("waits") if one.waiting else tr("sent")
    sign = SIGNS.get(one.message.kind, "✉")
    return f"{sign} {tr(KINDS.get(one.message.kind, one.message.kind))}"


def who_words(one: KeptMessage) -> str:
    """Who wrote it, or to whom it is."""
    name = one.message.writer_name
    return f"→ {name or tr('my lead')}" if one.mine else name


def _tone(one: KeptMessage) -> str:
    if one.mine:
        return "bad" if one.refused else "muted"
    if one.read:
        return "muted"
    return "warn" if one.message.kind == "urgent" else "strong"


def columns() -> tuple[Column[KeptMessage], ...]:
    """What it is, when, who, and how it begins."""
    return (
        Column("kind", tr("kind"), 11, lambda one, _: kind_words(one), lambda one: one.message.kind,
               lambda one, _: _tone(one)),
        Column("at", tr("when"), 11, lambda one, now: moment(one.message.at, now),
               lambda one: one.message.at, lambda one, _: _tone(one)),
        Column("who", tr("who"), 12, lambda one, _: who_words(one), lambda one: fold(who_words(one)),
               lambda one, _: _tone(one), rank=1),
        Column("text", tr("text"), 20, lambda one, _: one.message.text, lambda one: fold(one.message.text),
               lambda one, _: _tone(one), grow=True),
    )  # fmt: skip


class MessagesScreen(ModalScreen[int | None]):
    """Lists messages, the unread first; closes with the id of a client to be opened, or None.

    Enter reads the one under the cursor, which its writer is told.

    Args:
        service: the desk, which keeps them.
        now: the present instant, in the zone in which hours are to be read.
    """

    DEFAULT_CSS = """
    MessagesScreen { align: center middle; }
    MessagesScreen > RowList {
        width: 100; max-width: 100%; height: 1fr; max-height: 50%;
        background: $surface; border-top: heavy $primary; border-title-color: $text-primary;
    }
    MessagesScreen > Static {
        width: 100; max-width: 100%; background: $panel; padding: 0 1;
    }
    MessagesScreen > #text { height: auto; max-height: 9; min-height: 3; }
    MessagesScreen > #said { height: 1; }
    MessagesScreen > Input, MessagesScreen > Input:focus {
        display: none; width: 100; max-width: 100%; height: 1; border: none; padding: 0 1;
        background: $surface;
    }
    MessagesScreen.-typing > Input { display: block; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "answer", mark("Answer the message"), id="messages.answer"),
        Binding("w", "write", mark("Write to my lead"), id="messages.write"),
        Binding("c", "client", mark("Open the client that it is about"), id="messages.client"),
        Binding("escape", "close", mark("Close the messages"), id="messages.escape"),
        Binding("colon", "close", mark("Close the messages"), id="messages.close", show=False),
    ]

    def __init__(self, service: DeskService, now: datetime) -> None:
        super().__init__()
        self._service = service
        self._rows: RowList[KeptMessage] = RowList(
            columns(), lambda one: one.message.id, now=now, empty=tr("nobody has written yet")
        )
        self._text = Static(id="text")
        self._line = OrderedInput(select_on_focus=False, max_length=LONGEST)
        self._said = Static(id="said")
        self._answers = ""

    def compose(self) -> ComposeResult:
        """The list, the text of the one under the cursor, the line, the keys."""
        yield self._rows
        yield self._text
        yield self._line
        yield self._said

    def on_mount(self) -> None:
        """Fill the list, and look from time to time whether more has come."""
        self._rows.title = tr("Messages")
        self._fill()
        self.set_focus(self._rows)
        self._say_keys()
        self.set_interval(LOOK_EVERY_S, self._fill)

    def _fill(self) -> None:
        self._rows.show(self._service.messages(), self._rows.now)
        self._show_text()

    def _show_text(self) -> None:
        """The message under the cursor in full; an unread one is first opened."""
        one = self._rows.item
        if one is None:
            self._text.update("")
            return
        message = one.message
        head = [(who_words(one), "bold"), (f"  {moment(message.at, self._rows.now)}", "")]
        if message.client:
            head.append((f"  {tr('about {client}', client=message.client)}", "$text-primary"))
        if message.read_at and not one.mine:
            head.append((f"  {tr('read {when}', when=moment(message.read_at, self._rows.now))}", LABEL))
        text = shown(message.text, newlines=True)
        if not one.read:
            text = shown(tr("⏎ opens it; who wrote it is told that it was read"), LABEL)
        self._text.update(Content("\n").join([row(*head), text]))

    def _say(self, text: str, style: str = LABEL) -> None:
        self._said.update(shown(text, style), layout=False)

    def _say_keys(self) -> None:
        self._say(tr("⏎ reads · a answers · w writes to the lead · c its client · Esc back"))

    # What the keys do

    @on(RowList.Pointed)
    def _pointed(self) -> None:
        self._show_text()

    @on(RowList.Chosen)
    def _read(self, event: RowList.Chosen) -> None:
        one: KeptMessage = event.item
        if not one.read:
            self._tell(self._service.read_message(one.message.id), "")
        self._fill()

    def action_answer(self) -> None:
        """Open the line for an answer to the message under the cursor, which is read with it."""
        one = self._rows.item
        if one is None or one.mine:
            return
        if one.message.kind == "coaching":
            self._say(refusal(Refused(code="not_answerable"), self._rows.now), "$text-warning")
            return
        if not one.read:
            self._service.read_message(one.message.id)
            self._fill()
        self._open_line(one.message.id, tr("answer to {name}", name=one.message.writer_name))

    def action_write(self) -> None:
        """Open the line for a word to the lead."""
        self._open_line("", tr("a word to my lead"))

    def action_client(self) -> None:
        """Open the client that the message is about."""
        one = self._rows.item
        if one is not None and one.message.client_id is not None:
            self.dismiss(one.message.client_id)

    def action_close(self) -> None:
        """From the line back to the list; from there back to the desk."""
        if self.has_class("-typing"):
            self._close_line()
        else:
            self.call_later(self._leave)  # what was chosen just before is read first

    def _leave(self) -> None:
        self.dismiss(None)

    # The line

    def _open_line(self, answers: str, placeholder: str) -> None:
        if self._answers != answers:
            self._line.value = ""  # what was begun for somebody else is not for this one
        self._answers = answers
        self._line.placeholder = placeholder
        self.add_class("-typing")
        self.set_focus(self._line)
        self._say(tr("⏎ sends · Esc back"))

    def _close_line(self) -> None:
        self.remove_class("-typing")
        self.set_focus(self._rows)
        self._say_keys()

    @on(OrderedInput.Submitted)
    def _send(self) -> None:
        refused = self._service.write_message(self._line.value, self._answers)
        if refused is None:
            self._line.value = ""
            self._close_line()
        self._tell(refused, tr("On its way."))
        self._fill()

    def _tell(self, refused: Refused | None, done: str) -> None:
        """Say why not, else what was done, if there is anything to say."""
        if refused is not None:
            self._say(refusal(refused, self._rows.now), "bold $text-error")
        elif done:
            self._say(done, "$text-success")
