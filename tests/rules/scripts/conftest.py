"""Clients to speak with, one of each product."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rules.clients import Account, Client, Detail
from rules.insurance.policies import Claim, Policy, Receipt
from rules.scripts import Script
from storage import reference

NOON = datetime(2026, 11, 24, 18, tzinfo=UTC)


@pytest.fixture(scope="session")
def scripts() -> dict[str, Script]:
    """The scripts in force, by their ids."""
    return {script.id: script for script in reference.scripts()}


@pytest.fixture(scope="session")
def account() -> Callable[..., Account]:
    """Makes an account of a product, 12 days past due."""

    def make(product: str, **changes: Any) -> Account:
        known: dict[str, Any] = {
            "id": 70,
            "product": product,
            "number": "CON-000123",
            "currency": "MXN",
            "overdue": 3_550_00,
            "total": 10_650_00,
            "minimum": 500_00,
            "days": 12,
            "creditor": "Banco del Ejemplo",
            "details": (
                Detail(key="sales_room", value="Cabo Azul"),
                Detail(key="signed_on", value="2026-11-20"),
            ),
        }
        return Account(**(known | changes))

    return make


@pytest.fixture(scope="session")
def client() -> Callable[..., Client]:
    """Makes a client with some accounts; an insurance account gets its policy in grace."""

    def make(*accounts: Account, **changes: Any) -> Client:
        known: dict[str, Any] = {
            "id": 7,
            "name": "María Fernanda Ruiz",
            "country": "MX",
            "zones": ("America/Hermosillo",),
            "as_of": NOON,
            "treatment": "señora",
            "firm": "Cobranza del Norte",
            "accounts": accounts,
            "policies": tuple(_policy(each) for each in accounts if each.product == "insurance"),
        }
        return Client(**(known | changes))

    return make


def _policy(account: Account) -> Policy:
    receipts = tuple(
        Receipt(
            id=number,
            number=number,
            of=4,
            due=date(2026, number * 3 - 2, 1),
            net=3_000_00,
            surcharge=60_00,
            fee=0,
            tax=490_00,
            total=3_550_00,
            status="overdue" if number == 4 else "paid",
        )
        for number in range(1, 5)
    )
    return Policy(
        id=1,
        account_id=account.id,
        number="AUT-88213",
        kind="car",
        insurer="Seguros del Ejemplo",
        starts=date(2026, 1, 1),
        ends=date(2027, 1, 1),
        status="grace",
        channel="tdc",
        currency="MXN",
        frequency="quarterly",
        grace_ends=datetime(2026, 11, 28, 18, tzinfo=UTC),
        receipts=receipts,
        claims=(Claim(id=1, number="SIN-1", on=date(2026, 5, 1), status="open"),),
    )
