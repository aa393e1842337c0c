"""Reconciliations at the centre: the worked example, parts sent twice, settling, closing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from rules.tools.matching import File, NewRun, Pair, Part, Resolving, paired
from storage.central.doors.who import Who
from storage.central.matching import rows, runs
from storage.central.records.closing import NotDone

DAY = date(2026, 11, 20)
VECTORS = Path(__file__).parents[3] / "rules" / "vectors.json"
FILES = tuple(
    File(side=side, name=f"{side}.csv", digest=side[0] * 64, keys=("recibo",), amount="importe", rows=5)
    for side in ("collected", "accounted")
)


def _vector() -> dict:
    found = msgspec.json.decode(VECTORS.read_bytes())
    listed = (
        found
        if isinstance(found, list)
        else next(value for value in found.values() if isinstance(value, list))
    )
    return next(one for one in listed if one["id"] == "INS-CON-1")


def _minor(text: str) -> int:
    return int(Decimal(text) * 100)


@pytest.fixture
def office(town) -> Who:
    return msgspec.structs.replace(town.agent("olga"), role="backoffice")


def _new(run_id: str = "run-00000001", **more) -> NewRun:
    return NewRun(**({"id": run_id, "portfolio": "Cards", "name": "November", "files": FILES} | more))


def _example() -> tuple[Pair, ...]:
    given = _vector()["inputs"]
    return paired(
        *([(key, _minor(text)) for key, text in given[side]] for side in ("collected", "accounting"))
    )


def _made(store, office, new=None, pairs=None):
    new = new or _new()
    pairs = _example() if pairs is None else pairs
    runs.open_run(store, office, new)
    runs.add(store, office, new.id, Part(first=1, pairs=pairs))
    return runs.match(store, office, new.id, len(pairs))


def test_the_worked_example_of_the_trade(store, office) -> None:
    run = _made(store, office)
    expected = _vector()["expected"]
    words = {"duplicado": "duplicate", "tolerancia": "tolerance", "no_contabilizado": "not accounted",
             "diferencia": "different", "no_cobrado": "not collected"}  # fmt: skip
    table = rows.table(store, office, run.id)
    found = {row.cells[0]: row.cells[1:5] for row in table.rows}
    for row in expected["rows"]:
        status = words[row["status"]].replace("tolerance", "within tolerance")
        assert found[row["id"]] == (
            status, _minor(row["collected"]), _minor(row["accounted"]), _minor(row["difference"])
        )  # fmt: skip
    assert sum(total.collected for total in run.totals) == _minor(expected["total_collected"])
    assert sum(total.accounted for total in run.totals) == _minor(expected["total_accounted"])
    assert run.waiting == 4
    assert table.rows[0].cells[1] == "different"
    assert table.rows[-1].cells[1] == "within tolerance"


def test_a_part_that_is_sent_again_changes_nothing(store, office) -> None:
    pairs = _example()
    runs.open_run(store, office, _new())
    for _ in range(2):
        runs.open_run(store, office, _new())
        runs.add(store, office, "run-00000001", Part(first=1, pairs=pairs[:3]))
    with pytest.raises(NotDone, match="rows_missing"):
        runs.match(store, office, "run-00000001", len(pairs))
    runs.add(store, office, "run-00000001", Part(first=4, pairs=pairs[3:]))
    assert runs.match(store, office, "run-00000001", len(pairs)).status == "open"
    with pytest.raises(NotDone, match="not_loading"):
        runs.add(store, office, "run-00000001", Part(first=1, pairs=pairs))


def test_the_same_files_are_known_again(store, office) -> None:
    _made(store, office)
    with pytest.raises(NotDone, match="same_files"):
        runs.open_run(store, office, _new("run-00000002"))
    assert runs.open_run(store, office, _new("run-00000002", again=True)).status == "loading"
    assert [run.id for run in runs.listed(store, office).runs] == ["run-00000001"]


def test_rows_are_settled_one_by_one_and_by_status_and_the_run_is_closed(store, office, clock) -> None:
    run = _made(store, office)
    with pytest.raises(NotDone, match="rows_unsettled"):
        runs.close(store, office, run.id)
    table = rows.table(store, office, run.id, "difference")
    [number] = [int(row.key) for row in table.rows]
    one = rows.resolve(
        store, office, run.id, Resolving(resolution="accounting", why="a keying error", numbers=(number,))
    )
    assert one.waiting == 3
    for status in ("duplicate", "not_accounted", "not_collected"):
        one = rows.resolve(
            store, office, run.id, Resolving(resolution="period", why="December", status=status)
        )
    assert one.waiting == 0
    settled = {row.cells[0]: row.cells[7] for row in rows.table(store, office, run.id).rows}
    assert (settled["P4-R1"], settled["P9-R1"], settled["P2-R1"]) == (
        "accounting corrects it", "of another period", None,
    )  # fmt: skip
    closed = runs.close(store, office, run.id)
    assert (closed.status, closed.closed_by, closed.closed) == ("closed", "olga", clock.now())
    for order in (
        lambda: rows.resolve(store, office, run.id, Resolving(resolution="", why="x", numbers=(number,))),
        lambda: runs.close(store, office, run.id),
    ):
        with pytest.raises(NotDone, match="already_closed"):
            order()


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Resolving(resolution="magic", why="x", numbers=(1,)), "unknown_resolution"),
        (Resolving(resolution="ours", why=" ", numbers=(1,)), "why_missing"),
        (Resolving(resolution="ours", why="x", status="matched"), "unknown_status"),
        (Resolving(resolution="ours", why="x", numbers=(99,)), "nothing_to_settle"),
        (Resolving(resolution="ours", why="4111 1111 1111 1111", numbers=(1,)), "card_number_in_note"),
    ],
)
def test_what_can_not_be_settled(store, office, order, code) -> None:
    run = _made(store, office)
    with pytest.raises(NotDone, match=code):
        rows.resolve(store, office, run.id, order)


def test_nobody_sees_a_run_of_a_portfolio_that_is_not_theirs(store, town, office) -> None:
    run = _made(store, office)
    town.portfolio("Elsewhere")
    stranger = msgspec.structs.replace(town.agent("eva", portfolios=("Elsewhere",)), role="backoffice")
    assert runs.listed(store, stranger).runs == ()
    with pytest.raises(NotDone, match="unknown_reconciliation"):
        rows.table(store, stranger, run.id)
    with pytest.raises(NotDone, match="unknown_portfolio"):
        runs.open_run(store, stranger, _new("run-00000009"))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"files": FILES[:1]}, "bad_sides"),
        ({"files": FILES, "key_form": "receipt", "since": DAY, "until": DAY}, "bad_sides"),
        ({"files": FILES[1:], "key_form": "receipt"}, "bad_period"),
        ({"files": FILES[1:], "key_form": "name", "since": DAY, "until": DAY}, "bad_sides"),
    ],
)  # fmt: skip
def test_a_run_needs_two_sides(store, office, more, code) -> None:
    with pytest.raises(NotDone, match=code):
        runs.open_run(store, office, _new(**more))
