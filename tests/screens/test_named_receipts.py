"""Receipts on the call: named on the line and in the form, and what the client card says of them after."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from rules.clients import Promise

from .conftest import NOW, maria

pytestmark = pytest.mark.anyio


def known(**changes):
    return msgspec.structs.replace(maria(), rules={"script.identity": "off"}, **changes)


async def test_one_receipt_is_promised_by_its_number(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(known())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "p rec3")
        await pilot.pause()
        assert "$3,550.00" in screen_text(pilot.app)
        await type_keys(pilot, "<enter>")
    [body] = desk.saved
    assert (body.code, body.amount, body.receipts) == ("PPT", 3_550_00, (3,))


async def test_the_form_lists_what_is_open(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(known())
    async with make_app(desk).run_test(size=(80, 30)) as pilot:
        await type_keys(pilot, "p<tab><tab>")
        await pilot.pause()
        text = screen_text(pilot.app)
        assert "$3,550.00" in text
        assert "2-4" in text, "how they are written"
        await type_keys(pilot, "3 4<enter>")
    [body] = desk.saved
    assert (body.receipts, body.amount) == ((3, 4), 7_100_00)


async def test_a_paid_receipt_is_refused_where_it_is_typed(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(known())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "p rec1<enter>")
        await pilot.pause()
        assert "rec3-4" in screen_text(pilot.app), "what would do"
    assert not desk.saved


async def test_the_card_says_which_receipts_are_promised(make_app, make_desk, type_keys, screen_text):
    promise = Promise(
        id="p1",
        account_id=1,
        made=NOW,
        due=date(2026, 11, 24),
        amount=3_550_00,
        currency="MXN",
        receipts=(3,),
    )
    async with make_app(make_desk(known(promises=(promise,)))).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "3/4" in screen_text(pilot.app)
