"""Pivot a table: what goes down, what across, which figures; exact sums, their totals, their shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.content import Content

from rules.tools.crossing import BadRecipe, Source
from rules.tools.matching_columns import propose
from rules.tools.pivoting import MEASURES, Measure, Pivot, check, read_measure, written
from rules.tools.recipes import named, quoted, words
from rules.tools.table_jobs import Looked, PivotDone, PivotFile
from rules.words import mark, tr
from screens.board.service import BoardService
from screens.receipts.file_lines import nothing, setting
from screens.receipts.table_tool import TableTool

TABLE, ROWS, COLUMNS, VALUES = "file", "rows", "columns", "values"


class PivotScreen(TableTool):
    """Works it out again with each change."""

    KIND = "pivot"
    FILES = (TABLE,)

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", f"set('{TABLE}')", mark("File"), id="pivot.file", show=False),
        Binding("2", f"set('{ROWS}')", mark("Down the side"), id="pivot.rows", show=False),
        Binding("3", f"set('{COLUMNS}')", mark("Across the top"), id="pivot.columns", show=False),
        Binding("4", f"set('{VALUES}')", mark("Figures"), id="pivot.values", show=False),
    ]

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._set = Pivot(rows=())

    def title_words(self) -> str:
        """The page's name."""
        return tr("Pivot a table")

    # What is set

    def source(self, what: str) -> Source:
        """The one file."""
        return self._set.source

    def take_file(self, what: str, looked: Looked) -> None:
        """Another file: what was set stays where the file has the columns; amounts are proposed."""
        self._change(source=Source(path=looked.path, sheet=looked.sheet))
        try:
            check(self._set, looked.columns, looked.path)
        except BadRecipe:
            amount = propose(looked.columns, looked.first).amount
            values = (
                (Measure(of="sum", column=amount), Measure(of="count")) if amount else (Measure(of="count"),)
            )
            self._change(rows=(), columns=(), values=values)
            self.say(tr("2 says what goes down."))

    def recipe(self) -> Pivot | None:
        """What is set, once the file and something that goes down are."""
        return self._set if self._set.source.path and self._set.rows else None

    def take_recipe(self, recipe: Pivot) -> None:
        """As it was saved."""
        self._set = recipe

    def _change(self, **values: Any) -> None:
        self._set = msgspec.structs.replace(self._set, **values)

    def columns_of(self, place: int) -> Sequence[str]:
        """Of the file."""
        return self.looked[TABLE].columns if TABLE in self.looked else ()

    def open_setting(self, what: str) -> None:
        """Columns or figures, as they are typed."""
        if what == VALUES:
            hint = tr("{known} and a column: sum:amount count", known=" ".join(MEASURES))
            self.open_line(VALUES, " ".join(quoted(written(one)) for one in self._set.values), hint)
            return
        names = self._set.rows if what == ROWS else self._set.columns
        text = " ".join(map(quoted, names))
        self.open_line(what, text, "  ".join(self.columns_of(0)))

    def read_setting(self, what: str, text: str) -> None:
        """Columns or figures."""
        columns = tuple(self.columns_of(0))
        if what == VALUES:
            found = tuple(_measure(word, columns) for word in words(text))
            wanted = msgspec.structs.replace(self._set, values=found)
        elif what == ROWS:
            wanted = msgspec.structs.replace(self._set, rows=_listed(text, columns))
        else:
            wanted = msgspec.structs.replace(self._set, columns=_listed(text, columns))
        if wanted.rows:
            check(wanted, columns, wanted.source.path)
        self._set = wanted

    # The result

    def work_out(self) -> None:
        """Pivot, once the file and something that goes down are set."""
        recipe = self.recipe()
        if recipe is not None:
            self.work(PivotFile(recipe=recipe), lambda done: self._show(recipe, done))

    def _show(self, recipe: Pivot, done: PivotDone) -> None:
        """Show what came, unless something else is set by now."""
        if recipe != self._set:
            return
        self.list.show_table(done.table, self.service.now())
        self.draw_settings()
        self.said_of(done.bad)

    def action_export(self, form: str) -> None:
        """The table as it is shown; without totals where the filter hides rows, since they are of all."""
        table = self.list.shown_table()
        if table is None:
            self.say(tr("There is no result yet."), "$text-warning")
            return
        if self.list.order.filter:
            table = msgspec.structs.replace(table, totals=())
        self.say(tr("Writing…"))
        self.service.export(table, form, self.written)

    # Drawing

    def settings(self, width: int) -> list[Content]:
        """Each with its digit."""
        found = self._set
        down, across = (" ".join(map(quoted, names)) for names in (found.rows, found.columns))
        return [
            self.file_line("1", tr("File"), TABLE),
            setting("2", tr("Down the side"), down or nothing()),
            setting("3", tr("Across the top"), across or nothing()),
            setting("4", tr("Figures"), " ".join(map(written, found.values))),
        ]


def _measure(text: str, columns: tuple[str, ...]) -> Measure:
    found = read_measure(text)
    return msgspec.structs.replace(found, column=named(found.column, columns)) if found.column else found


def _listed(text: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(named(word, columns) for word in words(text))
