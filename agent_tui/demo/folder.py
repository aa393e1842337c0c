"""The demo's folder: what lies where, who uses it now, what time it is there.

Every program on a demo holds a shared lock on ``in-use.lock``; the hub goes when nobody
holds it any more, however its users ended.
"""

from __future__ import annotations

import fcntl
import json
import os
import tomllib
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import msgspec

from agent_tui.home import private_folder
from storage.clock import Clock


class DemoUser(msgspec.Struct, frozen=True):
    """Somebody of the demo, with the password that was made up for them."""

    name: str
    password: str
    role: str


class FileLock(AbstractContextManager["FileLock"]):
    """An advisory lock on a file, held until closed or until the process ends."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take the lock; False when somebody else holds it and `wait` is off."""
        kind = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(self._descriptor, kind)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class DemoFolder:
    """Paths of a demo and the small files that its programs share."""

    def __init__(self, path: Path) -> None:
        self.path = private_folder(path)
        self.store = path / "central.db"
        self.ready = path / "ready"
        self.users_file = path / "users.toml"
        self.announce = path / "hub.json"
        self.in_use = path / "in-use.lock"
        self.server_lock = path / "server.lock"
        self.server_log = path / "server.log"
        self._clock_file = path / "clock.json"

    @property
    def store_url(self) -> str:
        """The central store's URL."""
        return f"sqlite:///{self.store}"

    def desk(self, user: str) -> Path:
        """The workstation folder of one user."""
        return private_folder(self.path / f"desk-{user}")

    def users(self) -> tuple[DemoUser, ...]:
        """Everybody, agents first."""
        listed = tomllib.loads(self.users_file.read_text(encoding="utf-8"))["user"]
        return tuple(msgspec.convert(user, DemoUser) for user in listed)

    def write_users(self, users: tuple[DemoUser, ...]) -> None:
        """Keep the made-up passwords where only this user can read them."""
        lines = []
        for user in users:
            lines.append("[[user]]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in msgspec.to_builtins(user).items()]
        write_private(self.users_file, "\n".join(lines))

    def set_clock(self, start: datetime | None) -> Clock:
        """Set the demo's clock for everybody: where it starts, from now on."""
        text = (
            "{}"
            if start is None
            else json.dumps({"start": start.isoformat(), "began": datetime.now(UTC).isoformat()})
        )
        write_private(self._clock_file, text)
        return Clock(start)

    def clock(self) -> Clock:
        """The demo's clock as it is now, the same in every program on this demo."""
        told = json.loads(self._clock_file.read_text(encoding="utf-8")) if self._clock_file.exists() else {}
        if not told:
            return Clock()
        gone = datetime.now(UTC) - datetime.fromisoformat(told["began"])
        return Clock(datetime.fromisoformat(told["start"]) + gone)


def write_private(path: Path, text: str) -> None:
    """Replace a small file in one step, readable by its owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
