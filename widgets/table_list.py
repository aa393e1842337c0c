"""A table of figures as a list: totals in sight, sorted and filtered, with a cursor on a cell."""

from __future__ import annotations

from datetime import datetime

import msgspec

from rules.tables import Row, Table, totals
from rules.words import tr
from widgets.cell_list import CellList
from widgets.table_cells import table_columns


class TableList(CellList[Row]):
    """Draws whatever `rules.tables.Table` it is given; Enter tells row and column."""

    def __init__(self, now: datetime, *, id: str | None = None) -> None:
        super().__init__((), lambda row: row.key, now=now, id=id)
        self.table: Table | None = None

    def show_table(self, table: Table, now: datetime) -> None:
        """Show a table; sort and filter stay as they are where its columns have the same keys."""
        self.table, self.now, at = table, now, self.item
        self.title, self.empty = tr(table.title), tr("nothing here")
        self.order.take(table.rows, table.totals)
        self.order.relabel(table_columns(table, now))
        self._arrange(at)
        self.refresh()

    def relabel_table(self) -> None:
        """Take the language in force."""
        if self.table is not None:
            self.show_table(self.table, self.now)

    def shown_table(self) -> Table | None:
        """The table as it stands here: its rows in this order, without those that the filter hides.

        Its totals are then those of the rows that are left.
        """
        if self.table is None or not self.order.filter:
            return self.table and msgspec.structs.replace(self.table, rows=tuple(self.order.rows))
        rows = tuple(self.order.rows)
        label = str(self.table.totals[0].cells[0] or "") if self.table.totals else ""
        left = totals(self.table.columns, rows, label) if self.table.totals else ()
        return msgspec.structs.replace(self.table, rows=rows, totals=left)

    def row_words(self) -> list[tuple[str, str]]:
        """Every column of the row under the cursor, those that are not in sight, too: title and cell."""
        row = self.item
        if row is None:
            return []
        return [(column.title, column.text(row, self.now)) for column in self.order.columns]
