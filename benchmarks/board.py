"""The lead board with 1,000 agents beside a plain table: scrolling, and one agent who moves."""

from __future__ import annotations

import operator
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.desk import KEYS, WARM_UP, floor_command, press
from benchmarks.report import Row, beside, median
from benchmarks.terminal import Terminal

SIZE = (120, 40)
MOVES = 20
BOARD = (sys.executable, "-m", "benchmarks.still_board")


def opened(command: Sequence[str]) -> Terminal:
    """The board with the agents' pane over the whole window."""
    board = Terminal(command, *SIZE)
    board.wait_for("Agent 0001")
    board.settle(1.0)
    board.send("2", "z")
    board.settle(1.0)
    return board


def scrolling() -> list[Row]:
    """Rows at the lower edge, so that each rolls the list, then pages up and down."""
    with Terminal(floor_command("table"), *SIZE) as table, opened(BOARD) as board:
        table.wait_for("FLOOR")
        for terminal in (table, board):
            terminal.send(*["down"] * SIZE[1])
            terminal.settle(1.0)
        rows = []
        for words, keys in (("a row", ["down"]), ("a page", ["pagedown", "pagedown", "pageup", "pageup"])):
            board_key, board_bytes = _pressed(board, keys)
            table_key, table_bytes = _pressed(table, keys)
            for name, figure in (("to change", "change"), ("last byte", "last"), ("CPU", "cpu")):
                rows.append(
                    beside(f"{words}, {name}", board_key[figure], "ms", table_key[figure], "table", "1.3")
                )
            rows.append(beside(f"{words}, written", board_bytes, "B", table_bytes, "table", "1.3"))
    return rows


def _pressed(terminal: Terminal, keys: list[str]) -> tuple[dict[str, float], float]:
    """Keys pressed a number of times: their times, and the bytes of one."""
    written = len(terminal.raw())
    times = press(terminal, keys)
    return times, (len(terminal.raw()) - written) / (KEYS + WARM_UP)


def moving() -> list[Row]:
    """One of 1,000 agents gains a touch: what is written and used until it shows."""
    with opened(BOARD) as board:
        written, used = len(board.raw()), board.cpu_seconds()
        delays = []
        for _ in range(MOVES):
            seen = partial(operator.ne, board.text())
            sent = time.perf_counter()
            board.kill(signal.SIGUSR1)
            delays.append((board.wait_until(seen) - sent) * 1000)
            board.settle()
        written, used = len(board.raw()) - written, board.cpu_seconds() - used
    return [
        Row(name="a figure of 1,000 agents to shown", value=median(delays), unit="ms", aim="100"),
        Row(name="written for it", value=written / MOVES, unit="B", aim="three lines: 1,500"),
        Row(name="CPU for it", value=used * 1000 / MOVES, unit="ms", aim="30"),
    ]


def run(say: Callable[[str, list[Row]], None]) -> None:
    """Both, at one size."""
    name = f"{SIZE[0]}x{SIZE[1]}"
    say(f"Lead board, {name}: scrolling", scrolling())
    say(f"Lead board, {name}: live", moving())
