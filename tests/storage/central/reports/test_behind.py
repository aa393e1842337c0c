"""Every report on money: its cells against the rows behind them, and against recounts, on both stores."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from storage.central.records.closing import NotDone
from storage.central.reports import shelf
from tests.storage.central.conftest import Town
from tests.storage.central.reports.conftest import Reader
from tests.storage.central.reports.month import (
    NOVEMBER,
    Month,
    money_behind,
    one_by_one,
)

REPORTS = (
    "rolls",
    "containment",
    "efficiency",
    "recovery",
    "recovered",
    "commitments",
    "goals",
    "goals_by_portfolio",
    "pipeline",
    "rooms",
    "rolling_soon",
    "channels",
    "planner",
    "cleanup",
)


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "planner"])
def test_money_behind_a_cell_is_the_cell(town: Town, month: Month, reader: Reader, name: str) -> None:
    """On a store with something of everything; the counts are held by `Reader.check`."""
    _something_of_everything(town, month)
    found = reader.check(name, since=NOVEMBER)
    assert found.rows
    for column in found.columns:
        if not (column.opens and column.kind == "money"):
            continue
        for row in (*found.rows, *found.totals):
            behind = reader.rows(name, row.key, column.key, since=NOVEMBER)
            money = [one.key for one in behind.columns if one.kind == "money"]
            names = [one for one in (column.key, "amount", "balance") if one in money]
            assert money_behind(behind, names[0]) == (row.cells[found.place(column.key)] or 0), (
                row.key,
                column.key,
            )


@pytest.mark.parametrize("name", REPORTS)
def test_cells_that_are_not_there_open_nothing(town: Town, month: Month, reader: Reader, name: str) -> None:
    _something_of_everything(town, month)
    first = reader.table(name, since=NOVEMBER).rows[0].key
    for row, column in ((first, "nonsense"), ("no|such|row|at|all", "recovered"), (first, "rate")):
        with pytest.raises(NotDone, match="unknown_cell"):
            reader.rows(name, row, column)


def _something_of_everything(town: Town, month: Month) -> None:
    ana = town.agent("ana").user_id
    town.portfolio("Loans", goal=100_00)
    for number, (opened, closed) in enumerate(
        [("B0", "B1"), ("B1", "B0"), ("B1", "B2"), ("B3", "B2"), ("B6", "CO"), ("B2", "B2")]
    ):
        user = ana if number % 2 else None
        currency = "USD" if number == 3 else "MXN"
        account = month.account(100_00 + number, opened, closed, user=user, currency=currency)
        month.payment(account, 10_00 + number, date(2026, 11, 3 + number), user=user, currency=currency)
        month.promise(
            account, 9_00, date(2026, 11, 5), "partial", paid=4_00 + number, user=user, currency=currency
        )
        room = {"sales_room": f"Sala {number % 2}"}
        contract = month.account(200_00 + number, "B1", "B1", product="timeshare", details=room)
        month.cancellation(
            contract,
            f"T{1 + number % 2}",
            date(2026, 11, 10),
            ("", "withdrawn", "done")[number % 3],
            user=user,
        )
    account = month.account(50_00, "B1", product="insurance")
    with month.store.begin() as tx:
        tx.run(
            """
            INSERT INTO policy (id, account_id, number, kind, insurer, starts, ends, status, channel,
                frequency, sum_insured)
            VALUES (1, :account, 'P1', 'car', '', :day, :day, 'in_force', 'tdc', 'monthly', 0)
            """,
            account=account,
            day=NOVEMBER,
        )
        tx.run(
            """
            INSERT INTO receipt (id, policy_id, number, "of", due, net, surcharge, fee, tax, total, status,
                cfdi)
            VALUES (1, 1, 1, 12, :day, 700, 0, 0, 0, 700, 'overdue', '')
            """,
            day=NOVEMBER,
        )


def test_reports_are_recounts_of_their_facts(town: Town, month: Month, reader: Reader) -> None:
    _something_of_everything(town, month)
    paid: Counter[tuple[int | None, str]] = Counter()
    for user, currency, amount in one_by_one(month.store, "SELECT user_id, currency, amount FROM payment"):
        paid[(user, currency)] += amount
    found = reader.table("efficiency")
    names = dict(one_by_one(month.store, "SELECT id, name FROM app_user"))
    assert {key: found.cell(f"{names.get(key[0], '-')}|{key[1]}", "recovered") for key in paid} == paid
    promised = one_by_one(month.store, "SELECT sum(amount), sum(paid) FROM promise WHERE currency = 'MXN'")[0]
    commitments = reader.table("commitments", since=NOVEMBER)
    assert [commitments.cell("*MXN", name) for name in ("promised", "paid")] == [int(n) for n in promised]


def test_all_of_them_stand_on_the_shelf() -> None:
    assert set(REPORTS) <= {one.name for one in shelf.listed().reports}
