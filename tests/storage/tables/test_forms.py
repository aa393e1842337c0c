"""Tables as spreadsheets, CSV and JSON lines, read back by other programs' readers."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from agent_tui.i18n import set_language
from rules.tables import Column, Row, Table, totals
from rules.text import clean
from storage.tables import xlsx
from storage.tables.text_forms import write_csv, write_json_lines
from storage.tables.xlsx import Book, write_xlsx

AT = datetime(2026, 11, 25, 17, tzinfo=UTC)
COLUMNS = (
    Column(key="agent", title="agent", kind="code"),
    Column(key="promises", title="promises", kind="count"),
    Column(key="amount", title="amount", kind="money"),
    Column(key="rate", title="contact rate", kind="percent"),
    Column(key="kept", title="kept", kind="percent", of="money"),
    Column(key="touches", title="touches", kind="average"),
    Column(key="talk", title="handling", kind="seconds"),
    Column(key="due", title="due", kind="date"),
    Column(key="at", title="when", kind="instant"),
    Column(key="state", title="state", kind="word"),
)
LONG_CALL = 100 * 3600 + 62
ROWS = (
    Row(
        key="a",
        currency="MXN",
        cells=("007", 3, -150_025, (14, 23), (489_950, 895_000), (7, 9), LONG_CALL, "2026-11-27",
               "2026-11-25T11:00:05-06:00", "promises"),
    ),
    Row(key="b", currency="USD", cells=("=1+1", 0, None, (0, 0), (0, 0), (0, 0), 0, None, None, None)),
)  # fmt: skip
TABLE = Table(
    name="activity", title="Activity by agent", columns=COLUMNS, rows=ROWS, totals=totals(COLUMNS, ROWS, "*"),
    at=AT, since=date(2026, 11, 1), until=date(2026, 11, 25),
)  # fmt: skip


def sheets(table: Table) -> dict[str, list[list[object]]]:
    out = io.BytesIO()
    write_xlsx(table, out)
    return read(out)


def read(out: io.BytesIO) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue()))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def comma_separated(table: Table) -> list[dict[str, str]]:
    out = io.BytesIO()
    write_csv(table, out)
    return list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))


def test_a_sheet_has_real_numbers_dates_and_durations() -> None:
    head, first, second, empty, *sums = sheets(TABLE)["Activity by agent"]
    row = dict(zip(head, first, strict=True))
    assert row["agent"] == "007"
    assert (row["currency"], row["amount"]) == ("MXN", -1500.25)
    assert row["contact rate"] == pytest.approx(14 / 23)
    assert (row["contact rate: numerator"], row["contact rate: denominator"]) == (14, 23)
    assert (row["kept: numerator"], row["kept: denominator"]) == (4899.50, 8950)
    assert row["handling"] == timedelta(seconds=LONG_CALL)
    assert row["due"] == date(2026, 11, 27)
    assert row["when (UTC)"] == datetime(2026, 11, 25, 17, 0, 5)  # noqa: DTZ001 - spreadsheets have no zones
    assert head.index("currency") == head.index("amount") - 1
    nothing = dict(zip(head, second, strict=True))
    assert (nothing["amount"], nothing["contact rate"], nothing["due"]) == ("", "", "")
    assert nothing["contact rate: denominator"] == 0
    assert set(empty) == {""}  # parts the sums from what a pivot table takes for data
    assert [(one[0], one[head.index("amount")]) for one in sums] == [("*", -1500.25), ("*", 0)]


def test_the_head_stays_in_sight_and_the_filter_leaves_the_sums_out() -> None:
    out = io.BytesIO()
    write_xlsx(TABLE, out)
    with zipfile.ZipFile(out) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert 'autoFilter ref="A1:Q3"' in sheet
    assert "<f>" not in sheet


def test_a_csv_says_the_same_and_keeps_zeros() -> None:
    first, second, *sums = comma_separated(TABLE)
    assert first["agent"] == "007"
    assert first["amount"] == "-1500.25"
    assert Decimal(first["contact rate"]) == Decimal("0.608696")
    assert (first["contact rate: numerator"], first["contact rate: denominator"]) == ("14", "23")
    assert first["handling"] == "100:01:02"
    assert first["when (UTC)"] == "2026-11-25T17:00:05+00:00"
    assert second["agent"] == "'=1+1"
    assert [one["promises"] for one in sums] == ["3", "0"]


def test_json_lines_have_the_keys_of_the_columns() -> None:
    out = io.BytesIO()
    write_json_lines(TABLE, out)
    first, second = [json.loads(line) for line in out.getvalue().splitlines()]
    assert first["amount"] == "-1500.25"
    assert (first["rate_numerator"], first["rate_denominator"], first["talk"]) == (14, 23, LONG_CALL)
    assert second["agent"] == "=1+1"


def test_heads_and_words_are_in_the_language_in_force() -> None:
    set_language("es")
    [first, *_] = comma_separated(TABLE)
    assert first["gestor"] == "007"
    assert "promesas" in first.values()


TEXTS = st.text(max_size=40) | st.sampled_from(
    (
        "=HYPERLINK(1)",
        "+52155",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "0012",
        "\ufeff=1",
        "a\u202eb",
        "_x000D_",
        "x\0y",
    )
)


@settings(max_examples=25)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_a_hostile_text_stays_a_text(texts: list[str]) -> None:
    column = Column(key="note", title="note")
    rows = tuple(Row(key=str(number), cells=(text,)) for number, text in enumerate(texts))
    table = Table(name="notes", title="Notes", columns=(column, Column(key="n", title="n", kind="count")),
                  rows=tuple(Row(key=row.key, cells=(*row.cells, 1)) for row in rows), at=AT)  # fmt: skip
    shown = [line[0] for line in sheets(table)["Notes"][1 : len(rows) + 1]]
    assert shown == [clean(text) for text in texts]
    for text, row in zip(texts, comma_separated(table), strict=True):
        assert row["note"].removeprefix("'") == clean(text).removeprefix("'")
        assert not row["note"].startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(max_examples=25)
@example(["𝐀" * 20, "𝐀" * 30])
@given(
    st.lists(st.text(max_size=50) | st.sampled_from(("History", "a/b", "A B", "'x'")), min_size=1, max_size=6)
)
def test_every_sheet_has_a_legal_name_of_its_own(titles: list[str]) -> None:
    out = io.BytesIO()
    with Book(out) as book:
        for title in titles:
            book.sheet(title, COLUMNS[:1], ())
    names = list(read(out))
    assert len({name.lower() for name in names}) == len(titles)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) <= 2 * 31
        assert not set(name) & set("[]:*?/\\")
        assert name.lower() != "history"
        assert not name.startswith("'")
        assert not name.endswith("'")


def test_what_a_sheet_can_not_hold_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 2)
    out = io.BytesIO()
    with Book(out) as book:
        count = book.sheet("Many", COLUMNS[:1], (Row(key=str(n), cells=(str(n),)) for n in range(5)))
    assert count == 5
    assert {name: len(rows) for name, rows in read(out).items()} == {"Many": 3, "Many 2": 3, "Many 3": 2}


def test_a_table_of_nothing_still_names_its_columns() -> None:
    table = Table(name="none", title="None", columns=COLUMNS[:2], rows=(), at=AT)
    assert sheets(table)["None"] == [["agent", "promises"]]
