"""What a file has named so far: kept on disk, so that memory does not grow with the file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping


class Seen:
    """References met so far, each with the line that brought it."""

    def __init__(self) -> None:
        # The empty name is SQLite's private temporary database, gone when it is closed.
        self._scratch = sqlite3.connect("", isolation_level=None)
        self._scratch.execute("PRAGMA journal_mode = OFF")
        self._scratch.execute("PRAGMA synchronous = OFF")
        self._scratch.execute(
            "CREATE TABLE seen (kind TEXT, ref TEXT, line INTEGER, PRIMARY KEY (kind, ref)) WITHOUT ROWID"
        )

    def earlier(self, kind: str, lines: Mapping[str, int]) -> dict[str, int]:
        """Those of some references that were met before, with their line; the rest are met now."""
        met = dict(
            self._scratch.execute(
                "SELECT ref, line FROM seen WHERE kind = ? AND ref IN (SELECT value FROM json_each(?))",
                (kind, json.dumps(list(lines))),
            ).fetchall()
        )
        fresh = [(kind, ref, line) for ref, line in lines.items() if ref not in met]
        self._scratch.execute("BEGIN")
        self._scratch.executemany("INSERT INTO seen VALUES (?, ?, ?)", fresh)
        self._scratch.execute("COMMIT")
        return met

    def close(self) -> None:
        """Forget everything."""
        self._scratch.close()
