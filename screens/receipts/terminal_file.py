"""A terminal's daily file, row by row with what each is; a key books what was asked for and is not booked."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from rules.paying.intent_orders import (
    IntentsQuery,
    SendTerminalFile,
    TerminalFile,
    TerminalFileRead,
    file_table,
)
from rules.paying.terminal_files import MOST, Matched, TerminalRow
from rules.words import mark, tr, trn
from screens.board.service import BoardService
from screens.board.table_page import TableScreen


class TerminalFileScreen(TableScreen):
    """Shows what the centre says of each row; nothing is booked before `b`.

    Args:
        service: what answers.
        rows: of the file.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "book", mark("Book them"), id="terminal_file.book"),
    ]

    def __init__(self, service: BoardService, rows: tuple[TerminalRow, ...]) -> None:
        super().__init__(service, IntentsQuery())  # type: ignore[arg-type]  # what it shows is put together here
        self._rows = rows
        self._matched: list[Matched] = []

    def action_again(self) -> None:
        """Ask what each row is."""
        self._send(dry=True)

    def action_book(self) -> None:
        """Book what was asked for and is not booked yet."""
        if any(one.verdict == "settled" for one in self._matched):
            self._send(dry=False)
        else:
            self.say(tr("There is nothing to book."), "$text-warning")

    def _send(self, *, dry: bool) -> None:
        """Send the rows in parts, one after the other."""
        self._matched = []
        parts = [self._rows[start : start + MOST] for start in range(0, len(self._rows), MOST)]

        def go_on(read: TerminalFileRead | None = None) -> None:
            if read is not None:
                self._matched += read.matched
            if parts:
                self.ask(SendTerminalFile(body=TerminalFile(rows=parts.pop(0), dry=dry)), go_on)
            else:
                self._show(dry=dry)

        go_on()

    def _show(self, *, dry: bool) -> None:
        settled = sum(one.verdict == "settled" for one in self._matched)
        if not dry:
            self._matched = [
                Matched(line=one.line, verdict="known", intent_id=one.intent_id)
                if one.verdict == "settled"
                else one
                for one in self._matched
            ]
        self.show_table(file_table(self._rows, self._matched, self.service.now()))
        if dry:
            words = trn(
                "One payment to book: b books it.", "{number} payments to book: b books them.", settled
            )
            self.say(words, "$text-warning" if settled else "")
        else:
            self.say(trn("✓ One payment booked.", "✓ {number} payments booked.", settled), "$text-success")
