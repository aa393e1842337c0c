"""Join a demo: find its hub or start one, and say how far the preparation is."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable

from agent_tui import splash
from agent_tui.demo.folder import DemoFolder
from agent_tui.failures import CommandError
from rules.words import tr

STARTING_SECONDS = 30.0


def join(folder: DemoFolder, clients: int, seed: int, progress: Callable[[int, int], None]) -> str:
    """The URL of the demo's hub, which runs when this returns.

    Raises:
        CommandError: the hub did not come up; names its log.
    """
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        url = _announced(folder)
        if url:
            return url
        url = _start(folder, clients, seed, progress)
        if url:
            return url
        if time.monotonic() > deadline:
            raise CommandError(tr("The demo's hub did not start. Its log is {path}.", path=folder.server_log))
        time.sleep(0.1)


def _announced(folder: DemoFolder) -> str | None:
    """The announced hub, if it answers: a killed one leaves its announcement behind."""
    import http.client
    from urllib.parse import urlsplit

    try:
        url: str = json.loads(folder.announce.read_text(encoding="utf-8"))["url"]
    except (FileNotFoundError, ValueError):
        return None
    parts = urlsplit(url)
    probe = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=2)
    try:
        probe.request("GET", "/healthz")
        return url if probe.getresponse().status == http.client.OK else None
    except OSError:
        return None
    finally:
        probe.close()


def _start(folder: DemoFolder, clients: int, seed: int, progress: Callable[[int, int], None]) -> str | None:
    """Start the server; None when another one is on its way up."""
    splash.take_away()  # what follows takes seconds, and is told in lines
    with folder.server_log.open("ab") as log:
        server = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
            [
                sys.executable,
                "-m",
                "agent_tui.demo.server",
                str(folder.path),
                str(clients),
                str(seed),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # a Ctrl+C here is not meant for the hub that others may use
        )
    if server.stdout is None:
        raise AssertionError("a pipe was asked for")
    with server.stdout as told:
        for line in told:
            word, _, rest = line.strip().partition(" ")
            if word == "progress":
                done, total = rest.split()
                progress(int(done), int(total))
            elif word == "ready":
                return rest
    if server.wait() != 0:
        raise CommandError(
            tr("The demo's hub stopped while starting. Its log is {path}.", path=folder.server_log)
        )
    return None
