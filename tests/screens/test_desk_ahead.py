"""The next page is drawn while the agent speaks; what Enter then shows is the same as without that."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from screens.desk_ahead import REST_S
from widgets.panel import Panel

pytestmark = pytest.mark.anyio

SIZES = [(80, 24), (120, 40), (200, 50)]


async def rest(pilot) -> None:
    """Until every panel that is shown has the next page drawn, or long enough to see that none has."""
    panels = (pilot.app.desk.client, *pilot.app.desk.panels.values())
    for _ in range(40):
        await asyncio.sleep(REST_S / 2)
        await pilot.pause()
        if all(panel._ahead for panel in panels if panel.display):
            return
        pilot.app.desk.ahead.look()


def ready(app) -> list[str]:
    """Which panels hold a drawing of the next page."""
    panels = (app.desk.client, *app.desk.panels.values())
    return [panel.id for panel in panels if panel._ahead is not None]


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_drawn_ahead_is_what_would_have_been_drawn(
    make_app, make_desk, type_keys, screen_text, size
):
    texts = []
    for wait in (False, True):
        async with make_app(make_desk()).run_test(size=size) as pilot:
            await type_keys(pilot, "<f9><f2>")
            if wait:
                await rest(pilot)
                assert "debt" in ready(pilot.app)
            await type_keys(pilot, "<f5>")
            texts.append(screen_text(pilot.app))
            await type_keys(pilot, "111<down>p")
            texts.append(screen_text(pilot.app))
    assert texts[:2] == texts[2:]


async def test_drawing_ahead_leaves_the_client_on_the_desk_as_it_is(
    make_app, make_desk, type_keys, screen_text
):
    async with make_app(make_desk()).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "11<down>p15")
        before = screen_text(pilot.app)
        walk, selected = pilot.app.desk.script.walk, pilot.app.desk.debt.selected
        pilot.app.desk.ahead._drawn = None
        pilot.app.desk.ahead.look()
        await rest(pilot)
        assert ready(pilot.app)
        assert screen_text(pilot.app) == before
        assert (pilot.app.desk.script.walk, pilot.app.desk.debt.selected) == (walk, selected)
        pilot.app.desk.recolour()
        assert not ready(pilot.app)


async def test_a_client_who_changed_meanwhile_is_drawn_anew(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        following = desk.clients[1]
        desk.clients[1] = msgspec.structs.replace(following, name="Otra Persona Distinta")
        await type_keys(pilot, "<f5>")
        assert "Otra Persona Distinta" in screen_text(pilot.app)


async def test_nothing_goes_to_the_terminal_when_a_page_is_drawn_ahead(make_app, make_desk, monkeypatch):
    async with make_app(make_desk()).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        asked: list[Panel] = []
        monkeypatch.setattr(Panel, "refresh", lambda panel, *_regions, **_more: asked.append(panel))
        pilot.app.desk.ahead._drawn = None
        pilot.app.desk.ahead.look()
        await rest(pilot)
        assert ready(pilot.app)
        assert not asked
