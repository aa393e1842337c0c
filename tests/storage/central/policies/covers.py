"""Policies in a store, for tests of what becomes of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rules.calendars import add_months
from rules.clients import Account
from rules.insurance.policies import Policy
from rules.insurance.receipts import INSTALMENTS, breakdown, grace_end
from storage.central.connection import Store
from storage.central.money.ledger import restate
from storage.central.queue import queueing

MEXICO = "America/Mexico_City"


def insure(
    town: Any,
    *,
    starts: date,
    frequency: str = "quarterly",
    net: int = 12_000_00,
    paid: int = 0,
    grace_days: int | None = None,
    kind: str = "car",
    status: str = "in_force",
    sheet: dict[str, Any] | None = None,
) -> tuple[int, int]:
    """A client with one policy, whose receipts are as they were when it was sold; ids of both."""
    [client_id] = town.clients(1, overdue=0)
    count = INSTALMENTS[frequency]
    with town.store.begin() as tx:
        account_id = tx.value("SELECT id FROM account WHERE client_id = :id", id=client_id)
        policy_id = tx.value(
            """
            INSERT INTO policy (account_id, number, kind, insurer, starts, ends, status, channel, frequency,
                grace_days, sum_insured, sheet)
            VALUES (:account, :number, :kind, 'Insurer', :starts, :ends, :status, 'agente', :frequency,
                :grace_days, 0, :sheet)
            RETURNING id
            """,
            account=account_id,
            number=f"AUT-{client_id}",
            kind=kind,
            starts=starts,
            ends=add_months(starts, 12),
            status=status,
            frequency=frequency,
            grace_days=grace_days,
            sheet=sheet or {"terms": {"net": net, "tax_rate": 1600}},
        )
        for number, amounts in enumerate(breakdown(net, frequency), start=1):
            due = add_months(starts, 12 // count * (number - 1))
            done = number <= paid
            tx.run(
                """
                INSERT INTO receipt (policy_id, number, "of", due, net, surcharge, fee, tax, total, status,
                    grace_ends, paid_on, cfdi, since, until)
                VALUES (:policy, :number, :of, :due, :net, :surcharge, :fee, :tax, :total, :status,
                    :grace_ends, :paid_on, '', :due, :until)
                """,
                policy=policy_id,
                number=number,
                of=count,
                due=due,
                **amounts,
                status="paid" if done else "pending",
                grace_ends=None if kind == "surety" else grace_end(due, grace_days, MEXICO),
                paid_on=due if done else None,
                until=add_months(starts, 12 // count * number),
            )
        restate(tx, [account_id])
        queueing.place(tx, [client_id], tx.now)
    return client_id, policy_id


def the_policy(town: Any, client_id: int) -> Policy:
    """The client's policy as its document has it."""
    policy: Policy = town.document(client_id).policies[0]
    return policy


def the_account(town: Any, client_id: int) -> Account:
    """The client's account as its document has it."""
    account: Account = town.document(client_id).accounts[0]
    return account


def statuses(policy: Policy) -> list[str]:
    """Each receipt's state, in their order."""
    return [one.status for one in policy.receipts]


def moves(policy: Policy) -> list[tuple[datetime, str, str]]:
    """When it became what, and why."""
    return [(one.at, one.became, one.why) for one in policy.events if one.kind == "status"]


def version(store: Store, client_id: int) -> int:
    """The version of a client's document."""
    with store.read() as tx:
        found: int = tx.value("SELECT version FROM client WHERE id = :id", id=client_id)
        return found
