"""After a working day no file tells who the clients are, and no line of the log does."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_tui import logs
from agent_tui.bench import Bench
from agent_tui.desk_door import DeskDoor
from agent_tui.workstation import SignInAs
from rules.capture.body import to_body
from rules.capture.read import read
from rules.desk import ClientPage, Saved
from storage.central.connection import Store
from storage.central.doors import devices
from storage.local.wipe import wipe
from storage.sync.client import HubClient
from tests.agent_tui.conftest import HUB, Line
from tests.hub.world import PASSWORD

NOTE = "su hermana Lupita paga el viernes"
SECONDS = 15.0


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The log of an installation of its own."""
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path))
    logs.logger.cache_clear()
    yield logs.log_path()
    sink = logging.getLogger("agent_tui")
    for handler in list(sink.handlers):
        sink.removeHandler(handler)
        handler.close()
    logs.logger.cache_clear()


@pytest.fixture
def open_bench(
    door: Callable[..., DeskDoor], line: Line, central: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Bench]:
    """Opens agent1's workstation on the hub."""
    monkeypatch.setattr("agent_tui.bench.hub_client", lambda _: HubClient(HUB, transport=line))

    def begin(**more: Any) -> Bench:
        came_in = door()
        assert asyncio.run(came_in.sign_in("agent1", PASSWORD)) is None
        assert came_in.opened is not None
        path = tmp_path / "desk" / "desk.db"
        return Bench(SignInAs(HUB, "agent1"), path, came_in.opened, central.clock, came_in, **more)

    return begin


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def capture(bench: Bench, line: str) -> ClientPage:
    """End the call of the client on the desk; the page that was there."""
    wait(lambda: isinstance(bench.desk.desk().page, ClientPage))
    page = bench.desk.desk().page
    catalogue, context = bench.desk.catalogue(), bench.desk.capture_context()
    assert isinstance(page, ClientPage)
    assert context is not None
    reading = read(line, catalogue, context)
    assert isinstance(bench.desk.save(to_body(reading, context, catalogue, line=line)), Saved)
    return page


def test_nothing_of_a_client_lies_in_clear(
    open_bench: Callable[..., Bench], line: Line, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = open_bench()
    bench.start()
    pages = [capture(bench, text) for text in (f"noco /{NOTE}", f"ppt 100 +2 spei /{NOTE}", "buzn")]
    wait(lambda: bench.desk.header().waiting == 0)
    line.up = False
    pages.append(capture(bench, f"noco /{NOTE}"))
    names = [page.client.name for page in pages]

    def quoting(*_: object) -> None:
        raise ValueError(f"can't read {names[0]}: {NOTE}")

    monkeypatch.setattr(bench.store, "apply_changes", quoting)
    line.up = True
    wait(log.exists)
    said = [text.encode() for page in pages for text in (page.client.name, page.phones[0].phone.number)]
    said += [number[-7:] for number in said if number.startswith(b"+")]
    said += [NOTE.encode(), b"Lupita", PASSWORD.encode(), b"access_token"]
    for while_open in (True, False):
        if not while_open:
            bench.close()
        files = [path for folder in (tmp_path / "desk", log.parent) for path in folder.rglob("*")]
        assert any(path.suffix == ".db" for path in files)
        assert any(path.name.endswith("-wal") for path in files) == while_open
        for path in files:
            found = [text for text in said if text in path.read_bytes()]
            assert found == [], path
            assert path.stat().st_mode & 0o077 == 0, path
    told = [json.loads(row) for row in log.read_text(encoding="utf-8").splitlines()]
    fault = told[0]["faults"][0]
    assert fault["kind"] == "ValueError"
    assert any("quoting" in frame for frame in fault["where"])


def test_a_revoked_device_is_told_and_what_it_held_can_be_destroyed(
    open_bench: Callable[..., Bench], central: Store, tmp_path: Path, log: Path
) -> None:
    told: list[str] = []
    bench = open_bench(on_revoked=lambda: told.append("revoked"))
    bench.start()
    capture(bench, "noco")
    devices.revoke_device(central, bench.store.device())
    wait(lambda: bool(told))
    bench.close()
    wipe(tmp_path / "desk" / "desk.db")
    assert list((tmp_path / "desk").iterdir()) == []
