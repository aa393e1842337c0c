"""Receipts on the workstation: from the line to the fact, and what is refused before it is kept."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from rules.capture.body import to_body
from rules.capture.read import read
from rules.clients import Client
from rules.desk import Refused, Saved
from rules.facts import ResultBody
from tests.rules.insurance.policies import policy
from tests.storage.local.conftest import Workstation


@pytest.fixture
def insured(station: Workstation, a_client: object) -> Client:
    """The client on the desk has a policy behind the first account: receipt 9 of 12 is past due."""
    assert callable(a_client)
    client: Client = a_client(1)
    cover = policy(account_id=10, starts=date(2026, 3, 10), paid=8, today=date(2026, 11, 24), status="grace")
    owed = sum(one.open for one in cover.receipts if one.status != "paid")
    account = msgspec.structs.replace(client.accounts[0], product="insurance", total=owed, overdue=926_55)
    client = msgspec.structs.replace(client, accounts=(account, *client.accounts[1:]), policies=(cover,))
    station.lease(client)
    station.desk.desk()
    return client


def captured(station: Workstation, line: str) -> ResultBody:
    context = station.desk.capture_context()
    catalogue = station.desk.catalogue()
    assert context is not None
    return to_body(read(line, catalogue, context), context, catalogue, line=line)


def test_a_promise_for_one_receipt_is_a_fact_that_names_it(station: Workstation, insured: Client) -> None:
    body = captured(station, "p rec9 +1")
    assert (body.amount, body.receipts) == (926_55, (109,))
    assert isinstance(station.desk.save(body), Saved)
    (event,) = station.store.outbox()
    assert event.body["receipts"] == [109]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"receipts": (101,)}, "receipt_closed"),
        ({"receipts": (7,)}, "unknown_receipt"),
        ({"amount": 500_00}, "receipts_sum"),
    ],
)
def test_what_is_not_whole_and_open_is_not_kept(
    station: Workstation, insured: Client, changes: dict[str, object], code: str
) -> None:
    body = msgspec.structs.replace(captured(station, "p rec9 +1"), **changes)
    answer = station.desk.save(body)
    assert isinstance(answer, Refused)
    assert answer.code == code
    assert not station.store.outbox()


def test_the_account_without_a_policy_takes_none(station: Workstation, insured: Client) -> None:
    station.desk.select_account(11)
    context = station.desk.capture_context()
    assert context is not None
    reading = read("p rec9", station.desk.catalogue(), context)
    assert [error.code for error in reading.errors] == ["receipts_none"]
