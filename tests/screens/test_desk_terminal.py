"""The desk on a real pseudo-terminal: it leaves as it came, and goes when its terminal goes."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.terminal

PROGRAM = "from agent_tui.app import DeskApp, run; run(DeskApp())"
IGNORING = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); {PROGRAM}"
FAILING = """
from agent_tui.app import DeskApp, run
class Broken(DeskApp):
    def on_ready(self):
        self.set_timer(0.3, self.fall)
    def fall(self):
        secret = "RFC RUOM850214AB1"
        raise RuntimeError("a fault")
try:
    run(Broken())
except RuntimeError as error:
    print("told:", error)
    raise SystemExit(1)
"""


class Terminal:
    """A program in a pseudo-terminal of its own."""

    def __init__(self, code: str) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.seen = b""
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            cwd=Path(__file__).parents[2],
            env={**os.environ, "TERM": "xterm-256color"},
        )

    def read_until(self, wanted: bytes, within: float = 15.0) -> bool:
        end = time.monotonic() + within
        while wanted not in self.seen and time.monotonic() < end:
            if select.select([self.master], [], [], 0.05)[0]:
                try:
                    self.seen += os.read(self.master, 65536)
                except OSError:
                    break
        return wanted in self.seen

    def hang_up(self) -> None:
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for descriptor in (self.master, self.slave):
            if descriptor >= 0:
                os.close(descriptor)


@pytest.fixture
def terminal(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    terminal = Terminal(request.param)
    try:
        assert terminal.read_until(b"F1"), terminal.seen[-2000:]
        yield terminal
    finally:
        terminal.close()


@pytest.mark.parametrize("terminal", [PROGRAM], indirect=True)
def test_leaving_puts_the_terminal_back(terminal):
    os.write(terminal.master, b"\x11")
    assert terminal.read_until(b"\x1b[?1049l")
    assert terminal.process.wait(10) == 0
    assert termios.tcgetattr(terminal.slave) == terminal.before
    assert b"Traceback" not in terminal.seen


@pytest.mark.parametrize("terminal", [PROGRAM, IGNORING], indirect=True, ids=["hang-up", "hang-up ignored"])
def test_a_program_whose_terminal_went_away_ends(terminal):
    terminal.hang_up()
    terminal.process.wait(10)


@pytest.mark.parametrize("terminal", [FAILING], indirect=True)
def test_a_fault_is_one_line_and_no_data(terminal):
    assert terminal.read_until(b"told: a fault")
    assert terminal.process.wait(10) == 1
    assert b"Traceback" not in terminal.seen
    assert b"RUOM850214AB1" not in terminal.seen
    assert termios.tcgetattr(terminal.slave) == terminal.before
