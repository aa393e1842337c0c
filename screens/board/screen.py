"""The lead board: the queue, the agents and what waits for a decision, live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from rules.protocol import AgentRow, Decision, QueueRow, Stats
from rules.reports import RowsQuery
from rules.standing import StandingQuery
from rules.words import mark, tr
from screens.board import keys, pages
from screens.board.columns import agent_columns, decision_columns, queue_columns
from screens.board.deciding import Refused, Taking, opened, seen
from screens.board.panes import NARROW, WIDE, Arrangement, Panes
from screens.board.queue_totals import QueueTotal, queue_totals, row_key
from screens.board.rows import DECIDED, NOT_DECIDED
from screens.board.service import BoardService
from screens.board.words import behind, top, trends
from widgets.cell_list import CellList
from widgets.key_bar import KeyBar
from widgets.row_list import RowList
from widgets.shown import shown
from widgets.wording import word

SAID_FOR = timedelta(seconds=8)
"""How long the board says what became of a decision."""

FIRST_KEYS = ("board.help", "board.next_pane", "rows.open", "board.reports", "rows.filter", "board.seen")
"""What the key bar shows by all means, in this order; the others follow as they are bound."""


class BoardScreen(Screen[None]):
    """Three lists, a summary above and the row under the cursor in full below.

    It draws what the service has at hand and repaints the lines that differ; the service
    says when there is something new, and each second the ages are counted on.

    Args:
        service: what the figures come from and the decisions go to.
        kept: how the lead arranged the panes the last time.
        keep: is told of every other arrangement.
    """

    CSS_PATH = "board.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-stacked"), (WIDE, "-wide")]  # noqa: RUF012 - Textual declares them so

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "pane(1)", mark("Next pane"), id="board.next_pane"),
        Binding("shift+tab", "pane(-1)", mark("Previous pane"), id="board.previous_pane", show=False),
        Binding("1", "go(0)", mark("The queue"), id="board.queue", show=False),
        Binding("2", "go(1)", mark("The agents"), id="board.agents", show=False),
        Binding("3", "go(2)", mark("The decisions"), id="board.decisions", show=False),
        Binding("z", "zoom", mark("Zoom"), id="board.zoom"),
        Binding("f", "fold", mark("Fold away"), id="board.fold"),
        Binding("x", "see", mark("Seen"), id="board.seen"),
        Binding("w", "swap", mark("Swap panes"), id="board.swap"),
        Binding("plus,equals_sign", "resize(1)", mark("Larger"), id="board.wider", key_display="+"),
        Binding("minus", "resize(-1)", mark("Smaller"), id="board.narrower"),
        Binding("question_mark,f1", "help", mark("Every key"), id="board.help", key_display="?"),
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

    def __init__(
        self,
        service: BoardService,
        kept: Arrangement | None = None,
        keep: Callable[[Arrangement], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._service = service
        self._kept, self._keep = kept or Arrangement(), keep
        self._shown: dict[str, Any] = {}
        self._said: Content | None = None
        self._said_at = now = service.now()
        self._strategies = False
        self._queue: CellList[QueueRow] = CellList(queue_columns(), row_key, now=now, id="queue")
        self._agents: CellList[AgentRow] = CellList(
            agent_columns(self._measured), lambda row: row.name, now=now, id="agents"
        )
        self._decisions: CellList[Decision] = CellList(
            decision_columns(), lambda row: row.id, now=now, id="decisions"
        )
        self._panes = Panes((self._queue, self._agents, self._decisions), Static(id="trends"))

    def compose(self) -> ComposeResult:
        """The fixed parts; nothing is added or removed later."""
        yield Static(id="top")
        yield self._panes
        yield Static(id="behind")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Draw what is at hand, and from now on whatever comes."""
        self.relabel()
        self._panes.restore(self._kept)
        self._service.subscribe(self._moved)
        self.set_interval(1, self._each_second)
        self.refresh_figures()

    def _moved(self) -> None:
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """What is drawn for a width is drawn again."""
        self._panes.lay_out()
        self.refresh_figures()

    def on_screen_resume(self) -> None:
        """Keys may have been remapped while another screen was shown."""
        self._draw_keys()

    def on_unmount(self) -> None:
        """Let the arrangement be kept."""
        self._keep_arrangement()

    def _keep_arrangement(self) -> None:
        if (arrangement := self._panes.arrangement()) != self._kept:
            self._kept = arrangement
            self._keep(arrangement)

    def _each_second(self) -> None:
        self._keep_arrangement()
        self.refresh_figures()

    def relabel(self) -> None:
        """Write every fixed text in the language in force."""
        nothing = tr("nothing here")
        self._queue.relabel(tr("Queue"), queue_columns(strategies=self._strategies), nothing)
        self._agents.relabel(tr("Agents"), agent_columns(self._measured), nothing)
        self._decisions.relabel(tr("Decisions"), decision_columns(), nothing)
        self.query_one("#trends").border_title = Content(f" {tr('By hour')} ")
        self._shown.clear()
        self._draw_keys()
        self.refresh_figures()

    def refresh_figures(self) -> None:
        """Bring every part up to date; parts that would look the same are left alone."""
        now, stats, link = self._service.now(), self._service.stats(), self._service.link()
        if stats is not None:
            self._show_queue(stats, now)
            self._agents.show(stats.agents, now)
            self._decisions.show(stats.decisions, now)
            self._panes.draw_tabs()
        width = self.size.width
        self._update("#top", top(self._service.who(), link, stats, now, width))
        self._update("#trends", trends(stats))
        self._show_behind()

    def _show_queue(self, stats: Stats, now: datetime) -> None:
        strategies = any(row.strategy for row in stats.queue)
        if strategies != self._strategies:
            self._strategies = strategies
            self._queue.relabel(tr("Queue"), queue_columns(strategies=strategies), tr("nothing here"))
        self._queue.show(stats.queue, now, queue_totals(stats.queue))

    def _measured(self) -> datetime:
        stats = self._service.stats()
        return self._service.now() if stats is None else stats.at

    def _update(self, part: str, content: Any) -> None:
        if self._shown.get(part) != content:
            self._shown[part] = content
            self.query_one(part, Static).update(content, layout=False)

    def _draw_keys(self) -> None:
        self.query_one("#keys", KeyBar).show(keys.bar(self, FIRST_KEYS))

    # Panes

    def action_pane(self, step: int) -> None:
        """Go to the next or previous pane."""
        self._panes.step(step)
        self.refresh_figures()

    def action_go(self, place: int) -> None:
        """Go to a pane by its number; one that was folded away comes back."""
        self._go_to(self._panes.lists[place])

    def _go_to(self, pane: CellList[Any]) -> None:
        self._panes.go_to(pane)
        self.refresh_figures()

    def action_zoom(self) -> None:
        """Give the pane the whole window, or take it back."""
        self._panes.zoom()

    def action_fold(self) -> None:
        """Fold the pane away; when it is the last one, bring the others back."""
        self._panes.fold()
        self.refresh_figures()

    def action_swap(self) -> None:
        """Let queue and agents change sides."""
        self._panes.swap()

    def action_resize(self, step: int) -> None:
        """Make the pane larger or smaller."""
        self._panes.resize_current(step)

    @on(events.DescendantFocus)
    def _follow_focus(self) -> None:
        """The mouse moves the focus, too."""
        if isinstance(self.focused, CellList) and self.focused is not self._panes.current:
            self._go_to(self.focused)

    # Other screens

    async def action_page(self, name: str) -> None:
        """Open one of the board's pages on the row under the cursor; keys typed at once are the page's."""
        about = self._panes.current.item
        page = pages.page(name, self._service, None if isinstance(about, QueueTotal) else about)
        await self.app.push_screen(page)

    def _push(self, screen: Screen[Any]) -> None:
        self.app.push_screen(screen)

    def action_help(self) -> None:
        """Every key as it is now, and what it does."""
        from screens.desk_help import HelpScreen

        self._push(HelpScreen(keys.listed(self), grammar=()))

    def _open_rows(self, report: str, row: str, column: str) -> None:
        """The rows behind a number."""
        from screens.board.table_page import RowsScreen

        self._push(RowsScreen(self._service, RowsQuery(name=report, row=row, column=column)))

    # What happens

    def on_board_screen_moved(self) -> None:
        """Something new from the hub."""
        self.refresh_figures()

    @on(RowList.Pointed)
    def _show_behind(self) -> None:
        """The row under the cursor in full: on two lines where the window is narrow."""
        lines = 1 if self.size.width >= WIDE else 2
        if self._said is not None and self._service.now() - self._said_at < SAID_FOR:
            self._update("#behind", self._said)
            return
        item, now = self._panes.current.item, self._service.now()
        self._update("#behind", behind(item, now, self._measured(), self.size.width, lines))

    @on(RowList.Chosen, "#queue")
    def _choose_queue(self, event: RowList.Chosen) -> None:
        """Enter on a number of the queue: the clients, results or payments behind it."""
        if self._queue.opens(event.column):
            self._open_rows("live_queue", row_key(event.item), event.column)
        else:
            self._say(tr("→ goes to a number; Enter then opens what is behind it."), "$text-muted")

    @on(RowList.Chosen, "#agents")
    def _choose_agent(self, event: RowList.Chosen) -> None:
        """Enter on an agent: what is behind the number, or else what waits for a decision."""
        if self._agents.opens(event.column):
            self._open_rows("live_agents", event.item.name, event.column)
            return
        self._decisions.narrow_to(event.item.name)
        self._go_to(self._decisions)

    @on(RowList.Chosen, "#decisions")
    def _choose_decision(self, event: RowList.Chosen) -> None:
        """Enter on a decision that is taken here: all about it; on any other: the agent that it is about."""
        decision: Decision = event.item
        if decision.kind == "unassigned":
            self._push(pages.page("assign", self._service, decision))
            return
        if decision.kind == "no_next_action":
            from screens.board.table_page import TableScreen

            question = StandingQuery(kind=decision.kind, portfolio=decision.portfolio)
            self._push(TableScreen(self._service, question))
            return
        try:
            taking = opened(decision, self._service)
        except Refused as refusal:
            self._say(str(refusal), "$text-warning")
            return
        if taking is not None:
            self._take(taking)
        else:
            self._agents.narrow_to(decision.agent)
            self._go_to(self._agents)

    def action_see(self) -> None:
        """Close the decision under the cursor, which only had to be seen."""
        there = self._panes.current is self._decisions
        try:
            self._take(seen(self._decisions.item if there else None, self._service))
        except Refused as refusal:
            self._say(str(refusal), "$text-warning")

    def _take(self, taking: Taking) -> None:
        """Open a dialog, and send what the lead decides in it."""

        def closed(decision: Any) -> None:
            if decision is not None:
                self._say(tr("Sending…"), "$text-muted")
                taking.send(decision, partial(self._sent, taking.decided(decision)))

        self.app.push_screen(taking.dialog, closed)

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

    @on(KeyBar.Pressed)
    async def _press(self, event: KeyBar.Pressed) -> None:
        await keys.press(self, event.action)
