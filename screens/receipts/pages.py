"""The pages of the receipts desk by name, each imported when it is first opened."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from textual.binding import Binding

from rules.words import mark
from screens.board.page import BoardPage
from screens.board.service import BoardService

PAGES = {
    "policies": ("p", mark("Policies and receipts"), "screens.receipts.policies:PoliciesScreen"),
    "payments": ("m", mark("Payments and deposits"), "screens.receipts.payments:PaymentsScreen"),
    "asks": ("a", mark("Requests"), "screens.receipts.asks:AsksScreen"),
    "intents": ("t", mark("Terminal and links"), "screens.receipts.intents:IntentsScreen"),
    "charges": ("d", mark("Direct debit"), "screens.receipts.charges:ChargesScreen"),
    "cfdi": ("c", mark("CFDI"), "screens.receipts.cfdi:CfdiScreen"),
    "reconcile": ("r", mark("Reconciliation"), "screens.receipts.reconciling:ReconcileScreen"),
    "cross": ("x", mark("Cross tables"), "screens.receipts.crossing:CrossScreen"),
    "pivot": ("v", mark("Pivot a table"), "screens.receipts.pivoting:PivotScreen"),
    "reports": ("n", mark("Numbers"), "screens.board.reports:ReportsScreen"),
}
"""Page to its key on the desk's first screen, its words, and its class."""

BINDINGS = [
    Binding(key, f"page('{name}')", words, id=f"receipts.{name}", show=False)
    for name, (key, words, _) in PAGES.items()
]
"""The keys that open the pages."""


def page_class(name: str) -> type[BoardPage]:
    """The class of a page."""
    module, _, found = PAGES[name][2].partition(":")
    kind: type[BoardPage] = getattr(import_module(module), found)
    return kind


def page(name: str, service: BoardService, about: Any = None) -> BoardPage:
    """A page; about: what it is to open on, None = nothing."""
    return page_class(name)(service, about)
