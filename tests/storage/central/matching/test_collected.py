"""The store's own side of a reconciliation: what payments pay of each receipt, and what pays nothing yet."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from rules.tools.matching import File, NewRun, Pair, Part
from rules.tools.matching_columns import match_key
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.matching import rows, runs
from storage.central.money.reversing import bounce_payment
from tests.storage.central.policies.covers import insure, the_account

QUARTER = 3_480_00


@pytest.fixture
def office(town):
    return msgspec.structs.replace(town.agent("olga"), role="backoffice")


@pytest.fixture
def policy(town, store):
    """A policy whose first receipt was paid twice, by two references; its number."""
    client, _ = insure(town, starts=store.now().date() - timedelta(days=7), status="grace")
    account = the_account(town, client).id
    for reference, amount in (("r1", QUARTER), ("r2", 500_00)):
        payment = NewPayment(
            account_id=account, at=store.now(), amount=amount, currency="MXN", reference=reference
        )
        assert post_payments(store, [payment]).posted == 1
    return f"AUT-{client}"


def _reconciled(store, office, accounted, form="receipt"):
    day = store.now().date()
    file = File(side="accounted", name="a.csv", digest="d" * 64, keys=("k",), amount="m", rows=len(accounted))
    new = NewRun(
        id=f"run-{form}-00001",
        portfolio="Cards",
        name="n",
        files=(file,),
        key_form=form,
        since=day,
        until=day,
    )
    runs.open_run(store, office, new)
    pairs = tuple(Pair(match_key(key), 0, 0, amount, 1) for key, amount in accounted)
    runs.add(store, office, new.id, Part(first=1, pairs=pairs))
    runs.match(store, office, new.id, len(pairs))
    return {row.cells[0]: row.cells[1:4] for row in rows.table(store, office, new.id).rows}


def test_a_cent_less_is_within_tolerance_and_money_paid_twice_is_not_accounted(store, office, policy) -> None:
    found = _reconciled(store, office, [((policy, "1"), QUARTER - 1)])
    assert found == {
        f"{policy}-R1": ("within tolerance", QUARTER, QUARTER - 1),
        policy: ("not accounted", 500_00, 0),
    }


def test_payments_are_known_by_their_references_too(store, office, policy) -> None:
    found = _reconciled(store, office, [(("R1",), QUARTER), (("r9",), 10_00)], "reference")
    assert found == {
        "R2": ("not accounted", 500_00, 0),
        "R9": ("not collected", 0, 10_00),
        "R1": ("matched", QUARTER, QUARTER),
    }


def test_what_bounced_was_not_collected(store, office, policy) -> None:
    with store.read() as tx:
        payment = tx.value("SELECT id FROM payment WHERE reference = 'r1'")
    bounce_payment(store, office, payment, "no funds")
    found = _reconciled(store, office, [((policy, "1"), QUARTER)])
    assert found[f"{policy}-R1"] == ("not collected", 0, QUARTER)
