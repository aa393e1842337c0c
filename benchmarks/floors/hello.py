"""The smallest Textual program: what any Textual program costs."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    """One Static that shows the last key."""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("FLOOR")

    def on_key(self, event: events.Key) -> None:
        """Show the key."""
        self.query_one(Static).update(f"FLOOR {event.key}")


if __name__ == "__main__":
    Hello().run()
