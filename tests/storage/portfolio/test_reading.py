from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from storage.portfolio.reading import ImportFailed, open_table


def rows(path: Path, **options: str) -> list[tuple[int, list[str]]]:
    with open_table(path, **options) as table:
        return list(table.rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    text = delimiter.join(("nombre", "año")) + "\r\n" + delimiter.join(("Peña", "2026")) + "\r\n"
    path.write_bytes(text.encode(encoding))
    with open_table(path) as table:
        assert table.columns == ("nombre", "año")
        assert list(table.rows) == [(2, ["Peña", "2026"])]


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n\n"two\nlines",1\n,\nx,2\n', encoding="utf-8")
    assert rows(path) == [(4, ["two\nlines", "1"]), (6, ["x", "2"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty; its first row must name the columns"),
        (b"\n\n", "empty"),
        (b"a,b,a\n1,2,3\n", "column a is there twice"),
        (b'a,b\n"never closed,1\n2,3\n', "is a quotation mark left open"),
        ("a,b\n1,2\n".encode("utf-16"), "save it as CSV in UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFailed, match=said) as caught:
        rows(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match=r"nowhere\.csv: there is no such file"):
        rows(tmp_path / "nowhere.csv")


def test_a_workbook_reads_like_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        other, sheet = book.add_worksheet("resumen"), book.add_worksheet("cartera")
        other.write_row(0, 0, ["x"])
        sheet.write_row(0, 0, ["cuenta", "saldo", "vence", "cerrada", "hora"])
        day, hour = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        sheet.write_string(1, 0, "000123")
        sheet.write_number(1, 1, 1500.1)
        sheet.write_datetime(1, 2, date(2026, 11, 10), day)
        sheet.write_boolean(1, 3, False)
        sheet.write_datetime(1, 4, datetime(2026, 11, 10, 9, 30), hour)  # noqa: DTZ001 - a workbook knows no zones
        sheet.write_row(2, 0, ["000124", 12.0])
    assert rows(path, sheet="cartera") == [
        (2, ["000123", "1500.1", "2026-11-10", "false", "2026-11-10 09:30:00"]),
        (3, ["000124", "12", "", "", ""]),
    ]
    assert rows(path) == []
    with pytest.raises(ImportFailed, match="no sheet nada; it has resumen, cartera"):
        rows(path, sheet="nada")


def test_a_file_that_only_calls_itself_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(ImportFailed, match="not an Excel workbook"):
        rows(path)
