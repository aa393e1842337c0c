"""A lead's answer comes to the desk while the client is on the phone and the agent types."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from rules.clients import Client, Request
from rules.facts import Instalment, Terms
from screens.answers import ANSWERED
from tests.screens.conftest import NOW, maria

pytestmark = pytest.mark.anyio

TERMS = Terms(
    kind="settlement",
    currency="MXN",
    to_pay=7_500_00,
    payments=(Instalment(due=date(2026, 11, 27), amount=7_500_00),),
    waived={"capital_vigente": 1_400_10},
)


def asked(**changes: object) -> Client:
    request = Request(
        id="r1", account_id=2, terms=TERMS, asked=NOW - timedelta(minutes=2), agent="Ana López",
        level="supervisor",
    )  # fmt: skip
    return msgspec.structs.replace(maria(), requests=(msgspec.structs.replace(request, **changes),))


ANSWERS = {
    "approved": {
        "answered_by": "Lupe",
        "answer_note": "sólo hoy",
        "terms": msgspec.structs.replace(TERMS, valid_until=date(2026, 11, 23)),
    },
    "denied": {"answered_by": "Lupe"},
    "countered": {"answered_by": "Lupe", "counter": msgspec.structs.replace(TERMS, to_pay=8_000_00)},
    "expired": {},
}


def answer(service, status: str) -> None:
    """What the sync brings, in its own thread."""
    service.clients[0] = asked(status=status, **ANSWERS[status])
    service.changed()


@pytest.mark.parametrize("status", ANSWERED)
async def test_an_answer_is_said_and_the_line_stays_as_it_is_typed(
    make_desk, make_app, screen_text, type_keys, until, status
):
    app = make_app(service := make_desk(asked()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await type_keys(pilot, "*1")
        assert await until(pilot, lambda: "$7,500.00" in screen_text(app))
        await type_keys(pilot, "ppt 12")
        answer(service, status)
        words = {"approved": "Aprobada por Lupe", "denied": "Negada por Lupe", "countered": "Lupe ofrece"}
        assert await until(pilot, lambda: words.get(status, "Nadie contestó") in screen_text(app))
        assert "ppt 12" in screen_text(app)
        await type_keys(pilot, "00")
        assert "ppt 1200" in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}")
async def test_how_a_request_and_its_answer_look(
    make_desk, make_app, screen_text, type_keys, until, snapshot, size
):
    app = make_app(service := make_desk(asked()))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await type_keys(pilot, "*1")
        assert await until(pilot, lambda: "$7,500.00" in screen_text(app))
        assert screen_text(app) == snapshot(name="approval asked")
        answer(service, "approved")
        assert await until(pilot, lambda: "Lupe" in screen_text(app))
        assert screen_text(app) == snapshot(name="approval answered")


async def test_before_identity_no_amount_is_told(make_desk, make_app, screen_text, until):
    app = make_app(service := make_desk(asked()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        answer(service, "approved")
        assert await until(pilot, lambda: "Lupe" in screen_text(app))
        assert "7,500.00" not in screen_text(app)


async def test_an_answer_that_is_old_is_not_told_again(make_desk, make_app, screen_text):
    app = make_app(make_desk(asked(status="approved", answered_by="Lupe")))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "Concedida por Lupe" in screen_text(app)
        assert "Approved by" not in screen_text(app)
