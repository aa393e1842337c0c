"""No text of a note may hold a card number, whichever kind of note and whichever of its texts."""

from __future__ import annotations

from datetime import datetime

import pytest

from rules.contact_parameters import ContactParameters
from rules.facts import DeliveryBody, InconsistencyBody, PointBody, RequestBody, RevealBody, TaskBody, Terms
from rules.notes import check
from rules.wire import FactBody
from tests.rules.examples import client

CARD = "4111 1111.1111-1111"
UUID = "41111111-1111-1111-8888-411111111111"


def codes(body: FactBody, now: datetime, p: ContactParameters) -> list[str]:
    return [problem.code for problem in check(body, client(), now, p)]


@pytest.mark.parametrize(
    "body",
    [
        PointBody(client_id=7, action="add", point="email", value=CARD),
        PointBody(client_id=7, action="add", point="address", value="Calle 1", label=CARD),
        PointBody(client_id=7, action="add", point="phone", value="+525555550199", note=CARD),
        RequestBody(
            client_id=7,
            account_id=70,
            terms=Terms(kind="waiver", currency="MXN", to_pay=1),
            level="lead",
            note=CARD,
        ),
        InconsistencyBody(client_id=7, issue="other", evidence=CARD),
        RevealBody(client_id=7, reason=CARD),
        TaskBody(client_id=7, task_id="t", outcome=CARD),
        DeliveryBody(client_id=7, agreement_id="a", medium="email", note=CARD),
    ],
)
def test_refused_in_every_text(body: FactBody, now: datetime, mx: ContactParameters) -> None:
    assert codes(body, now, mx)[0] == "card_number_in_note"


def test_a_card_code_is_refused_as_well(now: datetime, mx: ContactParameters) -> None:
    body = InconsistencyBody(client_id=7, issue="other", note="cvv 123")
    assert "card_code_in_note" in codes(body, now, mx)


def test_ids_and_phone_numbers_are_no_cards(now: datetime, mx: ContactParameters) -> None:
    task = TaskBody(client_id=7, task_id=UUID, outcome="done")
    phone = PointBody(client_id=7, action="add", point="phone", value="4111111111111111")
    for body in (task, phone):
        assert not {"card_number_in_note", "card_code_in_note"} & set(codes(body, now, mx))
