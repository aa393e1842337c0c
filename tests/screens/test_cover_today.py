"""Cover that ends today at noon stands out before the call, with its hour and what is left."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from agent_tui.i18n import set_language
from tests.screens.conftest import maria

pytestmark = pytest.mark.anyio

NOON_IN_HERMOSILLO = datetime(2026, 11, 20, 19, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _words():
    set_language("en")


def _lapsing():
    client = maria()
    policy = msgspec.structs.replace(client.policies[0], grace_ends=NOON_IN_HERMOSILLO)
    return msgspec.structs.replace(client, policies=(policy,))


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)])
async def test_it_is_red_on_the_client_card(make_app, make_desk, screen_text, size):
    async with make_app(make_desk(_lapsing())).run_test(size=size) as pilot:
        assert "! Cover ends TODAY at 12:00: 1:18 h left · Car" in screen_text(pilot.app)
        red, muted = _colours(pilot.app, "Cover ends TODAY", "· Car")
        assert red != muted
        assert red.triplet.red > max(red.triplet.green, red.triplet.blue) + 40


async def test_what_ends_another_day_is_left_to_the_policies(make_app, make_desk, screen_text):
    async with make_app(make_desk()).run_test(size=(80, 24)) as pilot:
        assert "TODAY" not in screen_text(pilot.app)


async def test_the_panel_of_policies_says_it_too(make_app, make_desk, type_keys, screen_text):
    async with make_app(make_desk(_lapsing())).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "<f4>")
        assert screen_text(pilot.app).count("Cover ends TODAY at 12:00: 1:18 h left") == 2


def _colours(app, *texts):
    strips = app.screen._compositor.render_strips()
    segments = [segment for strip in strips for segment in strip]
    return [next(one.style.color for one in segments if text in one.text) for text in texts]
