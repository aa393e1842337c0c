"""The contact rules at the centre: who is handed out, what comes back, what a lead sees."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules.clients import Address
from rules.contact import for_client, may_contact
from rules.contact_parameters import parameters
from storage.central import portfolios
from storage.central.connection import Store
from storage.central.queue import queueing
from storage.central.upkeep import schema


def refusals(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as tx:
        return tx.all("SELECT client_id, rule, version, doing FROM refusal ORDER BY id")


def reviews(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as tx:
        return tx.all("SELECT kind, client_id, reason, closed FROM review ORDER BY id")


def change(store: Store, client_id: int, statement: str, **values: Any) -> None:
    with store.begin() as tx:
        tx.run(statement, client=client_id, **values)
        queueing.place(tx, [client_id], tx.now)


def test_a_refusal_is_kept_and_ends_no_lease(town: Any, ana: Any) -> None:
    (client_id,) = town.clients()
    (lease,) = town.lease(ana).leases
    body = {
        "client_id": client_id,
        "rule": "mx.window",
        "version": "2026.1 Cards/1",
        "doing": "call",
        "inputs": {"local": "22:10"},
    }
    (answer,) = town.record(ana, town.event(ana, "refusal", body, lease))
    assert answer.status == "applied"
    assert refusals(town.store) == [(client_id, "mx.window", "2026.1 Cards/1", "call")]
    assert town.standing(client_id) == "lease"


def test_a_breach_is_kept_and_waits_for_the_lead(town: Any, ana: Any) -> None:
    (client_id,) = town.clients()
    (lease,) = town.lease(ana).leases
    body = {"client_id": client_id, "code": "NOCO", "breach": "mx.window", "rules_version": "2026.1 Cards/1"}
    event = town.event(ana, "result", body, lease)
    assert town.record(ana, event)[0].status == "applied"
    assert town.record(ana, event)[0].status == "duplicate"
    assert reviews(town.store) == [("breach", client_id, "mx.window", False)]
    with town.store.read() as tx:
        assert tx.value("SELECT breach FROM interaction") == "mx.window"
    back = town.event(ana, "retraction", {"client_id": client_id, "fact_id": event.id})
    assert town.record(ana, back)[0].status == "applied"
    assert [bool(row[3]) for row in reviews(town.store)] == [True]


@pytest.mark.parametrize(
    ("statement", "values", "standing"),
    [
        ("UPDATE client SET stopped_media = :media WHERE id = :client", {"media": ["call"]}, "out"),
        ("UPDATE client SET born = :born WHERE id = :client", {"born": date(2015, 1, 1)}, "out"),
        (
            "UPDATE account SET details = :details WHERE client_id = :client",
            {"details": {"flags": "scra, concurso"}},
            "out",
        ),
        ("UPDATE client SET suits = :suits WHERE id = :client", {"suits": "18:00-20:00"}, "waiting"),
        (
            "UPDATE contact_point SET consents = :consents WHERE client_id = :client",
            {"consents": {"call": False}},
            "unlocatable",
        ),
        ("UPDATE contact_point SET label = 'reference' WHERE client_id = :client", {}, "unlocatable"),
    ],
)
def test_what_stops_one_client_takes_it_out_of_the_queue(
    town: Any, ana: Any, statement: str, values: dict[str, Any], standing: str
) -> None:
    (client_id,) = town.clients()
    change(town.store, client_id, statement, **values)
    assert town.standing(client_id) == standing
    assert town.lease(ana).leases == ()
    assert schema.check(town.store) == []


def test_hours_that_suit_bring_the_client_back_and_close_again(town: Any, ana: Any, clock: Any) -> None:
    (client_id,) = town.clients()
    change(town.store, client_id, "UPDATE client SET suits = '12:00-13:00' WHERE id = :client")
    assert town.standing(client_id) == "waiting"
    clock.move(hours=1)  # noon in Mexico
    queueing.sweep(town.store)
    assert town.standing(client_id) == "ready"
    clock.move(hours=2)
    assert town.lease(ana).leases == (), "asked again before it is handed out"
    assert town.standing(client_id) == "waiting"
    clock.move(hours=22)
    queueing.sweep(town.store)
    (lease,) = town.lease(ana).leases
    assert lease.client.id == client_id
    assert schema.check(town.store) == []


def test_whoever_is_put_back_is_replaced_by_the_next(town: Any, ana: Any) -> None:
    second, first = town.clients(2)  # of equals the later one comes first
    with town.store.begin() as tx:
        tx.run(
            """
            INSERT INTO contact_point (client_id, kind, value, label, status, use, zone, source, position)
            VALUES (:client, 'address', 'far away', 'home', 'validado_visita', 'collect', :zone, 'titular', 5)
            """,
            client=first,
            zone="Asia/Tokyo",
        )
    assert town.document(first).addresses == (
        Address(
            id=town.document(first).addresses[0].id,
            text="far away",
            label="home",
            status="validado_visita",
            source="titular",
            zone="Asia/Tokyo",
        ),
    )
    (lease,) = town.lease(ana).leases
    assert lease.client.id == second
    assert town.standing(first) == "waiting"
    assert schema.check(town.store) == []


def test_limits_hold_for_each_debt(town: Any, ana: Any, clock: Any) -> None:
    (client_id,) = town.clients(accounts=2)
    accounts = [account.id for account in town.document(client_id).accounts]
    for number, account_id in enumerate((accounts[0], accounts[0], accounts[0], accounts[1])):
        assert town.standing(client_id) == "ready", number
        (lease,) = town.lease(ana).leases
        body = {"client_id": client_id, "code": "OCUP", "account_id": account_id}
        town.record(ana, town.event(ana, "result", body, lease))
        clock.move(minutes=25)
        queueing.sweep(town.store)
    document = town.document(client_id)
    assert [attempt.account_id for attempt in document.attempts] == [*accounts[:1] * 3, accounts[1]]
    p = for_client(document)
    verdicts = [may_contact(document, clock.now(), p, account_id).rule for account_id in accounts]
    assert verdicts == ["mx.attempts.per_day", ""]


def test_a_firm_that_may_not_call_hands_nobody_out(town: Any, ana: Any) -> None:
    town.clients()
    town.portfolio("Cards", settings={"mx.firm.redeco_registered": False})
    assert town.lease(ana).leases == ()
    town.portfolio("Cards", settings={})
    assert len(town.lease(ana).leases) == 1


def test_changed_settings_are_a_new_version_and_the_same_ones_are_not(town: Any) -> None:
    (client_id,) = town.clients()

    def version() -> str:
        return str(town.document(client_id).rules_version)

    assert version() == "Cards/1"
    for _ in range(2):
        town.portfolio("Cards", settings={"mx.attempts.per_day": 2, "mx.holidays": "allow"})
        assert version() == "Cards/2"
    with town.store.read() as tx:
        book = portfolios.books(tx)[town.cards]
    assert book.parameters == parameters("MX", {"mx.attempts.per_day": 2, "mx.holidays": "allow"})
