"""Trends: contact by hour and weekday, best times, curves of buckets and promises, the day so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget

from rules.rates import Ratio
from rules.saved_reports import SavedReport
from rules.tables import Table
from rules.wording import WEEKDAYS
from rules.words import language, mark, tr
from screens.board.curves import Curves, by_bucket, by_hour, by_promise, day_table
from screens.board.reports import ReportScreen
from screens.board.service import BoardService
from widgets.figures import share
from widgets.heat_map import HeatMap, HeatRow, busy
from widgets.key_bar import KeyBar, KeyWords
from widgets.panel import LABEL
from widgets.shown import row, shown

if TYPE_CHECKING:
    from widgets.curve_chart import CurveChart

LOW = 22
"""Windows of fewer lines have no room for a chart and its table at once."""


class View(NamedTuple):
    """A view: the report that it shows ("" = the day so far, known here), its words, its curves."""

    report: str
    words: str
    curves: Callable[[Table], list[Curves]] | None = None


VIEWS = (
    View("contact_hours", mark("By hour")),
    View("best_hours", mark("Best time")),
    View("bucket_curve", mark("Buckets"), by_bucket),
    View("promise_curve", mark("Promises"), by_promise),
    View("", mark("Today"), by_hour),
)


class TrendsScreen(ReportScreen):
    """Five views, one at a time; digits go to them, `v` to another unit or currency of a chart."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(place + 1), f"view({place})", view.words, id=f"trends.{place + 1}", show=False)
            for place, view in enumerate(VIEWS)
        ),
        Binding("v", "next_curves", mark("Other unit or currency"), id="trends.other"),
    ]

    DEFAULT_CSS = """
    TrendsScreen {
        #trend-tabs { height: 1; }
        #heat { height: 1fr; margin-top: 1; }
        #chart { height: 2fr; }
        #table-list { height: 1fr; }
    }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, SavedReport(report=VIEWS[0].report))
        self.about = about
        self._view = VIEWS[0]
        self._heat = HeatMap(id="heat")
        self._curves: list[Curves] = []
        self._drawn = 0

    def body(self) -> Iterable[Widget]:
        """The views' names, the map, the place of the chart, and what every table has."""
        yield KeyBar(id="trend-tabs")
        line, *others = super().body()
        yield from (line, self._heat, Container(id="chart"), *others)

    def title_words(self) -> str:
        """What the page is."""
        return tr("Trends")

    # Views

    def action_view(self, place: int) -> None:
        """Go to a view; what was asked for stays."""
        self._view, self._drawn = VIEWS[place], 0
        self.asked = msgspec.structs.replace(self.asked, report=self._view.report)
        self.question = self.asked.query(self.service.now().date())
        self.action_again()

    def action_again(self) -> None:
        """Ask anew; the day so far is at hand."""
        self._draw_tabs()
        if self._view.report:
            super().action_again()
        elif (stats := self.service.stats()) is not None:
            self.show_table(day_table(stats))

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._draw_tabs()

    def _draw_tabs(self) -> None:
        tabs = []
        for place, view in enumerate(VIEWS):
            words = f"▸{tr(view.words)}" if view is self._view else tr(view.words)
            tabs.append(KeyWords(str(place + 1), words, words, f"view({place})"))
        self.query_one("#trend-tabs", KeyBar).show(tabs, needed=len(tabs))

    def show_table(self, table: Table) -> None:
        """Show what came as the view has it."""
        mapped, drawn = table.name == "contact_hours", self._view.curves is not None
        self._heat.display = mapped
        self.query_one("#chart").display = drawn
        self.list.display = not mapped and not (drawn and self.size.height < LOW)
        super().show_table(table)
        if mapped:
            self._show_heat(table)
        elif self._view.curves is not None:
            self._curves = self._view.curves(table)
            self._draw_chart()
        self.set_focus(self._heat if mapped else self.list)

    # The map

    def _show_heat(self, table: Table) -> None:
        hours = [place for place, column in enumerate(table.columns) if column.key[1:].isdecimal()]
        rows = [
            HeatRow(
                key=one.key,
                label=WEEKDAYS[language()][int(one.key)][:3],
                shares=tuple(
                    Ratio(*cell) if isinstance(cell := one.cells[place], tuple) else None for place in hours
                ),
            )
            for one in table.rows
        ]
        if not busy(rows):
            self.tell(shown(f" {tr('nothing here')}", LABEL))
        self._heat.show(rows, [(table.columns[place].key, table.columns[place].title) for place in hours])

    @on(HeatMap.Pointed)
    def _tell_cell(self, event: HeatMap.Pointed) -> None:
        """Both numbers of the cell under the cursor."""
        found = event.share
        told = share(found.numerator, found.denominator) if found is not None else "–"
        where = f"{WEEKDAYS[language()][int(event.row.key)]} {event.column} h"
        of = (f"{tr('contacts of attempts')} ", LABEL)
        self.tell(row((f" {where}  ", "bold $text-primary"), of, (told, "bold")))

    @on(HeatMap.Chosen)
    def _open_cell(self, event: HeatMap.Chosen) -> None:
        """Enter on a cell: the attempts behind it."""
        self.open_rows(event.row, event.column)

    # The curves

    def action_next_curves(self) -> None:
        """The same in another unit, or in another currency."""
        if self._curves:
            self._drawn = (self._drawn + 1) % len(self._curves)
            self._draw_chart()

    def _draw_chart(self) -> None:
        if not self._curves:
            self.say(tr("nothing here"))
            return
        curves = self._curves[self._drawn % len(self._curves)]
        self._chart().draw(curves.title, curves.places, curves.series)

    def _chart(self) -> CurveChart:
        """The chart, made when the first curves are drawn: its import is not light."""
        from widgets.curve_chart import CurveChart

        place = self.query_one("#chart")
        for one in place.query(CurveChart):
            return one
        made = CurveChart()
        place.mount(made)
        return made
