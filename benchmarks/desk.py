"""The workstation beside minimal Textual programs: start, keys, saving, rest, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.report import Row, beside, median, p95
from benchmarks.terminal import Terminal

SIZES = ((80, 24), (200, 50))
ROUNDS = 7
KEYS = 24
WARM_UP = 4
SAVES = 20
IDLE_SECONDS = 10.0
DAY_CLIENTS = 200
DAY_MOVES = 500
CLOCK = "2026-11-20T09:30:00-06:00"
"""A Friday morning, so that the queue is open whenever this runs."""


def floor_command(name: str, *args: str) -> list[str]:
    """A minimal program of `benchmarks.floors`."""
    return [sys.executable, "-m", f"benchmarks.floors.{name}", *args]


@contextmanager
def warm_demo() -> Iterator[list[str]]:
    """A demo whose hub keeps running; the command that opens its workstation."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "agent_tui", "demo", "--dir", f"{folder}/demo", "--lang", "es"]
        keeper = subprocess.Popen(
            [sys.executable, "-c", KEEP, f"{folder}/demo/in-use.lock"], stdin=subprocess.PIPE, cwd=Path.cwd()
        )
        os.environ["AGENT_TUI_CLOCK"] = CLOCK
        try:
            with open_desk(command, 120, 40) as desk:
                first_account(desk)
                desk.settle(2.0)
            yield command
        finally:
            keeper.kill()
            keeper.wait()


KEEP = """
import fcntl, os, pathlib, sys
path = pathlib.Path(sys.argv[1]); path.parent.mkdir(parents=True, exist_ok=True)
fcntl.flock(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_SH)
sys.stdin.read()
"""


def open_desk(command: list[str], columns: int, rows: int) -> Terminal:
    """The workstation on a pty."""
    return Terminal(command, columns, rows, env={"AGENT_TUI_CLOCK": CLOCK})


def first_account(desk: Terminal) -> float:
    """When the first account was readable: the client's phones are on the screen."""
    return desk.wait_for("☎", 60)


def starts(command: list[str], size: tuple[int, int]) -> list[Row]:
    """Spawn to frames, quit to exit, memory; floors interleaved with the desk."""
    seen: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        seen.setdefault(name, []).append(value)

    for _ in range(ROUNDS):
        with Terminal(floor_command("hello"), *size) as hello:
            note("hello frame", hello.wait_for("FLOOR") - hello.started)
            note("hello settled", hello.settle() - hello.started)
            note("hello memory", hello.resident_bytes())
            sent = hello.send("ctrl+q")
            note("hello quit", hello.wait_end() - sent)
        with open_desk(command, *size) as desk:
            note("desk account", first_account(desk) - desk.started)
            note("desk anything", desk.output[0][0] - desk.started)
            note("desk settled", desk.settle(0.5) - desk.started)
            note("desk memory", desk.resident_bytes())
            sent = desk.send("ctrl+q")
            note("desk quit", desk.wait_end() - sent)
    middle = {name: median(values) for name, values in seen.items()}
    hello_ms = middle["hello frame"] * 1000
    rest = (middle["desk settled"] - middle["desk account"]) * 1000
    return [
        beside(
            "spawn to the first account",
            middle["desk account"] * 1000,
            "ms",
            hello_ms,
            "hello",
            "1.5, beyond 1.2",
        ),
        beside(
            "spawn to anything", middle["desk anything"] * 1000, "ms", hello_ms, "hello", "0.1, beyond 0.05"
        ),
        beside("settled minus first account", rest, "ms", hello_ms, "hello", "0.3, beyond 0.1"),
        beside(
            "resident memory",
            middle["desk memory"] / 2**20,
            "MiB",
            middle["hello memory"] / 2**20,
            "hello",
            "2.0, beyond 1.5",
        ),
        beside(
            "quit to exit",
            middle["desk quit"] * 1000,
            "ms",
            middle["hello quit"] * 1000,
            "hello",
            "1.2, beyond 0.3",
        ),
    ]


def keys(command: list[str], size: tuple[int, int]) -> list[Row]:
    """Arrow keys against a table, typing against an input: change, last byte, CPU."""
    with (
        Terminal(floor_command("table"), *size) as table,
        Terminal(floor_command("line"), *size) as line,
        open_desk(command, *size) as desk,
    ):
        table.wait_for("FLOOR")
        line.wait_for("FLOOR")
        first_account(desk)
        desk.settle(1.0)
        find_several_accounts(desk)
        arrows = {"table": press(table, ["down", "up"]), "desk": press(desk, ["down", "up"])}
        typing = {"line": press(line, list("ppt1500")), "desk": press(desk, list("ppt1500"))}
    return [
        *_key_rows("arrow key", arrows["desk"], arrows["table"], "table", "1.3, beyond 1.0", "2, beyond 1.2"),
        *_key_rows(
            "typed character", typing["desk"], typing["line"], "input", "1.3, beyond 1.0", "2, beyond 1.2"
        ),
    ]


def find_several_accounts(desk: Terminal) -> None:
    """Go on until the client at hand has more than one account for the arrows to move over."""
    for _ in range(40):
        try:
            desk.time_key("down", timeout=0.5)
        except TimeoutError:
            desk.time_key("f5")
            desk.settle(0.7)
        else:
            desk.time_key("up")
            return
    raise TimeoutError("no client with several accounts came up")


