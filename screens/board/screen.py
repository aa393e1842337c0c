"""The lead board: the queue, the agents and what waits for a decision, live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from rules.clients import Case
from rules.protocol import LIVING, AgentRow, Asked, Decision, QueueRow
from rules.words import mark, tr
from screens.board import pages
from screens.board.rows import DECIDED, NOT_DECIDED, agent_columns, decision_columns, queue_columns
from screens.board.service import BoardService, Told
from screens.board.words import behind, top, trends
from widgets.key_bar import KeyBar, KeyWords
from widgets.row_list import RowList
from widgets.shown import shown
from widgets.wording import word

if TYPE_CHECKING:
    from screens.board.dialog import BoardDialog

T = TypeVar("T")

LEAST_SHARE, MOST_SHARE, SHARE_STEP = 20, 80, 5
"""Bounds and step of the left pane's part of the width, in per cent."""

SAID_FOR = timedelta(seconds=8)
"""How long the board says what became of a decision."""


class BoardScreen(Screen[None]):
    """Three lists, a summary above and the row under the cursor in full below.

    It draws what the service has at hand and repaints the lines that differ; the service
    says when there is something new, and each second the ages are counted on.
    """

    CSS_PATH = "board.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (61, "-stacked"), (100, "-wide")]  # noqa: RUF012 - Textual declares them so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-tall")]  # noqa: RUF012 - as above

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "pane(1)", mark("Next pane"), id="board.next_pane"),
        Binding("shift+tab", "pane(-1)", mark("Previous pane"), id="board.previous_pane", show=False),
        Binding("z", "zoom", mark("Zoom"), id="board.zoom"),
        Binding("x", "see", mark("Seen"), id="board.seen"),
        Binding("w", "swap", mark("Swap panes"), id="board.swap"),
        Binding("plus,equals_sign", "share(1)", mark("Wider"), id="board.wider", key_display="+"),
        Binding("minus", "share(-1)", mark("Narrower"), id="board.narrower"),
        *pages.BINDINGS,
    ]

    class Moved(Message):
        """The service has something new (sent from its thread)."""

        def can_replace(self, message: Message) -> bool:
            """One look at the service serves for several calls."""
            return isinstance(message, BoardScreen.Moved)

    class Sent(Message):
        """The hub's word on a decision (sent from the service's thread): "" = it is kept."""

        def __init__(self, decided: str, why: str) -> None:
            super().__init__()
            self.decided, self.why = decided, why

    def __init__(self, service: BoardService) -> None:
        super().__init__()
        self._service = service
        self._share = 50
        self._shown: dict[str, Any] = {}
        self._said: Content | None = None
        self._said_at = service.now()
        now = service.now()
        self._queue: RowList[QueueRow] = RowList(
            queue_columns(), lambda row: f"{row.portfolio}\0{row.strategy}\0{row.bucket}", now=now, id="queue"
        )
        self._agents: RowList[AgentRow] = RowList(agent_columns(), lambda row: row.name, now=now, id="agents")
        self._decisions: RowList[Decision] = RowList(
            decision_columns(), lambda row: row.id, now=now, id="decisions"
        )
        self._panes: tuple[RowList[Any], ...] = (self._queue, self._agents, self._decisions)
        self._current: RowList[Any] = self._queue

    def compose(self) -> ComposeResult:
        """The fixed parts; nothing is added or removed later."""
        yield Static(id="top")
        with Container(id="panes"):
            yield self._queue
            yield self._agents
            yield Static(id="trends")
            yield self._decisions
        yield Static(id="behind")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Draw what is at hand, and from now on whatever comes."""
        self.relabel()
        self._make_current(self._queue)
        self._service.subscribe(self._moved)
        self.set_interval(1, self.refresh_figures)
        self.refresh_figures()

    def _moved(self) -> None:
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """The lines that are drawn for a width are drawn again."""
        self.refresh_figures()

    def on_screen_resume(self) -> None:
        """Keys may have been remapped while another screen was shown."""
        self._draw_keys()

    def relabel(self) -> None:
        """Write every fixed text in the language in force."""
        nothing = tr("nothing here")
        self._queue.relabel(tr("Queue"), queue_columns(), nothing)
        self._agents.relabel(tr("Agents"), agent_columns(), nothing)
        self._decisions.relabel(tr("Decisions"), decision_columns(), nothing)
        self.query_one("#trends").border_title = Content(f" {tr('By hour')} ")
        self._shown.clear()
        self._draw_keys()
        self.refresh_figures()

    def refresh_figures(self) -> None:
        """Bring every part up to date; parts that would look the same are left alone."""
        now, stats, link = self._service.now(), self._service.stats(), self._service.link()
        if stats is not None:
            self._queue.show(stats.queue, now)
            self._agents.show(stats.agents, now)
            self._decisions.show(stats.decisions, now)
        width = self.size.width
        self._update("#top", top(self._service.who(), link, stats, now, width))
        self._update("#trends", trends(stats))
        self._show_behind()

    def _update(self, part: str, content: Any) -> None:
        if self._shown.get(part) != content:
            self._shown[part] = content
            self.query_one(part, Static).update(content, layout=False)

    def _draw_keys(self) -> None:
        keys: dict[str, KeyWords] = {}
        for active in self.active_bindings.values():
            binding = active.binding
            if binding.show and binding.action not in keys:
                display, words = self.app.get_key_display(binding), tr(binding.description)
                keys[binding.action] = KeyWords(display, words, words, binding.action)
        self.query_one(KeyBar).show(list(keys.values()))

    # Panes

    def _make_current(self, pane: RowList[Any]) -> None:
        self._current = pane
        for other in self._panes:
            other.set_class(other is pane, "-current")
        self.set_focus(pane)

    def action_pane(self, step: int) -> None:
        """Go to the next or previous pane."""
        place = self._panes.index(self._current)
        self._make_current(self._panes[(place + step) % len(self._panes)])
        self.refresh_figures()

    def action_zoom(self) -> None:
        """Give the pane the whole window, or take it back."""
        self.toggle_class("-zoomed")

    def action_swap(self) -> None:
        """Let queue and agents change sides."""
        first = self._queue if self.has_class("-swapped") else self._agents
        second = self._agents if first is self._queue else self._queue
        self.toggle_class("-swapped")
        self.query_one("#panes").move_child(first, before=second)

    def action_share(self, step: int) -> None:
        """Make the left pane wider or narrower."""
        self._share = max(LEAST_SHARE, min(MOST_SHARE, self._share + step * SHARE_STEP))
        if self.has_class("-wide"):
            self.query_one("#panes").styles.grid_columns = f"{self._share}fr {100 - self._share}fr"

    def action_page(self, name: str) -> None:
        """Open one of the board's pages on the row under the cursor."""
        self.app.push_screen(pages.page(name, self._service, self._current.item))

    # What happens

    def on_board_screen_moved(self) -> None:
        """Something new from the hub."""
        self.refresh_figures()

    @on(RowList.Pointed)
    def _show_behind(self) -> None:
        """The row under the cursor in full: on two lines where the window is narrow."""
        lines = 1 if self.has_class("-wide") else 2
        if self._said is not None and self._service.now() - self._said_at < SAID_FOR:
            self._update("#behind", self._said)
            return
        self._update("#behind", behind(self._current.item, self._service.now(), self.size.width, lines))

    @on(RowList.Chosen, "#agents")
    def _show_decisions_of(self, event: RowList.Chosen) -> None:
        """Enter on an agent: what of that agent's waits for a decision."""
        self._decisions.narrow_to(event.item.name)
        self._make_current(self._decisions)

    @on(RowList.Chosen, "#decisions")
    def _open_decision(self, event: RowList.Chosen) -> None:
        """Enter on a decision that is taken here: all about it; on any other: the agent that it is about."""
        decision: Decision = event.item
        if decision.asked is not None:
            self._open_approval(decision, decision.asked)
        elif decision.case is not None:
            self._open_case(decision, decision.case)
        elif decision.kind == "inconsistency":
            self._open_inconsistency(decision)
        else:
            self._agents.narrow_to(decision.agent)
            self._make_current(self._agents)

    def _open_approval(self, decision: Decision, asked: Asked) -> None:
        from screens.board.answer import AnswerScreen

        if decision.agent == self._service.user():
            self._say(tr("You asked for this yourself: another lead has to answer."), "$text-warning")
            return
        dialog = AnswerScreen(decision, asked, self._service.now())
        self._decide(dialog, partial(self._service.answer, decision.id), lambda answer: answer.verdict)

    def _open_case(self, decision: Decision, case: Case) -> None:
        from screens.board.matters import CaseScreen

        dialog = CaseScreen(decision, case, self._service.now())
        self._decide(dialog, partial(self._service.close_case, case.id), lambda _: "ended")

    def _open_inconsistency(self, decision: Decision) -> None:
        from screens.board.matters import InconsistencyScreen

        dialog = InconsistencyScreen(decision, self._service.user(), self._service.now())
        send = partial(self._service.care, decision.id)
        self._decide(dialog, send, lambda care: "taken" if care.owner else "settled")

    def action_see(self) -> None:
        """Close the decision under the cursor, which only had to be seen."""
        from screens.board.matters import SeenScreen

        decision = self._decisions.item
        if self._current is not self._decisions or decision is None:
            self._say(tr("Go to the decisions first: x closes the one under the cursor."), "$text-warning")
        elif decision.kind in LIVING:
            self._say(tr("This one is to be decided: Enter opens it."), "$text-warning")
        else:
            dialog = SeenScreen(decision, self._service.now())
            self._decide(dialog, partial(self._service.close_review, decision.id), lambda _: "settled")

    def _decide(
        self, dialog: BoardDialog[T], send: Callable[[T, Told], None], decided: Callable[[T], str]
    ) -> None:
        """Open a dialog, and send what the lead decides in it."""

        def closed(decision: T | None) -> None:
            if decision is not None:
                self._say(tr("Sending…"), "$text-muted")
                send(decision, partial(self._sent, decided(decision)))

        self.app.push_screen(dialog, closed)

    def _sent(self, decided: str, why: str) -> None:
        """Called from any thread, also when the board is being closed."""
        self.post_message(self.Sent(decided, why))

    def on_board_screen_sent(self, event: BoardScreen.Sent) -> None:
        """Say what became of a decision."""
        if event.why:
            self._say(f"✗ {word(NOT_DECIDED, event.why)}", "bold $text-error")
        else:
            self._say(f"✓ {word(DECIDED, event.decided)}", "$text-success")

    def _say(self, text: str, style: str) -> None:
        """Say something in the last line but one, until the cursor moves or time has passed."""
        self._said, self._said_at = shown(text, style), self._service.now()
        self._show_behind()

    @on(events.DescendantFocus)
    def _follow_focus(self) -> None:
        """The mouse moves the focus, too."""
        if isinstance(self.focused, RowList) and self.focused is not self._current:
            self._make_current(self.focused)
            self.refresh_figures()

    @on(KeyBar.Pressed)
    async def _press(self, event: KeyBar.Pressed) -> None:
        for active in self.active_bindings.values():
            if active.binding.action == event.action:
                await self.app.run_action(event.action, active.node)
                return
