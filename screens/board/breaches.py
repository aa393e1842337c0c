"""Calls against a rule behind a commission, and the one way to clear such a call: with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from rules.commissions import ClearBreach, Clearing
from rules.questions import Done
from rules.reports import RowsQuery
from rules.tables import TOTAL
from rules.words import mark, tr
from screens.board.service import BoardService
from screens.board.table_page import RowsScreen
from widgets.ordered_keys import OrderedInput


class BreachesScreen(RowsScreen):
    """The calls; x opens a line for why the one under the cursor was not against the rule."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "clear", mark("Clear it: why"), id="breaches.clear"),
    ]

    DEFAULT_CSS = """
    BreachesScreen #clear-line, BreachesScreen #clear-line:focus {
        display: none; height: 1; border: none; padding: 0 1; background: $surface;
    }
    BreachesScreen.-typing #clear-line { display: block; }
    """

    def __init__(self, service: BoardService, question: RowsQuery) -> None:
        super().__init__(service, question)
        self._call = ""
        self._line = OrderedInput(id="clear-line", select_on_focus=False, max_length=300)

    def body(self) -> Iterable[Widget]:
        """The calls and the line."""
        yield from super().body()
        yield self._line

    def action_clear(self) -> None:
        """Open the line for the call under the cursor."""
        row = self.list.item
        if row is None or row.key.startswith(TOTAL):
            return
        self._call = row.key
        self.add_class("-typing")
        self.set_focus(self._line)
        self.say(tr("why it was not against the rule · ⏎ clears it · Esc back"))

    @on(Input.Submitted, "#clear-line")
    def _send(self) -> None:
        why = self._line.value.strip()
        if not why:
            self.refused("why_missing")
            return
        self.ask(ClearBreach(call=self._call, body=Clearing(why=why)), self._cleared)

    def _cleared(self, _: Done) -> None:
        self._close_line()
        self.say(tr("✓ Cleared: the next draft leaves it out."), "$text-success")

    def _close_line(self) -> None:
        self._line.value = ""
        self.remove_class("-typing")
        self.set_focus(self.list)

    def action_leave(self) -> None:
        """From the line back to the calls; from there back to the commissions."""
        if self.has_class("-typing"):
            self._close_line()
        else:
            super().action_leave()
