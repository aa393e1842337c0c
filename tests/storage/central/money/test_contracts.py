"""What is paid of a timeshare contract's principal stands on its sheet, and comes off when it bounces."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from rules.clients import Account
from rules.contracts import Contract, balance, differs
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.money import reversing
from storage.central.upkeep.consistency import contradictions

CONTRACT = Contract(
    number="CTO-1",
    members=("Rosa Díaz",),
    plan="Anual",
    price=300_000_00,
    down_payment=60_000_00,
    paid=140_000_00,
    signed_on=date(2026, 3, 2),
    room="Cancún",
)
COMPONENTS = {"moratorios": 500_00, "capital_vencido": 20_000_00, "capital_vigente": 80_000_00}


def the_account(town: Any, client: int) -> Account:
    (account,) = town.document(client).accounts
    return account


def test_the_balance_of_the_price_follows_payments_and_bounces(town: Any) -> None:
    (client,) = town.clients()
    account = the_account(town, client)
    with town.store.begin() as tx:
        tx.run(
            """
            UPDATE account
            SET product = 'timeshare', components = :components, overdue = 2050000, total = 10050000,
                sheet = :sheet
            WHERE id = :id
            """,
            components=COMPONENTS,
            sheet={"contract": msgspec.json.decode(msgspec.json.encode(CONTRACT))},
            id=account.id,
        )
    now = town.store.now()
    payment = NewPayment(
        account_id=account.id, at=now, amount=5_500_00, currency="MXN", reference="r1", channel="spei"
    )
    post_payments(town.store, [payment])

    paid = the_account(town, client)
    assert paid.contract is not None
    assert paid.contract.paid == CONTRACT.paid + 5_000_00  # 500.00 of it was interest
    assert balance(paid.contract) == 95_000_00
    assert differs(paid.contract, paid.components) == 0

    with town.store.read() as tx:
        bounced = tx.value("SELECT id FROM payment")
    office = msgspec.structs.replace(town.lead(), role="backoffice", team="")
    reversing.bounce_payment(town.store, office, bounced, "returned by the bank")

    back = the_account(town, client)
    assert back.contract == CONTRACT
    assert differs(back.contract, back.components) == 0
    assert contradictions(town.store) == []
