"""Terms beyond the authority of who agreed on them come before a lead; nothing is lost."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from rules.clients import Client
from rules.facts import Terms
from storage.central.doors.people import Who


def settles(client: Client, to_pay: int, **more: Any) -> dict[str, Any]:
    account = client.accounts[0]
    body = {
        "client_id": client.id,
        "account_id": account.id,
        "code": "QUIT",
        "amount": to_pay,
        "currency": account.currency,
        "due": "2026-11-27",
    }
    return body | more


@pytest.fixture
def debtor(town: Any) -> Client:
    """A client who owes 4,500.00, of which 450.00 are charges."""
    (client_id,) = town.clients()
    with town.store.begin() as tx:
        tx.run(
            "UPDATE account SET components = :components WHERE client_id = :client",
            components={"gastos_cobranza": 45_000, "capital_vencido": 105_000, "capital_vigente": 300_000},
            client=client_id,
        )
    return town.document(client_id)  # type: ignore[no-any-return]  # fixtures of other modules are untyped


@pytest.mark.parametrize(("to_pay", "reason"), [(427_500, None), (427_499, "beyond_authority")])
def test_a_waiver_above_the_agents_level_is_kept_for_a_lead(
    town: Any, ana: Who, debtor: Client, to_pay: int, reason: str | None
) -> None:
    (lease,) = town.lease(ana).leases
    (answer,) = town.record(ana, town.event(ana, "result", settles(debtor, to_pay), lease))
    assert answer.reason == reason
    assert answer.status == ("conflict" if reason else "applied")
    assert town.document(debtor.id).promises, "kept all the same"


def test_a_plan_above_the_agents_level_is_kept_for_a_lead(town: Any, ana: Who, debtor: Client) -> None:
    (lease,) = town.lease(ana).leases
    parts = [{"due": f"2026-12-{day:02d}", "amount": 30_000} for day in (1, 8, 15, 22, 29)]
    body = settles(debtor, 150_000, code="PLAN", due="2026-12-01", instalments=parts)
    (answer,) = town.record(ana, town.event(ana, "result", body, lease))
    assert (answer.status, answer.reason) == ("conflict", "beyond_authority")


def test_a_higher_level_needs_nobody(town: Any, ana: Who, debtor: Client) -> None:
    with town.store.begin() as tx:
        tx.run("UPDATE app_user SET level = 'senior' WHERE id = :id", id=ana.user_id)
    (lease,) = town.lease(ana).leases
    (answer,) = town.record(ana, town.event(ana, "result", settles(debtor, 405_000), lease))
    assert (answer.status, answer.reason) == ("applied", None)


def test_a_granted_request_is_authority_enough(town: Any, ana: Who, debtor: Client) -> None:
    (lease,) = town.lease(ana).leases
    terms = Terms(kind="waiver", currency="MXN", to_pay=405_000, waived={"gastos_cobranza": 45_000})
    asked = {
        "client_id": debtor.id,
        "account_id": debtor.accounts[0].id,
        "terms": msgspec.to_builtins(terms),
        "level": "senior",
    }
    request = town.event(ana, "request", asked, lease)
    (answer,) = town.record(ana, request)
    assert answer.status == "applied"
    with town.store.begin() as tx:
        tx.run("UPDATE approval_request SET status = 'approved' WHERE id = :id", id=request.id)
    body = settles(debtor, 405_000, request_id=request.id)
    (answer,) = town.record(ana, town.event(ana, "result", body, lease))
    assert (answer.status, answer.reason) == ("applied", None)
