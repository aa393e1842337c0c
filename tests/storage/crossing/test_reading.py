"""Tables come in as they stand: zeros stay, amounts are exact, and what is wrong is said with its place."""

from __future__ import annotations

import pytest

from rules.tools.crossing import Source
from storage.crossing.reading import ROW, NotReadable, read

ROWS = [("póliza", "monto"), ("00123", "1,234.50"), ("", ""), ("007", "2")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiter_and_encoding_are_found_out(csv_file, delimiter, encoding) -> None:
    found = read(Source(path=str(csv_file(ROWS, delimiter=delimiter, encoding=encoding))))
    assert found.columns == ("póliza", "monto")
    assert found.frame.rows() == [(2, "00123", "1,234.50"), (4, "007", "2")]


def test_a_workbook_is_what_it_shows(xlsx_file) -> None:
    path = xlsx_file({"Uno": [("x",)], "Dos": [(), ("poliza", "monto"), ("007", 0.1 + 0.2), (12, 1199.4)]})
    found = read(Source(path=str(path), sheet="Dos"))
    assert found.frame.rows() == [(3, "007", "0.3"), (4, "12", "1199.4")]
    assert found.sheets == ("Uno", "Dos")


def test_columns_without_a_name_and_named_twice(csv_file) -> None:
    found = read(Source(path=str(csv_file([("a", "a", "", ""), ("1", "2", "3", "")]))))
    assert found.columns == ("a", "a (2)", "column 3")


def test_the_header_may_stand_further_down(csv_file) -> None:
    path = csv_file([("Report of November",), (), ("a", "b"), ("1", "2")])
    found = read(Source(path=str(path), header=3))
    assert (found.columns, found.frame[ROW].to_list()) == (("a", "b"), [4])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n1,2,3\n", "line 3: 3 cells under 2 heads"),
        (b'a,b\n1,2\n"x,3\n', "quotation mark"),
        ("a,b\n1,2\n".encode("utf-16"), "not plain text"),
    ],
)
def test_what_can_not_be_read_is_said_with_its_place(tmp_path, text, said) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(text)
    with pytest.raises(NotReadable, match=r"bad\.csv") as caught:
        read(Source(path=str(path)))
    assert said in str(caught.value)


def test_no_such_file_sheet_or_kind(tmp_path, xlsx_file) -> None:
    for source, said in (
        (Source(path=str(tmp_path / "no.csv")), "no such file"),
        (Source(path=str(xlsx_file({"Uno": [("a",)]})), sheet="Tres"), "no sheet Tres; it has Uno"),
    ):
        with pytest.raises(NotReadable, match=said):
            read(source)
    other = tmp_path / "a.pdf"
    other.write_bytes(b"%PDF")
    with pytest.raises(NotReadable, match=r"\.csv, \.txt or \.xlsx"):
        read(Source(path=str(other)))


def test_a_file_that_changed_is_read_anew(csv_file) -> None:
    source = Source(path=str(csv_file([("a",), ("1",)])))
    assert read(source) is read(source)
    csv_file([("a",), ("1",), ("22",)])
    assert read(source).frame.height == 2
