"""Goals, money recovered and money promised: published examples and cases by hand, on both stores."""

from __future__ import annotations

from datetime import date, timedelta

from storage.central.doors.who import Who
from storage.central.queue import queueing
from tests.storage.central.conftest import Town
from tests.storage.central.reports.conftest import Reader
from tests.storage.central.reports.month import (
    NOVEMBER,
    TODAY,
    VECTORS,
    Month,
    cents,
    money_behind,
    percent,
)


def test_the_published_recovery_comes_out_of_the_store(town: Town, month: Month, reader: Reader) -> None:
    agents = {name: town.agent(name.lower()).user_id for name in ("Ana", "Beto", "Caro")}
    products = {"TDC": "card", "PyME": "sme", "Prima": "insurance", "TC": "timeshare"}
    expected = VECTORS["KPI-AVR-1"]["expected"]
    for one in VECTORS["KPI-AVR-1"]["inputs"]["rows"]:
        user = agents[one["agent"]]
        account = month.account(cents(one["assigned"]), "B1", product=products[one["product"]], user=user)
        month.payment(account, cents(one["recovered"]), user=user)
    found = reader.check("recovery")
    for agent, whole in expected["by_agent"].items():
        assert percent(found.cell(f"{agent.lower()}|MXN", "rate")) == whole["pct"]
    for product, whole in expected["by_product"].items():
        assert percent(found.cell("*MXN", f"{products[product]}_rate")) == whole["pct"]
    for one in expected["rows"]:
        row = f"{one['agent'].lower()}|MXN"
        assert percent(found.cell(row, f"{products[one['product']]}_rate")) == one["pct"]
    assert found.cell("*MXN", "recovered") == cents(expected["total"]["recovered"])
    assert percent(found.cell("*MXN", "rate")) == expected["total"]["pct"]


def test_no_money_lacks_an_owner(town: Town, month: Month, reader: Reader) -> None:
    ana, gone = town.agent("ana"), town.agent("gone")
    with month.store.begin() as tx:
        tx.run("UPDATE app_user SET role = 'backoffice' WHERE id = :id", id=gone.user_id)
    account = month.account(1_000_00, "B1", user=ana.user_id)
    other = month.account(70_00, "B1", currency="USD")
    month.payment(account, 100_00, user=ana.user_id)
    month.payment(account, 20_00, user=gone.user_id, channel="tpv")
    month.payment(account, 3_00, date(2026, 11, 2))
    month.payment(other, 5_00, currency="USD")
    month.payment(account, 9_999_00, date(2026, 10, 31), user=ana.user_id)
    month.payment(account, 7_777_00, day=None)  # brought in as history
    found = reader.check("recovered", since=NOVEMBER)
    assert {row.key: row.cells[4:] for row in found.rows} == {
        "ana|Cards|spei|MXN": (1, 100_00),
        "-|Cards|spei|MXN": (1, 3_00),
        "-|Cards|tpv|MXN": (1, 20_00),
        "-|Cards|spei|USD": (1, 5_00),
    }
    assert {row.key: row.cells[5] for row in found.totals} == {"*MXN": 123_00, "*USD": 5_00}
    for name in ("recovery", "efficiency"):
        table = reader.check(name)
        assert {row.key: row.cells[table.place("recovered")] for row in table.totals} == {
            "*MXN": 123_00,
            "*USD": 5_00,
        }
        assert money_behind(reader.rows(name, "-|MXN", "recovered"), "amount") == 23_00


