"""The demo's months: openings, payments that are somebody's, and cancellations."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from rules.cancellations import tier
from storage.central.connection import Store, day, document
from storage.central.upkeep import schema
from storage.portfolio.demo import generate, seed_users

MONTHS = (date(2026, 10, 1), date(2026, 11, 1))


def rows(store: Store, statement: str, **terms: Any) -> list[tuple[Any, ...]]:
    with store.read() as tx:
        return tx.all(statement, **terms)


def test_both_months_are_opened_and_every_figure_is_still_its_recount(store: Store) -> None:
    generate(store, 80, seed=2)
    seed_users(store)
    assert schema.check(store) == []
    accounts = rows(store, "SELECT count(*) FROM account")[0][0]
    found = Counter(day(row[0]) for row in rows(store, "SELECT month FROM month_opening"))
    assert found == dict.fromkeys(MONTHS, accounts)
    assert {
        row[0].split(":")[2] for row in rows(store, "SELECT name FROM store_mark WHERE name LIKE 'opening:%'")
    } == {
        "2026-10",
        "2026-11",
    }


def test_what_was_owed_is_what_is_owed_and_what_came_in_since(sqlite_store: Store) -> None:
    generate(sqlite_store, 120, seed=4)
    seed_users(sqlite_store)
    paid: Counter[tuple[int, date]] = Counter()
    for account, on, amount in rows(
        sqlite_store, "SELECT account_id, day, amount FROM payment WHERE day IS NOT NULL"
    ):
        for month in MONTHS:
            if day(on) >= month:
                paid[(account, month)] += amount
    assert paid
    found = rows(
        sqlite_store,
        """
        SELECT o.account_id, o.month, o.balance - a.total
        FROM month_opening o
        JOIN account a ON a.id = o.account_id
        """,
    )
    assert all(more == paid[(account, day(month))] for account, month, more in found)


def test_payments_of_the_months_belong_to_those_who_took_the_promise(sqlite_store: Store) -> None:
    generate(sqlite_store, 120, seed=4)
    seed_users(sqlite_store)
    found = rows(
        sqlite_store,
        """
        SELECT u.name, q.agent
        FROM payment p
        JOIN app_user u ON u.id = p.user_id
        JOIN promise q ON q.account_id = p.account_id AND q.paid = p.amount AND q.channel = p.channel
        """,
    )
    assert found
    assert all(name == agent for name, agent in found)


def test_cancellations_have_the_tier_that_their_dates_give(sqlite_store: Store) -> None:
    generate(sqlite_store, 400, seed=1)
    seed_users(sqlite_store)
    found = rows(
        sqlite_store,
        """
        SELECT f.tier, i.due, a.details, f.status, f.outcome, f.user_id
        FROM case_file f
        JOIN interaction i ON i.id = f.id
        JOIN account a ON a.id = f.account_id
        WHERE f.kind = 'cancellation'
        """,
    )
    assert {row[0] for row in found} == {"T1", "T2"}
    assert {row[3:5] for row in found} == {("open", ""), ("closed", "withdrawn"), ("closed", "done")}
    for asked_tier, asked_on, details, _, _, user_id in found:
        sheet = document(details)
        assert tier(date.fromisoformat(sheet["signed_on"]), day(asked_on)) == asked_tier
        assert sheet["sales_room"]
        assert user_id is not None
