"""A new reconciliation: the sides, their columns, tolerance and days; a look at the totals; sent in parts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from rules.money import show_minor
from rules.questions import Done
from rules.tools.crossing import Source
from rules.tools.matching import (
    PART,
    MatchRun,
    NewRun,
    OpenRun,
    Pair,
    Part,
    Run,
    Runs,
    SendPart,
    Whole,
    totals,
)
from rules.tools.matching_columns import propose
from rules.tools.matching_line import columns_words, read_columns, read_days
from rules.tools.matching_tables import totals_table
from rules.tools.recipes import read_tolerance
from rules.tools.reconciliation import TOLERANCE
from rules.tools.table_jobs import Looked, ReadSides, Sides, SideSource
from rules.words import mark, tr
from screens.board.service import BoardService
from screens.receipts.file_lines import FileLines, nothing, setting
from widgets.formats import full_day
from widgets.table_list import TableList

COLLECTED, ACCOUNTED, STORE = "collected", "accounted", "store"
COLUMNS = {"collected_columns": COLLECTED, "accounted_columns": ACCOUNTED}
TOLERANCE_LINE = "tolerance"

KEY_FORM_WORDS = {"receipt": mark("by policy and receipt"), "reference": mark("by the payment's reference")}


class ReconcileNewScreen(FileLines):
    """Shows the totals as soon as both sides are named; `m` makes the run, and the page is left.

    Args:
        service: what answers.
        about: the runs that there are, with the portfolios that one may be made of.
    """

    FILES = (COLLECTED, ACCOUNTED)
    OWN = ("reconcile.make",)

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", f"set('{COLLECTED}')", mark("Collected file"), id="reconcile.collected", show=False),
        Binding("2", f"set('{STORE}')", mark("Collected in the store"), id="reconcile.store", show=False),
        Binding("3", f"set('{ACCOUNTED}')", mark("Accounting's file"), id="reconcile.accounted", show=False),
        Binding("4", "set('collected_columns')", mark("Columns"), id="reconcile.columns", show=False),
        Binding("5", "set('accounted_columns')", mark("Columns"), id="reconcile.their_columns", show=False),
        Binding("6", f"set('{TOLERANCE_LINE}')", mark("Tolerance"), id="reconcile.tolerance", show=False),
        Binding("7", "portfolio", mark("Portfolio"), id="reconcile.portfolio", show=False),
        Binding("m", "make", mark("Make it"), id="reconcile.make"),
    ]

    DEFAULT_CSS = """
    ReconcileNewScreen #preview {
        height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary;
    }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._portfolios = about.portfolios if isinstance(about, Runs) else ()
        self._portfolio = next(iter(self._portfolios), "")
        self._sources = {COLLECTED: Source(), ACCOUNTED: Source()}
        self._columns: dict[str, tuple[tuple[str, ...], str]] = {}
        self._days: tuple[date, date, str] | None = None
        self._tolerance = TOLERANCE
        self._sides: Sides | None = None
        self._job: ReadSides | None = None
        self._new: NewRun | None = None
        self._list = TableList(service.now(), id="preview")
        self.resting = self._list

    def title_words(self) -> str:
        """The page's name."""
        return tr("New reconciliation")

    def body(self) -> Iterable[Widget]:
        """The settings, a look at the totals, the line."""
        return (Static(id="settings"), self._list, self.line)

    def on_mount(self) -> None:
        """Begin with nothing."""
        super().on_mount()
        self.relabel()
        self.set_focus(self._list)

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._list.relabel_table()
        if self._list.table is None:
            self._list.relabel(tr("Totals"), (), tr("name both sides: their digits open the line"))

    # What is set

    def source(self, what: str) -> Source:
        """A side's file."""
        return self._sources[what]

    def take_file(self, what: str, looked: Looked) -> None:
        """Another file: its columns are proposed; a collected file takes the store's place."""
        self._sources[what] = Source(path=looked.path, sheet=looked.sheet)
        found = propose(looked.columns, looked.first)
        self._columns.pop(what, None)
        if found.keys and found.amount:
            self._columns[what] = (found.keys, found.amount)
        if what == COLLECTED:
            self._days = None

    def columns_of(self, place: int) -> Sequence[str]:
        """Of the side whose columns are being named."""
        looked = self.looked.get(COLUMNS.get(self.typing, ""))
        return looked.columns if looked is not None else ()

    def open_setting(self, what: str) -> None:
        """Columns, tolerance or days, as they are typed."""
        if what in COLUMNS:
            side = COLUMNS[what]
            if side not in self.looked:
                self.say(tr("Name the files first."), "$text-warning")
                return
            text = columns_words(*self._columns[side]) if side in self._columns else ""
            self.open_line(what, text, "  ".join(self.looked[side].columns))
        elif what == TOLERANCE_LINE:
            self.open_line(what, show_minor(self._tolerance), tr("by how much the amounts may differ: 1.00"))
        else:
            text = f"{self._days[0]}..{self._days[1]} {self._days[2]}" if self._days else tr("month")
            self.open_line(what, text, tr("days, and receipt or reference: month · 2026-11-01..2026-11-20"))

    def read_setting(self, what: str, text: str) -> None:
        """Columns, tolerance or days."""
        if what in COLUMNS:
            side = COLUMNS[what]
            self._columns[side] = read_columns(text, self.looked[side].columns)
        elif what == TOLERANCE_LINE:
            self._tolerance = read_tolerance(text)
        else:
            self._days = read_days(text, self.service.now().date())
            self._sources[COLLECTED] = Source()
            self.looked.pop(COLLECTED, None)

    def action_portfolio(self) -> None:
        """The next portfolio."""
        if self._portfolio in self._portfolios:
            place = self._portfolios.index(self._portfolio) + 1
            self._portfolio = self._portfolios[place % len(self._portfolios)]
            self.draw_settings()

    # A look at it

    def work_out(self) -> None:
        """Read what is named; both sides have totals."""
        self._sides = self._new = None
        accounted, collected = self._side(ACCOUNTED), self._side(COLLECTED)
        if accounted is not None and (collected is not None or self._days is not None):
            job = self._job = ReadSides(collected=collected, accounted=accounted)
            self.work(job, lambda sides: self._show(job, sides))

    def _side(self, what: str) -> SideSource | None:
        if what not in self.looked:
            return None
        keys, amount = self._columns.get(what, ((), ""))
        return SideSource(source=self._sources[what], keys=keys, amount=amount)

    def _show(self, job: ReadSides, sides: Sides) -> None:
        """Show what came, unless something else is set by now."""
        if job is not self._job:
            return
        self._sides = sides
        for file in sides.files:
            self._columns[file.side] = (file.keys, file.amount)
        table = totals_table(totals(sides.pairs, self._tolerance), "", self.service.now())
        self._list.show_table(table, self.service.now())
        self.draw_settings()
        if self._days is not None:
            self.say(tr("The store's side is put beside it as it is made: m makes it."))
        else:
            self.say(tr("m makes it."))
        self.said_of(sides.bad)

    def settings(self, width: int) -> list[Content]:
        """Each with its digit."""
        store: str | Content = nothing()
        if self._days is not None:
            since, until, form = self._days
            store = f"{full_day(since)} – {full_day(until)}, {tr(KEY_FORM_WORDS[form])}"
        return [
            self.file_line("1", tr("Collected"), COLLECTED),
            setting("2", tr("or the store's"), store),
            self.file_line("3", tr("Accounting"), ACCOUNTED),
            setting("4", tr("Columns, collected"), self._named(COLLECTED)),
            setting("5", tr("Columns, accounting"), self._named(ACCOUNTED)),
            setting("6", tr("Tolerance"), show_minor(self._tolerance)),
            setting("7", tr("Portfolio"), self._portfolio or nothing()),
        ]

    def _named(self, side: str) -> str | Content:
        return columns_words(*self._columns[side]) if side in self._columns else nothing()

    # Making it

    def action_make(self) -> None:
        """Open the run and send its rows; the same files again need the key a second time."""
        if self._sides is None or not self._portfolio:
            self.say(tr("Both sides and a portfolio are needed."), "$text-warning")
            return
        again = self._new is not None
        self._new = self._run(self._sides, again=again)
        self.ask(OpenRun(body=self._new), self._opened)

    def _run(self, sides: Sides, *, again: bool) -> NewRun:
        since, until, form = self._days or (None, None, "")
        names = " · ".join(PurePath(file.name).stem for file in sides.files)
        return NewRun(
            id=str(uuid.uuid4()),
            portfolio=self._portfolio,
            name=names[:200],
            files=sides.files,
            tolerance=self._tolerance,
            key_form=form,
            since=since,
            until=until,
            again=again,
        )

    def refused(self, why: str) -> None:
        """Say why; files that were reconciled before may be so again."""
        if why == "same_files":
            self.say(
                tr("! These very files were reconciled before: m again does so once more."), "$text-warning"
            )
            return
        self._new = None
        super().refused(why)

    def _opened(self, run: Run) -> None:
        pairs = self._sides.pairs if self._sides is not None else ()
        self._send(run, pairs, 0)

    def _send(self, run: Run, pairs: tuple[Pair, ...], sent: int) -> None:
        """Send what is left, a part at a time; then have it matched."""
        if sent >= len(pairs):
            self.ask(MatchRun(run=run.id, body=Whole(rows=len(pairs))), self._made)
            return
        part = Part(first=sent + 1, pairs=pairs[sent : sent + PART])

        def taken(_: Done) -> None:
            self._send(run, pairs, sent + PART)

        self.ask(SendPart(run=run.id, body=part), taken)
        self.say(tr("Sending… {sent} of {rows}", sent=f"{sent:,}", rows=f"{len(pairs):,}"))

    def _made(self, _: Run) -> None:
        self.dismiss(None)
