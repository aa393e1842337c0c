"""Signing in: what is typed, what a refusal says, what is never shown."""

from __future__ import annotations

import asyncio

import pytest

from screens.sign_in import REFUSALS, SignInRefusal, SignInScreen

pytestmark = pytest.mark.anyio


class Door:
    """Lets in who knows the password; refuses in turn as it was told to."""

    def __init__(self, *refusals: SignInRefusal | Exception) -> None:
        self.refusals = list(refusals)
        self.asked: list[tuple[str, ...]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def sign_in(self, user: str, password: str, code: str = "") -> SignInRefusal | None:
        self.asked.append((user, password, code) if code else (user, password))
        await self.open.wait()
        if not self.refusals:
            return None
        refusal = self.refusals.pop(0)
        if isinstance(refusal, Exception):
            raise refusal
        return refusal


def screen(door: Door, user: str = "") -> SignInScreen:
    return SignInScreen(door, hub="https://hub.example.com", user=user)


async def test_user_and_password_in_one_burst(shown, snapshot):
    door = Door()
    app = shown(screen(door))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.text() == snapshot
        app.type(*"ana", "enter", *"s3cret?", "enter")
        await pilot.pause()
        await pilot.pause()
        assert door.asked == [("ana", "s3cret?")]
        assert app.answers == [True]


async def test_the_password_is_never_on_the_screen(shown):
    app = shown(screen(Door(), "ana"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type(*"hunter2")
        await pilot.pause()
        assert "hunter2" not in app.text()
        assert "•••••••" in app.text()


@pytest.mark.parametrize("code", REFUSALS)
async def test_a_refusal_says_why_and_lets_try_again(shown, code):
    door = Door(SignInRefusal(code))
    app = shown(screen(door, "ana"))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        app.type(*"one", "enter")
        await pilot.pause()
        await pilot.pause()
        assert REFUSALS[code][:40] in app.text()
        app.type(*"two", "enter")
        await pilot.pause()
        await pilot.pause()
        second = ("ana", "one", "two") if code in ("second_factor_needed", "bad_code") else ("ana", "two")
        assert door.asked == [("ana", "one"), second]
        assert app.answers == [True]


async def test_the_second_factor_is_asked_for_when_the_hub_wants_it(shown, snapshot):
    door = Door(SignInRefusal("second_factor_needed"), SignInRefusal("bad_code"))
    app = shown(screen(door, "laura"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Code" not in app.text()
        app.type(*"pass words", "enter")
        await pilot.pause()
        await pilot.pause()
        assert app.text() == snapshot
        app.type(*"111 111", "enter")
        await pilot.pause()
        await pilot.pause()
        assert "The code is wrong" in app.text()
        app.type("tab", "tab", "tab", *"222222", "enter")  # once around, back to the code
        await pilot.pause()
        await pilot.pause()
        assert door.asked == [
            ("laura", "pass words"),
            *(("laura", "pass words", c) for c in ("111 111", "222222")),
        ]
        assert app.answers == [True]


async def test_another_password_forgets_the_code(shown):
    door = Door(SignInRefusal("second_factor_needed"), SignInRefusal("locked"))
    app = shown(screen(door, "laura"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type(*"one", "enter")
        await pilot.pause()
        await pilot.pause()
        app.type(*"111111", "enter")
        await pilot.pause()
        await pilot.pause()
        assert "Code" not in app.text()
        app.type(*"two", "enter")
        await pilot.pause()
        await pilot.pause()
        assert door.asked[-1] == ("laura", "two")


async def test_an_unknown_refusal_shows_the_hubs_words_without_its_escapes(shown):
    app = shown(screen(Door(SignInRefusal("new_code", "no [/red]\x1b[2J luck")), "ana"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type("x", "enter")
        await pilot.pause()
        await pilot.pause()
        assert "no [/red][2J luck" in app.text()


async def test_a_fault_is_said_and_does_not_end_the_application(shown):
    door = Door(RuntimeError("boom"))
    app = shown(screen(door, "ana"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type("x", "enter")
        await pilot.pause()
        await pilot.pause()
        assert "RuntimeError" in app.text()
        assert "boom" not in app.text()
        app.type("enter")
        await pilot.pause()
        await pilot.pause()
        assert app.answers == [True]


async def test_enter_twice_asks_once(shown):
    door = Door()
    door.open.clear()
    app = shown(screen(door, "ana"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type("x", "enter", "enter")
        await pilot.pause()
        assert "Signing in" in app.text()
        door.open.set()
        await pilot.pause()
        await pilot.pause()
        assert len(door.asked) == 1


async def test_both_fields_are_needed(shown):
    door = Door()
    app = shown(screen(door))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type("tab", "x", "enter")
        await pilot.pause()
        assert "both needed" in app.text()
        assert door.asked == []


async def test_escape_gives_up(shown):
    app = shown(screen(Door()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type("escape")
        await pilot.pause()
        assert app.answers == [False]


async def test_no_way_to_the_hub_is_said_as_it_is(shown):
    app = shown(screen(Door(SignInRefusal("address", "no such CA file")), "ana"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.type("x", "enter")
        await pilot.pause()
        await pilot.pause()
        assert "no such CA file" in app.text()
        assert "refused" not in app.text()
