"""Programs of other projects, run on loopback ports of our own and ended with their user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def program(name: str) -> str | None:
    """Where a program of the system is, None when it is not installed."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SYSTEM}")


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def folder_for_all(prefix: str) -> Iterator[Path]:
    """A temporary folder that the account of the database may use."""
    path = Path(tempfile.mkdtemp(prefix=prefix))
    account = server_account()
    if account:
        os.chown(path, account["user"], account["group"])
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def server_account() -> dict[str, int]:
    """As whom PostgreSQL and its keepers run: they refuse to be root."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid}


class Processes:
    """Started programs by name; each has a log and a process group of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, tuple[list[str], dict[str, int], Mapping[str, str] | None]] = {}

    def start(
        self,
        name: str,
        command: list[str],
        *,
        account: dict[str, int] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Start a program, as another account if one is given, and remember how for `again`."""
        self._commands[name] = (command, account or {}, env)
        self.again(name)

    def again(self, name: str) -> None:
        """Start a program as it was started before."""
        command, account, env = self._commands[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=None if env is None else {**os.environ, **env},
                start_new_session=True,
                **account,
            )

    def pid(self, name: str) -> int:
        """The process id of a program."""
        return self._running[name].pid

    def kill(self, name: str, sign: int = signal.SIGKILL) -> None:
        """Send a signal to a program and to all that it started."""
        running = self._running[name]
        for pid in (*offspring(running.pid), running.pid):
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                continue
        if sign == signal.SIGKILL:
            running.wait()

    def log(self, name: str) -> str:
        """What a program has said."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def end(self) -> None:
        """End all of them, the last started first."""
        for name in reversed(self._running):
            if self._running[name].poll() is None:
                self.kill(name)


def offspring(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have, now alive."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += map(int, task.read_text().split())
        except FileNotFoundError:
            continue
    return [one for child in children for one in (*offspring(child), child)]


def until(true: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait for something; how long it took.

    Raises:
        TimeoutError: it did not happen in time; says what.
    """
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)
    return time.monotonic() - began
