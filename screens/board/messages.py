"""Messages and coaching: what the lead wrote and who has read it, what agents answered, a line to write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import uuid4

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from rules.correspondence import (
    MessageOrder,
    Messages,
    MessagesQuery,
    NewMessage,
    Readers,
    ReadersQuery,
    ReadOrder,
    Sent,
    to_one,
)
from rules.messages import LONGEST
from rules.messages import Message as Letter
from rules.protocol import AgentRow, Decision
from rules.words import mark, tr
from screens.board import keys
from screens.board.message_rows import KINDS, VIEWS, Entry, audience_words, columns, entries
from screens.board.page import FIRST_KEYS, BoardPage
from screens.board.readers import ReadersScreen
from screens.board.service import BoardService
from widgets.formats import moment
from widgets.key_bar import KeyBar
from widgets.ordered_keys import OrderedInput
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row, shown

LOOK_EVERY_S = 10.0
"""How soon answers and receipts that come while the page is open are seen."""

QUOTED = 40
"""Characters that are shown of a message that was answered."""


class MessagesScreen(BoardPage):
    """Opened on an agent, or a decision about one, it writes to that agent; else to a team or all.

    A board has no outbox: what could not be sent stays on the line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "write", mark("Write"), id="letters.write"),
        Binding("tab", "view", mark("Next list"), id="letters.view"),
        Binding("f2", "kind", mark("Notice, urgent, coaching"), id="letters.kind"),
        Binding("f3", "audience", mark("To whom"), id="letters.audience"),
    ]

    DEFAULT_CSS = """
    MessagesScreen {
        #page-body { layout: vertical; }
        RowList { height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary; }
        #letter { height: auto; min-height: 2; max-height: 8; padding: 0 1; background: $panel; }
        Input, Input:focus {
            display: none; height: 1; border: none; padding: 0 1; background: $surface;
        }
        &.-typing Input { display: block; }
    }
    """

    class Looked(Message):
        """What the centre has now (sent from the service's thread)."""

        def __init__(self, found: Messages) -> None:
            super().__init__()
            self.found = found

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._agent, self._matter, self._client = _about(about)
        stats = service.stats()
        agents = stats.agents if stats else ()
        self._names = {row.name: row.display_name or row.name for row in agents}
        self._audiences = self._known_audiences(agents)
        self._to, self._kind, self._view = 0, "notice", "sent"
        self._letter_id = str(uuid4())
        self._found = Messages(sent=(), received=())
        self._rows: RowList[Entry] = RowList(columns(), lambda one: one.id, now=service.now())
        self._letter = Static(id="letter")
        self._line = OrderedInput(select_on_focus=False, max_length=LONGEST)

    def _known_audiences(self, agents: Iterable[AgentRow]) -> list[str]:
        """Whom one may write to: the agent, that one's team or every team, all."""
        if self._agent:
            teams = [row.team for row in agents if row.name == self._agent and row.team]
            return [f"user:{self._agent}", *(f"team:{team}" for team in teams), "all"]
        return ["all", *(f"team:{team}" for team in sorted({row.team for row in agents} - {""}))]

    @property
    def _audience(self) -> str:
        return self._audiences[self._to]

    # Drawing

    def title_words(self) -> str:
        """The page's name."""
        return tr("Messages")

    def body(self) -> Iterable[Widget]:
        """The list, the one under the cursor in full, the line."""
        return (self._rows, self._letter, self._line)

    def draw_keys(self) -> None:
        """Write the keys that work now, the page's own before the list's."""
        own = [binding.id for binding in self.BINDINGS if isinstance(binding, Binding) and binding.id]
        self.query_one("#page-keys", KeyBar).show(keys.bar(self, ("page.leave", *own, *FIRST_KEYS)))

    def relabel(self) -> None:
        """Write every text in the language in force."""
        super().relabel()
        self._draw()

    def on_mount(self) -> None:
        """Ask for the messages, and again from time to time."""
        self.set_focus(self._rows)
        self._draw()
        self.ask(self._question(), self._take)
        self.set_interval(LOOK_EVERY_S, self._look)

    def _draw(self) -> None:
        new = sum(one.read_at is None for one in self._found.received)
        parts: list[tuple[str, str]] = []
        for view, words in VIEWS.items():
            count = f" {new}" if view == "answers" and new else ""
            parts.append((f" {tr(words)}{count} ", "reverse bold" if view == self._view else LABEL))
        self.draw_head(row(*parts))
        self._rows.relabel(
            tr(VIEWS[self._view]), columns(), tr("nothing was written yet") if self._found else ""
        )
        self._rows.show(entries(self._found, self._view, self._names), self.service.now())
        self._show_letter()

    def _show_letter(self) -> None:
        entry = self._rows.item
        if entry is None or self.has_class("-typing"):
            self._letter.update(self._to_words())
            return
        head = [(entry.who, "bold"), (f"  {moment(entry.at, self.service.now())}", "")]
        if entry.client:
            head.append((f"  {tr('about {client}', client=entry.client)}", "$text-primary"))
        head.append((f"  {self._beside(entry)}", LABEL))
        self._letter.update(Content("\n").join([row(*head), shown(entry.text, newlines=True)]))

    def _beside(self, entry: Entry) -> str:
        """Of one's own: how many have it and have read it; of an agent's: what it answers."""
        if entry.sent is not None:
            return tr(
                "arrived {delivered} of {readers} · read {read} of {readers}",
                delivered=entry.sent.delivered,
                read=entry.sent.read,
                readers=entry.sent.readers,
            )
        answers = entry.message.answers if entry.message else ""
        answered = next((one for one in self._found.sent if one.id == answers), None)
        return f"↩ {answered.text[:QUOTED]}" if answered else ""

    def _to_words(self) -> Content:
        """What would be written, to whom, about whom."""
        about = (
            f"  {tr('about {client}', client=self._client)}"
            if self._client and to_one(self._audience)
            else ""
        )
        urgent = self._kind == "urgent"
        what = row(
            (f"{tr('to')} ", LABEL),
            (audience_words(self._audience, self._names), "bold"),
            (f"  {tr(KINDS[self._kind])}", "bold $text-warning" if urgent else "bold"),
            (about, "$text-primary"),
        )
        keys = shown(tr("w writes · F2 what it is · F3 to whom · ⏎ sends · Esc back"), LABEL)
        return Content("\n").join([what, keys])

    # Asking

    def _question(self) -> MessagesQuery:
        return MessagesQuery(agent=self._agent if to_one(self._audience) else "")

    def _look(self) -> None:
        """Ask again without a word: what is on the screen stays until there is an answer."""

        def heard(answer: Messages | None, why: str) -> None:
            if answer is not None:
                self.post_message(self.Looked(answer))

        self.service.ask(self._question(), heard)

    def _take(self, found: Messages) -> None:
        self._found = found
        self._draw()

    @on(Looked)
    def _see(self, event: Looked) -> None:
        if event.found != self._found:
            self._take(event.found)

    # What the keys do

    @on(RowList.Pointed)
    def _pointed(self) -> None:
        self._show_letter()

    @on(RowList.Chosen)
    def _open(self, event: RowList.Chosen) -> None:
        """Of a message of one's own: who has read it; of an agent's: it is read."""
        entry: Entry = event.item
        if entry.sent is not None:
            self.ask(ReadersQuery(message_id=entry.id), lambda found: self._show_readers(entry, found))
        elif entry.new:
            self.ask(ReadOrder(message_id=entry.id), lambda _: self._look())

    def _show_readers(self, entry: Entry, found: Readers) -> None:
        self.app.push_screen(ReadersScreen(entry.text, found.readers, self.service.now()))

    def action_view(self) -> None:
        """The next list."""
        views = list(VIEWS)
        self._view = views[(views.index(self._view) + 1) % len(views)]
        if self._view == "coaching" and to_one(self._audience):
            self._kind = "coaching"
        elif self._kind == "coaching":
            self._kind = "notice"
        self._draw()

    def action_kind(self) -> None:
        """A notice, urgent, or for one agent a coaching note."""
        kinds = [kind for kind in KINDS if kind != "coaching" or to_one(self._audience)]
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)]
        self._show_letter()

    def action_audience(self) -> None:
        """Write to the next: the agent, a team, all."""
        self._to = (self._to + 1) % len(self._audiences)
        if self._kind == "coaching" and not to_one(self._audience):
            self._kind = "notice"
        self._show_letter()
        self._look()

    def action_write(self) -> None:
        """Open the line; on an agent's message it answers that agent."""
        entry = self._rows.item
        if entry is not None and entry.message is not None:
            self._address(entry.message)
        self.add_class("-typing")
        self.set_focus(self._line)
        self._show_letter()

    def _address(self, message: Letter) -> None:
        """Write to the agent who wrote a message."""
        audience = f"user:{message.writer}"
        if audience not in self._audiences:
            self._audiences.append(audience)
        self._to = self._audiences.index(audience)

    def action_leave(self) -> None:
        """From the line back to the list, its text kept; from there back to the board."""
        if self.has_class("-typing"):
            self._close_line()
        else:
            super().action_leave()

    def _close_line(self) -> None:
        self.remove_class("-typing")
        self.set_focus(self._rows)
        self._show_letter()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._letter_id = str(uuid4())  # another text is another message

    @on(Input.Submitted)
    def _send(self) -> None:
        audience = self._audience
        body = NewMessage(
            id=self._letter_id,
            audience=audience,
            text=self._line.value,
            kind=self._kind,
            matter=self._matter if to_one(audience) and audience == f"user:{self._agent}" else "",
        )
        self.ask(MessageOrder(body=body), self._sent)

    def _sent(self, sent: Sent) -> None:
        self._line.value = ""
        self._close_line()
        self._view = "coaching" if sent.kind == "coaching" else "sent"
        self._draw()
        self.say(tr("Sent to {who}.", who=audience_words(sent.audience, self._names)), "$text-success")
        self._look()


def _about(about: Any) -> tuple[str, str, str]:
    """Of the board's row under the cursor: the agent's name, the matter, its client; "" = none."""
    if isinstance(about, AgentRow):
        return about.name, "", ""
    if isinstance(about, Decision) and about.agent:
        return about.agent, about.id if about.client else "", about.client
    return "", "", ""
