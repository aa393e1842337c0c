"""Table files that tests write by hand."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from rules.tools.crossing import Source
from storage.crossing.reading import Sheet, read

Rows = Sequence[Sequence[object]]


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: Rows, name: str = "left.csv", *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
        return path

    return write


@pytest.fixture
def xlsx_file(tmp_path: Path) -> Callable[..., Path]:
    def write(sheets: dict[str, Rows], name: str = "book.xlsx") -> Path:
        path = tmp_path / name
        with Workbook(path) as book:
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return path

    return write


@pytest.fixture
def sheet(csv_file: Callable[..., Path]) -> Callable[..., Sheet]:
    def make(rows: Rows, name: str = "left.csv") -> Sheet:
        return read(Source(path=str(csv_file(rows, name))))

    return make
