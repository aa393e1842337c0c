"""The lead board as an application: sign in if need be, then the live figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.binding import BindingType

from agent_tui.config import Settings
from agent_tui.terminal_app import TerminalApp
from screens.board.screen import BoardScreen
from screens.board.service import BoardService
from screens.sign_in import SignInScreen
from widgets.row_list import RowList


class BoardApp(TerminalApp, inherit_bindings=True):
    """The lead's application.

    Args:
        connect: brings the board's service; called once someone is signed in.
        settings: the user's own theme, keys and mouse.
        sign_in: the screen that signs in first; None = someone is signed in already.
    """

    def __init__(
        self,
        connect: Callable[[], BoardService],
        settings: Settings | None = None,
        *,
        sign_in: SignInScreen | None = None,
    ) -> None:
        super().__init__(settings)
        self._connect = connect
        self._sign_in = sign_in
        self._board: BoardScreen | None = None
        self._service: BoardService | None = None

    def bindings_in_use(self) -> Iterable[BindingType]:
        """The board's own keys and its lists'."""
        return [*self.BINDINGS, *BoardScreen.BINDINGS, *RowList.BINDINGS]

    def dialog_bindings(self) -> Iterable[BindingType]:
        """Those in which a decision is taken."""
        from screens.board.answer import AnswerScreen
        from screens.board.matters import CaseScreen, InconsistencyScreen, SeenScreen
        from screens.board.pages import PAGES, page_class

        owners = (AnswerScreen, InconsistencyScreen, CaseScreen, SeenScreen, *_pages(page_class, PAGES))
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
        self._board = BoardScreen(self._service)
        self.push_screen(self._board)

    def say_again(self) -> None:
        """Write the board in the language now in force."""
        if self._board is not None:
            self._board.relabel()

    async def action_quit(self) -> None:
        """Leave: nothing on a board can be lost."""
        self.exit()

    def on_unmount(self) -> None:
        """Let the feed end with the application."""
        if self._service is not None:
            self._service.close()


def run(app: BoardApp) -> None:
    """Run the board until its user leaves.

    Raises:
        Exception: whatever ended it unexpectedly, once the terminal is as it was found.
    """
    app.run(mouse=app.settings.mouse)
    if app.failure is not None:
        raise app.failure


def _pages(page_class, PAGES):  # WIP: until every page exists
    for name in PAGES:
        try:
            yield page_class(name)
        except ModuleNotFoundError:
            continue
