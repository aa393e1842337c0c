"""A small central store to serve: clients that may be called, two agents and a lead."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

from argon2 import PasswordHasher

from rules.facts import Event
from rules.protocol import Lease
from storage.central import portfolios
from storage.central.connection import Store
from storage.central.doors import passwords, people
from storage.central.queue import queueing
from storage.central.upkeep import schema

PASSWORD = "long enough"
PORTFOLIO = "Tarjetas"
OVERDUE = 150_000


def fill(store: Store, clients: int = 12, *, agents: int = 2) -> None:
    """People, one portfolio and clients in the queue, all in Mexico City.

    The passwords are hashed at the lowest cost.
    """
    with patch.object(passwords, "HASHER", PasswordHasher(1, 8, 1)):
        _fill(store, clients, agents)


def _fill(store: Store, clients: int, agents: int) -> None:
    schema.mark_training(store)
    portfolio = portfolios.ensure_portfolio(
        store,
        PORTFOLIO,
        product="card",
        country="MX",
        currency="MXN",
        language="es",
        creditor="Banco Uno",
        firm="Cobranza",
    )
    for number in range(1, agents + 1):
        people.add_user(store, f"agent{number}", "agent", PASSWORD, portfolios=[PORTFOLIO])
    for role in ("lead", "auditor", "backoffice", "admin"):
        people.add_user(store, role, role, PASSWORD)
    add_clients(store, portfolio, clients)
    queueing.place_all(store)


def add_clients(store: Store, portfolio: int, count: int, first: int = 1) -> None:
    """Clients, numbered from `first`, with one mobile phone and one card, twelve days overdue."""
    with store.begin() as tx:
        for number in range(first, first + count):
            client = tx.value(
                """
                INSERT INTO client (portfolio_id, namespace, ref, kind, name, country, zones, language,
                  tax_id, national_id, state, address, treatment, do_not_contact, hold_reason, version)
                VALUES (:portfolio, 'test', :ref, 'person', :name, 'MX', :zones, 'es',
                  '', '', '', '', '', false, '', 1)
                RETURNING id
                """,
                portfolio=portfolio,
                ref=f"C{number}",
                name=f"Cliente {number}",
                zones=["America/Mexico_City"],
            )
            tx.run(
                """
                INSERT INTO contact_point (client_id, kind, value, label, status, "use", source, position)
                VALUES (:client, 'phone', :number, 'mobile', 'validado_titular', 'collect', 'entidad', 0)
                """,
                client=client,
                number=f"+52555010{number:04}",
            )
            tx.run(
                """
                INSERT INTO account (client_id, portfolio_id, ref, product, name, currency, status,
                  oldest_due, overdue, total, minimum, disputed, components, details)
                VALUES (:client, :portfolio, :ref, 'card', 'Tarjeta', 'MXN', 'open', :oldest,
                  :overdue, :total, 0, 0, :empty, :empty)
                """,
                client=client,
                portfolio=portfolio,
                ref=f"A{number}",
                oldest=store.now().date() - timedelta(days=12),
                overdue=OVERDUE,
                total=5 * OVERDUE,
                empty={},
            )


def event(lease: Lease, number: int, at: datetime, event_id: str = "") -> Event:
    """A promise to pay what is due, three days on."""
    return Event(
        id=event_id or str(uuid4()),
        seq=number,
        kind="result",
        at=at,
        lease_id=lease.lease_id,
        lease_token=lease.token,
        body={
            "client_id": lease.client.id,
            "account_id": lease.client.accounts[0].id,
            "code": "PPT",
            "amount": OVERDUE,
            "currency": "MXN",
            "due": str((at + timedelta(days=3)).date()),
            "channel": "spei",
        },
    )
