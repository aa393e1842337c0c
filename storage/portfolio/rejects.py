"""The list of what an import left out, beside the imported file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from storage.portfolio.cells import safe_cell
from storage.portfolio.records import Rejection


class Rejects:
    """The file of what stayed out, made when the first row is rejected."""

    def __init__(self, source: Path) -> None:
        self.path = source.with_name(f"{source.name}.rejected.csv")
        # A list of an earlier try would be taken for this one's.
        self.path.unlink(missing_ok=True)
        self._stack = ExitStack()
        self._writer: Any = None

    @property
    def written(self) -> bool:
        """Whether anything was rejected."""
        return self._writer is not None

    def add(self, rejections: Iterable[Rejection]) -> None:
        """List what stayed out and why."""
        for rejection in rejections:
            if self._writer is None:
                file = self._stack.enter_context(self.path.open("w", encoding="utf-8", newline=""))
                self._writer = csv.writer(file)
                self._writer.writerow(("line", "column", "value", "reason"))
            self._writer.writerow(
                (rejection.line, safe_cell(rejection.column), safe_cell(rejection.value), rejection.reason)
            )

    def close(self) -> None:
        """Close the file if there is one."""
        self._stack.close()
