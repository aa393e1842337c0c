"""The workstation's application before anybody has signed in, left alone, and revoked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from agent_tui import workstation_app
from agent_tui.config import Settings
from agent_tui.desk_door import DeskDoor
from agent_tui.workstation import SignInAs
from agent_tui.workstation_app import Workstation
from screens.lock import LockScreen
from screens.sign_in import SignInScreen
from storage.central.connection import Store
from storage.central.doors import devices, people
from storage.local.wrapped import KeyFile
from storage.sync.client import HubClient
from tests.agent_tui.conftest import HUB, Line
from tests.hub.world import PASSWORD

pytestmark = pytest.mark.anyio
Opens = Callable[..., Workstation]
SECONDS = 10.0


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock that tells how long nobody has touched a key; the test sets it."""
    at = [0.0]
    monkeypatch.setattr(workstation_app, "seconds_on", lambda: at[0])
    monkeypatch.setattr(workstation_app, "IDLE_CHECK_S", 0.02)
    return at


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk" / "desk.db"


@pytest.fixture
def start(
    door: Callable[..., DeskDoor],
    line: Line,
    central: Store,
    path: Path,
    idle: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> Opens:
    """Starts agent1's workstation; nobody has signed in."""
    monkeypatch.setattr("agent_tui.bench.hub_client", lambda _: HubClient(HUB, transport=line))

    def make(lock_minutes: int = 15) -> Workstation:
        settings = Settings(lock_minutes=lock_minutes)
        return Workstation(SignInAs(HUB, "agent1"), path, central.clock, None, settings, None, door())

    return make


def kept(path: Path) -> list[Path]:
    """What lies in the workstation's folder."""
    return list(path.parent.iterdir()) if path.parent.exists() else []


async def until(pilot: Pilot[None], seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not seen():
            await pilot.pause(0.02)


async def sign_in(pilot: Pilot[None], app: Workstation, password: str = PASSWORD) -> None:
    await until(pilot, lambda: isinstance(app.screen, SignInScreen))
    await pilot.press(*password, "enter")


async def at_work(pilot: Pilot[None], app: Workstation) -> None:
    await sign_in(pilot, app)
    await until(pilot, lambda: app.screen is app.desk and app.desk.service is not None)


async def test_nothing_is_opened_before_somebody_has_signed_in(start: Opens, path: Path) -> None:
    app = start()
    async with app.run_test() as pilot:
        await until(pilot, lambda: isinstance(app.screen, SignInScreen))
        assert app.desk.desk is None
        assert kept(path) == []
        await pilot.press("f10")
        assert isinstance(app.screen, SignInScreen)
        await pilot.press("escape")
    app.close_desk()
    assert app.failure is None
    assert kept(path) == []


async def test_the_key_locks_and_only_the_password_opens(start: Opens) -> None:
    app = start()
    async with app.run_test() as pilot:
        await at_work(pilot, app)
        await pilot.press("f10", "f10")
        await until(pilot, lambda: isinstance(app.screen, LockScreen))
        assert len(app.screen_stack) == 2
        await pilot.press("escape", *"wrong one", "enter")
        await pilot.pause(0.1)
        assert isinstance(app.screen, LockScreen)
        await pilot.press(*PASSWORD, "enter")
        await until(pilot, lambda: app.screen is app.desk)
    app.close_desk()


async def test_left_alone_it_locks_and_a_key_puts_that_off(start: Opens, idle: list[float]) -> None:
    app = start(lock_minutes=2)
    async with app.run_test() as pilot:
        await at_work(pilot, app)
        idle[0] += 119
        await pilot.press("1")
        idle[0] += 119
        await pilot.pause(0.1)
        assert app.screen is app.desk
        idle[0] += 1
        await until(pilot, lambda: isinstance(app.screen, LockScreen))
    app.close_desk()


async def test_who_wants_no_lock_gets_none(start: Opens, idle: list[float]) -> None:
    app = start(lock_minutes=0)
    async with app.run_test() as pilot:
        await at_work(pilot, app)
        idle[0] += 1e6
        await pilot.pause(0.1)
        assert app.screen is app.desk
    app.close_desk()


@pytest.mark.parametrize("when", ["at the door", "at work"])
async def test_a_revoked_device_ends_and_leaves_nothing(
    start: Opens, central: Store, path: Path, when: str
) -> None:
    first = start()
    async with first.run_test() as pilot:
        await at_work(pilot, first)
        if when == "at work":
            devices.revoke_device(central, KeyFile(path).device())
            await until(pilot, lambda: first.revoked)
    first.close_desk()
    if when == "at the door":
        devices.revoke_device(central, KeyFile(path).device())
        people.set_password(central, "agent1", "some other words")
        second = start()
        async with second.run_test() as pilot:
            await sign_in(pilot, second, "some other words")
            await until(pilot, lambda: second.revoked)
        second.close_desk()
    assert kept(path) == []
