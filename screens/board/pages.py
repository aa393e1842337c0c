"""The board's pages by name, each imported when it is first opened."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from textual.binding import Binding

from rules.words import mark
from screens.board.page import BoardPage
from screens.board.service import BoardService

PAGES = {
    "reports": ("n", mark("Numbers"), "screens.board.reports:ReportsScreen"),
    "trends": ("t", mark("Trends"), "screens.board.trends:TrendsScreen"),
    "assign": ("a", mark("Assign, recall, share out"), "screens.board.assigning:AssignScreen"),
    "directives": ("h", mark("Hold or first"), "screens.board.directives:DirectivesScreen"),
    "messages": ("m", mark("Messages and coaching"), "screens.board.messages:MessagesScreen"),
    "strategies": ("y", mark("Strategies"), "screens.board.strategies:StrategiesScreen"),
    "staff": ("p", mark("People"), "screens.board.staff:StaffScreen"),
    "commissions": ("o", mark("Commissions"), "screens.board.commissions:CommissionsScreen"),
    "receipts": ("b", mark("Receipts desk"), "screens.receipts.screen:ReceiptsScreen"),
    "quality": ("v", mark("Quality"), "screens.board.quality:QualityScreen"),
}
"""Page to its key on the board, its words, and its class."""

BINDINGS = [
    Binding(key, f"page('{name}')", words, id=f"board.{name}", show=name in ("reports", "assign", "messages"))
    for name, (key, words, _) in PAGES.items()
]
"""The keys that open the pages."""


def page_class(name: str) -> type[BoardPage]:
    """The class of a page."""
    module, _, found = PAGES[name][2].partition(":")
    kind: type[BoardPage] = getattr(import_module(module), found)
    return kind


def page(name: str, service: BoardService, about: Any) -> BoardPage:
    """A page, opened on the row of the board that it is about."""
    return page_class(name)(service, about)