def test_a_lead_of_a_team_sees_its_money_and_what_is_nobodys(town: Town, month: Month) -> None:
    ana, eva = town.agent("ana"), town.agent("eva")
    with month.store.begin() as tx:
        tx.run("UPDATE app_user SET team = 'blue' WHERE id = :id", id=eva.user_id)
    for user in (ana.user_id, eva.user_id, None):
        account = month.account(100_00, "B1", user=user)
        month.payment(account, 10_00, user=user)
    lupe = Who(user_id=0, name="lupe", display_name="", role="lead", device="", team="red")
    reader = Reader(month.store, lupe)
    for name in ("recovered", "recovery", "efficiency"):
        assert {row.key.split("|")[0] for row in reader.check(name).rows} == {"ana", "-"}
    assert reader.check("rolls").cell("B1|MXN", "accounts") == 2
    assert [row.key for row in reader.check("recovery", agent="ana").rows] == ["ana|MXN"]


def test_commitments_stand_against_what_came(town: Town, month: Month, reader: Reader) -> None:
    ana = town.agent("ana").user_id
    kept, part, late, none = (month.account(1_000_00, None) for _ in range(4))
    due = date(2026, 11, 20)
    month.promise(kept, 100_00, due, "kept", paid=100_00, user=ana)
    month.promise(part, 80_00, due, "partial", paid=30_00, user=ana)
    month.promise(late, 50_00, due, "broken", user=ana)
    month.promise(none, 40_00, due, "cancelled", user=ana)
    month.promise(kept, 60_00, date(2026, 11, 24), user=ana)
    month.payment(kept, 120_00, due, user=ana)  # within its promise, though more than it
    month.payment(part, 30_00, date(2026, 11, 21), user=ana)  # the day of grace
    month.payment(late, 50_00, date(2026, 11, 22), user=ana)  # after it: nothing was promised for then
    month.payment(none, 40_00, due)
    found = reader.check("commitments", since=NOVEMBER)
    cells = {row.key: dict(zip((c.key for c in found.columns), row.cells, strict=True)) for row in found.rows}
    day = cells["ana|2026-11-20|card|MXN"]
    assert (day["promises"], day["promised"], day["paid"], day["kept"]) == (3, 230_00, 130_00, 1)
    assert (day["kept_rate"], day["kept_amount"], day["unpromised"]) == ((1, 3), (130_00, 230_00), 0)
    assert cells["ana|2026-11-24|card|MXN"]["kept_rate"] == (0, 0)  # not due yet with its grace
    assert cells["ana|2026-11-22|card|MXN"]["unpromised"] == 50_00
    assert cells["-|2026-11-20|card|MXN"]["unpromised"] == 40_00
    assert money_behind(reader.rows("commitments", "*MXN", "unpromised", since=NOVEMBER), "amount") == 90_00
    assert money_behind(reader.rows("commitments", "*", "paid", since=NOVEMBER), "paid") == 130_00


def test_the_published_goal_comes_out_of_the_store(town: Town, month: Month, reader: Reader) -> None:
    inputs, expected = VECTORS["KPI-GOA-1"]["inputs"], VECTORS["KPI-GOA-1"]["expected"]
    ana = town.agent("ana").user_id
    with month.store.begin() as tx:
        tx.run("UPDATE app_user SET monthly_goal = :goal WHERE id = :id", goal=cents(inputs["goal"]), id=ana)
    account = month.account(1_000_000_00, None)
    month.payment(account, cents(inputs["achieved"]) - 500_00, date(2026, 5, 4), user=ana)
    month.payment(account, 500_00, date(2026, 5, 15), user=ana)
    found = reader.check("goals", until=date(2026, 5, 15))
    assert found.cell("ana|MXN", "required") == cents(expected["required_per_day"])
    assert found.cell("ana|MXN", "projection") == cents(expected["projection"])
    assert (found.cell("ana|MXN", "day"), found.cell("ana|MXN", "behind")) == (500_00, "")
    behind = reader.rows("goals", "*", "month", until=date(2026, 5, 15))
    assert money_behind(behind, "amount") == cents(inputs["achieved"])


