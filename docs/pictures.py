"""Take the pictures of README.md: real screens of a real demo, as SVG.

Run by ``make pictures``. The demo runs on a fixed clock and seed, so that a picture only
changes when the screen does.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from io import StringIO
from itertools import groupby
from pathlib import Path

from pyte.screens import Char
from rich.console import Console
from rich.style import Style
from rich.text import Text

from benchmarks.terminal import Terminal

HERE = Path(__file__).parent
CLOCK = "2026-11-20T09:30:00-06:00"
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>{styles} .{unique_id}-matrix {{
  font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; }}</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
{chrome}<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def picture(terminal: Terminal, title: str) -> str:
    """The present screen of a terminal as SVG."""
    terminal.text()
    screen = terminal.screen
    console = Console(
        width=screen.columns, record=True, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    for row in range(screen.lines):
        cells = [screen.buffer[row][column] for column in range(screen.columns)]
        line = Text(no_wrap=True, end="\n")
        for style, run in groupby(cells, _style):
            line.append("".join(cell.data for cell in run), style)
        console.print(line)
    return console.export_svg(title=title, code_format=SVG)


def _style(cell: Char) -> Style:
    return Style(
        color=_colour(cell.fg),
        bgcolor=_colour(cell.bg),
        bold=cell.bold,
        italic=cell.italics,
        reverse=cell.reverse,
        underline=cell.underscore,
    )


def _colour(name: str) -> str | None:
    if name == "default":
        return None
    if len(name) == 6 and all(letter in "0123456789abcdef" for letter in name.lower()):
        return f"#{name}"
    return {"brown": "yellow"}.get(name, name)


def open_demo(demo: Path, language: str, size: tuple[int, int], *more: str) -> Terminal:
    """The demo on a fixed clock."""
    command = [sys.executable, "-m", "agent_tui", "demo", "--dir", str(demo), "--lang", language, *more]
    return Terminal(command, *size, env={"AGENT_TUI_CLOCK": CLOCK, "COLORTERM": "truecolor"})


def type_all(terminal: Terminal, ready: str, keys: Sequence[Sequence[str]]) -> None:
    """Wait until the screen is there, then type, with a pause after each part."""
    terminal.wait_for(ready, 60)
    terminal.settle(1.0)
    for typed in keys:
        terminal.send(*typed)
        terminal.settle(0.5)


def save(terminal: Terminal, name: str) -> None:
    """Keep the picture of the present screen."""
    (HERE / f"{name}.svg").write_text(picture(terminal, "agent-tui"), encoding="utf-8")


def main() -> None:
    """All pictures of the README: two desks at work, and the board that sees them."""
    calls = [
        ["f5"],
        ["f6"],
        ["p", "enter"],
        ["f7"],
        ["m", "enter"],
        ["y", "enter"],
        ["r10h", "enter"],
        ["f5"],
    ]
    identified = ["1", "1", "1"]
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        with (
            open_demo(demo, "es", (120, 40)) as ana,
            open_demo(demo, "en", (80, 24)) as beto,
            open_demo(demo, "es", (120, 40), "--lead") as board,
        ):
            type_all(ana, "DEUDA", [*calls, ["p", "enter"], identified, [*"p500 man spei /cobra mañana"]])
            type_all(beto, "DEBT", [*calls, ["n", "enter"], identified])
            type_all(board, "Cola", [])
            save(ana, "workstation-es")
            save(beto, "workstation-en-80x24")
            save(board, "board-es")


if __name__ == "__main__":
    main()
