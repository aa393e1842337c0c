"""A telephone system's file: read, checked, idempotent; what does not fit is listed with its reason."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent_tui.cli import main
from rules.telephony import Status, statuses
from storage.central.connection import Store, StoreError, instant
from storage.central.doors import people
from storage.central.portfolios import ensure_portfolio
from storage.portfolio.call_mapping import CallMapping, parse_call_mapping, propose
from storage.portfolio.call_records import moment
from storage.portfolio.calls import Outcome, take_calls
from storage.portfolio.mapping import MappingError
from storage.reference import catalogue, telephony

VICIDIAL = ("call_date", "uniqueid", "user", "campaign_id", "phone_number_dialed", "status", "length_in_sec")
MEXICO = ZoneInfo("America/Mexico_City")


@pytest.fixture
def central(store: Store) -> Store:
    ensure_portfolio(
        store, "Cards", product="card", country="MX", currency="MXN", language="es", creditor="B", firm="F"
    )
    people.add_user(store, "ana", "agent", "long enough")
    return store


@pytest.fixture
def take(central: Store, write_csv: Callable[..., Path]) -> Callable[..., Outcome]:
    """Takes rows in, under the headers of VICIdial's export, or as a mapping says."""

    def run(
        *rows: tuple[Any, ...], mapping: str = "", header: tuple[str, ...] = VICIDIAL, **more: Any
    ) -> Outcome:
        path = write_csv(rows, name="calls.csv", header=header)
        text = mapping or propose(header, telephony()).text
        return take_calls(
            central, path, "Cards", parse_call_mapping(text, "map.toml"), where="map.toml", **more
        )

    return run


def kept(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as tx:
        return tx.all(
            """
            SELECT t.reference, t.direction, t.outcome, t.code, u.name, t.campaign, t.talk
            FROM phone_call t
            LEFT JOIN app_user u ON u.id = t.user_id
            ORDER BY t.reference
            """
        )


def rejected(outcome: Outcome) -> list[list[str]]:
    with Path(outcome.rejects).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


AT = "2026-11-24 10:15:00"


def test_a_vicidial_export_goes_in_without_a_mapping(central: Store, take: Callable[..., Outcome]) -> None:
    outcome = take(
        (AT, "1.1", "ana", "CARDS", "5555010001", "SALE", 125),
        (AT, "1.2", "VDAD", "CARDS", "5555010002", "NA", 0),
        (AT, "1.3", "VDAD", "CARDS", "5555010003", "DROP", 2),
        (AT, "1.4", "ana", "CARDS", "5555010004", "ppt", 300),
    )
    assert (outcome.rows, outcome.rejected, outcome.calls.made) == (4, 0, 4)
    assert kept(central) == [
        ("1.1", "out", "answered", "", "ana", "CARDS", 125),
        ("1.2", "out", "unanswered", "NOCO", None, "CARDS", 0),
        ("1.3", "out", "dropped", "ABAN", None, "CARDS", 2),
        ("1.4", "out", "answered", "PPT", "ana", "CARDS", 300),
    ]
    with central.read() as tx:
        at, day, hour = tx.one("SELECT at, day, hour FROM phone_call WHERE reference = '1.1'") or (0, 0, 0)
    assert instant(at) == datetime(2026, 11, 24, 16, 15, tzinfo=UTC)
    assert (str(day), hour) == ("2026-11-24", 10)


def test_the_same_file_twice_changes_nothing_and_a_later_one_mends(
    central: Store, take: Callable[..., Outcome]
) -> None:
    row = (AT, "1.1", "ana", "CARDS", "5555010001", "SALE", 125)
    take(row)
    before = kept(central)
    again = take(row)
    assert (again.calls.made, again.calls.updated, again.calls.unchanged) == (0, 0, 1)
    assert kept(central) == before
    assert take((*row[:6], 140)).calls.updated == 1
    assert kept(central)[0][-1] == 140


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    central: Store, take: Callable[..., Outcome]
) -> None:
    outcome = take((AT, "1.1", "ana", "CARDS", "", "SALE", 125), dry_run=True)
    assert (outcome.calls.made, dict(outcome.ended)) == (1, {("out", "answered"): 1})
    assert kept(central) == []


def test_what_does_not_fit_is_listed_with_its_reason(central: Store, take: Callable[..., Outcome]) -> None:
    outcome = take(
        ("yesterday", "1", "ana", "C", "", "SALE", 1),
        ("2031-01-01 10:00:00", "2", "ana", "C", "", "SALE", 1),
        (AT, "", "ana", "C", "", "SALE", 1),
        (AT, "4", "zoe", "C", "", "SALE", 1),
        (AT, "5", "ana", "C", "", "=WHAT", 1),
        (AT, "6", "ana", "C", "", "SALE", "long"),
        (AT, "7", "ana", "C", "", "SALE", 999_999),
        (AT, "8", "ana", "C", "", "SALE", 1),
        (AT, "8", "ana", "C", "", "SALE", 1),
    )
    assert (outcome.rejected, outcome.calls.made) == (8, 1)
    lines = rejected(outcome)
    assert [(line, column) for line, column, _, _ in lines] == [
        ("2", "call_date"),
        ("3", "call_date"),
        ("4", "uniqueid"),
        ("5", "user"),
        ("6", "status"),
        ("7", "length_in_sec"),
        ("8", "length_in_sec"),
        ("10", ""),
    ]
    assert lines[4][2:] == ["'=WHAT", "an unknown status; name it under [statuses] in the mapping"]
    assert "line 9" in lines[7][3]


