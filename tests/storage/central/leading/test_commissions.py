"""Runs of commissions: drafts, locks by a second person, adjustments; on both stores."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.commissions import Adjusting, Run
from rules.reports import ReportQuery, RowsQuery
from storage.central import rulebooks
from storage.central.doors.who import Who
from storage.central.leading import commission_statements, commissions
from storage.central.records.closing import NotDone
from storage.central.reports import shelf
from tests.storage.central.conftest import Town

OCTOBER = date(2026, 10, 1)
NOON = datetime(2026, 10, 14, 18, tzinfo=UTC)
_ids = count(1)


def lead(town: Town, name: str, team: str = "", **more: Any) -> Who:
    who = town.agent(name, **more)
    with town.store.begin() as tx:
        tx.run("UPDATE app_user SET role = 'lead', team = :team WHERE id = :id", team=team, id=who.user_id)
    return msgspec.structs.replace(who, role="lead", team=team)


@pytest.fixture
def lupe(town: Town) -> Who:
    return lead(town, "lupe")


@pytest.fixture
def raul(town: Town) -> Who:
    return lead(town, "raul")


class Month:
    """What a month of commissions is made from, put straight into the store."""

    def __init__(self, town: Town) -> None:
        self.town, self.store = town, town.store

    def goal(self, who: Who, minor: int) -> None:
        with self.store.begin() as tx:
            tx.run("UPDATE app_user SET monthly_goal = :goal WHERE id = :id", goal=minor, id=who.user_id)

    def pay(self, who: Who | None, amount: int, at: datetime = NOON, currency: str = "MXN") -> None:
        [client] = self.town.clients(1, place=False)
        with self.store.begin() as tx:
            account = tx.value("SELECT id FROM account WHERE client_id = :id", id=client)
            tx.run(
                """
                INSERT INTO payment (account_id, at, amount, currency, channel, reference, user_id, hour,
                    bucket)
                VALUES (:account, :at, :amount, :currency, 'spei', :reference, :user, 0, 'B1')
                """,
                account=account,
                at=at,
                amount=amount,
                currency=currency,
                reference=f"R{next(_ids)}",
                user=who.user_id if who else None,
            )

    def call(self, who: Who, breach: str = "", day: date = OCTOBER) -> str:
        [client] = self.town.clients(1, place=False)
        call = f"call-{next(_ids)}"
        with self.store.begin() as tx:
            tx.run(
                """
                INSERT INTO interaction (id, client_id, user_id, at, code, flags, currency, note, agent,
                    late, day, hour, bucket, breach)
                VALUES (:id, :client, :user, :at, 'INFO', 'AC', '', '', :agent, false, :day, 12, 'B1',
                    :breach)
                """,
                id=call,
                client=client,
                user=who.user_id,
                at=NOON,
                agent=who.name,
                day=day,
                breach=breach,
            )
        return call

    def hear(self, who: Who, score: int, call: str = "", at: datetime = NOON) -> str:
        call = call or self.call(who)
        with self.store.begin() as tx:
            tx.run(
                """
                INSERT INTO evaluation (id, interaction_id, user_id, day, at, by_user_id, form, answers,
                    score, failed, note)
                VALUES (:id, :call, :user, :day, :at, :user, 'house', :none, :score, :nothing, '')
                """,
                id=f"heard-{next(_ids)}",
                call=call,
                user=who.user_id,
                day=at.date(),
                at=at,
                none={},
                score=score,
                nothing=[],
            )
        return call

    def lines(self) -> dict[tuple[str, str], dict[str, int]]:
        names = ("goal", "recovered", "scores", "evaluated", "breaches", "rate", "amount")
        with self.store.read() as tx:
            rows = tx.all(
                f"SELECT u.name, l.currency, {', '.join(f'l.{name}' for name in names)}"
                " FROM commission_line l JOIN app_user u ON u.id = l.user_id"
            )
        return {(row[0], row[1]): dict(zip(names, row[2:], strict=True)) for row in rows}


@pytest.fixture
def month(town: Town, ana: Who) -> Month:
    made = Month(town)
    made.goal(ana, 200_000_00)
    return made


def refused(code: str, act: Callable[..., Any], *given: Any) -> None:
    with pytest.raises(NotDone) as caught:
        act(*given)
    assert caught.value.code == code


def test_a_draft_counts_the_money_of_the_month_that_is_credited(
    month: Month, store: Any, ana: Who, beto: Who, lupe: Who
) -> None:
    month.pay(ana, 230_000_00)
    month.pay(ana, 1_00, datetime(2026, 10, 1, 6, tzinfo=UTC))  # midnight in Mexico City
    month.pay(ana, 5_00, datetime(2026, 10, 1, 5, 59, tzinfo=UTC))  # still September there
    month.pay(ana, 7_00, datetime(2026, 11, 1, 6, tzinfo=UTC))  # November
    month.pay(None, 9_00)
    month.pay(beto, 50_00)
    month.hear(ana, 9_200)
    run = commissions.make(store, lupe, "Cards", OCTOBER)
    assert month.lines() == {
        ("ana", "MXN"): {
            "goal": 200_000_00, "recovered": 230_001_00, "scores": 9_200, "evaluated": 1, "breaches": 0,
            "rate": 150, "amount": 3_450_02,
        },
        ("beto", "MXN"): {
            "goal": 0, "recovered": 50_00, "scores": 0, "evaluated": 0, "breaches": 0, "rate": 0, "amount": 0,
        },
    }  # fmt: skip
    [total] = run.sums
    assert (total.currency, total.people, total.recovered, total.amount) == ("MXN", 2, 230_051_00, 3_450_02)
    assert (run.status, run.made_by, run.version) == ("draft", "lupe", 0)


def test_quality_is_the_average_of_the_newest_evaluations(
    month: Month, store: Any, ana: Who, lupe: Who
) -> None:
    month.pay(ana, 200_000_00)
    first = month.hear(ana, 2_000)
    month.hear(ana, 8_000, first, NOON.replace(hour=19))
    month.hear(ana, 8_900)
    commissions.make(store, lupe, "Cards", OCTOBER)
    line = month.lines()[("ana", "MXN")]
    assert (line["scores"], line["evaluated"], line["amount"]) == (16_900, 2, 1_500_00)


def test_a_breach_pays_nothing_until_a_lead_clears_it(month: Month, store: Any, ana: Who, lupe: Who) -> None:
    month.pay(ana, 200_000_00)
    call = month.call(ana, "mx.window")
    commissions.make(store, lupe, "Cards", OCTOBER)
    assert (month.lines()[("ana", "MXN")]["breaches"], month.lines()[("ana", "MXN")]["amount"]) == (1, 0)
    refused("why_missing", commissions.clear_breach, store, lupe, call, "  ")
    refused("unknown_breach", commissions.clear_breach, store, lupe, "no-such-call", "x")
    refused("unknown_breach", commissions.clear_breach, store, lead(month.town, "azul", "blue"), call, "x")
    commissions.clear_breach(store, lupe, call, "el cliente pidió esa hora")
    refused("already_cleared", commissions.clear_breach, store, lupe, call, "otra vez")
    commissions.make(store, lupe, "Cards", OCTOBER)
    assert (month.lines()[("ana", "MXN")]["breaches"], month.lines()[("ana", "MXN")]["amount"]) == (
        0,
        3_000_00,
    )


def test_currencies_are_lines_of_their_own(month: Month, store: Any, ana: Who, lupe: Who) -> None:
    rulebooks.load(
        store,
        "Cards",
        "[commission.goals]\nUSD = 100000\n",
        by="test",
        since=datetime(2026, 9, 1, tzinfo=UTC),
    )
    month.pay(ana, 200_000_00)
    month.pay(ana, 900_00, currency="USD")
    run = commissions.make(store, lupe, "Cards", OCTOBER)
    lines = month.lines()
    assert (lines[("ana", "USD")]["goal"], lines[("ana", "USD")]["amount"]) == (1_000_00, 9_00)
    assert lines[("ana", "MXN")]["goal"] == 200_000_00
    assert [(one.currency, one.amount) for one in run.sums] == [("MXN", 3_000_00), ("USD", 9_00)]
    assert run.version == 1


def test_terms_that_came_after_the_month_do_not_change_it(
    month: Month, store: Any, ana: Who, lupe: Who
) -> None:
    month.pay(ana, 200_000_00)
    rulebooks.load(store, "Cards", "[commission]\ntiers = [{ floor = 0, rate = 9000 }]\n", by="test")
    assert commissions.make(store, lupe, "Cards", OCTOBER).version == 0
    assert commissions.make(store, lupe, "Cards", date(2026, 11, 1)).version == 1


def test_a_draft_made_anew_takes_the_place_of_the_last(
    month: Month, store: Any, ana: Who, lupe: Who, raul: Who, clock: Any
) -> None:
    month.pay(ana, 100_000_00)
    first = commissions.make(store, lupe, "Cards", OCTOBER)
    month.pay(ana, 100_000_00)
    clock.move(minutes=5)
    second = commissions.make(store, raul, "Cards", OCTOBER)
    assert second.id == first.id
    assert second.made_by == "raul"
    assert month.lines()[("ana", "MXN")]["recovered"] == 200_000_00
    refused("changed_meanwhile", commissions.lock, store, lupe, first.id, first.made_at)
    assert len(commission_statements.runs(store, lupe).runs) == 1


def test_another_person_locks_it_and_then_nothing_of_it_changes(
    month: Month, store: Any, ana: Who, lupe: Who, raul: Who
) -> None:
    month.pay(ana, 200_000_00)
    month.hear(ana, 9_000)
    run = commissions.make(store, lupe, "Cards", OCTOBER)
    refused("own_run", commissions.lock, store, lupe, run.id, run.made_at)
    locked = commissions.lock(store, raul, run.id, run.made_at)
    assert (locked.status, locked.locked_by, locked.made_by) == ("locked", "raul", "lupe")
    refused("run_locked", commissions.lock, store, raul, run.id, run.made_at)
    refused("run_locked", commissions.make, store, lupe, "Cards", OCTOBER)
    for statement in (
        "UPDATE commission_run SET status = 'draft'",
        "DELETE FROM commission_run",
        "UPDATE commission_line SET amount = 1",
        "DELETE FROM commission_line",
        "UPDATE commission_item SET amount = 1",
        "DELETE FROM commission_item",
        "INSERT INTO commission_item (run_id, kind, ref, user_id, currency, amount)"
        " SELECT run_id, kind, 'x', user_id, currency, 1 FROM commission_item WHERE kind = 'payment'",
        "INSERT INTO commission_line (run_id, user_id, currency, goal, recovered, scores, evaluated,"
        " breaches, rate, amount) SELECT run_id, user_id, 'USD', 0, 0, 0, 0, 0, 0, 1 FROM commission_line",
    ):
        with pytest.raises((sqlite3.DatabaseError, psycopg.Error), match="is locked"), store.begin() as tx:
            tx.run(statement)
    month.pay(ana, 99_00)  # posted late: it is in no line any more
    [line] = shelf.table(store, lupe, ReportQuery(name="commissions", since=OCTOBER, until=OCTOBER)).rows
    assert commission_statements.runs(store, lupe).runs == (locked,)
    table = shelf.rows(
        store,
        lupe,
        RowsQuery(name="commissions", row=line.key, column="recovered", since=OCTOBER, until=OCTOBER),
    )
    assert [row.cells[-1] for row in table.rows] == [200_000_00]


def test_a_month_that_goes_on_can_be_looked_at_and_not_locked(
    month: Month, store: Any, ana: Who, lupe: Who, raul: Who, clock: Any
) -> None:
    month.pay(ana, 10_00, clock.now())
    run = commissions.make(store, lupe, "Cards", date(2026, 11, 25))
    assert run.month == date(2026, 11, 1)
    refused("month_not_over", commissions.lock, store, raul, run.id, run.made_at)
    refused("bad_month", commissions.make, store, lupe, "Cards", date(2026, 12, 1))
    refused("bad_month", commissions.make, store, lupe, "Cards", date(1, 1, 1))
    refused("unknown_portfolio", commissions.make, store, lupe, "Autos", OCTOBER)
    refused("unknown_run", commissions.lock, store, raul, "no-such-run", run.made_at)


def test_only_who_leads_everybody_of_it_makes_and_locks_a_run(
    month: Month, store: Any, ana: Who, beto: Who, lupe: Who
) -> None:
    month.pay(ana, 10_00)
    month.pay(beto, 20_00)
    with store.begin() as tx:
        tx.run("UPDATE app_user SET team = 'blue' WHERE name = 'beto'")
    red = lead(month.town, "rosa", "red")
    refused("not_all_yours", commissions.make, store, red, "Cards", OCTOBER)
    run = commissions.make(store, lupe, "Cards", OCTOBER)
    refused("not_all_yours", commissions.lock, store, red, run.id, run.made_at)
    assert [one.recovered for one in commission_statements.runs(store, red).runs[0].sums] == [10_00]
    seen = shelf.table(store, red, ReportQuery(name="commissions", since=OCTOBER, until=OCTOBER))
    assert [row.cells[0] for row in seen.rows] == ["ana"]


@pytest.fixture
def locked(month: Month, store: Any, ana: Who, lupe: Who, raul: Who) -> Run:
    month.pay(ana, 200_000_00)
    run = commissions.make(store, lupe, "Cards", OCTOBER)
    return commissions.lock(store, raul, run.id, run.made_at)


def test_an_adjustment_is_a_new_row_and_the_statement_adds_it(
    month: Month, store: Any, ana: Who, beto: Who, lupe: Who, locked: Run, clock: Any
) -> None:
    commissions.adjust(store, lupe, locked.id, Adjusting(agent="ana", amount=-500_00, why="pago devuelto"))
    clock.move(minutes=1)
    adjusted = commissions.adjust(store, lupe, locked.id, Adjusting(agent="ana", amount=50_00, why="bono"))
    clock.move(minutes=1)
    commissions.adjust(store, lupe, locked.id, Adjusting(agent="beto", amount=10_00, why="pago tardío"))
    assert adjusted.sums[0].adjusted == -450_00
    [earning] = commission_statements.statement(store, ana).earnings
    assert (earning.amount, [one.amount for one in earning.adjustments]) == (3_000_00, [-500_00, 50_00])
    assert earning.total == 2_550_00
    [only] = commission_statements.statement(store, beto).earnings
    assert (only.amount, only.total) == (0, 10_00)
    with pytest.raises((sqlite3.DatabaseError, psycopg.Error)), store.begin() as tx:
        tx.run("UPDATE commission_adjustment SET amount = 1")
    query = RowsQuery(name="commissions", row="*MXN", column="adjusted", since=OCTOBER, until=OCTOBER)
    assert [row.cells[2:] for row in shelf.rows(store, lupe, query).rows] == [
        (-500_00, "lupe", "pago devuelto"),
        (50_00, "lupe", "bono"),
        (10_00, "lupe", "pago tardío"),
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"why": " "}, "why_missing"),
        ({"amount": 0}, "bad_amount"),
        ({"agent": "nobody"}, "unknown_agent"),
        ({"currency": "EUR"}, "unknown_currency"),
        ({"why": "tarjeta 4111 1111 1111 1111"}, "card_number_in_note"),
    ],
)
def test_an_adjustment_that_cant_be_is_refused(
    store: Any, lupe: Who, locked: Run, given: dict[str, Any], code: str
) -> None:
    wanted = Adjusting(**({"agent": "ana", "amount": 100, "why": "x"} | given))
    refused(code, commissions.adjust, store, lupe, locked.id, wanted)


def test_nobody_adjusts_a_draft_or_the_own_commission(
    month: Month, store: Any, ana: Who, lupe: Who, raul: Who, locked: Run, clock: Any
) -> None:
    month.pay(lupe, 10_00, clock.now())
    draft = commissions.make(store, raul, "Cards", date(2026, 11, 1))
    wanted = Adjusting(agent="lupe", amount=100, why="x")
    refused("not_locked", commissions.adjust, store, raul, draft.id, wanted)
    clock.move(days=10)
    commissions.lock(store, lead(month.town, "nora"), draft.id, draft.made_at)
    refused("own_adjustment", commissions.adjust, store, lupe, draft.id, wanted)
    assert commissions.adjust(store, raul, draft.id, wanted).sums[0].adjusted == 100


def test_a_draft_shows_in_no_statement(month: Month, store: Any, ana: Who, lupe: Who) -> None:
    month.pay(ana, 200_000_00)
    commissions.make(store, lupe, "Cards", OCTOBER)
    assert commission_statements.statement(store, ana).earnings == ()


def test_everything_is_in_the_audit_log(
    month: Month, store: Any, ana: Who, lupe: Who, raul: Who, locked: Run
) -> None:
    commissions.adjust(store, lupe, locked.id, Adjusting(agent="ana", amount=1_00, why="x"))
    commissions.clear_breach(store, lupe, month.call(ana, "mx.window"), "x")
    with store.read() as tx:
        noted = tx.all(
            """
            SELECT actor, action FROM audit WHERE action LIKE 'commission%' OR action LIKE 'breach%'
            ORDER BY id
            """
        )
    assert noted == [
        ("lupe", "commission_drafted"),
        ("raul", "commission_locked"),
        ("lupe", "commission_adjusted"),
        ("lupe", "breach_cleared"),
    ]


PAID = st.lists(
    st.tuples(st.sampled_from(["ana", "beto"]), st.integers(1, 10**8), st.sampled_from(["MXN", "USD"])),
    max_size=8,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAID)
def test_lines_rows_and_totals_are_the_same_money(
    month: Month, store: Any, ana: Who, beto: Who, lupe: Who, paid: list[tuple[str, int, str]]
) -> None:
    with store.begin() as tx:
        tx.run("DELETE FROM payment")
    for name, amount, currency in paid:
        month.pay({"ana": ana, "beto": beto}[name], amount, currency=currency)
    run = commissions.make(store, lupe, "Cards", OCTOBER)
    period: dict[str, Any] = {"since": OCTOBER, "until": date(2026, 10, 31)}
    table = shelf.table(store, lupe, ReportQuery(name="commissions", **period))
    wanted: dict[tuple[str, str], int] = {}
    for name, amount, currency in paid:
        wanted[(name, currency)] = wanted.get((name, currency), 0) + amount
    money, amount = table.place("recovered"), table.place("amount")
    assert {(row.cells[0], row.currency): row.cells[money] for row in table.rows} == wanted
    for total in table.totals:
        of_currency = [row for row in table.rows if row.currency == total.currency]
        [told] = [one for one in run.sums if one.currency == total.currency]
        assert (told.recovered, told.amount) == (total.cells[money], total.cells[amount])
        assert total.cells[amount] == sum(row.cells[amount] for row in of_currency)
    for row in (*table.rows, *table.totals):
        query = RowsQuery(name="commissions", row=row.key, column="recovered", **period)
        behind = shelf.rows(store, lupe, query)
        assert sum(one.cells[-1] for one in behind.rows) == row.cells[money]
        assert {one.currency for one in behind.rows} <= {row.currency}