def press(terminal: Terminal, names: list[str]) -> dict[str, float]:
    """Press keys one at a time, some to warm up: medians in ms, CPU ms per key."""
    changes, lasts = [], []
    for position in range(KEYS + WARM_UP):
        if position == WARM_UP:
            began = terminal.cpu_seconds()
        try:
            change, last = terminal.time_key(names[position % len(names)], timeout=1)
        except TimeoutError:
            continue
        if position >= WARM_UP:
            changes.append(change * 1000)
            lasts.append(last * 1000)
    if not changes:
        raise TimeoutError(f"no key of {names} changed the screen:\n{terminal.text()}")
    return {
        "change": median(changes),
        "last": median(lasts),
        "spread": p95(changes) / median(changes),
        "cpu": (terminal.cpu_seconds() - began) * 1000 / KEYS,
    }


def _key_rows(
    name: str,
    desk: dict[str, float],
    floor: dict[str, float],
    floor_name: str,
    change_aim: str,
    last_aim: str,
) -> list[Row]:
    return [
        beside(f"{name} to change", desk["change"], "ms", floor["change"], floor_name, change_aim),
        beside(f"{name}, last byte", desk["last"], "ms", floor["last"], floor_name, last_aim),
        Row(
            name=f"{name}, p95 / median",
            value=desk["spread"],
            unit="",
            aim="2, beyond 1.5",
            ratio=desk["spread"],
        ),
        beside(f"{name}, CPU per key", desk["cpu"], "ms", floor["cpu"], floor_name, "1.7, beyond 1.2"),
    ]


def saving(command: list[str], size: tuple[int, int]) -> list[Row]:
    """F5 (durable) to the next account, against one transaction and one painted line."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Terminal(floor_command("save", f"{folder}/floor.db"), *size) as floor,
        open_desk(command, *size) as desk,
    ):
        floor.wait_for("FLOOR")
        first_account(desk)
        desk.settle(1.0)
        floors, desks = [], []
        for _ in range(SAVES):
            floors.append(floor.time_key("enter")[0] * 1000)
            desks.append(desk.time_key("f5")[0] * 1000)
            time.sleep(0.5)  # the sync brings the next clients meanwhile, as between two calls
    return [
        beside("Enter to the next account", median(desks), "ms", median(floors), "save", "2, beyond 1.2"),
    ]


def rest(command: list[str], size: tuple[int, int]) -> list[Row]:
    """Ten seconds without a key: processor and bytes written, against an Input."""
    with Terminal(floor_command("line"), *size) as line, open_desk(command, *size) as desk:
        line.wait_for("FLOOR")
        first_account(desk)
        desk.settle(3.0)
        used = {"line": _idle(line), "desk": _idle(desk)}
    (desk_cpu, desk_bytes), (line_cpu, line_bytes) = used["desk"], used["line"]
    return [
        beside("idle CPU, 10 s", desk_cpu * 1000, "ms", line_cpu * 1000, "input", "1.0, beyond 0.25"),
        beside("idle bytes, 10 s", desk_bytes, "B", line_bytes, "input", "none but the clock"),
    ]


def long_day(command: list[str], size: tuple[int, int]) -> list[Row]:
    """200 clients and 500 focus moves: what a key costs and what is held, after and before."""
    with open_desk(command, *size) as desk:
        first_account(desk)
        desk.settle(1.0)
        _work(desk, 10)
        memory, key = desk.resident_bytes(), _cpu_of(desk, _move, 50)
        _work(desk, DAY_CLIENTS)
        _move(desk, DAY_MOVES)
        after_memory, after_key = desk.resident_bytes(), _cpu_of(desk, _move, 50)
    return [
        beside(
            f"memory after {DAY_CLIENTS} clients, {DAY_MOVES} moves",
            after_memory / 2**20,
            "MiB",
            memory / 2**20,
            "before",
            "flat",
        ),
        beside("CPU per focus move after them", after_key, "ms", key, "before", "flat"),
    ]


def _work(desk: Terminal, clients: int) -> None:
    for _ in range(clients):
        desk.time_key("f5")
        desk.settle(0.05)  # time for the sync to bring the next one


def _move(desk: Terminal, moves: int) -> None:
    for position in range(moves):
        desk.send(("f2", "f3", "f4", "f9")[position % 4])
        time.sleep(0.01)


def _cpu_of(desk: Terminal, act: Callable[[Terminal, int], None], times: int) -> float:
    desk.settle(0.5)
    before = desk.cpu_seconds()
    act(desk, times)
    desk.settle(0.5)
    return (desk.cpu_seconds() - before) * 1000 / times


def _idle(terminal: Terminal) -> tuple[float, float]:
    cpu, written = terminal.cpu_seconds(), len(terminal.raw())
    time.sleep(IDLE_SECONDS)
    return terminal.cpu_seconds() - cpu, len(terminal.raw()) - written


def run(say: Callable[[str, list[Row]], None]) -> None:
    """Every measure at every size, told as soon as it is there."""
    with warm_demo() as command:
        for size in SIZES:
            name = f"{size[0]}x{size[1]}"
            say(f"Workstation, {name}: start", starts(command, size))
            say(f"Workstation, {name}: keys", keys(command, size))
            say(f"Workstation, {name}: saving", saving(command, size))
            say(f"Workstation, {name}: at rest", rest(command, size))
        say("Workstation, 120x40: a long day", long_day(command, (120, 40)))
