"""The board in a browser: a real Chromium opens the page, signs in and sees a capture arrive."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import aiohttp
import httpx
import msgspec
import pytest
from textual import constants

from agent_tui import cli, opening
from rules.protocol import Leases
from storage.central.connection import Store
from tests.agent_tui.browser import browser, installed
from tests.hub.world import PASSWORD, event

CHROMIUM = installed()
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium-headless-shell)"
)


class Served:
    """A hub with a filled store, and the board that is served from it."""

    def __init__(self, hub: str, url: str, process: subprocess.Popen[str], store: Store) -> None:
        self.hub, self.url, self.process, self.store = hub, url, process, store

    def boards(self) -> list[int]:
        """The processes behind the tabs."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]

    def capture(self) -> None:
        """An agent's promise."""
        device = str(uuid4())
        sign_in = {"user": "agent1", "password": PASSWORD, "device": device}
        token = httpx.post(f"{self.hub}/v1/session", json=sign_in).json()["access_token"]
        headers = {"authorization": f"Bearer {token}"}
        wanted = {"want": 1, "request_id": str(uuid4()), "device": device}
        answer = httpx.post(f"{self.hub}/v1/leases", json=wanted, headers=headers)
        lease = msgspec.json.decode(answer.content, type=Leases).leases[0]
        facts = [msgspec.to_builtins(event(lease, 1, self.store.now() - timedelta(seconds=5)))]
        told = httpx.post(f"{self.hub}/v1/events", json={"device": device, "events": facts}, headers=headers)
        assert told.json()["results"][0]["status"] == "applied", told.text


@pytest.fixture
def served(central: Store, hub_url: str, tmp_path: Path) -> Iterator[Served]:
    url = f"http://127.0.0.1:{free_port()}"
    program = [sys.executable, "-m", "agent_tui", "lead", "--serve", "--hub", hub_url]
    secrets = {"AGENT_TUI_PASSWORD": PASSWORD, "AGENT_TUI_STORE": "sqlite:///secret.db"}
    env = {**os.environ, "AGENT_TUI_HOME": str(tmp_path / "home"), "AGENT_TUI_LANG": "en", **secrets}
    process = subprocess.Popen(
        [*program, "--port", url.rpartition(":")[2]], env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert url in process.stdout.readline()
        until(lambda: reachable(url))
        yield Served(hub_url, url, process, central)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=15)
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def reachable(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.ConnectError:
        return False


def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not within the time"
        time.sleep(0.05)


def known_of(pid: int) -> str:
    """Environment and command line of a process, as others on the machine may read them."""
    return "".join(Path(f"/proc/{pid}/{name}").read_text() for name in ("environ", "cmdline"))


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@needs_chromium
def test_a_lead_signs_in_in_the_browser_and_sees_a_capture_arrive(served: Served, tmp_path: Path) -> None:
    async def scene() -> None:
        async with browser(str(CHROMIUM), tmp_path / "profile") as chromium:
            tab = await chromium.open(served.url)
            await tab.shows("Sign in")  # the password of the environment signs nobody in
            [board] = served.boards()
            assert not [secret for secret in (PASSWORD, "secret.db") if secret in known_of(board)]
            await tab.type("lead")
            await tab.press("Enter")
            await tab.type(PASSWORD)
            await tab.press("Enter")
            await tab.shows("Tarjetas")
            await asyncio.sleep(1)
            before = await tab.picture()
            assert "1,500.00" not in tab.text()
            await asyncio.to_thread(served.capture)
            await tab.shows("agent1")
            await tab.shows(lambda text: "1,500" in text)
            await asyncio.sleep(1)
            after = await tab.picture()
            assert after != before
            (tmp_path / "board.png").write_bytes(after)
            assert not tab.faults
            assert [url for url in tab.asked if not url.startswith((served.url, "data:", "about:"))] == []
            await tab.close()
            await asyncio.to_thread(until, lambda: gone(board))

    asyncio.run(scene())


@asynccontextmanager
async def socket_of(served: Served) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A tab without a browser: the socket that the page opens; the board behind it has begun to draw."""
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{served.url}/ws?width=80&height=24", headers={"origin": served.url}) as tab,
    ):
        await asyncio.wait_for(tab.receive_bytes(), 20)
        yield tab


async def read_on(tab: aiohttp.ClientWebSocketResponse) -> None:
    """As a browser does, which answers when the socket is to be closed."""
    async for _ in tab:
        pass


def test_each_tab_has_a_board_of_its_own_which_ends_with_it(served: Served) -> None:
    async def scene() -> None:
        async with socket_of(served) as one:
            [first] = served.boards()
            async with socket_of(served):
                assert len(served.boards()) == 2
            await asyncio.to_thread(until, lambda: served.boards() == [first])
            assert not one.closed
        await asyncio.to_thread(until, lambda: served.boards() == [])

    asyncio.run(scene())


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_boards_end_with_the_server_however_it_ends(served: Served, how: signal.Signals) -> None:
    async def scene() -> None:
        async with socket_of(served) as tab:
            [board] = served.boards()
            reading = asyncio.create_task(read_on(tab))
            served.process.send_signal(how)
            await asyncio.to_thread(until, lambda: gone(board))
            await asyncio.to_thread(served.process.wait, 10)
            await reading

    asyncio.run(scene())


def test_other_sites_and_names_get_nothing(served: Served) -> None:
    other = httpx.get(served.url, headers={"host": "evil.example"})
    assert (other.status_code, "textual" in other.text) == (403, False)
    local = served.url.replace("127.0.0.1", "localhost")
    assert httpx.get(local).headers["location"].rstrip("/") == served.url
    page = httpx.get(served.url)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "googleapis" not in page.text

    async def scene() -> int:
        async with aiohttp.ClientSession() as http:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await http.ws_connect(f"{served.url}/ws", headers={"origin": "https://evil.example"})
        return refused.value.status

    assert asyncio.run(scene()) == 403
    assert served.boards() == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--host", "0.0.0.0"), "--beyond-this-machine"),  # noqa: S104 - it is refused
        (("--host", "192.0.2.7"), "in the clear"),
        (("--url", "board.example.com"), "no address"),
        (("--port", "0"), "between 1 and"),
    ],
)
def test_it_listens_on_this_machine_alone_unless_told_twice(
    args: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(("lead", "--serve", "--hub", "https://hub.example", *args))
    assert ended.value.code in (1, 2)
    assert says in capsys.readouterr().err


def test_each_tab_is_a_device_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A device is one user's: whoever signs in in another tab must not end these sessions."""
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path))
    assert opening.device("board") == opening.device("board")
    monkeypatch.setattr(constants, "DRIVER", "textual.drivers.web_driver:WebDriver")
    assert opening.device("board") != opening.device("board")
