"""Roll rates, bucket efficiency and what rolls soon: the published example, and the rules themselves."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.buckets import BUCKETS, account_bucket, rolls_within
from rules.clients import Account
from storage.central import rulebooks
from storage.central.connection import Store, maybe_day
from storage.central.reports.ageing import BUCKET, ageing
from tests.storage.central.reports.conftest import Reader
from tests.storage.central.reports.month import (
    TODAY,
    VECTORS,
    Month,
    cents,
    one_by_one,
    percent,
)

OCTOBER = date(2026, 10, 1)


def test_the_published_roll_rates_come_out_of_the_store(month: Month, reader: Reader) -> None:
    given_, expected = VECTORS["KPI-ROL-1"]["inputs"], VECTORS["KPI-ROL-1"]["expected"]
    for one in given_["accounts"]:
        month.account(cents(one["balance_open"]), one["bucket_open"], one["bucket_close"])
    rolls = reader.check("rolls")
    for opened, cells in expected["matrix"].items():
        for closed, cell in cells.items():
            assert rolls.cell(f"{opened}|MXN", f"to_{closed}") == cents(cell["balance"])
            assert rolls.cell(f"{opened}|MXN", f"accounts_{closed}") == cell["count"]
            assert percent(rolls.cell(f"{opened}|MXN", f"share_{closed}")) == cell["pct"]
    names = {
        "forward": "roll_forward_pct",
        "stay": "stay_pct",
        "back": "roll_back_pct",
        "cure": "cure_pct",
        "cure_count": "cure_count_pct",
    }
    for opened, summary in expected["summary"].items():
        assert rolls.cell(f"{opened}|MXN", "opening") == cents(summary["opening"])
        assert {name: percent(rolls.cell(f"{opened}|MXN", name)) for name in names} == {
            name: summary[key] for name, key in names.items()
        }
    containment = reader.check("containment")
    for bucket, goal in given_["goals_pct"].items():
        row = f"Cards|{bucket}|MXN"
        assert (
            percent(containment.cell(row, "contained"))
            == expected["summary"][bucket]["bucket_efficiency_pct"]
        )
        assert percent(containment.cell(row, "goal")) == goal
        assert containment.cell(row, "met") == ("✓" if expected["goal_met"][bucket] else "✗")
    assert containment.cell("Cards|B1|MXN", "gap") == 100_00  # 45 % of 8,000 less 3,500 contained


def test_goals_of_a_portfolio_are_its_own(month: Month, reader: Reader) -> None:
    month.account(100_00, "B1", "B2")
    month.account(100_00, "B1", "B1")
    rulebooks.load(month.store, "Cards", "[containment]\nB1 = 50", by="ada")
    assert reader.table("containment").cell("Cards|B1|MXN", "met") == "✓"
    rulebooks.load(month.store, "Cards", "[containment]\nB1 = 50.01", by="ada")
    assert reader.table("containment").cell("Cards|B1|MXN", "met") == "✗"


def test_a_month_that_is_over_ends_as_the_next_one_opened(month: Month, reader: Reader) -> None:
    rolled = month.account(500_00, "B1", "B6", month=OCTOBER)
    month.opening(rolled, "B2", 520_00)
    month.account(300_00, "B2", "B6", month=OCTOBER, status="paid")  # owes nothing any more
    month.account(900_00, "B2", "B6", month=OCTOBER, status="closed")  # taken back by its creditor
    found = reader.check("rolls", until=date(2026, 10, 31))
    assert found.cell("B1|MXN", "to_B2") == 500_00
    assert found.cell("B2|MXN", "to_B0") == found.cell("B2|MXN", "opening") == 300_00
    (behind,) = reader.rows("rolls", "B1|MXN", "to_B2", until=date(2026, 10, 31)).rows
    assert behind.cells[-2:] == (500_00, 520_00)


def test_a_month_that_nobody_opened_says_so(month: Month, reader: Reader) -> None:
    month.account(100_00, None)
    assert [reader.table(name).note for name in ("rolls", "containment", "efficiency", "recovery")] == [
        "no_opening"
    ] * 4


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("open", "charged_off")),
            st.one_of(st.none(), st.integers(-3, 400)),
            st.booleans(),
        ),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_buckets_in_sql_are_those_of_the_rules(
    store: Store, drawn: list[tuple[str, int | None, bool]]
) -> None:
    found = [
        (status, None if days is None else TODAY - timedelta(days=days), 100 if owes else 0)
        for status, days, owes in drawn
    ]
    for status, due, overdue in found:
        with store.read() as tx:
            spoken = tx.value(
                _ONE.replace("{date}", _DATE[tx.dialect]), status=status, due=due, **ageing(TODAY)
            )
        assert spoken == account_bucket(account(1, due, overdue, status=status), TODAY)


def account(key: int, due: date | None, overdue: int, *, status: str = "open") -> Account:
    return Account(
        id=key,
        portfolio="",
        creditor="",
        number="",
        product="card",
        name="",
        currency="MXN",
        status=status,
        oldest_due=due,
        days=0,
        bucket="",
        overdue=overdue,
        total=overdue,
        minimum=0,
    )


_ONE = """
    SELECT {bucket} FROM (SELECT CAST(:status AS TEXT) AS status, CAST(:due AS {date}) AS oldest_due) a
""".replace("{bucket}", BUCKET)
_DATE = {"sqlite": "TEXT", "postgresql": "DATE"}


def test_what_rolls_soon_is_what_the_rules_say(month: Month, reader: Reader) -> None:
    for days in (0, 1, 20, 24, 25, 29, 30, 54, 55, 59, 60, 84, 86, 149, 174, 175, 179, 180, 400):
        month.account(100_00 + days, None, due=TODAY - timedelta(days=days))
    month.account(77_00, None, due=TODAY - timedelta(days=28), status="charged_off")
    with month.store.begin() as tx:
        tx.run("UPDATE account SET overdue = 0 WHERE total = 10020")  # owes nothing yet
    statement = "SELECT id, oldest_due, overdue FROM account WHERE status = 'open'"
    accounts = [
        account(key, maybe_day(due), overdue) for key, due, overdue in one_by_one(month.store, statement)
    ]
    wanted = rolls_within(accounts, TODAY, 5)
    found = reader.check("rolling_soon")
    assert {row.key: row.cells[2:4] for row in found.rows} == {
        f"Cards|{bucket}|MXN": (len(group), sum(one.overdue for one in group))
        for bucket in BUCKETS
        if (group := [one for one in wanted if account_bucket(one, TODAY) == bucket])
    }
    assert {int(row.key) for row in reader.rows("rolling_soon", "*", "accounts").rows} == {
        one.id for one in wanted
    }