def test_a_portfolio_below_its_goal_is_flagged(month: Month, reader: Reader) -> None:
    month.town.portfolio("Cards", goal=1_000_00)
    month.payment(month.account(1_000_00, None), 500_00)
    found = reader.check("goals_by_portfolio")
    assert found.cell("Cards|MXN", "month_goal") == 24 * 1_000_00  # working days of November 2026
    assert found.cell("Cards|MXN", "day_rate") == (500_00, 1_000_00)
    assert found.cell("Cards|MXN", "behind") == "▼"


def test_the_planner_flags_what_is_below_its_target(town: Town, month: Month, reader: Reader) -> None:
    account = month.account(1_000_00, "B1", "B0")
    month.promise(account, 100_00, date(2026, 11, 10), "kept", paid=100_00)
    month.promise(account, 300_00, date(2026, 11, 20), "broken")
    found = reader.table("planner")
    shown = {row.key.split("|")[1]: (row.cells[2], row.cells[4]) for row in found.rows}
    assert shown["kept_rate"] == ((1, 2), "✓")
    assert shown["kept_amount"] == ((100_00, 400_00), "✗")
    assert shown["cure_rate"] == ((1_000_00, 1_000_00), "✓")
    assert shown["contact_rate"] == ((0, 0), "")
    assert found.totals == ()


def test_receipts_are_counted_by_channel_around_its_change(town: Town, month: Month, reader: Reader) -> None:
    account = month.account(1_000_00, None, product="insurance")
    ana = town.agent("ana").user_id
    with month.store.begin() as tx:
        policy = tx.value(
            """
            INSERT INTO policy (account_id, number, kind, insurer, starts, ends, status, channel, frequency,
                grace_days, sum_insured)
            VALUES (:account, 'P1', 'car', '', :since, :since, 'in_force', 'domi', 'monthly', 14, 0)
            RETURNING id
            """,
            account=account,
            since=date(2026, 8, 1),
        )
        for number, (due, paid) in enumerate(
            [
                (date(2026, 9, 1), date(2026, 9, 16)),  # a day too late
                (date(2026, 10, 1), date(2026, 10, 15)),
                (date(2026, 11, 1), date(2026, 11, 1)),
                (date(2026, 11, 20), None),
                (date(2026, 12, 1), None),
            ],
            start=1,
        ):
            tx.run(
                """
                INSERT INTO receipt (policy_id, number, "of", due, net, surcharge, fee, tax, total, status,
                    paid_on, cfdi)
                VALUES (:policy, :number, 5, :due, 10000, 0, 0, 0, 10000, 'paid', :paid, '')
                """,
                policy=policy,
                number=number,
                due=due,
                paid=paid,
            )
        tx.run(
            """
            INSERT INTO interaction (id, client_id, account_id, user_id, at, code, flags, currency, note,
                agent, late, day)
            SELECT 'i1', client_id, id, :ana, :at, 'DOMI', 'ACR', 'MXN', '', 'ana', false, :day
            FROM account WHERE id = :account
            """,
            ana=ana,
            at=month.store.now().replace(month=9, day=25),
            day=date(2026, 9, 25),
            account=account,
        )
    found = reader.check("channels")
    row = {c.key: cell for c, cell in zip(found.columns, found.rows[0].cells, strict=True)}
    assert (row["channel"], row["issued"], row["on_time"], row["amount_rate"]) == (
        "domi",
        2,
        1,
        (10000, 20000),
    )
    assert (row["changed"], row["before"], row["after"]) == (1, (0, 1), (2, 3))


