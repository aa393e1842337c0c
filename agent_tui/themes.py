"""The three themes: dark, light and high contrast.

None of them is a theme of terminal (ANSI) colours: under NO_COLOR those come out black on
black. Every state on the screens also carries a letter or a sign, so that colour only helps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.app import App
from textual.theme import Theme

from rules.words import mark

DEFAULT = "dark"


def _plain_texts(theme: Theme, *, rule: str, muted: str) -> Theme:
    """Give a theme the very colours that it names for texts, not shades mixed while running."""
    for name in ("primary", "secondary", "warning", "error", "success", "accent"):
        theme.variables[f"text-{name}"] = getattr(theme, name)
    theme.variables |= {"panel-rule": rule, "border": rule, "text-muted": muted, "foreground-muted": muted}
    return theme


THEMES = (
    _plain_texts(
        Theme(
            name="dark",
            dark=True,
            foreground="#d8dee9",
            background="#12151b",
            surface="#1a1e26",
            panel="#222733",
            primary="#7cb7ff",
            secondary="#9aa8c0",
            warning="#f0b860",
            error="#ff7f79",
            success="#86d489",
            accent="#c9a5f7",
        ),
        rule="#3b4252",
        muted="#8f98a8",
    ),
    _plain_texts(
        Theme(
            name="light",
            dark=False,
            foreground="#1b2129",
            background="#fbfbf9",
            surface="#f1f1ee",
            panel="#e6e7e4",
            primary="#0b57b0",
            secondary="#47566b",
            warning="#8a5200",
            error="#b3171d",
            success="#176b2c",
            accent="#6b35b0",
        ),
        rule="#b8bfca",
        muted="#5a6472",
    ),
    _plain_texts(
        Theme(
            name="contrast",
            dark=True,
            foreground="#ffffff",
            background="#000000",
            surface="#000000",
            panel="#1c1c1c",
            primary="#6fd3ff",
            secondary="#ffffff",
            warning="#ffd700",
            error="#ff9d9d",
            success="#7dff7d",
            accent="#ffb0ff",
        ),
        rule="#ffffff",
        muted="#e0e0e0",
    ),
)
NAMES = tuple(theme.name for theme in THEMES)
WORDS = {"dark": mark("Theme: dark"), "light": mark("Theme: light"), "contrast": mark("Theme: high contrast")}


def install(app: App[Any], name: str) -> None:
    """Give an application our themes and put one in force; an unknown name means the first."""
    for theme in THEMES:
        app.register_theme(theme)
    app.theme = name if name in NAMES else DEFAULT


def after(name: str, names: Iterable[str] = NAMES) -> str:
    """The theme that follows another one, round and round."""
    ring = list(names)
    return ring[(ring.index(name) + 1) % len(ring)] if name in ring else DEFAULT
