"""Contact points and searches on the desk: what each key does and what is seen of it."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from rules.clients import Task
from rules.desk import Refused
from rules.facts import PointBody

pytestmark = pytest.mark.anyio
SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def lost(make_desk):
    """A client who can't be called, with the search that is open."""
    client = make_desk().clients[0]
    search = Task(id="t", kind="skip_trace", due=date(2026, 11, 20), about="ilocalizable_parcial")
    return msgspec.structs.replace(client, id=50, name="Perdida Sánchez", phones=(), tasks=(search,))


@pytest.mark.parametrize("size", SIZES)
async def test_a_number_is_added_and_the_desk_stays(make_app, make_desk, screen_text, type_keys, until, size):
    desk = make_desk()
    app = make_app(desk)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await type_keys(pilot, "@a6629998877 casa tercero<enter>")
        assert await until(pilot, lambda: desk.notes)
        client = desk.clients[0]
        assert desk.notes == [
            PointBody(
                client_id=client.id, action="add", point="phone", value="+526629998877", label="home",
                source="tercero",
            )
        ]  # fmt: skip
        assert client.name in screen_text(app)
        assert app.screen.focused is app.screen.line


async def test_enter_in_the_list_calls_that_number(make_app, make_desk, type_keys, until, screen_text):
    desk = make_desk()
    app = make_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await type_keys(pilot, "@<down><enter>")
        # The second number may not be called at this hour, and the desk says why.
        assert await until(pilot, lambda: "no puede" in screen_text(app).lower() or "✗" in screen_text(app))
        assert desk.phone == 0
        await type_keys(pilot, "@<enter>")
        assert desk.phone == 0
        assert desk.notes == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_search_is_shown_when_it_has_come(
    make_app, make_desk, lost, screen_text, type_keys, until, size
):
    desk = make_desk()
    first = desk.clients[0].name
    app = make_app(desk)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await type_keys(pilot, "<f12>")
        assert first in screen_text(app)
        desk.search = lost
        desk.changed()
        assert await until(pilot, lambda: lost.name in screen_text(app))
        text = screen_text(app)
        assert "⌕" in text
        assert first not in text


async def test_nobody_is_put_before_an_agent_who_is_typing(
    make_app, make_desk, lost, screen_text, type_keys, until
):
    desk = make_desk()
    app = make_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await type_keys(pilot, "<f12>noco")
        desk.search = lost
        desk.changed()
        await pilot.pause()
        assert lost.name not in screen_text(app)
        await type_keys(pilot, "<backspace>" * 4)
        desk.changed()
        assert await until(pilot, lambda: lost.name in screen_text(app))


async def test_nobody_to_be_searched_for_is_said(make_app, make_desk, screen_text, type_keys, until):
    desk = make_desk()
    desk.search = Refused(code="no_search")
    app = make_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await type_keys(pilot, "<f12>")
        before = screen_text(app)
        desk.search = Refused(code="searching")
        desk.changed()
        await pilot.pause()
        assert screen_text(app) == before


async def test_the_outcome_of_a_search_is_one_digit(make_app, make_desk, lost, screen_text, type_keys, until):
    desk = make_desk(lost, make_desk().clients[0])
    app = make_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await type_keys(pilot, "<f12>5")
        assert await until(pilot, lambda: desk.outcomes)
        assert desk.outcomes == ["ilocalizable_total"]
        assert lost.name not in screen_text(app)


async def test_who_is_found_gets_a_number_at_once(make_app, make_desk, lost, type_keys, until):
    desk = make_desk(lost)
    app = make_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await type_keys(pilot, "<f12>1")
        await type_keys(pilot, "6629998877<enter>")
        assert await until(pilot, lambda: desk.notes)
        assert desk.outcomes == []
        assert desk.notes[0].value == "+526629998877"
