from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import xlsxwriter

from rules.clients import Client
from storage.central.clients import documents
from storage.central.connection import Store
from storage.central.queue.queueing import place_all
from storage.central.upkeep import schema
from storage.portfolio import importing
from storage.portfolio.importing import Outcome, import_file
from storage.portfolio.mapping import Mapping, MappingError, parse_mapping

Row = Callable[..., list[str]]
WriteCsv = Callable[..., Path]
NAME = "Cartera"


def clients(store: Store) -> dict[str, Client]:
    with store.read() as tx:
        refs = dict(tx.all("SELECT id, ref FROM client"))
        return {refs[key]: client for key, client in documents(tx, refs).items()}


def rejected(path: Path) -> list[dict[str, str]]:
    with path.with_name(f"{path.name}.rejected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def snapshot(store: Store) -> dict[str, list[Any]]:
    """Every row of every table that an import may touch."""
    tables = ("client", "account", "contact_point", "ready", "waiting", "change", "stat_delta")
    with store.read() as tx:
        return {table: tx.all(f"SELECT * FROM {table} ORDER BY 1") for table in tables}


def test_rows_become_clients_with_accounts_and_phones_in_the_queue(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    path = write_csv([make_row(1, casa="664 555 0100", correo="uno@example.com"), make_row(2)])
    outcome = import_file(store, path, NAME, mapping)
    assert (outcome.rows, outcome.rejected, outcome.clients.made, outcome.accounts.made) == (2, 0, 2, 2)
    one = clients(store)["C1"]
    assert (one.name, one.state, one.portfolio) == ("Cliente 1", "Sonora", NAME)
    assert one.zones == ("America/Hermosillo", "America/Mazatlan", "America/Tijuana")
    assert [(phone.number, phone.label) for phone in one.phones] == [
        ("+526625550123", "mobile"),
        ("+526645550100", "home"),
    ]
    assert [email.address for email in one.emails] == ["uno@example.com"]
    account = one.accounts[0]
    assert (account.number, account.overdue, account.total, account.days) == ("000001", 150050, 900000, 15)
    assert (account.product, account.currency, account.creditor) == ("card", "MXN", "Banco de Prueba")
    with store.read() as tx:
        assert tx.value("SELECT count(*) FROM ready") == 2
    assert schema.check(store) == []


def test_the_queue_is_as_if_every_client_had_been_placed_by_itself(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    rows = [
        make_row(1),
        make_row(2, vencido="0", vence=""),
        make_row(3, celular=""),
        make_row(4, vencido="80", vence="2026-03-01"),
        make_row(5, cliente="C4", vencido="9000"),
        make_row(6, estado="Quintana Roo", celular="998 555 0123"),
        make_row(7, estado="nowhere", celular=""),
    ]
    import_file(store, write_csv(rows), NAME, mapping)
    with store.read() as tx:
        queued = tx.all("SELECT client_id, lane, prio, bucket FROM ready ORDER BY 1")
        without_number = tx.all("SELECT client_id, lane, prio, bucket, kind FROM waiting ORDER BY 1")
    place_all(store)
    with store.read() as tx:
        assert tx.all("SELECT client_id, lane, prio, bucket FROM ready ORDER BY 1") == queued
        waiting = tx.all("SELECT client_id, lane, prio, bucket, kind FROM waiting ORDER BY 1")
    assert waiting == without_number
    assert len(queued) == 3
    assert [row[4] for row in waiting] == ["unlocatable"] * 2
    assert schema.check(store) == []


def test_the_same_file_twice_changes_nothing(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    path = write_csv([make_row(1), make_row(2, casa="664 555 0100"), make_row(3, cliente="C1", estado="")])
    import_file(store, path, NAME, mapping)
    before = snapshot(store)
    outcome = import_file(store, path, NAME, mapping)
    assert snapshot(store) == before
    assert (outcome.clients.unchanged, outcome.accounts.unchanged) == (2, 3)
    assert (
        outcome.clients.made + outcome.clients.updated + outcome.accounts.made + outcome.accounts.updated == 0
    )


def test_tomorrows_file_updates_what_changed_and_keeps_what_agents_learned(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    import_file(store, write_csv([make_row(1), make_row(2)]), NAME, mapping)
    with store.begin() as tx:
        tx.run("UPDATE contact_point SET status = 'validado_titular' WHERE value = '+526625550123'")
        tx.run("UPDATE account SET disputed = 100 WHERE ref = '000001'")
        tx.run(
            """
            INSERT INTO case_file (id, client_id, account_id, kind, opened, clock, amount, currency, tier,
                destination, reason, reference, party, note, agent, status, outcome, answer)
            SELECT 'd', client_id, id, 'dispute', :now, '', 100, 'MXN', '', '', '', '', '', '', '', 'open',
                '', ''
            FROM account WHERE ref = '000001'
            """,
            now=tx.now,
        )
    tomorrow = [make_row(1, vencido="100", saldo="8000", casa="664 555 0100"), make_row(2), make_row(3)]
    outcome = import_file(store, write_csv(tomorrow), NAME, mapping)
    assert (outcome.clients.made, outcome.clients.updated, outcome.clients.unchanged) == (1, 1, 1)
    assert (outcome.accounts.made, outcome.accounts.updated, outcome.accounts.unchanged) == (1, 1, 1)
    found = clients(store)
    account = found["C1"].accounts[0]
    assert (account.overdue, account.total, account.disputed) == (10000, 800000, 100)
    assert [(phone.number, phone.status) for phone in found["C1"].phones] == [
        ("+526625550123", "validado_titular"),
        ("+526645550100", "por_validar"),
    ]
    assert {ref: client.version for ref, client in found.items()} == {"C1": 2, "C2": 1, "C3": 1}
    with store.read() as tx:
        assert [int(row[0]) for row in tx.all("SELECT entity_id FROM change")] == [found["C1"].id]
    assert schema.check(store) == []


def test_what_is_paid_leaves_the_queue_and_what_falls_due_comes_back(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    def ready() -> int:
        with store.read() as tx:
            count: int = tx.value("SELECT count(*) FROM ready")
            return count

    import_file(store, write_csv([make_row(1)]), NAME, mapping)
    assert ready() == 1
    import_file(store, write_csv([make_row(1, vencido="0")]), NAME, mapping)
    assert ready() == 0
    import_file(store, write_csv([make_row(1)]), NAME, mapping)
    assert ready() == 1
    assert schema.check(store) == []


def test_a_client_on_a_desk_stays_there(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    from rules.protocol import LeaseRequest, SignIn
    from storage.central.doors.people import add_user, sign_in, who
    from storage.central.queue.leases import lease

    import_file(store, write_csv([make_row(1)]), NAME, mapping)
    add_user(store, "ana", "agent", "secret-enough")
    session = sign_in(store, SignIn(user="ana", password="secret-enough", device="d"))
    request = LeaseRequest(want=1, request_id="0190a4a0-0000-7000-8000-000000000001", device="d")
    assert len(lease(store, who(store, session.access_token), request).leases) == 1
    import_file(store, write_csv([make_row(1, saldo="9500")]), NAME, mapping)
    with store.read() as tx:
        places = [tx.value(f"SELECT count(*) FROM {table}") for table in ("lease", "ready", "waiting")]
    assert places == [1, 0, 0]


@pytest.mark.parametrize(
    ("cells", "column", "value", "reason"),
    [
        ({"cuenta": " "}, "cuenta", " ", "is empty"),
        ({"nombre": ""}, "nombre", "", "is empty"),
        ({"vencido": "mil"}, "vencido", "mil", "not a number"),
        ({"vencido": "1,50"}, "vencido", "1,50", "not a number"),
        ({"vencido": "-5"}, "vencido", "'-5", "an amount below 0"),
        ({"saldo": "1e9"}, "saldo", "1e9", "not a number"),
        ({"vencido": "9000.01"}, "vencido", "9000.01", "more is overdue than is owed in all"),
        ({"vence": "31/02/2026"}, "vence", "31/02/2026", "not a date written DMY or YYYY-MM-DD"),
        ({"vence": "pronto"}, "vence", "pronto", "not a date written DMY or YYYY-MM-DD"),
    ],
)
def test_a_row_that_does_not_fit_stays_out_with_its_reason(
    sqlite_store: Store,
    mapping: Mapping,
    make_row: Row,
    write_csv: WriteCsv,
    cells: dict[str, str],
    column: str,
    value: str,
    reason: str,
) -> None:
    path = write_csv([make_row(1), make_row(2, **cells), make_row(3)])
    outcome = import_file(sqlite_store, path, NAME, mapping)
    assert (outcome.rejected, outcome.accounts.made) == (1, 2)
    assert rejected(path) == [{"line": "3", "column": column, "value": value, "reason": reason}]
    assert outcome.rejects == f"{path}.rejected.csv"


def test_rows_of_another_length_and_accounts_named_twice_stay_out(
    sqlite_store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    path = write_csv(
        [make_row(1), make_row(1, saldo="9500"), make_row(2), ["C9", "x"], make_row(3), make_row(1)]
    )
    outcome = import_file(sqlite_store, path, NAME, mapping)
    assert (outcome.rejected, outcome.accounts.made) == (3, 3)
    assert [(line["line"], line["reason"]) for line in rejected(path)] == [
        ("3", "account 000001 is on line 2 already"),
        ("5", "2 cells where the header has 10"),
        ("7", "account 000001 is on line 2 already"),
    ]
    assert clients(sqlite_store)["C1"].accounts[0].total == 900000


def test_a_bad_phone_is_left_out_and_listed_but_the_account_goes_in(
    sqlite_store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    path = write_csv([make_row(1, celular="12", casa="664 555 0100", correo="nadie")])
    outcome = import_file(sqlite_store, path, NAME, mapping)
    assert (outcome.rejected, outcome.warnings, outcome.accounts.made) == (0, 2, 1)
    assert [line["column"] for line in rejected(path)] == ["celular", "correo"]
    assert [phone.number for phone in clients(sqlite_store)["C1"].phones] == ["+526645550100"]


def test_an_old_list_of_rejected_rows_does_not_survive_a_clean_import(
    sqlite_store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    path = write_csv([make_row(1, vencido="x")])
    import_file(sqlite_store, path, NAME, mapping)
    assert rejected(path)
    outcome = import_file(sqlite_store, write_csv([make_row(1)]), NAME, mapping)
    assert outcome.rejects == ""
    assert not path.with_name(f"{path.name}.rejected.csv").exists()


def test_a_dry_run_says_the_same_and_writes_nothing(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    rows = [
        make_row(1),
        make_row(2),
        make_row(3, cliente="C1"),
        make_row(4, celular=""),
        make_row(5, saldo="?"),
    ]
    path = write_csv(rows)
    before = snapshot(store)
    foretold = import_file(store, path, NAME, mapping, dry_run=True)
    assert snapshot(store) == before
    with store.read() as tx:
        assert tx.value("SELECT count(*) FROM portfolio") == 0
    assert import_file(store, path, NAME, mapping) == foretold
    assert (foretold.clients.made, foretold.accounts.made, foretold.unlocatable) == (3, 4, 1)


def test_totals_by_bucket_and_currency(
    sqlite_store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    rows = [
        make_row(1, vencido="10.10", saldo="20"),
        make_row(2, vencido="0.90", saldo="1"),
        make_row(3, vencido="5", saldo="5", vence="2026-01-01"),
        make_row(4, vencido="0", saldo="7"),
    ]
    outcome = import_file(sqlite_store, write_csv(rows), NAME, mapping)
    assert [(name, money, msgspec.structs.astuple(total)) for name, money, total in outcome.by_bucket()] == [
        ("B0", "MXN", (1, 0, 700)),
        ("B1", "MXN", (2, 1100, 2100)),
        ("CO", "MXN", (1, 500, 500)),
    ]


def test_an_account_or_client_that_is_elsewhere_is_not_moved(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    shared = msgspec.structs.replace(mapping, namespace="banco")
    import_file(store, write_csv([make_row(1), make_row(2)]), NAME, shared)
    path = write_csv([make_row(1, cliente="C2")])
    assert import_file(store, path, NAME, shared).rejected == 1
    assert rejected(path)[0]["reason"] == "account 000001 belongs to another client in the store"
    path = write_csv([make_row(9, cliente="C1")])
    assert import_file(store, path, "Otra", shared).rejected == 1
    assert "in another portfolio" in rejected(path)[0]["reason"]
    assert schema.check(store) == []


def test_two_portfolios_may_use_the_same_numbers(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    path = write_csv([make_row(1)])
    assert import_file(store, path, "Una", mapping).accounts.made == 1
    assert import_file(store, path, "Otra", mapping).accounts.made == 1


def test_hostile_cells_are_cleaned(
    sqlite_store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    hostile = "Ana\x1b]52;c;AAAA\x07 [/red]\u202eoir\u200b"
    import_file(sqlite_store, write_csv([make_row(1, nombre=hostile)]), NAME, mapping)
    name = clients(sqlite_store)["C1"].name
    assert name.isprintable()
    assert "\x1b" not in name
    assert "[/red]" in name


def test_a_workbook_imports_like_a_csv(
    sqlite_store: Store, mapping: Mapping, make_row: Row, tmp_path: Path
) -> None:
    path = tmp_path / "cartera.xlsx"
    header = (
        "cliente",
        "nombre",
        "estado",
        "cuenta",
        "vencido",
        "saldo",
        "vence",
        "celular",
        "casa",
        "correo",
    )
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, make_row(1))
        sheet.write_number(1, 4, 1500.5)
        sheet.write_number(1, 7, 6625550123)
    outcome = import_file(sqlite_store, path, NAME, mapping)
    assert (outcome.rejected, outcome.warnings) == (0, 0)
    one = clients(sqlite_store)["C1"]
    assert one.accounts[0].number == "000001"
    assert one.accounts[0].overdue == 150050
    assert one.phones[0].number == "+526625550123"


def test_a_mapping_that_names_a_missing_column_is_refused_before_anything_is_read(
    sqlite_store: Store, make_row: Row, write_csv: WriteCsv
) -> None:
    wrong = parse_mapping(
        "[client]\nref='cliente'\nname='nombre'\n[account]\nref='cta'\noverdue='vencido'", "m"
    )
    with pytest.raises(MappingError, match=r"m.toml, \[account\] ref = 'cta': there is no column cta"):
        import_file(sqlite_store, write_csv([make_row(1)]), NAME, wrong, where="m.toml")


def test_components_details_and_tables(sqlite_store: Store, make_row: Row, write_csv: WriteCsv) -> None:
    mapping = parse_mapping(
        """
        [client]
        ref = "cliente"
        name = "'Sr. ' & nombre"
        zone = "'America/Cancun'"
        [account]
        ref = "cuenta"
        overdue = "vencido"
        status = "table('estados', estado)"
        [components]
        capital_vencido = "vencido"
        capital_vigente = "saldo - vencido"
        [details]
        plan = "'Plan ' & cuenta"
        year = 2026
        [tables.estados]
        sonora = "charged_off"
        """,
        "m.toml",
    )
    import_file(sqlite_store, write_csv([make_row(1)]), NAME, mapping)
    one = clients(sqlite_store)["C1"]
    assert (one.name, one.zones) == ("Sr. Cliente 1", ("America/Cancun",))
    account = one.accounts[0]
    assert (account.status, account.total) == ("charged_off", 900000)
    assert account.components == {"capital_vencido": 150050, "capital_vigente": 749950}
    assert {detail.key: detail.value for detail in account.details} == {"plan": "Plan 000001", "year": "2026"}


def test_an_import_that_was_cut_short_is_finished_by_running_it_again(
    sqlite_store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 3)
    path = write_csv([make_row(number) for number in range(10)])

    class Cut(Exception):
        pass

    def cut(rows: int) -> None:
        if rows >= 6:
            raise Cut

    with pytest.raises(Cut):
        import_file(sqlite_store, path, NAME, mapping, progress=cut)
    outcome = import_file(sqlite_store, path, NAME, mapping)
    assert (outcome.accounts.made, outcome.accounts.unchanged) == (4, 6)
    assert schema.check(sqlite_store) == []


def test_memory_stays_flat(
    sqlite_store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve times the rows may not take twice the memory at its peak."""
    import tracemalloc

    monkeypatch.setattr(importing, "CHUNK", 250)

    def peak(rows: int, name: str) -> tuple[int, Outcome]:
        path = write_csv([make_row(number) for number in range(rows)], name=f"{name}.csv")
        tracemalloc.start()
        outcome = import_file(sqlite_store, path, name, mapping)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most, outcome

    peak(250, "warm")
    small, _ = peak(500, "small")
    large, outcome = peak(6000, "large")
    assert outcome.accounts.made == 6000
    assert large < 2 * small


def test_a_bucket_that_does_not_fit_the_days_goes_before_a_lead(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    fed = msgspec.structs.replace(mapping, details={"bucket": "correo"})
    today = [make_row(1, correo="B1"), make_row(2, correo="B4"), make_row(3, correo="mora 2")]
    import_file(store, write_csv(today), NAME, fed)
    wrong = {ref: [one.issue for one in client.inconsistencies] for ref, client in clients(store).items()}
    assert wrong == {"C1": [], "C2": ["bucket_days"], "C3": []}
    import_file(store, write_csv([make_row(2, correo="B1")]), NAME, fed)
    assert clients(store)["C2"].inconsistencies == ()
    with store.read() as tx:
        assert tx.all("SELECT kind, reason, closed FROM review") in (
            [("inconsistency", "bucket_days", 1)],
            [("inconsistency", "bucket_days", True)],
        )
    assert schema.check(store) == []


def test_a_debt_that_a_file_settles_under_a_promise_goes_before_a_lead(
    store: Store, mapping: Mapping, make_row: Row, write_csv: WriteCsv
) -> None:
    import_file(store, write_csv([make_row(1)]), NAME, mapping)
    with store.begin() as tx:
        tx.run(
            """
            INSERT INTO promise (id, event_id, number, client_id, account_id, made, due, amount, currency,
                status, paid, grace_days, agent)
            SELECT 'p', 'p', 1, client_id, id, :now, :due, 100, 'MXN', 'open', 0, 1, '' FROM account
            """,
            now=tx.now,
            due=tx.now.date(),
        )
    import_file(store, write_csv([make_row(1, vencido="0", saldo="0")]), NAME, mapping)
    assert [one.issue for one in clients(store)["C1"].inconsistencies] == ["promise_after_payoff"]


def test_whom_the_creditor_takes_back_leaves_every_desk(
    store: Store, make_row: Row, write_csv: WriteCsv
) -> None:
    mapping = parse_mapping(
        """
        [client]
        ref = "cliente"
        name = "nombre"
        zone = "'America/Cancun'"
        [account]
        ref = "cuenta"
        overdue = "vencido"
        total = "saldo"
        status = "table('estados', estado)"
        [[phones]]
        number = "celular"
        [tables.estados]
        sonora = "open"
        baja = "closed"
        """,
        "m.toml",
    )
    import_file(store, write_csv([make_row(1), make_row(2)]), NAME, mapping)
    import_file(store, write_csv([make_row(1, estado="Baja"), make_row(2)]), NAME, mapping)
    refs = {client.id: ref for ref, client in clients(store).items()}
    with store.read() as tx:
        gone = [refs[int(row[0])] for row in tx.all("SELECT entity_id FROM change WHERE deleted")]
        queued = [refs[row[0]] for row in tx.all("SELECT client_id FROM ready")]
    assert (gone, queued) == (["C1"], ["C2"])
    assert schema.check(store) == []
