"""The board's numbers: which reports there are, and one of them for the days and people asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from rules import report_line
from rules.reports import ReportName, Reports, ReportsQuery, RowsQuery
from rules.saved_reports import SavedReport
from rules.words import mark, tr, trn
from rules.workbook import WorkbookQuery
from screens.board.page import BoardPage
from screens.board.service import BoardService
from screens.board.table_page import RowsScreen, TableScreen
from widgets.columns import Column
from widgets.ordered_keys import OrderedInput
from widgets.row_list import RowList
from widgets.wording import word

GROUPS = {
    "live": mark("now"),
    "activity": mark("activity"),
    "money": mark("recovery"),
    "quality": mark("quality"),
    "service": mark("telephone"),
    "trends": mark("trends"),
}
"""Group of reports to its words; any other is shown as it came."""

QUICK = ("today", "yesterday", "week", "month", "last_month")
"""Periods of the digits from 1 on."""


class ReportsScreen(BoardPage):
    """Every report by group; Enter opens one."""

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._list: RowList[ReportName] = RowList((), lambda one: one.name, now=service.now(), id="reports")
        self._known: tuple[ReportName, ...] = ()

    AUTO_FOCUS = "#reports"

    def title_words(self) -> str:
        """What the page is."""
        return tr("Numbers")

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_mount(self) -> None:
        """Ask which reports there are."""
        self.relabel()
        self.ask(ReportsQuery(), self._show)

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._list.relabel(tr("Reports"), _columns(), tr("nothing here"))

    def _show(self, answer: Reports) -> None:
        groups = list(dict.fromkeys(one.group for one in answer.reports))
        self._list.show(sorted(answer.reports, key=lambda one: groups.index(one.group)), self.service.now())

    @on(RowList.Chosen, "#reports")
    async def _open(self, event: RowList.Chosen) -> None:
        """Enter on a report: its table, of its usual days."""
        await self.app.push_screen(ReportScreen(self.service, SavedReport(report=event.item.name)))


def period_words(period: str) -> str:
    """A report's usual period in words."""
    if period == "day":
        return tr("today")
    if period == "month":
        return tr("this month")
    return trn("{number} day", "{number} days", int(period[:-1])) if period[:-1].isdecimal() else period


def _columns() -> tuple[Column[ReportName], ...]:
    return (
        Column("title", tr("table"), 30, lambda one, _: tr(one.title), lambda one: tr(one.title), grow=True),
        Column("group", tr("group"), 12, lambda one, _: word(GROUPS, one.group), lambda one: one.group),
        Column("period", tr("usually of"), 12, lambda one, _: period_words(one.period),
               lambda one: one.period, rank=1),
    )  # fmt: skip


class ReportScreen(TableScreen):
    """A report; a digit takes another period, a line other days and people."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(place + 1), f"period('{name}')", words, id=f"report.{name}", show=False)
            for place, (name, words) in enumerate(
                zip(
                    QUICK,
                    (
                        mark("Today"),
                        mark("Yesterday"),
                        mark("This week"),
                        mark("This month"),
                        mark("Last month"),
                    ),
                    strict=True,
                )
            )
        ),
        Binding("i", "line", mark("Days, people"), id="report.line"),
        Binding("b", "workbook", mark("Workbook of these days"), id="report.workbook", show=False),
        Binding("w", "save", mark("Save this report"), id="report.save", show=False),
    ]

    DEFAULT_CSS = """
    ReportScreen Input, ReportScreen Input:focus {
        display: none; height: 1; border: none; padding: 0; background: $surface;
    }
    ReportScreen.-typing Input { display: block; }
    """

    def __init__(self, service: BoardService, asked: SavedReport) -> None:
        super().__init__(service, asked.query(service.now().date()))
        self.asked = asked
        self._line = OrderedInput(select_on_focus=True, max_length=200)
        self._before_line: Widget | None = None

    def body(self) -> Iterable[Widget]:
        """The line, and below it the table."""
        yield self._line
        yield from super().body()

    def asked_words(self) -> str:
        """What it was narrowed to: names, without the days, which stand beside."""
        people = msgspec.structs.replace(self.asked, period="", since=None, until=None)
        said = report_line.written(people)
        return f"  {said}" if said else ""

    # Days and people

    def action_period(self, period: str) -> None:
        """The same of another period."""
        self._ask_for(msgspec.structs.replace(self.asked, period=period, since=None, until=None))

    def action_line(self) -> None:
        """Open the line with what is asked for now."""
        self._line.value = report_line.written(self._as_shown())
        self.add_class("-typing")
        self._before_line = self.focused
        self.set_focus(self._line)
        self.say(tr("week · month · 14d · DAY..DAY · portfolio: team: agent:"))

    @on(Input.Submitted)
    def _read_line(self) -> None:
        try:
            asked = report_line.read(self._line.value, self.asked)
        except report_line.LineRefused as refusal:
            self.say(str(refusal), "$text-error")
            return
        self._close_line()
        self._ask_for(asked)

    def _as_shown(self) -> SavedReport:
        """What is asked for, with the days that its table is of."""
        table = self.list.table
        if table is None or self.asked.period or self.asked.since is not None:
            return self.asked
        return msgspec.structs.replace(self.asked, since=table.since, until=table.until)

    def _close_line(self) -> None:
        self.remove_class("-typing")
        self.set_focus(self._before_line)
        self.say("")

    def action_leave(self) -> None:
        """From the line to the table; from there back."""
        if self.has_class("-typing"):
            self._close_line()
        else:
            super().action_leave()

    def _ask_for(self, asked: SavedReport) -> None:
        self.asked = asked
        self.question = asked.query(self.service.now().date())
        self.action_again()

    # What is behind, and files

    @on(RowList.Chosen, "#table-list")
    def _open_rows(self, event: RowList.Chosen) -> None:
        """Enter on a number: the rows behind it."""
        if self.list.opens(event.column):
            self.open_rows(event.item.key, event.column)
        else:
            self.say(tr("→ goes to a number; Enter then opens what is behind it."))

    def open_rows(self, row: str, column: str) -> None:
        """The rows behind a number, over this screen."""
        query = self.asked.query(self.service.now().date())
        again = {name: getattr(query, name) for name in query.__struct_fields__}
        self.app.push_screen(RowsScreen(self.service, RowsQuery(row=row, column=column, **again)))

    def action_save(self) -> None:
        """Write what is asked for, so that a command asks for the same again."""
        self.service.save(self.asked, self.written)

    def action_workbook(self) -> None:
        """Write the workbook of the same days and people."""
        query = self.asked.query(self.service.now().date())
        table = self.list.table
        self.say(tr("Writing…"))
        self.service.workbook(
            WorkbookQuery(
                since=query.since or (table.since if table else None),
                until=query.until or (table.until if table else None),
                portfolio=query.portfolio,
                team=query.team,
                agent=query.agent,
            ),
            self.written,
        )
