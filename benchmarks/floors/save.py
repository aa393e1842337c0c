"""One SQLite transaction and one painted line: the floor of "Enter to the next account"."""

from __future__ import annotations

import sqlite3
import sys

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

DOCUMENT = "x" * 6000


class Save(App[None]):
    """Enter writes the rows of a capture durably, then shows a new number."""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("FLOOR 0")

    def on_mount(self) -> None:
        """Open the file as the workstation does: write-ahead log, full flush."""
        self.saved = 0
        self.store = sqlite3.connect(sys.argv[1], isolation_level=None)
        self.store.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, kind TEXT, body TEXT);"
        )

    def on_key(self, event: events.Key) -> None:
        """Fact, outbox, changed document, figures, next client: five rows, one transaction."""
        if event.key != "enter":
            return
        self.store.execute("BEGIN IMMEDIATE")
        for kind in ("fact", "outbox", "client", "figure", "desk"):
            self.store.execute("INSERT INTO row (kind, body) VALUES (?, ?)", (kind, DOCUMENT))
        self.store.execute("COMMIT")
        self.saved += 1
        self.query_one(Static).update(f"FLOOR {self.saved}")


if __name__ == "__main__":
    Save().run()
