"""The desk under lock: what is seen, what opens it."""

from __future__ import annotations

import pytest

from screens.lock import LockScreen

pytestmark = pytest.mark.anyio


class Door:
    """Knows one password."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def knows(self, password: str) -> bool:
        self.asked.append(password)
        return password == "s3cret"


async def test_only_the_password_opens(shown):
    door = Door()
    app = shown(LockScreen(door.knows, "ana"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Locked · ana" in app.text()
        app.type("escape", *"wrong", "enter")
        await pilot.pause()
        await pilot.pause()
        assert "The password is wrong" in app.text()
        assert app.answers == []
        app.type(*"s3cret")
        await pilot.pause()
        assert "s3cret" not in app.text()
        app.type("enter")
        await pilot.pause()
        await pilot.pause()
        assert app.answers == [None]
        assert door.asked == ["wrong", "s3cret"]


async def test_enter_on_nothing_asks_nobody(shown):
    door = Door()
    app = shown(LockScreen(door.knows, "ana"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type("enter")
        await pilot.pause()
        assert door.asked == []


async def test_a_desk_without_a_door_offers_no_lock(make_app, make_desk):
    async with make_app(make_desk()).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "f10" not in dict(pilot.app.screen.key_help())
        await pilot.press("f10")
        assert len(pilot.app.screen_stack) == 1
