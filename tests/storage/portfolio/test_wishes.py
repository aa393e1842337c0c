"""Requests to the back office in the demo: there are some of each kind, one late, the same each time."""

from __future__ import annotations

from collections import Counter

from rules.backoffice.asking import kind_of
from rules.backoffice.asks import KINDS
from storage.central.connection import Store
from storage.central.doors.who import Who
from storage.central.policies import ask_list
from storage.portfolio.demo import generate, seed_users

LAURA = Who(user_id=0, name="laura", display_name="", role="lead", device="")


def test_there_is_something_of_each_kind_to_answer(sqlite_store: Store) -> None:
    generate(sqlite_store, 500, seed=1)
    seed_users(sqlite_store)
    found = ask_list.listed(sqlite_store, LAURA).asks
    counted = Counter(kind_of(one.ask.asks) for one in found)
    assert set(counted) == set(KINDS)
    assert [one.late for one in found].count(True) == 1
    assert {one.ask.agent for one in found} == {"ana", "olga"}
    doable = [one for one in found if not ask_list.in_full(sqlite_store, LAURA, one.ask.id).problem]
    assert len(doable) == len(found)
