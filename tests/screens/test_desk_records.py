"""Cases and doubts on the desk: seen before the phone is picked up, reported with one key."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.clients import Case, Client, Inconsistency
from rules.facts import InconsistencyBody
from tests.screens.conftest import NOW, instant, maria

pytestmark = pytest.mark.anyio


@pytest.fixture
def disputed() -> Client:
    """María, with an open dispute, a claim whose term is over, an answer, and data in doubt."""
    person = maria()
    first, *others = person.accounts
    cases = (
        Case(
            id="c3", kind="dispute", opened=instant(11, 19), account_id=first.id, amount=120_000,
            currency="MXN", due=date(2026, 11, 23), clock="mx.clarification.hold", destination="ACL",
        ),
        Case(id="c2", kind="claim", opened=instant(11, 9), due=date(2026, 11, 24), destination="SIN"),
        Case(id="c1", kind="referral", opened=instant(11, 9), status="closed", outcome="done", closed=NOW),
    )  # fmt: skip
    return msgspec.structs.replace(
        person,
        accounts=(msgspec.structs.replace(first, disputed=120_000), *others),
        cases=cases,
        inconsistencies=(Inconsistency(id="i", issue="payment_twice", found=NOW, account_id=first.id),),
    )


@pytest.mark.parametrize("size", ["80x24", "120x40"])
async def test_the_card_names_open_cases_their_clocks_and_doubts(
    make_app, make_desk, screen_text, snapshot, disputed, size
):
    set_language("es")
    width, height = (int(part) for part in size.split("x"))
    async with make_app(make_desk(disputed)).run_test(size=(width, height)) as pilot:
        await pilot.pause()
        told = screen_text(pilot.app)
        assert "1,200.00" not in told  # not before identity is confirmed
        assert told == snapshot


async def test_one_key_a_digit_and_enter_report_what_is_wrong(
    make_app, make_desk, type_keys, screen_text, disputed
):
    desk = make_desk(disputed)
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "!4<enter>")
        await pilot.pause()
        account = disputed.accounts[0].id
        assert desk.notes == [InconsistencyBody(client_id=1, issue="receipt_paid_open", account_id=account)]
        assert "Reportado al supervisor." in screen_text(pilot.app)
