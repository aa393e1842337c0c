"""Data that wants to be obeyed: none of it reaches the terminal, none of it breaks a screen."""

from __future__ import annotations

import ast
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.shown import row, shown

HOSTILE = {
    "clear": "\x1b[2J\x1b[HGone",
    "clipboard": "\x1b]52;c;ZXZpbA==\x1b\\name",
    "bell": "a\x07b\x00c\x9b31m",
    "markup": "pago [/red] [b]x[/b] [@click=app.quit]leave[/]",
    "brackets": "[vencido] {llaves} %s $HOME",
    "bidi": "\u202eoredro\u202c \u2066x\u2069 \u200fy",
    "zero width": "a\u200bb\u2060c\ufeffd\u00adx",
    "wide": "株式会社山田商店 👩\u200d👩\u200d👧 " * 4,
    "combining": "Z\u0301\u0302\u0303\u0304a\u0300\u0301" * 8,
    "long": "A" * 10_000,
    "lines": "one\ntwo\r\nthree\u2028four\u0085five",
    "empty": "",
}


def forbidden(text: str) -> set[str]:
    """Characters that a terminal might obey or that hide text."""
    return {one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Co", "Cs") and one != "\n"}


@pytest.mark.anyio
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("kind", HOSTILE)
async def test_nothing_in_a_client_is_obeyed(
    make_app, make_desk, make_hostile, type_keys, screen_text, kind, size
):
    desk = make_desk(make_hostile(HOSTILE[kind]))
    async with make_app(desk).run_test(size=size) as pilot:
        for keys in ("", "<f3>", "<f4>", "<f9>", "<f2><down>"):
            await type_keys(pilot, keys)
            text = screen_text(pilot.app)
            assert not forbidden(text)
            assert all(cell_len(line) <= size[0] for line in text.splitlines())
        assert pilot.app.is_running


@given(st.text(alphabet=st.characters(), max_size=60))
def test_the_door_lets_no_control_through_and_no_markup_vanish(text):
    drawn = row(shown(text), (text, "bold"), text)
    assert not forbidden(drawn.plain.replace("\n", "\x00"))
    if text.isascii() and text.isprintable():
        assert drawn.plain == text * 3


DOORS = {"Static", "Label", "Option", "update", "add_row", "Button", "Content", "styled"}
"""Calls whose first argument becomes text on the screen."""


def bare(argument: ast.expr) -> bool:
    """Whether text made of data stands here: an f-string or a sum that is not ours alone."""
    if isinstance(argument, ast.JoinedStr):
        values = [part.value for part in argument.values if isinstance(part, ast.FormattedValue)]
        return any(
            not isinstance(one, ast.Call) or getattr(one.func, "id", "") not in ("tr", "trn")
            for one in values
        )
    return isinstance(argument, ast.BinOp | ast.Attribute) and not _is_content(argument)


def _is_content(argument: ast.expr) -> bool:
    """Names of `Content` values; a sum of lengths and strings is none."""
    return isinstance(argument, ast.Attribute) and argument.attr in ("said", "_line")


def test_bare_strings_never_reach_a_widget():
    """What a widget takes as text is markup: at the doors stand Content and words of our own."""
    root = Path(__file__).parents[2]
    paths = [*root.glob("screens/**/*.py"), *root.glob("widgets/**/*.py"), *root.glob("agent_tui/**/*.py")]
    found = []
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or path.name == "shown.py":
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            literal = any(keyword.arg == "markup" for keyword in node.keywords)
            where = f"{path.relative_to(root)}:{node.lineno} {name}"
            if name in DOORS and bare(node.args[0]):
                found.append(where)
            if name == "notify" and not literal:
                found.append(f"{where} without markup=False")
            if name == "from_markup" and not isinstance(node.args[0], ast.Constant):
                found.append(where)
    assert not found
