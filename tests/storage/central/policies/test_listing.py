from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from storage.central.connection import Store
from storage.central.doors.who import Who
from storage.central.policies import keeping
from storage.central.policies.listing import listed, whole
from storage.central.refusing import NotDone
from tests.storage.central.policies.covers import insure

TODAY = date(2026, 11, 25)


@pytest.fixture
def policies(store: Store, town: Any) -> dict[str, int]:
    """One policy in grace, one whose cover ends tomorrow, one lapsed, one paid up, one surety."""
    made = {
        "grace": insure(town, starts=TODAY - timedelta(days=3))[1],
        "tomorrow": insure(town, starts=TODAY - timedelta(days=29))[1],
        "lapsed": insure(town, starts=TODAY - timedelta(days=40))[1],
        "paid": insure(town, starts=TODAY - timedelta(days=40), paid=1)[1],
        "surety": insure(town, starts=TODAY - timedelta(days=60), kind="surety")[1],
    }
    keeping.keep(store)
    return made


def names(policies: dict[str, int], found: Any) -> list[str]:
    called = {policy_id: name for name, policy_id in policies.items()}
    return [called[row.id] for row in found.rows]


def test_what_lapses_next_is_first(store: Store, town: Any, policies: dict[str, int]) -> None:
    found = listed(store, town.lead())
    assert names(policies, found) == ["tomorrow", "grace", "lapsed", "paid", "surety"]
    tomorrow, _, lapsed, paid, surety = found.rows
    assert (tomorrow.count, tomorrow.overdue) == (1, 3_480_00)
    assert tomorrow.grace_ends is not None
    assert (lapsed.grace_ends, lapsed.lapsed_at is None) == (None, False)
    assert (paid.count, paid.overdue, paid.grace_ends) == (0, 0, None)
    assert (surety.status, surety.count, surety.grace_ends) == ("in_force", 1, None)
    assert tomorrow.client != "Client 2"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"status": "lapsed"}, ["lapsed"]),
        ({"channel": "domi"}, []),
        ({"find": "client 1"}, ["grace"]),
        ({"find": "INSUR", "status": "grace"}, ["tomorrow", "grace"]),
        ({"find": "%"}, []),
        ({"find": "_"}, []),
    ],
)
def test_the_list_can_be_narrowed(
    store: Store, town: Any, policies: dict[str, int], asked: dict[str, str], expected: list[str]
) -> None:
    assert names(policies, listed(store, town.lead(), **asked)) == expected


def test_a_policy_is_read_whole_and_that_is_noted(store: Store, town: Any, policies: dict[str, int]) -> None:
    found = whole(store, town.lead(), policies["tomorrow"])
    [policy] = found.client.policies
    assert (policy.id, len(policy.receipts), found.zone) == (policies["tomorrow"], 4, "America/Mexico_City")
    with store.read() as tx:
        assert tx.value("SELECT count(*) FROM audit WHERE action = 'policy_read'") == 1


def test_other_portfolios_are_out_of_sight(store: Store, town: Any, policies: dict[str, int]) -> None:
    town.portfolio("Other")
    with store.read() as tx:
        other = tx.value("SELECT id FROM portfolio WHERE name = 'Other'")
    stranger: Who = msgspec.structs.replace(town.lead(), portfolio_ids=(other,))
    assert listed(store, stranger).rows == ()
    with pytest.raises(NotDone, match="unknown_policy"):
        whole(store, stranger, policies["grace"])
