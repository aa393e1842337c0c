"""The page that comes next, drawn while the agent speaks: Enter then only has to show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from textual.screen import Screen

from rules.desk import ClientPage, NoClient
from widgets.panel import Panel

Parts = Iterator[tuple[Panel, Callable[[], None]]]
"""Each panel with what shows a page on it."""

REST_S = 0.15
"""How long the desk is at rest before the next page is drawn."""


class PageAhead:
    """Draws a page panel by panel, so that no key waits for more than one of them.

    Args:
        screen: whose timers are used.
        page: the page that comes next, None = not known.
        parts: how a page is shown.
        words: what else the drawing depends on (language, catalogue), compared by equality.
    """

    def __init__(
        self,
        screen: Screen[None],
        page: Callable[[], ClientPage | None],
        parts: Callable[[ClientPage], Parts],
        words: Callable[[], object],
    ) -> None:
        self._screen, self._page, self._parts, self._words = screen, page, parts, words
        self._waiting = False
        self._drawn: tuple[object, object] | None = None
        self._left: Parts = iter(())

    def look(self) -> None:
        """The desk has changed: draw the next page once the desk is at rest."""
        if not self._waiting:
            self._waiting = True
            self._screen.set_timer(REST_S, self._begin)

    def put(self, page: ClientPage) -> None:
        """Show a page: what was drawn of it is only put on the screen."""
        shown = (seen(page), self._words())
        if shown == self._drawn:
            shown = self._drawn  # the very one, so that no panel has to compare them again
        for panel, show in self._parts(page):
            panel.put((shown, panel.under_eye), show)
        self._drawn = None
        self.look()

    def _begin(self) -> None:
        self._waiting = False
        page = self._page() if self._screen.is_mounted else None
        wanted = (seen(page), self._words()) if page else None
        if page is None:
            return
        parts = list(self._parts(page))
        if wanted != self._drawn or any(panel.waits_for_drawing for panel, _ in parts):
            self._drawn = wanted
            self._left = iter(parts)
            self._next()

    def _next(self) -> None:
        found = next(self._left, None)
        if found is not None:
            panel, show = found
            panel.draw_ahead((self._drawn, panel.under_eye), show)
            self._screen.call_later(self._next)


def seen(page: ClientPage | NoClient) -> ClientPage | NoClient:
    """The page without what moves unseen: each sync renews leases and reads clients again."""
    if not isinstance(page, ClientPage):
        return page
    replace = msgspec.structs.replace
    minute = page.local_time.replace(second=0, microsecond=0)
    return replace(
        page,
        client=replace(page.client, as_of=minute),
        phones=tuple(replace(view, permission=replace(view.permission, inputs={})) for view in page.phones),
        permission=replace(page.permission, inputs={}),
        local_time=minute,
        lease_until=None,
    )
