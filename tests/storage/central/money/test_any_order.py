"""Whatever is done with money at the centre, in any order: the ledger and what comes of it agree."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.central.connection import Store
from storage.central.doors.who import Who
from storage.central.money import accounts, refunding, reversing, transferring
from storage.central.money.entries import books_of
from storage.central.policies.endorsing import endorse
from storage.central.queue import queueing
from storage.central.refusing import NotDone
from tests.storage.central.money.test_posting import QUARTER, in_balance, pay
from tests.storage.central.policies.covers import insure, the_account

AMOUNTS = st.one_of(
    st.integers(1, 4 * QUARTER), st.sampled_from((QUARTER, QUARTER - 1_00, 2 * QUARTER, QUARTER + 500_00))
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("pay", "pay", "apply", "take_back", "bounce", "move", "refund", "endorse", "cancel")
        ),
        st.integers(0, 9),
        AMOUNTS,
    ),
    min_size=3,
    max_size=14,
)


class Office:
    """Two policies, and two people who do things with the money on them."""

    def __init__(self, town: Any, clerks: tuple[Who, Who]) -> None:
        self.town, self.clerks = town, clerks
        self.clients = [
            insure(town, starts=town.store.now().date() - timedelta(days=7), status="grace") for _ in range(2)
        ]
        self.accounts = [the_account(town, client).id for client, _ in self.clients]

    def payment(self, which: int) -> int:
        with self.town.store.read() as tx:
            rows = tx.all("SELECT id FROM payment WHERE account_id IN :ids ORDER BY id", ids=self.accounts)
        return rows[which % len(rows)][0] if rows else 0

    def do(self, what: str, which: int, amount: int) -> None:
        store, (olga, pia) = self.town.store, self.clerks
        side = which % 2
        if what == "pay":
            pay(self.town, self.accounts[side], amount, f"r{self.payment(-1)}")
        elif what == "apply":
            reversing.apply_deposit(store, olga, self.payment(which))
        elif what == "take_back":
            reversing.take_back_payment(store, olga, self.payment(which), "why")
        elif what == "bounce":
            reversing.bounce_payment(store, olga, self.payment(which), "why")
        elif what == "move":
            number = f"AUT-{self.clients[side][0]}"
            order = transferring.transfer(store, olga, self.payment(which), number, amount, "why", "F-1")
            refunding.decide(store, pia, order, "approve")
        elif what == "refund":
            order = refunding.ask_refund(store, olga, self.payment(which), min(amount, 300_00), "why")
            refunding.decide(store, pia, order, "deny" if which > 7 else "approve", "no" if which > 7 else "")
        else:
            self._endorse(side, amount // 5 * (-1 if what == "cancel" else 1))

    def _endorse(self, side: int, delta: int) -> None:
        client, policy = self.clients[side]
        with self.town.store.begin() as tx:
            queueing.lock_clients(tx, [client])
            endorse(tx, policy, delta, "cover", folio="E-1", user_id=self.clerks[0].user_id)
            queueing.place(tx, [client], tx.now)

    def agrees(self) -> None:
        """Replayed, the entries give what accounts and receipts say."""
        assert in_balance(self.town)
        with self.town.store.read() as tx:
            books = books_of(tx, self.accounts)
            for key, held in accounts.read(tx, self.accounts).items():
                assert books[key].deposit == held.deposit
                for one in held.receipts.values():
                    assert books[key].on((one.id, "")) == one.paid
                    assert one.paid + one.adjusted <= one.total or one.status == "cancelled"
                    assert (one.status == "paid") == (one.paid + one.adjusted >= one.total > 0)
                assert held.debt.total == sum(one.open for one in held.receipts.values())


@pytest.fixture
def one_town(sqlite_store: Store, town_in: Callable[[Store], Any]) -> Any:
    """The same for every example: each brings clients of its own."""
    return town_in(sqlite_store)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_sums_hold_after_every_step(one_town: Any, steps: list[tuple[str, int, int]]) -> None:
    office = Office(one_town, (clerk(one_town, "olga"), clerk(one_town, "pia")))
    for step in steps:
        with suppress(NotDone):  # refused: nothing has changed
            office.do(*step)
        office.agrees()


def clerk(town: Any, name: str) -> Who:
    with town.store.read() as tx:
        known = tx.value("SELECT id FROM app_user WHERE name = :name", name=name)
    if known is None:
        found: Who = msgspec.structs.replace(town.agent(name), role="backoffice")
        return found
    return Who(user_id=known, name=name, display_name=name, role="backoffice", device="")
