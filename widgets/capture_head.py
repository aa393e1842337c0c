"""The rule over the capture line: what was saved last, without a toast, and the strategy to follow."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rules.desk import Guidance
from rules.words import tr
from widgets.panel import Panel
from widgets.shown import row, shown

BESIDES = 8
"""Cells of the rule beside its title and note."""


class CaptureHead(Panel):
    """One line: the panel's name, the last thing that was done, and the strategy of the client shown."""

    said = Content("")
    guidance: Guidance | None = None
    offers: tuple[str, ...] = ()

    def say(self, text: str, style: str = "$text-success") -> None:
        """Say what was done."""
        self.said = shown(text, style)
        self.redraw()

    def follow(self, guidance: Guidance | None, offers: tuple[str, ...] = ()) -> None:
        """Show what the strategy says of the client on the desk, None = none is in force.

        offers: what those on its menu are called.
        """
        if (guidance, offers) != (self.guidance, self.offers):
            self.guidance, self.offers = guidance, offers
            self.redraw()

    def title(self) -> Content:
        """The panel's name."""
        return shown(tr("CAPTURE"))

    def note(self) -> Content:
        """What was done last; then the strategy, in as many words as there is room for."""
        # What was done is worth more than the panel's name, which gives way to it.
        said = self.said.truncate(max(0, self.size.width - BESIDES), ellipsis=True)
        if self.guidance is None:
            return said
        from widgets.guidance_line import guidance_line  # here: most portfolios have no strategy

        gap = "  " if said else ""
        room = self.size.width - self.title().cell_length - BESIDES - said.cell_length - len(gap)
        line = guidance_line(self.guidance, self.offers, room)
        return row(said, gap, line) if line else said

    def lines(self, width: int) -> Sequence[Content]:
        """Nothing under the rule: the line itself is an input."""
        return []
