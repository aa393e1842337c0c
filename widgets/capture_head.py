"""The rule over the capture line: it says what was saved last, calmly, without a toast."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rules.words import tr
from widgets.panel import Panel
from widgets.shown import shown


class CaptureHead(Panel):
    """One line: the panel's name and the last thing that was done."""

    said = Content("")

    def say(self, text: str, style: str = "$text-success") -> None:
        """Say what was done."""
        self.said = shown(text, style)
        self.redraw()

    def title(self) -> Content:
        """The panel's name."""
        return shown(tr("CAPTURE"))

    def note(self) -> Content:
        """What was done last."""
        return self.said

    def lines(self, width: int) -> Sequence[Content]:
        """Nothing under the rule: the line itself is an input."""
        return []
