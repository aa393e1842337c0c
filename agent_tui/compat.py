"""The private parts of Textual that we build on, all in one place.

tests/screens/test_desk_app.py fails when a release of Textual moves one of them.
"""

from __future__ import annotations

from textual.app import App
from textual.command import CommandList, CommandPalette
from textual.widgets.option_list import Option

from rules.words import tr
from widgets.shown import shown


class Palette(CommandPalette):
    """The command palette; "No matches found" is fixed English in Textual's own."""

    def _start_no_matches_countdown(self, search_value: str) -> None:
        self._stop_no_matches_countdown()

        def show_no_matches() -> None:
            self._list_visible = bool(search_value)
            if search_value:
                option = Option(shown(tr("Nothing matches.")), disabled=True, id=self._NO_MATCHES)
                self.query_one(CommandList).add_option(option)

        self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, show_no_matches)


class QuietApp(App[None], inherit_bindings=False):
    """An application that keeps an unexpected error for its caller instead of printing it.

    failure: what ended the application, None when it ended as it should.
    """

    failure: Exception | None = None

    def _handle_exception(self, error: Exception) -> None:
        self.failure = self.failure or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with all local variables: client data on the terminal.
        self._close_messages_no_wait()
