"""An early end and an offset: what the agent types, reads step by step and asks for; what comes back."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.backoffice import asking
from rules.backoffice.asks import Cancellation, ClaimOffset
from rules.backoffice.facts import AskBody
from rules.insurance.policies import Claim
from tests.rules.insurance.policies import policy
from tests.screens.conftest import NOW, ZONE, maria

pytestmark = pytest.mark.anyio

CLAIM = Claim(
    id=5, number="S-77", on=date(2026, 11, 10), status="open", amount=50_000_00, deductible=5_000_00
)
TODAY = NOW.astimezone(ZONE).date()


def insured(**changes):
    fields = {
        "account_id": 1, "net": 12_000_00, "frequency": "quarterly", "fee": 550_00, "status": "in_force",
        "starts": date(2026, 8, 1), "today": TODAY, "paid": 1, "claims": (CLAIM,),
    }  # fmt: skip
    return msgspec.structs.replace(
        maria(), rules={"script.identity": "off"}, policies=(policy(**(fields | changes)),)
    )


async def opened(pilot, type_keys, key):
    await type_keys(pilot, "$")
    await pilot.pause()
    await type_keys(pilot, key)
    await pilot.pause()
    await pilot.pause()


async def test_an_early_end_shows_its_steps_and_is_asked_for(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(insured())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys, "x")
        text = screen_text(pilot.app)
        assert "Prima neta pagada" in text or "Net premium paid" in text
        assert "12,000.00 ×" in text
        await type_keys(pilot, "30/11 /vendió el auto<enter>")
    assert desk.notes == [
        AskBody(
            client_id=1,
            account_id=1,
            policy_id=9,
            asks=Cancellation(on=date(2026, 11, 30), method="instalments", amount=1_134_57),
            note="vendió el auto",
        )
    ]


async def test_a_method_that_does_not_fit_says_why_and_asks_for_nothing(
    make_app, make_desk, type_keys, screen_text
):
    set_language("en")
    desk = make_desk(insured())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        set_language("en")
        await opened(pilot, type_keys, "x")
        await type_keys(pilot, "prorrata<enter>")
        await pilot.pause()
        assert "needs every receipt paid" in " ".join(screen_text(pilot.app).split())
    assert not desk.notes


async def test_a_claim_pays_premium(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(insured())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys, "s")
        assert "S-77" in screen_text(pilot.app)
        await type_keys(pilot, "todo 60000<enter>")
    [note] = desk.notes
    assert note.asks == ClaimOffset(
        claim_id=5, gross=60_000_00, deductible=5_000_00, scope="all_remaining", amount=11_014_20
    )


@pytest.mark.parametrize("key", ["x", "s"])
@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}")
async def test_how_the_calculators_look(make_app, make_desk, type_keys, screen_text, snapshot, size, key):
    desk = make_desk(insured())
    async with make_app(desk).run_test(size=size) as pilot:
        await opened(pilot, type_keys, key)
        if key == "s":
            await type_keys(pilot, "todo")
            await pilot.pause()
        assert screen_text(pilot.app) == snapshot


async def test_what_the_back_office_did_is_said_and_stands_in_the_records(
    make_app, make_desk, type_keys, screen_text, until
):
    before = insured()
    body = AskBody(client_id=1, account_id=1, policy_id=9, asks=Cancellation(on=TODAY, method="instalments"))
    before = asking.apply(before, "f1", body, NOW - timedelta(hours=1), "Ana López")
    service = make_desk(before)
    app = make_app(service)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        [ask] = before.asks
        service.clients[0] = msgspec.structs.replace(
            before,
            asks=(
                msgspec.structs.replace(
                    ask, status="denied", answered=NOW, answered_by="Olga", answer="falta la firma"
                ),
            ),
        )
        service.changed()
        assert await until(pilot, lambda: "falta la firma" in screen_text(app))
        await type_keys(pilot, "#")
        await pilot.pause()
        await pilot.pause()
        text = screen_text(app)
        assert ask.folio in text
        assert "Olga" in text