MAPPING = """
zone = "America/Tijuana"

[reading]
dates = "dmy"

[call]
reference = "'X' & folio"
at = "fecha & ' ' & hora"
direction = "sentido"
status = "fin"
agent = "ext"
wait = "espera"
talk = "dur"

[statuses]
colgo = "abandoned"
"vendió" = { outcome = "answered", code = "PPT" }

[agents]
"1001" = "ana"
"""
OWN = ("folio", "fecha", "hora", "sentido", "fin", "ext", "espera", "dur")


def test_a_mapping_names_columns_statuses_agents_and_the_zone(
    central: Store, take: Callable[..., Outcome]
) -> None:
    take(
        ("1", "24/11/2026", "10:15", "Entrante", "VENDIO", "1001", "12", "3:05"),
        ("2", "24/11/2026", "1:15:09 p.m.", "entrada", "colgo", "", "0:00:41", ""),
        ("3", "24/11/2026", "10:16", "entrada", "DROP", "", "7", ""),
        mapping=MAPPING,
        header=OWN,
    )
    assert kept(central) == [
        ("X1", "in", "answered", "PPT", "ana", "", 185),
        ("X2", "in", "abandoned", "", None, "", 0),
        ("X3", "in", "abandoned", "ABAN", None, "", 0),
    ]
    with central.read() as tx:
        assert tx.value("SELECT hour FROM phone_call WHERE reference = 'X1'") == 12
        assert tx.value("SELECT wait FROM phone_call WHERE reference = 'X2'") == 41


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[call]\nreference = "uniqueid"\n', "at"),
        ('[call]\nreference = "uniqueid"\nat = "call_date"\ntalks = "x"\n', "did you mean talk?"),
        ('[call]\nreference = "nothing"\nat = "call_date"\n', "[call] reference"),
        ('[call]\nreference = "uniqueid"\nat = "call_date"\n[agents]\n7 = "zoe"\n', "there is no user zoe"),
        (
            'zone = "Mars/One"\n[call]\nreference = "uniqueid"\nat = "call_date"\n',
            "there is no zone Mars/One",
        ),
        ('[call]\nreference = "uniqueid"\nat = "call_date"\n[statuses]\nX = "gone"\n', "gone"),
    ],
)
def test_a_mapping_that_can_t_be_used_says_where(
    take: Callable[..., Outcome], text: str, reason: str
) -> None:
    with pytest.raises(MappingError) as error:
        take((AT, "1.1", "ana", "C", "", "SALE", 1), mapping=text)
    assert "map.toml" in str(error.value)
    assert reason in str(error.value)


def test_an_unknown_portfolio_is_refused_with_those_there_are(central: Store, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("uniqueid,call_date\n1,2026-11-24 10:00:00\n")
    mapping = parse_call_mapping(propose(("uniqueid", "call_date"), telephony()).text, "m")
    assert isinstance(mapping, CallMapping)
    with pytest.raises(StoreError, match="known: Cards"):
        take_calls(central, path, "Loans", mapping)


def test_a_workbook_s_dates_keep_their_hour(central: Store, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "calls.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("uniqueid", "call_date", "talk_sec"))
        sheet.write(1, 0, "1")
        stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_datetime(1, 1, datetime(2026, 11, 24, 10, 15, 7), stamp)  # noqa: DTZ001 - as a sheet has it
        sheet.write(1, 2, 61)
    mapping = parse_call_mapping(propose(("uniqueid", "call_date", "talk_sec"), telephony()).text, "m")
    take_calls(central, path, "Cards", mapping)
    with central.read() as tx:
        [(at, talk)] = tx.all("SELECT at, talk FROM phone_call")
    assert (instant(at).astimezone(MEXICO).isoformat(), talk) == ("2026-11-24T10:15:07-06:00", 61)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-24T10:15:00Z", "2026-11-24T10:15:00+00:00"),
        ("2026-11-24 10:15:00-05:00", "2026-11-24T15:15:00+00:00"),
        ("24/11/26 12:05 am", "2026-11-24T06:05:00+00:00"),
        ("24/11/2026 12:05 p. m.", "2026-11-24T18:05:00+00:00"),
        ("2026-11-24", None),
        ("24/11/2026 25:00", None),
        ("24/11/2026 13:00 pm", None),
        ("31/02/2026 10:00", None),
        ("", None),
    ],
)
def test_moments_are_read_as_written(written: str, expected: str | None) -> None:
    found = moment(written, MEXICO, "dmy")
    assert (found.isoformat() if found else None) == expected


def test_own_statuses_go_before_the_known_and_those_before_codes() -> None:
    names = telephony()
    found = statuses(names.statuses, {"na": Status("answered")}, catalogue())
    assert found["na"] == Status("answered")
    assert found["b"] == Status("unanswered", "OCUP")
    assert found["terc"] == Status("answered", "TERC")
    for status in names.statuses.values():
        assert not status.code or status.code in catalogue().results


def test_the_command_says_what_went_in(
    central: Store, write_csv: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(
        [("2024-05-02 10:15:00", "1.1", "ana", "C", "", "SALE", 9), ("x", "2", "", "", "", "", 0)],
        header=VICIDIAL,
    )
    arguments = ["calls", str(path), "--store", central.url, "--portfolio", "Cards"]
    with pytest.raises(SystemExit) as done:
        main(arguments)
    said = capsys.readouterr()
    assert done.value.code == 0
    assert 'at = "call_date"' in said.out
    assert "Rows: 2 read, 1 rejected" in said.out
    assert "Calls: 1 new, 0 updated, 0 unchanged" in said.out
    assert f"{path}.rejected.csv" in said.err
    with pytest.raises(SystemExit):
        main([*arguments, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["calls"] == {"made": 0, "updated": 0, "unchanged": 1}
    with central.read() as tx:
        assert tx.value("SELECT count(*) FROM audit WHERE action = 'calls_loaded'") == 2
