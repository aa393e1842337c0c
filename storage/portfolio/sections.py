"""Fields of one part of a row, read together; a field that does not fit ends the row."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from typing import Any

from storage.portfolio.expressions import CellError, Compiled
from storage.portfolio.fields import Reader


class FieldRefused(Exception):
    """A field that does not fit, on its way out of the row."""

    def __init__(self, field: Compiled, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


class Section:
    """The fields of a client, an account or a sheet: defaults, and readers of what the mapping names."""

    def __init__(self, defaults: dict[str, Any], mapped: AnyMapping[str, Compiled]) -> None:
        self._defaults = defaults
        self._mapped = mapped
        self._readers: list[tuple[str, Compiled, Reader]] = []

    def add(self, name: str, make: Any, *args: Any, **options: Any) -> None:
        """Read a field, if the mapping names it."""
        field = self._mapped.get(name)
        if field is not None:
            self._readers.append((name, field, make(field, *args, **options)))

    def read(self, row: Sequence[str]) -> dict[str, Any]:
        """The fields of a row."""
        found = dict(self._defaults)
        for name, field, reader in self._readers:
            try:
                found[name] = reader(row)
            except CellError as error:
                raise FieldRefused(field, str(error)) from error
        return found
