"""Tables of figures on the board: the table, the row under the cursor in full, the rows behind a number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from rules.questions import Question
from rules.reports import RowsQuery
from rules.tables import Table
from rules.words import mark, tr
from screens.board.page import BoardPage
from screens.board.service import BoardService
from screens.board.words import filled
from widgets.formats import day, full_day
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row, shown
from widgets.table_cells import NOTHING
from widgets.table_list import TableList

NOTES = {
    "few": mark("few: the sample is too small to say much"),
    "not_by_people": mark("nothing: a tax receipt is of no team and no agent; take that filter off"),
    "no_opening": mark("nobody kept how this month began: agent-tui store opening"),
}
"""Note of a table to its words; any other is shown as it came."""


class TableScreen(BoardPage):
    """Shows the table that a question brings; what is shown leaves as a file.

    Args:
        service: what answers.
        question: brings the table.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export('xlsx')", mark("To Excel"), id="table.xlsx"),
        Binding("E", "export('csv')", mark("To CSV"), id="table.csv", show=False),
        Binding("f5", "again", mark("Count again"), id="table.again", show=False),
    ]

    DEFAULT_CSS = """
    TableScreen #table-list { height: 1fr; }
    TableScreen #table-behind { height: 2; }
    """

    AUTO_FOCUS = "#table-list"

    def __init__(self, service: BoardService, question: Question[Table]) -> None:
        super().__init__(service)
        self.question = question
        self.list = TableList(service.now(), id="table-list")

    def title_words(self) -> str:
        """The table's title."""
        return tr(self.list.table.title) if self.list.table is not None else tr("Numbers")

    def body(self) -> Iterable[Widget]:
        """The table, and the row under the cursor in full."""
        yield self.list
        yield Static(id="table-behind")

    def on_mount(self) -> None:
        """Ask at once."""
        self.action_again()

    def relabel(self) -> None:
        """Write the fixed texts, and the table, in the language in force."""
        super().relabel()
        if self.list.table is not None:
            self.show_table(self.list.table)

    def action_again(self) -> None:
        """Ask anew; the cursor stays on its row."""
        self.ask(self.question, self.show_table)

    def show_table(self, table: Table) -> None:
        """Show what came."""
        self.list.show_table(table, self.service.now())
        self.draw_head(row((self._days(table), LABEL), (self.asked_words(), LABEL)))
        self.draw_keys()
        self._show_behind()
        if table.more:
            self.say(tr("Only the first {count} rows are shown.", count=f"{len(table.rows):,}"))
        elif table.note:
            self.say(tr(NOTES.get(table.note, table.note)))

    def asked_words(self) -> str:
        """What the table was narrowed to, "" = nothing."""
        return ""

    def _days(self, table: Table) -> str:
        if table.since is None or table.until is None:
            return ""
        if table.since == table.until:
            return full_day(table.until)
        return f"{day(table.since)} – {full_day(table.until)}"

    @on(RowList.Pointed)
    def _show_behind(self) -> None:
        """Every cell of the row under the cursor, whole, the one of the cursor's column first."""
        if not self.list.display:
            return
        words = [pair for pair in self.list.row_words() if pair[1] != NOTHING]
        marked = next(
            (column.title for column in self.list.order.columns if column.key == self.list.mark()), ""
        )
        words.sort(key=lambda pair: pair[0] != marked)
        parts = [row((title, LABEL), " ", (cell, "bold")) for title, cell in words]
        self.tell(filled(parts, shown("  "), self.size.width, 2) if parts else Content(""))

    def tell(self, line: Content) -> None:
        """Say what is under the cursor."""
        self.query_one("#table-behind", Static).update(line, layout=False)

    def on_resize(self) -> None:
        """What is drawn for a width is drawn again."""
        self._show_behind()

    # Files

    def action_export(self, form: str) -> None:
        """Write what is shown into a file."""
        self.write(self.list.shown_table(), form)


class RowsScreen(TableScreen):
    """The rows behind a number; Escape goes back to it."""

    def __init__(self, service: BoardService, question: RowsQuery) -> None:
        super().__init__(service, question)
