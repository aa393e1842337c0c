"""The lead board as an application: sign in if need be, then the live figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual.binding import BindingType
from textual.screen import Screen

from agent_tui.config import Settings
from agent_tui.terminal_app import TerminalApp
from screens.board.page import BoardPage
from screens.board.panes import Arrangement
from screens.board.screen import BoardScreen
from screens.board.service import BoardService
from screens.sign_in import SignInScreen
from widgets.cell_list import CellList


class BoardApp(TerminalApp, inherit_bindings=True):
    """The lead's application.

    Args:
        connect: brings the board's service; called once someone is signed in.
        settings: the user's own theme, keys and mouse.
        kept: how the board was arranged the last time. keep: is told of every other arrangement.
        sign_in: the screen that signs in first; None = someone is signed in already.
    """

    def __init__(
        self,
        connect: Callable[[], BoardService],
        settings: Settings | None = None,
        *,
        kept: Arrangement | None = None,
        keep: Callable[[Arrangement], None] = lambda _: None,
        sign_in: SignInScreen | None = None,
    ) -> None:
        super().__init__(settings)
        self._connect = connect
        self._kept, self._keep = kept, keep
        self._sign_in = sign_in
        self._service: BoardService | None = None

    def bindings_in_use(self) -> Iterable[BindingType]:
        """The board's own keys and its lists'."""
        return [*self.BINDINGS, *BoardScreen.BINDINGS, *CellList.BINDINGS]

    def dialog_bindings(self) -> Iterable[BindingType]:
        """Those in which a decision is taken, and the board's pages."""
        from screens.board.answer import AnswerScreen
        from screens.board.breaches import BreachesScreen
        from screens.board.matters import CaseScreen, InconsistencyScreen, SeenScreen
        from screens.board.pages import PAGES, page_class
        from screens.board.readers import ReadersScreen
        from screens.board.reports import ReportScreen
        from screens.board.table_page import TableScreen

        dialogs = (AnswerScreen, InconsistencyScreen, CaseScreen, SeenScreen, ReadersScreen)
        pages = [page_class(name) for name in PAGES]
        owners: list[type[Screen[Any]]] = [
            *dialogs,
            BoardPage,
            TableScreen,
            ReportScreen,
            BreachesScreen,
            *pages,
        ]
        return [binding for owner in owners for binding in owner.BINDINGS]

    def on_mount(self) -> None:
        """Begin with the sign-in, or at once with the board."""
        if self._sign_in is None:
            self._show_board(True)
        else:
            self.push_screen(self._sign_in, self._show_board)

    def _show_board(self, signed_in: bool | None) -> None:
        if not signed_in:
            self.exit()
            return
        self._service = self._connect()
        self.push_screen(BoardScreen(self._service, self._kept, self._keep))

    def say_again(self) -> None:
        """Write the board, and the page over it, in the language now in force."""
        for screen in self.screen_stack:
            if isinstance(screen, BoardScreen | BoardPage):
                screen.relabel()

    async def action_quit(self) -> None:
        """Leave: nothing on a board can be lost."""
        self.exit()

    def on_unmount(self) -> None:
        """Let the feed end with the application."""
        if self._service is not None:
            self._service.close()
