"""The receipts desk as an application: sign in if need be, then what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual.binding import BindingType
from textual.screen import Screen

from agent_tui.config import Settings
from agent_tui.terminal_app import TerminalApp
from screens.board.page import BoardPage
from screens.board.service import BoardService
from screens.receipts.screen import ReceiptsScreen
from screens.sign_in import SignInScreen
from widgets.cell_list import CellList


class ReceiptsApp(TerminalApp, inherit_bindings=True):
    """The back office's application.

    Args:
        connect: brings the desk's service; called once someone is signed in.
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
        self._connect, self._sign_in = connect, sign_in
        self._service: BoardService | None = None

    def bindings_in_use(self) -> Iterable[BindingType]:
        """The first screen's keys and its list's."""
        return [*self.BINDINGS, *BoardPage.BINDINGS, *ReceiptsScreen.BINDINGS, *CellList.BINDINGS]

    def dialog_bindings(self) -> Iterable[BindingType]:
        """Those of the desk's pages."""
        from screens.board.table_page import TableScreen
        from screens.receipts.pages import PAGES, page_class

        owners: list[type[Screen[Any]]] = [TableScreen, *(page_class(name) for name in PAGES)]
        return [binding for owner in owners for binding in owner.BINDINGS]

    def on_mount(self) -> None:
        """Begin with the sign-in, or at once with the desk."""
        super().on_mount()
        if self._sign_in is None:
            self._show_desk(True)
        else:
            self.push_screen(self._sign_in, self._show_desk)

    def _show_desk(self, signed_in: bool | None) -> None:
        if not signed_in:
            self.exit()
            return
        self._service = self._connect()
        self.push_screen(ReceiptsScreen(self._service), lambda _: self.exit())

    def say_again(self) -> None:
        """Write every page that is open in the language now in force."""
        for screen in self.screen_stack:
            if isinstance(screen, BoardPage):
                screen.relabel()

    async def action_quit(self) -> None:
        """Leave: what was ordered is kept at the centre, the rest was never sent."""
        self.exit()

    def on_unmount(self) -> None:
        """Let the feed end with the application."""
        if self._service is not None:
            self._service.close()
