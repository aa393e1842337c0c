from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from storage.central.connection import Store
from storage.central.queue.queueing import place_all
from storage.portfolio import export as exporting
from storage.portfolio.datasets import DATASETS
from storage.portfolio.demo import generate
from storage.portfolio.export import ExportFailed, export, export_to
from storage.portfolio.importing import import_file
from storage.portfolio.mapping import Mapping


def lines(store: Store, what: str) -> list[dict[str, object]]:
    out = io.BytesIO()
    export(store, what, "jsonl", out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_data_set_is_exported_whole_from_both_stores(store: Store) -> None:
    generate(store, 60, seed=4)
    tables = {
        "clients": "client",
        "accounts": "account",
        "promises": "promise",
        "payments": "payment",
        "interactions": "interaction",
        "callbacks": "callback",
        "phones": "contact_point",
        "policies": "policy",
        "receipts": "receipt",
        "ledger": "ledger_entry",
        "orders": "money_order",
        "events": "event",
        "audit": "audit",
    }
    with store.read() as tx:
        counts = {what: tx.value(f"SELECT count(*) FROM {table}") for what, table in tables.items()}
    assert tables.keys() == DATASETS.keys() - {"unlocatable"}
    for what, count in counts.items():
        found = lines(store, what)
        assert len(found) == count
        assert all(list(row) == [column.name for column in DATASETS[what].columns] for row in found)


def test_money_is_in_units_and_instants_are_utc(store: Store) -> None:
    generate(store, 40, seed=4)
    account = lines(store, "accounts")[0]
    with store.read() as tx:
        ref, total = tx.one("SELECT ref, total FROM account ORDER BY id LIMIT 1") or ("", 0)
    assert account["account"] == ref
    assert account["total"] == f"{total // 100}.{total % 100:02d}"
    assert isinstance(account["components"], dict)
    promise = lines(store, "promises")[0]
    assert datetime.fromisoformat(str(promise["made"])).utcoffset().total_seconds() == 0  # type: ignore[union-attr]  # it has a zone, or the test fails
    assert date.fromisoformat(str(promise["due"]))


@pytest.fixture
def awkward(
    sqlite_store: Store, mapping: Mapping, make_row: Callable[..., list[str]], write_csv: Callable[..., Path]
) -> Store:
    """An account whose texts a spreadsheet would like to run or to shorten."""
    rows = [make_row(1, cuenta="000123", nombre="=HYPERLINK(1)"), make_row(2, cuenta="@SUM(A1)", celular="")]
    import_file(sqlite_store, write_csv(rows), "Cartera", mapping)
    return sqlite_store


def test_a_csv_keeps_zeros_and_runs_nothing(awkward: Store) -> None:
    out = io.BytesIO()
    assert export(awkward, "accounts", "csv", out) == 2
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode(), newline="")))
    assert [row["account"] for row in rows] == ["000123", "'@SUM(A1)"]
    assert rows[0]["overdue"] == "1500.50"
    assert rows[0]["oldest_due"] == "2026-11-10"
    out = io.BytesIO()
    export(awkward, "clients", "csv", out)
    assert "'=HYPERLINK(1)" in out.getvalue().decode()


def test_a_workbook_has_real_numbers_and_dates_and_no_formulas(awkward: Store, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert export_to(awkward, "accounts", "xlsx", path) == 2
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("accounts")
    head, first, second = sheet.to_python()
    row = dict(zip(head, first, strict=True))
    assert row["account"] == "000123"
    assert row["overdue"] == 1500.5
    assert row["oldest_due"] == date(2026, 11, 10)
    assert second[head.index("account")] == "@SUM(A1)"
    assert not list(tmp_path.glob("*.part"))


def test_a_workbook_goes_on_in_a_further_sheet(
    awkward: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "XLSX_ROWS", 1)
    path = tmp_path / "out.xlsx"
    assert export_to(awkward, "clients", "xlsx", path) == 2
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["clients", "clients 2"]
    assert [len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names] == [2, 2]


def test_an_empty_data_set_still_names_its_columns(sqlite_store: Store, tmp_path: Path) -> None:
    out = io.BytesIO()
    assert export(sqlite_store, "events", "csv", out) == 0
    assert out.getvalue().startswith(b"id,device,seq,")
    assert export_to(sqlite_store, "events", "xlsx", tmp_path / "out.xlsx") == 0


def test_the_unlocatable_are_those_who_owe_and_have_no_number(
    store: Store, mapping: Mapping, make_row: Callable[..., list[str]], write_csv: Callable[..., Path]
) -> None:
    rows = [
        make_row(1),
        make_row(2, celular=""),
        make_row(3, celular="", vencido="0"),
        make_row(4, celular="662 555 0199"),
        make_row(5, celular=""),
    ]
    import_file(store, write_csv(rows), "Cartera", mapping)
    with store.begin() as tx:
        tx.run("UPDATE contact_point SET status = 'equivocado' WHERE value = '+526625550199'")
        tx.run("UPDATE client SET do_not_contact = true WHERE ref = 'C5'")
    place_all(store)
    found = lines(store, "unlocatable")
    assert [(row["client"], row["overdue"], row["days"], row["bucket"]) for row in found] == [
        ("C2", "1500.50", 15, "B1"),
        ("C4", "1500.50", 15, "B1"),
    ]


def test_what_is_unknown_is_refused_with_what_is_known(sqlite_store: Store) -> None:
    with pytest.raises(ExportFailed, match="nothing called debts; known: events, accounts"):
        export(sqlite_store, "debts", "csv", io.BytesIO())
    with pytest.raises(ExportFailed, match="xml is none of jsonl, csv, xlsx"):
        export(sqlite_store, "events", "xml", io.BytesIO())


def test_a_file_that_could_not_be_finished_is_not_left_behind(
    awkward: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("yesterday's", encoding="utf-8")

    class Broken(Exception):
        pass

    def broken(_rows: int) -> None:
        raise Broken

    monkeypatch.setattr(exporting, "_TOLD_EVERY", 1)
    with pytest.raises(Broken):
        export_to(awkward, "accounts", "csv", path, broken)
    assert [found.name for found in tmp_path.glob("out*")] == ["out.csv"]
    assert path.read_text(encoding="utf-8") == "yesterday's"
