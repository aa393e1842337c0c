"""Who opens a workstation's store: the password here, the hub when that does not do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_tui.desk_door import DeskDoor
from storage.central.connection import Store
from storage.central.doors import devices, people
from storage.local.encrypting import is_clear
from storage.local.store import LocalStore
from storage.local.wipe import unsent
from storage.local.wrapped import KeyFile
from tests.agent_tui.conftest import Line
from tests.hub.world import PASSWORD
from tests.storage.local.test_encrypting import FACTS, clear_store

pytestmark = pytest.mark.anyio
Doors = Callable[..., DeskDoor]
NEW = "another long word"


async def refused(door: DeskDoor, password: str = PASSWORD, user: str = "agent1") -> str:
    refusal = await door.sign_in(user, password)
    return refusal.code if refusal else ""


def key(door: DeskDoor) -> bytes:
    assert door.opened is not None
    return door.opened.key


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were asked for."""
    slept: list[float] = []
    monkeypatch.setattr("agent_tui.desk_door.time.sleep", slept.append)
    return slept


@pytest.fixture
async def worked(door: Doors) -> bytes:
    """The key of a workstation that was used before."""
    first = door()
    assert await refused(first) == ""
    return key(first)


async def test_the_first_time_needs_the_hub(door: Doors, line: Line) -> None:
    line.up = False
    first = door()
    assert await refused(first) == "first_time"
    line.up = True
    assert await refused(first, "wrong password") == "bad_credentials"
    assert first.opened is None
    assert await refused(first) == ""
    assert first.opened is not None
    assert first.opened.session is not None
    assert first.opened.session.user.name == "agent1"


async def test_later_the_password_opens_without_a_network(door: Doors, line: Line, worked: bytes) -> None:
    line.asked.clear()
    line.up = False
    again = door()
    assert await refused(again) == ""
    assert key(again) == worked
    assert line.asked == []


async def test_a_wrong_password_opens_nothing_and_waits_longer_each_time(
    door: Doors, line: Line, worked: bytes, no_waiting: list[float]
) -> None:
    line.up = False
    for _ in range(5):
        again = door()
        assert await refused(again, "wrong password") == "wrong_here"
        assert again.opened is None
    assert no_waiting == [0, 0, 0, 1, 2]


async def test_the_password_changed_while_the_device_was_away(
    door: Doors, line: Line, central: Store, worked: bytes
) -> None:
    people.set_password(central, "agent1", NEW)
    line.up = False
    assert await refused(door(), NEW) == "wrong_here"
    line.up = True
    again = door()
    assert await refused(again, NEW) == ""
    assert key(again) == worked
    line.up = False
    assert await refused(door(), NEW) == ""
    assert await refused(door(), PASSWORD) == "wrong_here"


async def test_over_a_desk_that_the_old_password_opened_the_new_one_takes_its_place(
    door: Doors, line: Line, central: Store, worked: bytes
) -> None:
    people.set_password(central, "agent1", NEW)
    desk = door()
    assert await refused(desk, PASSWORD) == ""
    sessions = []
    desk.on_session = sessions.append
    assert await refused(desk, PASSWORD) == "bad_credentials"
    assert await refused(desk, NEW) == ""
    assert len(sessions) == 1
    line.up = False
    assert await refused(door(), NEW) == ""
    assert await desk.knows(NEW)
    assert not await desk.knows(PASSWORD)


async def test_what_the_sync_signs_in_with_opens_from_then_on(
    door: Doors, line: Line, central: Store, worked: bytes
) -> None:
    desk = door()
    assert await refused(desk) == ""
    people.set_password(central, "agent1", NEW)
    other = door()
    assert await refused(other, NEW) == ""
    assert other.opened is not None
    assert other.opened.session is not None
    desk.renew(other.opened.session, NEW)
    line.up = False
    assert await refused(door(), NEW) == ""


async def test_a_revoked_device_gets_nothing_that_opens(
    door: Doors, line: Line, central: Store, worked: bytes, tmp_path: Path
) -> None:
    people.set_password(central, "agent1", NEW)
    devices.revoke_device(central, KeyFile(tmp_path / "desk" / "desk.db").device())
    told: list[str] = []
    again = door()
    again.on_revoked = lambda: told.append("revoked")
    assert await refused(again, NEW) == "device_revoked"
    assert again.opened is None
    assert told == ["revoked"]


async def test_a_hub_that_keeps_no_secret_leaves_only_the_former_password(
    door: Doors, central: Store, worked: bytes
) -> None:
    people.set_password(central, "agent1", NEW)
    with central.begin() as tx:
        tx.run("UPDATE device SET secret = NULL")
    again = door()
    assert await refused(again, NEW) == "former_password"
    assert again.opened is None
    assert await refused(again, PASSWORD) == ""
    assert key(again) == worked


async def test_another_user_is_sent_elsewhere_before_anything_is_tried(
    door: Doors, line: Line, worked: bytes
) -> None:
    line.asked.clear()
    assert await refused(door(), PASSWORD, "agent2") == "other_user"
    assert line.asked == []


async def test_the_copied_folder_is_of_no_use_without_the_password(
    door: Doors, line: Line, worked: bytes, tmp_path: Path
) -> None:
    LocalStore(tmp_path / "desk" / "desk.db", worked).close()
    for path in shutil.copytree(tmp_path / "desk", tmp_path / "stolen").iterdir():
        assert worked not in path.read_bytes()
        assert PASSWORD.encode() not in path.read_bytes()


async def test_the_clear_store_of_the_version_before_keeps_its_device_and_its_facts(
    door: Doors, line: Line, tmp_path: Path
) -> None:
    (tmp_path / "desk").mkdir()
    path = clear_store(tmp_path / "desk" / "desk.db", 2)
    first = door()
    assert await refused(first, "wrong password") == "bad_credentials"
    assert is_clear(path)
    assert await refused(first) == ""
    assert not is_clear(path)
    store = LocalStore(path, key(first))
    assert store.device() == "D-1" == KeyFile(path).device()
    store.close()
    assert unsent(path, key(first)) == FACTS


async def test_killed_between_key_and_store_the_next_sign_in_ends_it(
    door: Doors, line: Line, tmp_path: Path, worked: bytes
) -> None:
    path = clear_store(tmp_path / "desk" / "desk.db", 2)  # the key is kept, the store still clear
    line.up = False
    again = door()
    assert await refused(again) == ""
    assert not is_clear(path)
    LocalStore(path, worked).close()
