"""Direct debit over the wire: the questions that the receipts desk asks, as it asks them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from rules import questions
from rules.debit.charge_files import ResultLine
from rules.debit.charging import (
    BatchQuery,
    ChargesQuery,
    MakeBatch,
    NewBatch,
    Results,
    RevokeMandate,
    TakeResults,
    TellRenewal,
    Why,
)
from storage.central.connection import Store
from tests.hub.conftest import Caller
from tests.hub.world import fill
from tests.storage.central.charges.debits import TODAY, agree, covered
from tests.storage.central.conftest import Town


@pytest.fixture
def central(sqlite_store: Store) -> Store:
    """People, and no clients but those of the test."""
    fill(sqlite_store, clients=0)
    return sqlite_store


@pytest.fixture
def mandates(central: Store) -> list[str]:
    """Two mandates with a receipt due each."""
    town = Town(central)
    who = town.agent("bea")
    return [agree(town, covered(town), who) for _ in range(2)]


@pytest.fixture
def office(http: TestClient[Any]) -> Caller:
    return Caller(http, "backoffice")


def asked(caller: Caller, question: questions.Question[Any]) -> Any:
    path = questions.path(question)
    if question.METHOD == "GET":
        answer = caller.get(path, params=questions.query(question))
    else:
        answer = caller.post(path, msgspec.to_builtins(questions.body(question)))
    if answer.status_code >= 400:
        return answer.json()["code"]
    return msgspec.json.decode(answer.content, type=question.ANSWER) if question.ANSWER else None


def test_a_file_goes_out_and_its_answers_come_in(office: Caller, mandates: list[str]) -> None:
    due = asked(office, ChargesQuery())
    assert due.cell("Cards|domi|MXN", "ready") == 2
    new = NewBatch(portfolio="Cards", channel="domi", currency="MXN")
    batch = asked(office, MakeBatch(body=new))
    part = asked(office, BatchQuery(batch_id=batch.id))
    assert (part.batch, len(part.lines)) == (batch, 2)
    assert asked(office, BatchQuery(batch_id=batch.id, start=1)).lines == part.lines[1:]
    lines = tuple(
        ResultLine(reference=one.reference, code="charged", amount=one.amount) for one in part.lines
    )
    results = Results(folio=batch.folio, day=TODAY, digest="d", lines=lines)
    assert asked(office, TakeResults(body=results)).charged == 2
    assert asked(office, TakeResults(body=results)).known == 2
    assert asked(office, MakeBatch(body=new)) == "nothing_to_charge"
    assert asked(office, ChargesQuery(view="batches")).cell(batch.id, "charged") == 2


def test_a_mandate_is_revoked_once(office: Caller, mandates: list[str]) -> None:
    first, second = mandates
    assert asked(office, TellRenewal(mandate_id=first)) is None
    assert asked(office, RevokeMandate(mandate_id=first, body=Why(why=""))) == "why_missing"
    assert asked(office, RevokeMandate(mandate_id=first, body=Why(why="4111 1111 1111 1111"))) == (
        "card_number_in_note"
    )
    assert asked(office, RevokeMandate(mandate_id=first, body=Why(why="letter"))) is None
    assert asked(office, RevokeMandate(mandate_id=first, body=Why(why="letter"))) == "mandate_revoked"
    assert asked(office, TellRenewal(mandate_id="x")) == "unknown_mandate"
    batch = asked(office, MakeBatch(body=NewBatch(portfolio="Cards", channel="domi", currency="MXN")))
    assert batch.charges == 1
    assert second != first
