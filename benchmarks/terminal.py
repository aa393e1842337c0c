"""A program in a pseudo-terminal: started, typed into, read and timed.

A reader thread stamps each piece of output when it arrives; the emulator is fed
afterwards, so that its own cost is in no figure.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

import pyte

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "escape": "\x1b",
    "backspace": "\x7f",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "f11": "\x1b[23~",
    "f12": "\x1b[24~",
}
QUIET_SECONDS = 0.15
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


def key_bytes(name: str) -> bytes:
    """What a terminal sends for a named key, ``ctrl+x`` or a plain character."""
    if name.startswith("ctrl+"):
        return bytes([ord(name[5]) & 0x1F])
    return KEYS.get(name, name).encode()


class Terminal(AbstractContextManager["Terminal"]):
    """One program on a pty of a given size.

    Args:
        command: program and arguments.
        columns, rows: size of the terminal.
        env: variables added to a plain xterm's environment.
    """

    def __init__(
        self, command: Sequence[str], columns: int, rows: int, env: Mapping[str, str] | None = None
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._fed = 0
        self.output: list[tuple[float, bytes]] = []
        self.ended: float | None = None
        self.exit_code: int | None = None
        base = {
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
        }
        self.started = time.perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(command[0], list(command), {**base, **(env or {})})  # noqa: S606 - a program of our own
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._wake, self._waker = os.pipe()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._master, self._wake], [], [])
            try:
                piece = os.read(self._master, 65536) if self._master in ready else b""
            except OSError:
                piece = b""
            if not piece:
                os.close(self._master)
                _, status = os.waitpid(self.pid, 0)
                self.exit_code = os.waitstatus_to_exitcode(status)
                self.ended = time.perf_counter()
                return
            self.output.append((time.perf_counter(), piece))

    def send(self, *names: str) -> float:
        """Type keys in one write; the moment just before it."""
        return self.send_bytes(b"".join(key_bytes(name) for name in names))

    def send_bytes(self, data: bytes) -> float:
        """Write raw bytes; the moment just before."""
        at = time.perf_counter()
        os.write(self._master, data)
        return at

    def _feed_one(self) -> float | None:
        if self._fed >= len(self.output):
            return None
        at, piece = self.output[self._fed]
        self._fed += 1
        self._stream.feed(self._decode(piece))
        return at

    def text(self) -> str:
        """The screen as text, all output so far included."""
        while self._feed_one() is not None:
            pass
        return "\n".join(line.rstrip() for line in self.screen.display)

    def raw(self) -> bytes:
        """Every byte that the program wrote."""
        return b"".join(piece for _, piece in self.output)

    def wait_until(self, seen: Callable[[str], bool], timeout: float = 20.0) -> float:
        """When the output that made `seen(screen text)` true arrived.

        Raises:
            TimeoutError: it did not come; the message holds the screen.
        """
        deadline = time.perf_counter() + timeout
        while time.perf_counter() < deadline:
            at = self._feed_one()
            if at is None:
                if self.ended and self._fed >= len(self.output):
                    break
                time.sleep(0.001)
            elif seen("\n".join(self.screen.display)):
                return at
        raise TimeoutError(f"not seen in {timeout} s; exit code {self.exit_code}; the screen:\n{self.text()}")

    def wait_for(self, text: str, timeout: float = 20.0) -> float:
        """When `text` was on the screen."""
        return self.wait_until(lambda screen: text in screen, timeout)

    def settle(self, quiet: float = QUIET_SECONDS, timeout: float = 20.0) -> float:
        """When the last output before a quiet moment arrived."""
        began = time.perf_counter()
        deadline = began + timeout
        while time.perf_counter() < deadline:
            last = self.output[-1][0] if self.output else self.started
            if time.perf_counter() - max(last, began) >= quiet:
                self.text()
                return last
            time.sleep(0.005)
        raise TimeoutError("the program never stopped writing")

    def time_key(self, *names: str, timeout: float = 5.0) -> tuple[float, float]:
        """Seconds from typing to the first visible change, and to the last byte of the burst.

        Raises:
            TimeoutError: nothing changed.
        """
        self.text()
        before = self._look()
        sent = self.send(*names)
        changed = self.wait_until(lambda _: self._look() != before, timeout)
        return changed - sent, self.settle(quiet=0.03) - sent

    def _look(self) -> object:
        """All that can be seen: cells with their colours, and the cursor where it shows."""
        cursor = None if self.screen.cursor.hidden else (self.screen.cursor.x, self.screen.cursor.y)
        return cursor, [dict(self.screen.buffer[row]) for row in range(self.screen.lines)]

    def cpu_seconds(self) -> float:
        """Processor time of the program and its children so far."""
        return sum(_cpu(pid) for pid in _tree(self.pid))

    def resident_bytes(self) -> int:
        """Resident memory of the program itself."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE

    def wait_end(self, timeout: float = 10.0) -> float:
        """When the program had ended."""
        self._reader.join(timeout)
        if self.ended is None:
            raise TimeoutError("the program did not end")
        return self.ended

    def kill(self, how: int = signal.SIGKILL) -> None:
        """Send a signal to the program alone."""
        if self.ended is None:
            os.kill(self.pid, how)

    def hang_up(self) -> None:
        """Close the terminal under the program."""
        os.write(self._waker, b"x")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._reader.join(5)
        os.close(self._wake)
        os.close(self._waker)


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except FileNotFoundError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
