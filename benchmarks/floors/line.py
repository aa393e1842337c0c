"""An Input typed into: the floor of "typed character to the changed reading"."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Input


class Line(App[None]):
    """The stock input, focused."""

    def compose(self) -> ComposeResult:
        """One input."""
        yield Input(placeholder="FLOOR")


if __name__ == "__main__":
    Line().run()
