from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from rules.buckets import bucket
from rules.clients import Client
from rules.identifiers import read_clabe, valid_curp, valid_rfc
from rules.insurance.policy_states import may_lapse
from rules.protocol import SignIn
from storage.central.clients import documents
from storage.central.connection import Store
from storage.central.doors.people import list_users, sign_in
from storage.central.doors.who import Who
from storage.central.leading import commission_statements, staff
from storage.central.money.ledger import restate
from storage.central.policies import keeping
from storage.central.queue.queueing import place_all
from storage.central.upkeep import schema
from storage.portfolio.datasets import DATASETS
from storage.portfolio.demo import DemoExists, generate, seed_users
from storage.portfolio.export import rows_of

CLIENTS = 400


@pytest.fixture(scope="module")
def demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the demo portfolio, only read by the tests of this module."""
    import shutil

    from storage.clock import Clock

    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("demo") / "central.db")
    store = Store(f"sqlite:///{path}", Clock(datetime(2026, 11, 25, 17, tzinfo=UTC)))
    generate(store, CLIENTS, seed=1)
    yield store
    store.close()


@pytest.fixture(scope="module")
def clients(demo: Store) -> list[Client]:
    with demo.read() as tx:
        ids = [row[0] for row in tx.all("SELECT id FROM client")]
        return list(documents(tx, ids).values())


def everything(store: Store) -> dict[str, list[list[object]]]:
    with store.read() as tx:
        return {name: list(rows_of(tx, dataset)) for name, dataset in DATASETS.items()}


def test_the_same_seed_on_the_same_day_gives_the_same_portfolio(
    sqlite_template: Path, tmp_path: Path, open_store: Callable[[str], Store]
) -> None:
    found = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        store = open_store(f"sqlite:///{tmp_path / name}.db")
        schema.upgrade(store)
        generate(store, 60, seed=seed)
        found.append(everything(store))
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_both_stores_hold_the_same_portfolio(sqlite_store: Store, postgres_store: Store) -> None:
    for store in (sqlite_store, postgres_store):
        generate(store, 60, seed=3)
    assert everything(sqlite_store) == everything(postgres_store)


def test_the_store_is_sound_marked_as_training_and_its_queue_as_the_rules_say(store: Store) -> None:
    generate(store, 80, seed=2)
    assert schema.is_training(store)
    assert schema.check(store) == []
    with store.read() as tx:
        before = tx.all("SELECT client_id, lane, prio, bucket FROM ready ORDER BY 1")
    place_all(store)
    with store.read() as tx:
        assert tx.all("SELECT client_id, lane, prio, bucket FROM ready ORDER BY 1") == before
    assert len(before) > 40


def test_a_second_demo_in_the_same_store_is_refused(sqlite_store: Store) -> None:
    generate(sqlite_store, 5)
    with pytest.raises(DemoExists, match="seed an empty store"):
        generate(sqlite_store, 5)


def test_progress_goes_from_the_first_chunk_to_the_end(sqlite_store: Store) -> None:
    told: list[tuple[int, int]] = []
    generate(sqlite_store, 30, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (60, 60)


def test_debts_are_mostly_young(clients: list[Client]) -> None:
    buckets = Counter(bucket(account.days) for client in clients for account in client.accounts)
    total = sum(buckets.values())
    assert buckets["B1"] / total > 0.35
    assert buckets["B1"] > buckets["B2"] > buckets["B3"] > buckets["B6"]
    assert 0 < buckets["CO"] / total < 0.12
    assert 0 < buckets["B0"] / total < 0.15


def test_premium_was_promised_in_whole_receipts_and_no_payment_of_it_went_nowhere(demo: Store) -> None:
    with demo.read() as tx:
        promised = tx.all(
            """
            SELECT q.amount, a.overdue, q.status FROM promise q
            JOIN account a ON a.id = q.account_id JOIN policy p ON p.account_id = a.id
            """
        )
        astray = tx.all(
            """
            SELECT y.reference FROM payment y JOIN policy p ON p.account_id = y.account_id
            WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.payment_id = y.id)
            """
        )
    assert len(promised) > 20
    assert all(amount == overdue for amount, overdue, _ in promised)
    assert {status for _, _, status in promised} <= {"open", "broken"}
    assert astray == []


def test_every_payoff_is_the_sum_of_its_components(clients: list[Client]) -> None:
    for account in (account for client in clients for account in client.accounts):
        assert sum(account.components.values()) == account.total
        assert 0 <= account.overdue <= account.total
        assert (account.overdue > 0) == (account.oldest_due is not None)
        if "capital_vigente" in account.components and account.overdue:
            assert account.overdue == account.total - account.components["capital_vigente"]


def test_identifiers_are_well_formed(clients: list[Client]) -> None:
    mexican = [client for client in clients if client.country == "MX"]
    assert all(valid_rfc(client.tax_id) for client in mexican)
    assert all(len(client.tax_id) == (12 if client.kind == "company" else 13) for client in mexican)
    assert all(valid_curp(client.national_id) for client in mexican if client.kind == "person")
    clabes = [
        detail.value
        for client in mexican
        for account in client.accounts
        for detail in account.details
        if detail.key == "clabe"
    ]
    assert clabes
    assert all(read_clabe(clabe).valid for clabe in clabes)


def test_phones_are_valid_in_form_and_of_the_range_kept_for_fiction(clients: list[Client]) -> None:
    phones = [phone for client in clients for phone in client.phones]
    assert len(phones) > CLIENTS
    for phone in phones:
        assert phonenumbers.is_valid_number(phonenumbers.parse(phone.number))
        assert phone.number[-4:-2] == "01"
        assert "555" in phone.number[-8:-4]
        assert phone.zone in {zone for client in clients for zone in client.zones}


def test_clients_live_in_many_zones_and_some_in_two(clients: list[Client]) -> None:
    zones = {zone for client in clients for zone in client.zones}
    assert {"America/Mexico_City", "America/Tijuana", "America/Hermosillo", "America/Cancun"} <= zones
    assert {"America/New_York", "America/Los_Angeles"} <= zones
    assert any(len(client.zones) > 1 for client in clients)


def test_everything_is_marked_as_invented(clients: list[Client]) -> None:
    for client in clients:
        assert client.accounts
        for account in client.accounts:
            assert any(detail.key == "demo" for detail in account.details)


def test_every_kind_of_product_brings_its_own_sheet(clients: list[Client]) -> None:
    keys: dict[str, set[str]] = {}
    for client in clients:
        for account in client.accounts:
            keys.setdefault(account.product, set()).update(detail.key for detail in account.details)
    assert keys.keys() == {"card", "loan", "sme", "insurance", "timeshare"}
    assert {"legal_representative", "guarantor"} <= keys["sme"]
    assert {"sales_room", "price", "down_payment"} <= keys["timeshare"]


def test_policies_hang_together(clients: list[Client], demo: Store) -> None:
    now = demo.now()
    policies = [policy for client in clients for policy in client.policies]
    assert {policy.kind for policy in policies} == {"car", "life", "medical", "damage", "surety"}
    assert {endorsement.kind for policy in policies for endorsement in policy.endorsements} == {"A", "B", "D"}
    assert any(policy.claims for policy in policies)
    for policy in policies:
        receipts = policy.receipts
        assert [receipt.number for receipt in receipts] == list(range(1, receipts[0].of + 1))
        assert receipts[0].due == policy.starts
        for receipt in receipts:
            assert receipt.total == receipt.net + receipt.surcharge + receipt.fee + receipt.tax
            if receipt.status == "overdue" and may_lapse(policy):
                assert receipt.grace_ends is not None
                assert now < receipt.grace_ends
            if receipt.status == "lapsed":
                assert receipt.grace_ends is not None
                assert receipt.grace_ends <= now
    account_of = {account.id: account for client in clients for account in client.accounts}
    for policy in policies:
        owed = sum(receipt.total for receipt in policy.receipts if receipt.status in ("overdue", "lapsed"))
        assert account_of[policy.account_id].overdue == owed


def test_what_became_of_each_policy_and_what_it_owes_is_what_its_receipts_say(
    sqlite_template: Path, tmp_path: Path, open_store: Callable[[str], Store]
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'demo'}.db")
    schema.upgrade(store)
    generate(store, 200, seed=4, now=store.now())
    before = everything(store)
    with store.begin() as tx:
        restate(tx, [row[0] for row in tx.all("SELECT account_id FROM policy")])
    assert everything(store) == before
    assert keeping.keep(store) == 0
    with store.read() as tx:
        found = documents(tx, [row[0] for row in tx.all("SELECT id FROM client")])
    policies = [policy for client in found.values() for policy in client.policies]
    assert {policy.status for policy in policies} >= {"in_force", "grace", "lapsed"}
    for policy in policies:
        assert policy.events[-1].became == policy.status if policy.events else policy.status == "issued"
        assert policy.sheet.product
        assert policy.sheet.insured
        assert sum(one.net for one in policy.receipts) == policy.sheet.terms.net
        assert sum(one.share for one in policy.sheet.beneficiaries) in (0, 10_000)


def test_some_cover_ends_today_and_some_tomorrow_at_noon(clients: list[Client], demo: Store) -> None:
    today = demo.now().astimezone(ZoneInfo("America/Mexico_City")).date()
    ends = Counter()
    for client in clients:
        for policy in client.policies:
            for receipt in policy.receipts:
                if receipt.status == "overdue" and receipt.grace_ends is not None:
                    local = receipt.grace_ends.astimezone(ZoneInfo(client.zones[0]))
                    ends[(local.date() - today).days] += 1
    assert ends[0] > 0
    assert ends[1] > 0


def test_the_past_has_promises_of_every_fate_and_ends_before_today(
    clients: list[Client], demo: Store
) -> None:
    fates = Counter(promise.status for client in clients for promise in client.promises)
    assert fates.keys() >= {"kept", "broken", "partial", "open"}
    for client in clients:
        for promise in client.promises:
            paid = {"kept": promise.amount, "broken": 0, "open": 0}.get(promise.status)
            assert promise.paid == paid if paid is not None else 0 < promise.paid < promise.amount
        for entry in client.history:
            assert entry.at.astimezone(ZoneInfo(client.zones[0])).date() < demo.now().date()
    assert any(client.callbacks for client in clients)


def test_hundreds_of_clients_take_a_moment(sqlite_store: Store) -> None:
    import time

    began = time.process_time()
    generate(sqlite_store, 500)
    assert time.process_time() - began < 3


def test_the_staff_can_sign_in_and_is_added_once(store: Store) -> None:
    made = seed_users(store)
    assert Counter(role for _, _, role in made) == {"agent": 5, "lead": 1, "admin": 1, "backoffice": 1}
    name, password, _ = made[0]
    session = sign_in(store, SignIn(user=name, password=password, device="d"))
    assert session.user.daily_goal > 0
    assert len({password for _, password, _ in made}) == len(made)
    assert seed_users(store) == []
    assert {user.team for user in list_users(store)} == {"Demo"}


def test_the_team_is_at_work_and_last_month_waits_to_be_locked(sqlite_store: Store) -> None:
    generate(sqlite_store, 120, seed=3)
    seed_users(sqlite_store)
    laura = Who(user_id=0, name="laura", display_name="", role="lead", device="", team="Demo")
    members = {one.name: one for one in staff.staff(sqlite_store, laura).members}
    assert all(one.shifts and one.skills for one in members.values())
    away = members["diego"].absent
    assert away is not None
    assert away.cover == "ana"
    runs = commission_statements.runs(sqlite_store, laura).runs
    assert {(one.status, one.made_by) for one in runs} == {("draft", "nora")}
    assert any(total.recovered for one in runs for total in one.sums)


def test_no_call_of_the_past_breaks_the_calling_hours(clients: list[Client]) -> None:
    for client in clients:
        for attempt in client.attempts:
            local = attempt.at.astimezone(ZoneInfo(client.zones[0]))
            assert 7 <= local.hour < 22
            assert local.weekday() != 6 or client.country == "US"


def test_most_clients_may_be_called_now(demo: Store) -> None:
    with demo.read() as tx:
        ready = tx.value("SELECT count(*) FROM ready")
        waiting = tx.value("SELECT count(*) FROM waiting")
        callbacks = tx.value("SELECT count(*) FROM waiting WHERE kind = 'callback'")
    assert ready > CLIENTS * 0.6
    assert waiting > callbacks > 0
