"""Assign, recall, share out: whose clients, how, among whom; what each has before and after; the order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from rules.assigning import (
    Assign,
    Assigned,
    AssignmentAsk,
    AssignmentPreview,
    AssignmentsQuery,
    LoadQuery,
    MovesQuery,
    PreviewAssignment,
)
from rules.capture.scope import Refused
from rules.protocol import AgentRow, Decision, QueueRow
from rules.sharing import METHODS, ONE, RECALL
from rules.tables import TOTAL, Row, Table
from rules.words import mark, tr, trn
from screens.board.lined_page import LinedPage
from screens.board.service import BoardService
from screens.board.table_page import TableScreen
from widgets.columns import Column
from widgets.formats import whole
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row
from widgets.table_cells import METHODS as METHOD_WORDS
from widgets.table_list import TableList
from widgets.wording import word

UNASSIGNED, ANYBODYS, AGENTS = "unassigned", "anybodys", "agents"
SOURCES = (UNASSIGNED, ANYBODYS, AGENTS)


class AssignScreen(LinedPage):
    """Opened on a row of the queue it takes that part, on an agent that agent's clients."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", mark("Choose"), id="assign.choose", key_display="␣"),
        Binding("a", "choose_all", mark("All or none"), id="assign.all"),
        Binding("m", "method", mark("How"), id="assign.method"),
        Binding("f", "source", mark("Whose clients"), id="assign.source"),
        Binding("o", "portfolio", mark("Portfolio"), id="assign.portfolio"),
        Binding("h", "history", mark("Orders"), id="assign.history"),
        Binding("tab", "turn", mark("Agents or totals"), id="assign.turn", show=False),
    ]

    DEFAULT_CSS = """
    AssignScreen {
        #asked { height: 2; padding: 0 1; }
        #agents-to { height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary; }
        #totals {
            height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary; display: none;
        }
        &.-previewed #totals { display: block; }
    }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        stats = service.stats()
        self._queue = stats.queue if stats is not None else ()
        names = list(dict.fromkeys(one.portfolio for one in self._queue))
        self._portfolios = names
        portfolio = about.portfolio if isinstance(about, QueueRow | Decision) else ""
        self._ask_for = AssignmentAsk(
            portfolio=portfolio or next(iter(names), ""),
            method=METHODS[2],
            bucket=about.bucket if isinstance(about, QueueRow) else "",
            strategy=about.strategy if isinstance(about, QueueRow) else "",
            unassigned=True,
        )
        self._source = UNASSIGNED
        if isinstance(about, AgentRow):
            self._source = AGENTS
            self._ask_for = msgspec.structs.replace(
                self._ask_for, from_agents=(about.name,), unassigned=False
            )
        self._to: set[str] = set()
        self._preview: AssignmentPreview | None = None
        self._agents: RowList[Row] = RowList((), lambda one: one.key, now=service.now(), id="agents-to")
        self._totals = TableList(service.now(), id="totals")
        self.resting = self._agents

    def title_words(self) -> str:
        """What the page is."""
        return tr("Assign, recall, share out")

    def body(self) -> Iterable[Widget]:
        """What is asked, the agents, what each has before and after, the line."""
        return (Static(id="asked"), self._agents, self._totals, self.line)

    def on_mount(self) -> None:
        """Ask for the agents."""
        super().on_mount()
        self.relabel()
        self.set_focus(self._agents)
        self._load()

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._agents.relabel(tr("To whom"), self._columns(), tr("nobody works this portfolio"))
        self._totals.relabel_table()
        self._show_asked()

    def _columns(self) -> tuple[Column[Row], ...]:
        """Totals have neither a name nor a box to tick."""
        return (
            Column("to", "", 1, lambda one, _: "" if _is_total(one) else "☑" if one.key in self._to else "☐",
                   lambda one: one.key not in self._to),
            Column("name", tr("agent"), 12, lambda one, _: tr("total") if _is_total(one) else _text(one, 1),
                   lambda one: _text(one, 1), lambda one, _: "muted" if one.cells[3] else "", grow=True),
            Column("team", tr("team"), 8, lambda one, _: _text(one, 2), lambda one: _text(one, 2), rank=2),
            Column("absent", tr("today"), 8, lambda one, _: tr("absent") if one.cells[3] else "",
                   lambda one: _text(one, 3), lambda one, _: "warn"),
            Column("clients", tr("clients"), 7, lambda one, _: f"{_number(one, 4):,}",
                   lambda one: _number(one, 4), right=True),
            Column("balance", tr("balance"), 12, lambda one, _: whole(_number(one, 5)),
                   lambda one: _number(one, 5), right=True, rank=1),
            Column("skills", tr("skills"), 14, lambda one, _: _text(one, 6), lambda one: _text(one, 6),
                   rank=3),
        )  # fmt: skip

    def _load(self) -> None:
        if self._ask_for.portfolio:
            self.ask(LoadQuery(portfolio=self._ask_for.portfolio), self._fill)

    def _fill(self, table: Table) -> None:
        self._to &= {one.key for one in table.rows}
        self._agents.show(table.rows, self.service.now(), table.totals)
        self._show_asked()

    def _show_asked(self) -> None:
        ask = self._ask_for
        part = " · ".join(filter(None, (ask.portfolio, ask.bucket, ask.strategy)))
        first = row((f"{tr('Clients')} ", LABEL), (part or "–", "bold"), (f"  {self._whose()}", "bold"))
        to = trn("{n} agent chosen", "{n} agents chosen", len(self._to), n=len(self._to))
        second = row((f"{tr('How')} ", LABEL), (word(METHOD_WORDS, ask.method), "bold"), (f"  {to}", LABEL))
        self.query_one("#asked", Static).update(Content("\n").join([first, second]), layout=False)

    def _whose(self) -> str:
        if self._source == AGENTS:
            return tr("of {agent}", agent=", ".join(self._ask_for.from_agents))
        return tr("who are nobody's") if self._source == UNASSIGNED else tr("whoever has them")

    # What is asked

    def _change(self, **values: Any) -> None:
        """Ask for something else: what was previewed is no more what would be done."""
        self._ask_for = msgspec.structs.replace(self._ask_for, **values)
        self._preview = None
        self.remove_class("-previewed")
        self.set_focus(self._agents)
        self._show_asked()
        self.say("")

    def action_choose(self) -> None:
        """Choose the agent under the cursor, or no more."""
        found = self._agents.item
        if found is not None and found.key in {one.key for one in self._agents.order.rows}:
            if self._ask_for.method == ONE:
                self._to = {found.key} - self._to
            else:
                self._to ^= {found.key}
            self._chosen()
            self._agents.action_cursor(1)

    def action_choose_all(self) -> None:
        """Choose every agent who is there, or nobody."""
        there = {one.key for one in self._agents.order.rows if not one.cells[3]}
        self._to = set() if there <= self._to else there
        self._chosen()

    def _chosen(self) -> None:
        self._agents.tick(self.service.now())
        self._change()

    def action_method(self) -> None:
        """The next way to share out."""
        self._change(method=METHODS[(METHODS.index(self._ask_for.method) + 1) % len(METHODS)])

    def action_source(self) -> None:
        """Take the clients who are nobody's, anybody's, or those of the agent under the cursor."""
        self._source = SOURCES[(SOURCES.index(self._source) + 1) % len(SOURCES)]
        found = self._agents.item
        of = (found.key,) if self._source == AGENTS and found is not None else ()
        if self._source == AGENTS and not of:
            self._source = UNASSIGNED
        self._change(unassigned=self._source == UNASSIGNED, from_agents=of)

    def action_portfolio(self) -> None:
        """The next portfolio, all of it."""
        if self._ask_for.portfolio in self._portfolios:
            place = self._portfolios.index(self._ask_for.portfolio) + 1
            name = self._portfolios[place % len(self._portfolios)]
            self._change(portfolio=name, bucket="", strategy="")
            self._load()

    def action_turn(self) -> None:
        """From the agents to the totals and back."""
        there = self.focused is self._agents and self.has_class("-previewed")
        self.set_focus(self._totals if there else self._agents)

    def action_history(self) -> None:
        """The orders that were given, with who, when and why."""
        question = AssignmentsQuery(portfolio=self._ask_for.portfolio)
        self.app.push_screen(OrdersScreen(self.service, question))

    # The order

    @on(RowList.Chosen)
    def _go_on(self) -> None:
        """Enter: what it would do; then why it is done."""
        if self._preview is None:
            ask = self._ask_for
            names = () if ask.method == RECALL else tuple(sorted(self._to))
            self._ask_for = msgspec.structs.replace(ask, to_agents=names)
            self.ask(PreviewAssignment(body=self._ask_for), self._previewed)
        elif not self._preview.moves:
            self.say(tr("Nobody would change hands."), "$text-warning")
        else:
            self.open_line("why", "", tr("why: it is kept with the order · ⏎ does it · Esc back"))

    def _previewed(self, found: AssignmentPreview) -> None:
        self._preview = found
        self._totals.show_table(found.totals, self.service.now())
        self.add_class("-previewed")
        moves, chosen = f"{found.moves:,}", f"{found.chosen:,}"
        parts = [
            trn("{n} of {of} clients moves", "{n} of {of} clients move", found.moves, n=moves, of=chosen)
        ]
        if found.moves:
            parts.append(tr("⏎ goes on"))
        if found.on_desk:
            parts.append(tr("{n} on a desk: when they are back", n=f"{found.on_desk:,}"))
        if found.unplaced:
            parts.append(tr("{n} whom nobody chosen can work", n=f"{found.unplaced:,}"))
        self.say(" · ".join(parts), "$text-success" if found.moves else "$text-warning")

    def reason(self, refused: Refused) -> str:
        """The one thing that the line may lack."""
        return tr("Say why: it is kept with the order.")

    def entered(self, text: str) -> None:
        """Give the order that was previewed."""
        if not text:
            raise Refused("why_missing", text)
        if self._preview is not None:
            ask = msgspec.structs.replace(self._ask_for, digest=self._preview.digest, why=text)
            self.ask(Assign(body=ask), self._done)

    def _done(self, found: Assigned) -> None:
        self.close_line()
        self._change()
        self._load()
        said = trn(
            "✓ {n} client changed hands.", "✓ {n} clients changed hands.", found.moved, n=f"{found.moved:,}"
        )
        if found.left:
            said += " " + tr("{n} stayed: they changed hands otherwise meanwhile.", n=f"{found.left:,}")
        self.app.notify(said, markup=False)


class OrdersScreen(TableScreen):
    """The orders to assign; Enter shows the clients whom one moved."""

    @on(RowList.Chosen, "#table-list")
    def _open(self, event: RowList.Chosen) -> None:
        self.app.push_screen(TableScreen(self.service, MovesQuery(id=event.item.key)))


def _is_total(one: Row) -> bool:
    return one.key.startswith(TOTAL)


def _text(one: Row, place: int) -> str:
    return str(one.cells[place] or "")


def _number(one: Row, place: int) -> int:
    cell = one.cells[place]
    return cell if isinstance(cell, int) else 0
