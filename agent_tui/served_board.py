"""The lead board in a browser: a page on this machine, and one board behind each tab that opens it.

The page knows nobody: whoever opens it signs in on the board's own screen, so a password is
in no address, no list of processes and no environment.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ipaddress
import os
import shlex
import sys
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp_jinja2
from aiohttp import web
from textual_serve.server import Server

from agent_tui.failures import CommandError
from rules.words import language, tr

MOST_TABS = 16
"""Boards at a time: each is a process of some 80 MB."""

SECRETS = ("AGENT_TUI_PASSWORD", "AGENT_TUI_STORE")
"""What a served board must not find in its environment: it would sign in whoever opens the page."""

LAST_SECONDS = 5.0
"""A board that has not ended by then goes with the pipe that it reads."""

_FOCUS = """
addEventListener("load", () => {
  new MutationObserver((_, seen) => {
    if (!document.body.classList.contains("-first-byte")) return;
    seen.disconnect();
    document.querySelector(".xterm-helper-textarea").focus();
  }).observe(document.body, {attributeFilter: ["class"]});
});
"""
"""So that the keys go to the board without a click, once it is there."""


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' 'sha256-{_digest(_FOCUS)}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing is fetched from or sent to anywhere else, and no other page frames this one."""

_HEADERS = {
    "content-security-policy": _POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BoardServer(Server):
    """Serves the page and starts a board for each tab.

    Args:
        command: starts a board that asks who signs in.
        host: address to listen at.
        port: port to listen at.
        url: where browsers find it, "" = at host and port.
    """

    def __init__(self, command: Sequence[str], host: str, port: int, url: str = "") -> None:
        # The shell that starts it makes room for it: one process for each tab, which hears its end.
        shell = f"exec {shlex.join(command)}"
        super().__init__(
            shell,
            host=_bracketed(host),
            port=port,
            title="agent-tui",
            public_url=url or None,
            templates_path=Path(__file__).parent / "pages",
        )
        self._listen_at = host
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(self.public_url))
        self._tabs: set[asyncio.Task[object]] = set()

    def initialize_logging(self) -> None:
        """Requests are nobody's business; warnings go to standard error by themselves."""

    async def on_startup(self, app: web.Application) -> None:
        """Say where it is."""
        print(tr("The board is at {url} · Ctrl+C ends it", url=self.public_url), flush=True)

    def serve(self, debug: bool = False) -> None:
        """Serve until Ctrl+C or SIGTERM; the boards end with it."""
        for name in SECRETS:
            os.environ.pop(name, None)
        self.host = self._listen_at
        super().serve(debug)

    async def _make_app(self) -> web.Application:
        app: web.Application = await super()._make_app()
        aiohttp_jinja2.get_env(app).globals |= {
            "lang": language(),
            "focus": _FOCUS,
            "ended": tr("The board has ended."),
            "again": tr("Open it again"),
        }

        @web.middleware
        async def guarding(request: web.Request, handler: _Handler) -> web.StreamResponse:
            return self._refusal(request) or await handler(request)

        app.middlewares.append(guarding)
        app.on_response_prepare.append(_harden)
        return app

    def _refusal(self, request: web.Request) -> web.StreamResponse | None:
        """Pages of other sites can't reach a board: neither under another name nor by a socket."""
        origin = request.headers.get("origin")
        if request.host != urlsplit(self._origin).netloc:
            if request.path == "/" and _is_here(request.host):
                raise web.HTTPFound(self.public_url)
            return web.Response(status=HTTPStatus.FORBIDDEN, text=f"open {self.public_url}")
        if origin is not None and origin != self._origin:
            return web.Response(status=HTTPStatus.FORBIDDEN, text=f"open {self.public_url}")
        return None

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Start a board for a tab, and end it with the tab."""
        if len(self._tabs) >= MOST_TABS:
            raise web.HTTPServiceUnavailable(text="too many tabs")
        tab = asyncio.current_task()
        if tab is not None:
            self._tabs.add(tab)
            tab.add_done_callback(self._tabs.discard)
        return await super().handle_websocket(request)

    async def on_shutdown(self, app: web.Application) -> None:
        """End the boards: the server would wait for as long as a tab is open."""
        tabs = tuple(self._tabs)
        for tab in tabs:
            tab.cancel()
        if tabs:
            await asyncio.wait(tabs, timeout=LAST_SECONDS)


async def _harden(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)


def serve(arguments: Sequence[str], host: str, port: int, url: str, *, beyond: bool) -> int:
    """Serve the board until Ctrl+C; the command's exit code.

    Args:
        arguments: of the command that starts a board, beginning with "lead".
        host: address to listen at.
        port: port to listen at.
        url: where browsers find it, "" = at host and port.
        beyond: other machines may reach it.

    Raises:
        CommandError: it would listen beyond this machine, and nobody said that it may; or the URL
            is none.
    """
    if not _is_here(host) and not beyond:
        raise CommandError(
            tr(
                "{host} is not this machine alone, and the page has no TLS: passwords would travel in the"
                " clear. Put a proxy with TLS before 127.0.0.1, or say --beyond-this-machine, too.",
                host=host,
            )
        )
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
        raise CommandError(tr("{url} is no address; it looks like https://board.example.com", url=url))
    command = (sys.executable, "-m", "agent_tui", *arguments)
    BoardServer(command, host, port, url.rstrip("/")).serve()
    return 0


def _is_here(host: str) -> bool:
    """Whether an address, with or without a port, is this machine itself."""
    name = (
        host if host.count(":") > 1 and "]" not in host else host.rpartition("]")[0] or host.partition(":")[0]
    )
    name = name.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
