"""Somebody who reads reports, and a way to hold every number against the rows behind it."""

from __future__ import annotations

from typing import Any

import pytest

from rules.reports import ReportQuery, RowsQuery
from rules.tables import TOTAL, Table, totals
from storage.central.connection import Store
from storage.central.doors.who import Who
from storage.central.reports import shelf
from tests.storage.central.conftest import Town
from tests.storage.central.reports.month import Month


class Reader:
    """Reads reports as one person."""

    def __init__(self, store: Store, who: Who) -> None:
        self.store, self.who = store, who

    def table(self, name: str, **query: Any) -> Table:
        return shelf.table(self.store, self.who, ReportQuery(name=name, **query))

    def rows(self, name: str, row: str, column: str, **query: Any) -> Table:
        return shelf.rows(self.store, self.who, RowsQuery(name=name, row=row, column=column, **query))

    def check(self, name: str, **query: Any) -> Table:
        """The report, whose totals must be the sums of its parts; as many rows must be behind each count."""
        found = self.table(name, **query)
        for place, column in enumerate(found.columns):
            if column.kind in ("count", "money", "seconds"):
                for total in found.totals:
                    parts = [row.cells[place] for row in found.rows if row.currency == total.currency]
                    assert total.cells[place] == sum(part for part in parts if isinstance(part, int))
            if column.opens and column.kind == "count":
                for row in found.rows:
                    self._behind(name, row.key, column.key, row.cells[place], **query)
                if found.totals:
                    whole = sum(int(str(total.cells[place])) for total in found.totals)
                    self._behind(name, TOTAL, column.key, whole, **query)
        assert [row.key for row in totals(found.columns, found.rows)] == [row.key for row in found.totals]
        return found

    def _behind(self, name: str, row: str, column: str, count: Any, **query: Any) -> None:
        behind = self.rows(name, row, column, **query)
        assert len(behind.rows) == (count or 0), (name, row, column)
        keys = [one.key for one in behind.rows]
        assert len(keys) == len(set(keys)), (name, row, column)


@pytest.fixture
def reader(store: Store) -> Reader:
    """An administrator, who sees everybody."""
    who = Who(user_id=0, name="ada", display_name="Ada", role="admin", device="")
    return Reader(store, who)


@pytest.fixture
def month(town: Town) -> Month:
    """A month made by hand."""
    return Month(town)
