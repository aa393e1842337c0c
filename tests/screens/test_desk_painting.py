"""What a key or the sync makes the desk draw: no more than has changed, and at once."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from widgets.panel import Panel

pytestmark = pytest.mark.anyio


@pytest.fixture
def drawn(monkeypatch):
    """The ids of the panels that were drawn anew, in order."""
    names: list[str | None] = []
    draw = Panel._draw

    def noted(panel, width, height):
        names.append(panel.id)
        return draw(panel, width, height)

    monkeypatch.setattr(Panel, "_draw", noted)
    return names


async def test_a_renewed_lease_draws_no_panel_and_a_new_minute_does(make_app, make_desk, drawn):
    async with make_app(make_desk()).run_test(size=(200, 50)) as pilot:
        screen = pilot.app.screen
        page = screen.desk.page
        later = timedelta(microseconds=1)
        renewed = msgspec.structs.replace(
            page,
            client=msgspec.structs.replace(page.client, as_of=page.client.as_of + later),
            local_time=page.local_time + later,
            lease_until=page.local_time + timedelta(minutes=20),
        )
        drawn.clear()
        screen._show_found(msgspec.structs.replace(screen.desk, page=renewed))
        assert drawn == []
        next_minute = msgspec.structs.replace(page, local_time=page.local_time + timedelta(minutes=1))
        screen._show_found(msgspec.structs.replace(screen.desk, page=next_minute))
        assert "client" in drawn


async def test_the_preview_is_said_by_the_time_the_line_has_the_key(make_app, make_desk):
    async with make_app(make_desk()).run_test(size=(80, 24)) as pilot:
        screen = pilot.app.screen
        screen.line.put("ppt 1500")  # no message has been handled when this returns
        assert "1,500.00" in str(screen.preview.content)


async def test_ready_lines_follow_the_theme(make_app, make_desk):
    async with make_app(make_desk()).run_test(size=(80, 24)) as pilot:
        client = pilot.app.screen.client
        before = client.render_lines(client.size.region)
        await pilot.press("ctrl+y")
        await pilot.pause()
        after = client.render_lines(client.size.region)
        assert [line.text for line in before] == [line.text for line in after]
        assert before != after
