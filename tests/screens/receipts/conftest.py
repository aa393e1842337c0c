"""The receipts desk over answers that stand still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual import events

from agent_tui.i18n import set_language
from agent_tui.receipts_app import ReceiptsApp
from rules.office import Office, OfficeQuery
from tests.screens.board.conftest import NOW, StillBoard


class TestedReceipts(ReceiptsApp):
    """The receipts desk, with a burst of keys and its screen as text."""

    __test__ = False

    def __init__(self, service: StillBoard) -> None:
        super().__init__(lambda: service)
        self.service = service

    def type(self, *keys: str) -> None:
        for key in keys:
            self.post_message(events.Key(key, key if len(key) == 1 else None))

    def text(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    """English words, before and after."""
    set_language("en")
    yield
    set_language("en")


@pytest.fixture
def receipts() -> TestedReceipts:
    """The desk, on which nothing waits."""
    service = StillBoard()
    service.replies[OfficeQuery] = Office(waiting=(), at=NOW)
    return TestedReceipts(service)
