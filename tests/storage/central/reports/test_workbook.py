"""The workbook: all reports and the facts behind them, within somebody's scope, at one moment."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from python_calamine import CalamineWorkbook

from rules.tables import Row, Table
from rules.workbook import Part, WorkbookQuery
from storage.central.connection import Store
from storage.central.doors.who import Who
from storage.central.records.closing import NotDone
from storage.central.reports import reader as readers
from storage.central.reports import workbook
from storage.central.reports.shelf import SHELF
from storage.tables.workbook import write_workbook

LEAD = Who(user_id=0, name="lucia", display_name="Lucía", role="lead", device="board", team="red")


@pytest.fixture
def worked(town, monkeypatch):
    """`busy` on both kinds of store."""
    return busy(town, monkeypatch)


@pytest.fixture
def worked_once(sqlite_store, town_in, monkeypatch):
    """`busy` on SQLite: for what is no matter of the store."""
    return busy(town_in(sqlite_store), monkeypatch)


def busy(town, monkeypatch):
    """A day on which ana promises and beto, of another team, does too; ana's client pays."""
    monkeypatch.setattr(workbook, "ROWS_AT_ONCE", 2)
    ana, beto = town.agent("ana"), town.agent("beto")
    with town.store.begin() as tx:
        tx.run("UPDATE app_user SET team = 'blue' WHERE name = 'beto'")
    town.clients(5)
    for who, number in ((ana, 3), (beto, 1)):
        for lease in town.lease(who, number).leases:
            body = town.promise_body(lease.client.id, amount=100_000)
            assert town.record(who, town.event(who, "result", body, lease))[0].status == "applied"
    with town.store.begin() as tx:
        tx.run(
            """
            INSERT INTO payment (account_id, at, amount, currency, channel, reference, user_id, day, hour,
                bucket)
            SELECT id, :now, 12345, 'MXN', 'spei', 'R1', :user, :day, 11, 'B1' FROM account WHERE ref = 'A1-0'
            """,
            now=tx.now,
            user=ana.user_id,
            day=date(2026, 11, 25),
        )
    return town


def parts(store: Store, who: Who, **query: object) -> list[Part]:
    return list(workbook.parts(store, who, WorkbookQuery(**query), "somebody"))


def facts(found: list[Part]) -> dict[str, tuple[Table, list[Row]]]:
    """The sheets of facts by name, each with all of its rows."""
    sheets: dict[str, tuple[Table, list[Row]]] = {}
    for part in found:
        if part.sheet is not None:
            sheets[part.sheet.name] = (part.sheet, list(part.sheet.rows))
            last = part.sheet.name
        elif part.rows:
            assert len(part.rows) <= workbook.ROWS_AT_ONCE
            sheets[last][1].extend(part.rows)
    return sheets


def column(sheet: tuple[Table, list[Row]], name: str) -> list[object]:
    place = sheet[0].place(name)
    return [row.cells[place] for row in sheet[1]]


def test_it_holds_every_report_that_is_not_of_the_moment_and_all_facts(worked):
    found = parts(worked.store, readers.everything("report"))
    names = [part.sheet.name for part in found if part.sheet is not None]
    reports = [name for name, report in SHELF.items() if report.name.group != "live"]
    assert names == [*reports, "results", "promises", "payments"]
    sheets = facts(found)
    assert sorted(column(sheets["results"], "agent")) == ["ana", "ana", "ana", "beto"]
    assert column(sheets["results"], "hour") == [11] * 4
    assert column(sheets["results"], "code") == ["PPT"] * 4
    assert sum(column(sheets["promises"], "amount")) == 400_000
    assert column(sheets["payments"], "amount") == [12_345]
    for name in ("attempts", "contacts", "rpc", "promises"):
        report = sheets["activity"][0]
        assert sum(column(sheets["results"], name)) == report.cell("*", name), name


def test_a_lead_gets_the_own_team_alone(worked):
    sheets = facts(parts(worked.store, LEAD))
    assert column(sheets["results"], "agent") == ["ana"] * 3
    assert set(column(sheets["promises"], "team")) == {"red"}
    assert [row.key for row in sheets["activity"][1]] == ["ana"]


def test_other_days_hold_none_of_it(worked_once):
    sheets = facts(parts(worked_once.store, LEAD, since=date(2026, 11, 1), until=date(2026, 11, 24)))
    assert column(sheets["results"], "agent") == column(sheets["payments"], "agent") == []
    assert sheets["activity"][0].until == date(2026, 11, 24)


def test_no_name_and_no_number_of_a_client_is_in_it(worked_once):
    text = msgspec.json.encode(
        [part for part in parts(worked_once.store, LEAD) if part.sheet is None or not part.sheet.rows]
    ).decode()
    assert "Client" not in text
    assert "+52555" not in text


def test_who_read_it_is_noted_before_it_is_read(worked_once):
    next(workbook.parts(worked_once.store, LEAD, WorkbookQuery(), "lucia"))
    with worked_once.store.read() as tx:
        [(actor, device)] = tx.all("SELECT actor, device FROM audit WHERE action = 'workbook_read'")
    assert (actor, device) == ("lucia", "board")


def test_what_is_not_the_readers_is_refused(worked_once):
    with pytest.raises(NotDone, match="unknown_team"):
        parts(worked_once.store, LEAD, team="blue")
    with pytest.raises(NotDone, match="bad_period"):
        parts(worked_once.store, LEAD, since=date(2026, 1, 2), until=date(2026, 1, 1))


def test_a_user_reads_with_the_own_eyes(worked_once):
    with worked_once.store.begin() as tx:
        tx.run("UPDATE app_user SET role = 'lead', team = 'blue' WHERE name = 'ana'")
    who = readers.as_user(worked_once.store, "ana")
    assert (who.role, who.only_team, who.portfolio_ids) == ("lead", "blue", None)
    with pytest.raises(readers.StoreError, match="beto reads no reports"):
        readers.as_user(worked_once.store, "beto")


def test_the_book_names_what_it_is_of_and_counts_its_sheets(worked_once):
    out = io.BytesIO()

    def told() -> Iterator[Part]:
        yield from workbook.parts(worked_once.store, LEAD, WorkbookQuery(), "lucia")

    rows = write_workbook(told(), out)
    book = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue()))
    index = dict(line[:2] for line in book.get_sheet_by_name("Index").to_python())
    assert book.sheet_names[0] == "Index"
    assert (index["from"], index["to"], index["made by"]) == ("2026-11-25", "2026-11-25", "Lucía")
    assert index["Results"] == "3 rows"
    assert index["contact rate"] == "contacts / attempts"
    assert len(book.get_sheet_by_name("Results").to_python()) == 1 + 3
    assert rows >= 3 + 3 + 1