def test_receipts_stay_with_the_channel_that_collected_them(town: Town, month: Month, reader: Reader) -> None:
    account = month.account(1_000_00, None, product="insurance")
    with month.store.begin() as tx:
        policy = tx.value(
            """
            INSERT INTO policy (account_id, number, kind, insurer, starts, ends, status, channel, frequency,
                grace_days, sum_insured)
            VALUES (:account, 'P1', 'car', '', :since, :since, 'in_force', 'domi', 'monthly', 14, 0)
            RETURNING id
            """,
            account=account,
            since=date(2026, 9, 1),
        )
        for number, (due, paid, channel) in enumerate(
            [
                (date(2026, 10, 1), None, "agente"),
                (date(2026, 11, 1), None, "agente"),
                (date(2026, 11, 20), date(2026, 11, 20), ""),
            ],
            start=1,
        ):
            tx.run(
                """
                INSERT INTO receipt (policy_id, number, "of", due, net, surcharge, fee, tax, total, status,
                    paid_on, cfdi, channel)
                VALUES (:policy, :number, 3, :due, 10000, 0, 0, 0, 10000, 'pending', :paid, '', :channel)
                """,
                policy=policy,
                number=number,
                due=due,
                paid=paid,
                channel=channel,
            )
        tx.run(
            """
            INSERT INTO policy_event (id, policy_id, at, kind, was, became, why, about)
            VALUES ('e1', :policy, :at, 'channel', 'agente', 'domi', '', '')
            """,
            policy=policy,
            at=month.store.now().replace(month=11, day=10),
        )
    found = reader.check("channels")
    rows = {
        row.cells[0]: {c.key: cell for c, cell in zip(found.columns, row.cells, strict=True)}
        for row in found.rows
    }
    assert (rows["agente"]["rate"], rows["domi"]["rate"]) == ((0, 1), (1, 1))
    assert (rows["agente"]["changed"], rows["domi"]["changed"]) == (0, 1)
    assert (rows["domi"]["before"], rows["domi"]["after"]) == ((0, 2), (1, 1))


def test_each_account_stands_in_one_clean_up_list_alone(town: Town, month: Month, reader: Reader) -> None:
    month.account(1_00, None, due=TODAY - timedelta(days=200))
    idle, promised, paid = (month.account(10_00 * n, None) for n in (1, 2, 3))
    month.promise(promised, 5_00, TODAY + timedelta(days=2))
    with month.store.begin() as tx:
        tx.run("UPDATE account SET overdue = 0 WHERE id = :id", id=paid)
        queueing.place(tx, [row[0] for row in tx.all("SELECT id FROM client")], tx.now)
    found = reader.check("cleanup")
    assert {row.key: row.cells[2:] for row in found.rows} == {
        "Cards|charge_off|MXN": (1, 1_00, 1_00),
        "Cards|idle|MXN": (1, 10_00, 10_00),
    }
    assert [row.key for row in reader.rows("cleanup", "Cards|idle|MXN", "overdue").rows] == [str(idle)]


def test_whose_accounts_are_and_what_comes_next_is_in_the_clean_up_lists(
    town: Town, month: Month, reader: Reader
) -> None:
    ana = town.agent("ana")
    owned, nobodys = (month.account(10_00 * n, None) for n in (1, 2))
    elsewhere = month.account(30_00, None, portfolio=town.portfolio("Loans"))
    with month.store.begin() as tx:
        tx.run(
            """
            INSERT INTO assignment_order (id, at, user_id, portfolio_id, method, why, before, after)
            VALUES ('o', :now, :user, :portfolio, 'one', 'x', :empty, :empty)
            """,
            now=tx.now,
            user=ana.user_id,
            portfolio=town.cards,
            empty={},
        )
        tx.run(
            """
            INSERT INTO assignment (client_id, user_id, worked_by, since, order_id)
            SELECT client_id, :user, NULL, :now, 'o' FROM account WHERE id = :id
            """,
            user=ana.user_id,
            now=tx.now,
            id=owned,
        )
        placed = "SELECT client_id FROM account WHERE id <> :id"
        queueing.place(tx, [row[0] for row in tx.all(placed, id=elsewhere)], tx.now)
    found = reader.check("cleanup")
    assert {row.key: row.cells[2] for row in found.rows} == {
        "Cards|expired|MXN": 1,
        "Cards|unassigned|MXN": 1,
        "Loans|no_next_action|MXN": 1,
    }
    [row] = reader.rows("cleanup", "Cards|unassigned|MXN", "accounts").rows
    assert row.key == str(nobodys)
