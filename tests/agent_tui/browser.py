"""A headless Chromium, driven by its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import re
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pyte

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
KEYS = {"Enter": ("\r", 13), "Tab": ("", 9), "Escape": ("", 27)}


def installed() -> str | None:
    """Where there is a Chromium, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Tab:
    """A page: what it was sent by its socket is drawn on a screen of ours, too."""

    def __init__(self, browser: Browser, session: str, target: str, columns: int, rows: int) -> None:
        self._browser, self._session, self.target = browser, session, target
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.faults: list[str] = []
        self.asked: list[str] = []

    def hear(self, method: str, told: dict[str, Any]) -> None:
        if method == "Network.webSocketFrameReceived" and told["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(told["response"]["payloadData"]))
        elif method == "Network.requestWillBeSent":
            self.asked.append(told["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = told["exceptionDetails"]
            self.faults.append(details.get("exception", {}).get("description") or details["text"])

    async def tell(self, method: str, **params: Any) -> Any:
        return await self._browser.tell(method, self._session, **params)

    async def value(self, script: str) -> Any:
        """What a script gives in the page."""
        found = await self.tell("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return found["result"].get("value")

    async def type(self, text: str) -> None:
        for letter in text:
            await self.tell("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            await self.tell("Input.dispatchKeyEvent", type="keyUp", key=letter)

    async def press(self, key: str) -> None:
        text, code = KEYS[key]
        what = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.tell("Input.dispatchKeyEvent", type="keyDown", **what, **({"text": text} if text else {}))
        await self.tell("Input.dispatchKeyEvent", type="keyUp", **what)

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    async def shows(self, what: str | Callable[[str], object], seconds: float = 20.0) -> str:
        """Wait until the terminal in the page has been sent a text."""
        found = (lambda text: what in text) if isinstance(what, str) else what
        deadline = time.monotonic() + seconds
        while not found(self.text()):
            assert time.monotonic() < deadline, f"not shown within {seconds} s: {what}\n{self.text()}"
            await asyncio.sleep(0.05)
        return self.text()

    async def picture(self) -> bytes:
        """What the page looks like, as PNG."""
        found = await self.tell("Page.captureScreenshot", format="png")
        return base64.b64decode(found["data"])

    async def close(self) -> None:
        await self._browser.tell("Target.closeTarget", None, targetId=self.target)


class Browser:
    """A running Chromium."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._tabs: dict[str, Tab] = {}
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            if "id" in told:
                waiting = self._waiting.pop(told["id"])
                if "error" in told:
                    waiting.set_exception(RuntimeError(told["error"]["message"]))
                else:
                    waiting.set_result(told["result"])
            elif tab := self._tabs.get(told.get("sessionId", "")):
                tab.hear(told["method"], told["params"])

    async def tell(self, method: str, session: str | None, **params: Any) -> Any:
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        order = {"id": number, "method": method, "params": params}
        await self._socket.send_json(order | ({"sessionId": session} if session else {}))
        return await asyncio.wait_for(answer, 20)

    async def open(self, url: str, *, columns: int = 100, rows: int = 30) -> Tab:
        """A new tab in which about so many cells find room."""
        target = (await self.tell("Target.createTarget", None, url="about:blank"))["targetId"]
        session = (await self.tell("Target.attachToTarget", None, targetId=target, flatten=True))["sessionId"]
        tab = self._tabs[session] = Tab(self, session, target, 240, 80)
        for domain in ("Page", "Runtime", "Network"):
            await tab.tell(f"{domain}.enable")
        size = {"width": columns * 10, "height": rows * 20, "deviceScaleFactor": 1, "mobile": False}
        await tab.tell("Emulation.setDeviceMetricsOverride", **size)
        await tab.tell("Page.navigate", url=url)
        return tab

    async def end(self) -> None:
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening


@contextlib.asynccontextmanager
async def browser(program: str, folder: Path) -> AsyncIterator[Browser]:
    """Start a Chromium with a profile of its own; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--no-first-run", "--disable-background-networking", "--remote-debugging-port=0",
        f"--user-data-dir={folder}", "about:blank",
        stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    draining: asyncio.Task[bytes] | None = None
    try:
        found = None
        while found is None:
            line = await asyncio.wait_for(process.stderr.readline(), 30)
            assert line, "Chromium ended before it could be reached"
            found = re.search(rb"DevTools listening on (ws://\S+)", line)
        draining = asyncio.create_task(process.stderr.read())
        address = found[1].decode()
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(address, max_msg_size=0) as socket,
        ):
            one = Browser(socket)
            try:
                yield one
            finally:
                await one.end()
    finally:
        with contextlib.suppress(ProcessLookupError):  # Debian's program is a script around it
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.wait_for(process.wait(), 20)
        if draining is not None:
            await draining
