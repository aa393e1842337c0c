"""Commissions: the runs of portfolios and months, the lines of one, and what is behind each number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from rules.calendars import month_end
from rules.capture.scope import Refused
from rules.commission_lines import read_adjustment, read_draft
from rules.commissions import (
    Adjust,
    Adjusting,
    Draft,
    Locking,
    LockRun,
    MakeDraft,
    Run,
    Runs,
    RunsQuery,
)
from rules.protocol import QueueRow
from rules.reports import ReportQuery, RowsQuery
from rules.tables import TOTAL, Row, Table
from rules.words import mark, tr
from screens.board.commission_words import columns, reason, sums_words, terms_words
from screens.board.lined_page import LinedPage
from screens.board.service import BoardService
from screens.board.words import filled
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import shown
from widgets.table_list import TableList

REPORT = "commissions"
SAID_ABOVE = frozenset({"name", "portfolio", "month", "status"})
"""Columns of the report that the run itself says."""


class CommissionsScreen(LinedPage):
    """Runs above, the lines of the one under the cursor below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "pane", mark("Runs / lines"), id="commission.pane"),
        Binding("d", "draft", mark("Make a draft"), id="commission.draft"),
        Binding("l", "lock", mark("Lock"), id="commission.lock"),
        Binding("a", "adjust", mark("Adjust"), id="commission.adjust"),
        Binding("f5", "again", mark("Ask again"), id="commission.again", show=False),
    ]

    DEFAULT_CSS = """
    CommissionsScreen {
        RowList { border-top: solid $panel-rule; border-title-color: $text-primary; }
        #runs { height: 1fr; max-height: 12; }
        #lines { height: 2fr; }
        #terms { height: 2; padding: 0 1; }
    }
    """

    class Looked(Message):
        """The lines of a run (sent from the service's thread)."""

        def __init__(self, run: Run, table: Table) -> None:
            super().__init__()
            self.run, self.table = run, table

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._portfolio = about.portfolio if isinstance(about, QueueRow) else ""
        self._known = Runs(runs=(), portfolios=())
        self._wanted = ""
        self._to_lock = ""
        self._runs: RowList[Run] = RowList(columns(), lambda one: one.id, now=service.now(), id="runs")
        self._lines = TableList(service.now(), id="lines")
        self.resting = self._runs

    def title_words(self) -> str:
        """The page's name."""
        return tr("Commissions")

    def body(self) -> Iterable[Widget]:
        """The runs, the lines, what they were worked out by, the line."""
        return (self._runs, self._lines, Static(id="terms"), self.line)

    def on_mount(self) -> None:
        """Ask for the runs."""
        super().on_mount()
        self.relabel()
        self.set_focus(self._runs)
        self.action_again()

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._runs.relabel(tr("Runs"), columns(), tr("no run yet: d makes a draft"))
        self._lines.relabel_table()
        self._show_terms()

    # What is shown

    def action_again(self) -> None:
        """Ask anew; the cursor stays on its run."""
        self.ask(RunsQuery(), self._fill)

    def _fill(self, found: Runs) -> None:
        self._known = found
        self._runs.show(found.runs, self.service.now())
        ids = [one.id for one in self._runs.order.rows]
        if self._wanted in ids:
            self._runs.point_at(ids.index(self._wanted))
        self._wanted = ""
        self._look()

    @on(RowList.Pointed, "#runs")
    def _look(self) -> None:
        """Ask for the lines of the run under the cursor; what was asked before is not waited for."""
        self._to_lock = ""
        self._show_terms()
        run = self._runs.item
        if run is None:
            return

        def heard(table: Table | None, _why: str) -> None:
            if table is not None:
                self.post_message(self.Looked(run, table))

        self.service.ask(ReportQuery(name=REPORT, **_period(run)), heard)

    @on(Looked)
    def _show_lines(self, event: Looked) -> None:
        run = self._runs.item
        if run is not None and run.id == event.run.id:
            self._lines.show_table(event.table, self.service.now())
            self._lines.leave_out(SAID_ABOVE)

    def _show_terms(self) -> None:
        run = self._runs.item
        parts = [shown(text) for text in terms_words(run)] if run else []
        words = filled(parts, shown(" · ", LABEL), max(20, self.size.width - 2), 2) if parts else Content("")
        self.query_one("#terms", Static).update(words, layout=False)

    def on_resize(self) -> None:
        """What is drawn for a width is drawn again."""
        self._show_terms()

    def action_pane(self) -> None:
        """To the lines, or back to the runs."""
        self.resting = self._lines if self.resting is self._runs else self._runs
        self.set_focus(self.resting)

    @on(RowList.Chosen, "#runs")
    def _enter_run(self) -> None:
        """Enter on a run: to its lines."""
        self.resting = self._lines
        self.set_focus(self._lines)

    @on(RowList.Chosen, "#lines")
    def _open_rows(self, event: RowList.Chosen) -> None:
        """Enter on a number: the facts behind it."""
        run = self._runs.item
        if run is None:
            return
        if not self._lines.opens(event.column):
            self.say(tr("→ goes to a number; Enter then opens what is behind it."))
            return
        query = RowsQuery(name=REPORT, row=event.item.key, column=event.column, **_period(run))
        if event.column == "breaches":
            from screens.board.breaches import BreachesScreen as Screen
        else:
            from screens.board.table_page import RowsScreen as Screen  # type: ignore[assignment]  # its base
        self.app.push_screen(Screen(self.service, query))

    # What is decided

    def action_draft(self) -> None:
        """Open the line for a portfolio and month."""
        run = self._runs.item
        portfolio = self._portfolio or (run.portfolio if run else next(iter(self._known.portfolios), ""))
        month = _month_before(self.service.now())
        if run is not None and run.status == "draft" and not self._portfolio:
            month = run.month
        self.open_line(
            "draft",
            f"{portfolio} {month:%Y-%m}".strip(),
            tr("portfolio and month: {example} · an earlier draft gives way", example=f"{month:%Y-%m}"),
        )

    def action_lock(self) -> None:
        """Say what would be locked; the same key again locks it."""
        run = self._runs.item
        if run is None:
            return
        if run.status == "locked":
            self.refused("run_locked")
        elif run.made_by == self.service.user():
            self.refused("own_run")
        elif self._to_lock == run.id:
            self._to_lock = ""
            self.ask(LockRun(run=run.id, body=Locking(made_at=run.made_at)), self._locked)
        else:
            self._to_lock = run.id
            self.say(
                tr(
                    "l again locks it for good: {sums}, made by {name}",
                    sums=sums_words(run) or "0",
                    name=run.made_by,
                ),
                "bold $text-warning",
            )

    def _locked(self, run: Run) -> None:
        self._took(run)
        self.say(tr("✓ Locked: {sums}.", sums=sums_words(run)), "$text-success")

    def action_adjust(self) -> None:
        """Open the line for an amount more or less for the agent under the cursor."""
        run, line = self._runs.item, self._lines.item
        if run is None or line is None or line.key.startswith(TOTAL):
            return
        if run.status != "locked":
            self.refused("not_locked")
            return
        agent = _agent(line)
        self.open_line(
            "adjust", "", tr("{name}, {currency}: -500.00 and why", name=agent, currency=line.currency)
        )

    def reason(self, refused: Refused) -> str:
        """Why a line can't be read."""
        return reason(refused)

    def entered(self, text: str) -> None:
        """Send what the line says; it stays open until the centre has taken it."""
        if self.typing == "draft":
            portfolio, month = read_draft(text, self._known.portfolios)
            self.ask(MakeDraft(body=Draft(portfolio=portfolio, month=month)), self._made)
            return
        amount, why = read_adjustment(text)
        run, line = self._runs.item, self._lines.item
        if run is not None and line is not None:
            body = Adjusting(agent=_agent(line), amount=amount, why=why, currency=line.currency)
            self.ask(Adjust(run=run.id, body=body), self._adjusted)

    def _made(self, run: Run) -> None:
        self.close_line()
        self._took(run)
        words = sums_words(run) or tr("nobody was credited with money of that month")
        self.say(tr("✓ Draft made: {sums}.", sums=words), "$text-success")

    def _adjusted(self, run: Run) -> None:
        self.close_line()
        self._took(run)
        self.say(tr("✓ Adjusted: {sums}.", sums=sums_words(run)), "$text-success")

    def _took(self, run: Run) -> None:
        """Show a run as it is now, with the cursor on it."""
        known = self._known.runs
        runs = tuple(run if one.id == run.id else one for one in known)
        if run not in runs:
            runs = (run, *known)
        self._wanted = run.id
        self._fill(Runs(runs=runs, portfolios=self._known.portfolios))


def _period(run: Run) -> dict[str, Any]:
    return {"since": run.month, "until": month_end(run.month), "portfolio": run.portfolio}


def _agent(line: Row) -> str:
    return str(line.cells[0])


def _month_before(now: datetime) -> date:
    first = now.date().replace(day=1)
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
