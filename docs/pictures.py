"""Take the pictures of README.md: real screens of a real demo, as SVG.

Run by ``make pictures``. The demo runs on a fixed clock and seed, so that a picture only
changes when the screen does.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

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
        line = Text(no_wrap=True, end="\n")
        for column in range(screen.columns):
            cell = screen.buffer[row][column]
            line.append(
                cell.data,
                Style(
                    color=_colour(cell.fg),
                    bgcolor=_colour(cell.bg),
                    bold=cell.bold,
                    italic=cell.italics,
                    reverse=cell.reverse,
                    underline=cell.underscore,
                ),
            )
        console.print(line)
    return console.export_svg(title=title, code_format=SVG)


def _colour(name: str) -> str | None:
    if name == "default":
        return None
    if len(name) == 6 and all(letter in "0123456789abcdef" for letter in name.lower()):
        return f"#{name}"
    return {"brown": "yellow"}.get(name, name)


def take(
    demo: Path,
    language: str,
    size: tuple[int, int],
    keys: Sequence[Sequence[str]],
    ready: str,
    name: str,
    *more: str,
) -> None:
    """Open the demo, wait for `ready`, type the keys, save the picture."""
    command = [sys.executable, "-m", "agent_tui", "demo", "--dir", str(demo), "--lang", language, *more]
    with Terminal(command, *size, env={"AGENT_TUI_CLOCK": CLOCK, "COLORTERM": "truecolor"}) as terminal:
        terminal.wait_for(ready, 60)
        terminal.settle()
        for typed in keys:
            terminal.send(*typed)
            terminal.settle()
        (HERE / f"{name}.svg").write_text(picture(terminal, "agent-tui"), encoding="utf-8")
        terminal.send("ctrl+q")


def main() -> None:
    """All pictures of the README."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        take(demo, "es", (120, 40), [[*"p1500 vie spei"]], "DEUDA", "workstation-es")
        take(demo, "en", (80, 24), [], "DEBT", "workstation-en-80x24")
        take(demo, "es", (120, 40), [], "COLA", "board-es", "--lead")


if __name__ == "__main__":
    main()
