"""Reconciliations: the runs, the rows of one with its differences first, how each is settled, the close."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from rules.capture.scope import Refused
from rules.tables import Row, Table
from rules.tools.matching import (
    RESOLUTIONS,
    SETTLED,
    STATUSES,
    CloseRun,
    ResolveRows,
    Resolving,
    Run,
    RunRowsQuery,
    Runs,
    RunsQuery,
)
from rules.tools.matching_tables import rows_table, totals_table
from rules.tools.table_jobs import WriteRun
from rules.words import mark, tr
from screens.board.lined_page import LinedPage
from screens.board.service import BoardService
from screens.board.words import filled
from screens.receipts.reconcile_columns import run_columns, status_of
from widgets.formats import plain
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row, shown
from widgets.table_list import TableList


class ReconcileScreen(LinedPage):
    """Runs above, the rows of the one under the cursor below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "pane", mark("Runs / rows"), id="reconcile.pane"),
        Binding("n", "new", mark("New"), id="reconcile.new"),
        Binding("t", "status", mark("Status"), id="reconcile.status"),
        *(
            Binding(f"{digit}", f"settle('{code}')", words, id=f"reconcile.{code}", show=False)
            for digit, (code, words) in enumerate(RESOLUTIONS.items(), start=1)
        ),
        Binding("a", "all", mark("One / all of the status"), id="reconcile.all"),
        Binding("x", "close_run", mark("Close the run"), id="reconcile.close", show=False),
        Binding("e", "export", mark("To Excel"), id="reconcile.xlsx"),
        Binding("f5", "again", mark("Ask again"), id="reconcile.again", show=False),
    ]

    DEFAULT_CSS = """
    ReconcileScreen {
        RowList { border-top: solid $panel-rule; border-title-color: $text-primary; }
        #runs { height: 1fr; max-height: 8; }
        #rows { height: 2fr; }
        #totals { height: auto; max-height: 3; padding: 0 1; }
        #page-said { height: auto; max-height: 2; }
    }
    """

    class Looked(Message):
        """Rows of a run (sent from the service's thread)."""

        def __init__(self, run: Run, status: str, table: Table) -> None:
            super().__init__()
            self.run, self.status, self.table = run, status, table

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._known = Runs(runs=(), portfolios=())
        self._status = ""
        self._all = False
        self._to_close = ""
        self._place: int | None = None
        self._before: frozenset[str] | None = None
        self._runs: RowList[Run] = RowList(run_columns(), lambda one: one.id, now=service.now(), id="runs")
        self._rows = TableList(service.now(), id="rows")
        self.resting = self._runs

    def title_words(self) -> str:
        """The page's name."""
        return tr("Reconciliation")

    def body(self) -> Iterable[Widget]:
        """The runs, the totals of one, its rows, the line."""
        return (self._runs, Static(id="totals"), self._rows, self.line)

    def on_mount(self) -> None:
        """Ask for the runs."""
        super().on_mount()
        self.relabel()
        self.set_focus(self._runs)
        self.action_again()

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._runs.relabel(tr("Reconciliations"), run_columns(), tr("none yet: n makes one"))
        self._rows.relabel_table()
        if self._rows.table is None:
            self._rows.relabel(tr("Rows"), (), "")
        self._show_totals()

    # What is shown

    def action_again(self) -> None:
        """Ask anew; the cursor stays on its run."""
        self.ask(RunsQuery(), self._fill)

    def _fill(self, found: Runs) -> None:
        self._known = found
        self._runs.show(found.runs, self.service.now())
        if self._before is not None:  # to one that was made since
            new = (place for place, run in enumerate(self._runs.order.rows) if run.id not in self._before)
            self._runs.point_at(next(new, 0))
            self._before = None
        self._look()

    @on(RowList.Pointed, "#runs")
    def _look(self) -> None:
        """Ask for the rows of the run under the cursor; what was asked before is not waited for."""
        self._to_close = ""
        self._show_totals()
        run = self._runs.item
        if run is None:
            return
        status = self._status

        def heard(table: Table | None, _why: str) -> None:
            if table is not None:
                self.post_message(self.Looked(run, status, table))

        self.service.ask(RunRowsQuery(run=run.id, status=status), heard)

    @on(Looked)
    def _show_rows(self, event: Looked) -> None:
        run = self._runs.item
        if run is not None and run.id == event.run.id and self._status == event.status:
            self._rows.show_table(event.table, self.service.now())
            if self._place is not None:  # what was settled went down: the next that waits took its place
                self._rows.point_at(self._place)
                self._place = None
            if event.table.more:
                count = f"{len(event.table.rows):,}"
                self.say(tr("The first {count} rows; e writes all of them.", count=count))

    def _show_totals(self) -> None:
        run = self._runs.item
        parts: list[Content] = []
        if run is not None:
            for total in run.totals:
                mark_ = "▸" if total.status == self._status else ""
                tone = "bold $text-warning" if total.waiting else LABEL
                net = plain(total.collected - total.accounted)
                parts.append(row((f"{mark_}{tr(STATUSES[total.status])} ", tone), f"{total.rows:,} ({net})"))
        words = filled(parts, shown(" · ", LABEL), max(20, self.size.width - 2), 3) if parts else Content("")
        self.query_one("#totals", Static).update(words)

    def on_resize(self) -> None:
        """What is drawn for a width is drawn again."""
        self._show_totals()

    def action_pane(self) -> None:
        """To the rows, or back to the runs."""
        self.resting = self._rows if self.resting is self._runs else self._runs
        self.set_focus(self.resting)

    @on(RowList.Chosen, "#runs")
    def _enter_run(self) -> None:
        """Enter on a run: to its rows."""
        self.resting = self._rows
        self.set_focus(self._rows)

    def action_status(self) -> None:
        """The rows of the next status; after the last, all."""
        known = ["", *STATUSES]
        self._status = known[(known.index(self._status) + 1) % len(known)]
        self._look()

    # New

    async def action_new(self) -> None:
        """Set up a new one, to which keys typed at once go already; as it is made, the cursor is on it."""
        from screens.receipts.reconcile_new import ReconcileNewScreen

        def back(_: None) -> None:
            self._before = frozenset(run.id for run in self._known.runs)
            self.action_again()

        await self.app.push_screen(ReconcileNewScreen(self.service, self._known), back)

    # Settling

    def action_all(self) -> None:
        """What is settled next: the row under the cursor, or all that wait of its status."""
        self._all = not self._all
        if self._all:
            self.say(
                tr("1 to 4 settle all rows that wait of the status under the cursor; a goes back to one.")
            )
        else:
            self.say(tr("1 to 4 settle the row under the cursor."))

    def action_settle(self, code: str) -> None:
        """Open the line for the reason."""
        found = self._rows.item
        if found is None or status_of(found) in SETTLED:
            self.refused("nothing_to_settle")
            return
        words = tr(RESOLUTIONS[code])
        status = tr(STATUSES[status_of(found)])
        what = tr("all of them {status}", status=status) if self._all else str(found.cells[0])
        self.open_line(code, "", tr("{what}: {words} · why · ⏎ keeps it", what=what, words=words))

    def reason(self, refused: Refused) -> str:
        """The one thing that the line may lack."""
        return tr("Say why: it is kept with the order.")

    def entered(self, text: str) -> None:
        """Settle the row, or all of its status."""
        run, found = self._runs.item, self._rows.item
        if not text:
            raise Refused("why_missing", text)
        if run is None or found is None:
            return
        numbers = () if self._all else (int(found.key),)
        status = status_of(found) if self._all else ""
        body = Resolving(resolution=self.typing, why=text, numbers=numbers, status=status)
        self.ask(ResolveRows(run=run.id, body=body), self._settled)

    def _settled(self, run: Run) -> None:
        found = self._rows.item
        rows = list(self._rows.order.rows)
        self._place = rows.index(found) if found in rows and not self._all else 0
        self._all = False
        self.close_line()
        self._took(run)
        left = f"{run.waiting:,}"
        words = (
            tr("✓ Settled; {count} wait.", count=left) if run.waiting else tr("✓ Settled; x closes the run.")
        )
        self.say(words, "$text-success")

    def _took(self, run: Run) -> None:
        runs = tuple(run if one.id == run.id else one for one in self._known.runs)
        self._fill(Runs(runs=runs, portfolios=self._known.portfolios))

    def action_close_run(self) -> None:
        """Say what would be closed; the same key again closes it."""
        run = self._runs.item
        if run is None:
            return
        if run.status == "closed":
            self.refused("already_closed")
        elif run.waiting:
            self.refused("rows_unsettled")
        elif self._to_close == run.id:
            self._to_close = ""
            self.ask(CloseRun(run=run.id), self._run_closed)
        else:
            self._to_close = run.id
            self.say(tr("x again closes {name} for good.", name=run.name), "bold $text-warning")

    def _run_closed(self, run: Run) -> None:
        self._took(run)
        self.say(tr("✓ Closed."), "$text-success")

    # To Excel

    def action_export(self) -> None:
        """Fetch all rows, then write totals and rows."""
        run = self._runs.item
        if run is not None:
            self._fetch(run, ())

    def _fetch(self, run: Run, got: tuple[Row, ...]) -> None:
        def more(table: Table) -> None:
            rows = (*got, *table.rows)
            if table.more:
                self._fetch(run, rows)
            else:
                self._write(run, rows)

        self.ask(RunRowsQuery(run=run.id, skip=len(got)), more)
        self.say(tr("Fetching… {rows} rows", rows=f"{len(got):,}"))

    def _write(self, run: Run, rows: tuple[Row, ...]) -> None:
        now = self.service.now()
        job = WriteRun(
            name=f"{tr('Reconciliation')} {run.name}",
            totals=totals_table(run.totals, run.currency, now),
            rows=rows_table(rows, now),
        )
        self.say(tr("Writing…"))
        self.service.run(job, self.written)
