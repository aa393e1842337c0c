"""The report by month and portfolio, each number with the rows behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from rules.tables import TOTAL
from rules.tax.tax_board import StampedFiles, TaxFile
from rules.tax.tax_receipts import Figures
from storage.central.cfdi import stamping
from storage.central.connection import Store, document
from tests.storage.central.reports.conftest import Reader, reader
from tests.storage.central.tax_files import invoice_xml

__all__ = ["reader"]

QUERY = {"since": date(2026, 10, 1), "until": date(2026, 12, 31)}


@pytest.fixture
def month(desk: Any, store: Store, clock: Any) -> Any:
    """An invoice in time, one late, an invoice with its complement in December still ahead."""
    desk.pays(1_160_000, 1)  # due in November: by the 30th
    figures = msgspec.convert(document(desk.rows("figures")[0][0]), Figures)
    file = TaxFile(name="a.xml", xml=invoice_xml(figures, 1, words="AUT-12345 2/4"))
    stamping.attach(store, desk.office, StampedFiles(files=(file,)))
    desk.pays(500_000, 0)
    return desk


def cells(reader: Any, **query: Any) -> list[tuple[Any, ...]]:
    table = reader.check("cfdi", **query)
    return [row.cells for row in table.rows]


def test_each_month_and_portfolio_has_its_row(month: Any, reader: Reader, clock: Any) -> None:
    assert cells(reader, **QUERY) == [
        ("2026-11", "Cards", 1, 1_160_000, 1, 0, 0, (1, 1)),
        ("2026-12", "Cards", 2, 1_660_000, 0, 0, 2, (0, 0)),
    ]
    clock.move(days=11)  # the 6th of December
    assert cells(reader, **QUERY)[1] == ("2026-12", "Cards", 2, 1_660_000, 0, 2, 0, (0, 2))


def test_a_tax_receipt_is_of_no_agent(month: Any, reader: Reader) -> None:
    month.town.agent("ana")
    found = reader.table("cfdi", agent="ana", **QUERY)
    assert (found.rows, found.note) == ((), "not_by_people")
    assert reader.rows("cfdi", TOTAL, "needed").rows
