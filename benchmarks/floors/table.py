"""A DataTable of 1,000 rows: the floor of "arrow key to change"."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable


class Table(App[None]):
    """The stock table, full screen."""

    def compose(self) -> ComposeResult:
        """One table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        table.add_columns("Account", "Name", "Balance", "Days", "Next action")
        table.add_rows(
            (f"AC{row:06d}", f"Debtor {row}", f"{row * 37 % 9000}.50", str(row % 120), "FLOOR")
            for row in range(1000)
        )


if __name__ == "__main__":
    Table().run()
