"""What an agent may grant at the desk, and what only with a lead's word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest

from rules.clients import Client, Request
from rules.desk import ClientPage, Refused, Saved
from rules.facts import Instalment, RequestBody, ResultBody, Terms
from storage.local import outbox
from tests.storage.local.conftest import MORNING

DUE = date(2026, 11, 27)


def debtor(a_client: Callable[..., Client], **changes: Any) -> Client:
    """A client whose card of 9,000.00 holds 1,000.00 of charges."""
    client = a_client(1, **changes)
    components = {"gastos_cobranza": 100_000, "capital_vencido": 50_000, "capital_vigente": 750_000}
    first = msgspec.structs.replace(client.accounts[0], components=components)
    return msgspec.structs.replace(client, accounts=(first, *client.accounts[1:]))


def settles(amount: int) -> ResultBody:
    return ResultBody(client_id=1, account_id=10, code="QUIT", amount=amount, due=DUE, currency="MXN")


def plan(count: int) -> ResultBody:
    return ResultBody(
        client_id=1,
        account_id=10,
        code="PLAN",
        amount=150_000,
        currency="MXN",
        due=DUE,
        instalments=tuple(
            Instalment(due=date(2026, 11, 27 + n) if n < 3 else date(2026, 12, n), amount=150_000 // count)
            for n in range(count)
        ),
    )


def granted(to_pay: int, status: str = "approved") -> Request:
    terms = Terms(
        kind="settlement",
        currency="MXN",
        to_pay=to_pay,
        payments=(Instalment(due=DUE, amount=to_pay),),
        waived={"gastos_cobranza": 900_000 - to_pay},
        valid_until=DUE,
    )
    return Request(
        id="q1", account_id=10, terms=terms, asked=MORNING, agent="ana", level="supervisor", status=status,
        answered=MORNING, answered_by="lupe",
    )  # fmt: skip


@pytest.mark.parametrize("body", [settles(855_000), plan(3)])
def test_within_the_agents_limits_it_is_saved(station: Any, a_client: Any, body: Any) -> None:
    station.lease(debtor(a_client))
    station.desk.desk()
    assert isinstance(station.desk.save(body), Saved)


@pytest.mark.parametrize(
    ("body", "level"), [(settles(850_000), "senior"), (settles(800_000), "supervisor"), (plan(5), "senior")]
)
def test_beyond_them_it_is_refused_and_says_who_may(
    station: Any, a_client: Any, body: Any, level: str
) -> None:
    station.lease(debtor(a_client))
    station.desk.desk()
    answer = station.desk.save(body)
    assert answer == Refused(code="needs_approval", params={"level": level})
    assert station.on_desk() == 1


def test_a_supervisor_needs_nobody(station: Any, a_client: Any) -> None:
    station.sign_in("lupe", level="supervisor")
    station.lease(debtor(a_client))
    station.desk.desk()
    assert isinstance(station.desk.save(settles(800_000)), Saved)


def test_what_was_granted_is_saved_with_the_request_that_it_rests_on(station: Any, a_client: Any) -> None:
    station.lease(debtor(a_client, requests=(granted(800_000),)))
    station.desk.desk()
    assert isinstance(station.desk.save(settles(799_999)), Refused), "not a cent less"
    assert isinstance(station.desk.save(settles(800_000)), Saved)
    with station.store.read() as view:
        (event,) = outbox.of_client(view.connection, 1)
    assert event.body["request_id"] == "q1"


@pytest.mark.parametrize("status", ["open", "denied", "used", "expired"])
def test_only_a_granted_request_counts(station: Any, a_client: Any, status: str) -> None:
    station.lease(debtor(a_client, requests=(granted(800_000, status),)))
    station.desk.desk()
    assert isinstance(station.desk.save(settles(800_000)), Refused)


def test_asking_is_a_note_and_the_client_stays(station: Any, a_client: Any) -> None:
    station.lease(debtor(a_client))
    station.desk.desk()
    body = RequestBody(client_id=1, account_id=10, terms=granted(800_000).terms, level="supervisor")
    saved = station.desk.note(body)
    assert isinstance(saved, Saved)
    assert station.on_desk() == 1
    assert isinstance(saved.desk.page, ClientPage)
    (open_request,) = saved.desk.page.client.requests
    assert (open_request.status, open_request.level) == ("open", "supervisor")
    assert station.desk.note(body) == Refused(code="request_open", params={})
