"""The receipts desk's first screen: its pages, and what waits on each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from rules.office import Office, OfficeQuery, Waiting
from rules.words import mark, tr
from screens.board.page import BoardPage
from screens.board.service import BoardService
from screens.receipts import pages
from widgets.columns import Column
from widgets.formats import day, plain
from widgets.row_list import RowList

EVERY_SECONDS = 10.0
"""How often it is asked what waits."""


class Line(msgspec.Struct, frozen=True):
    """A page on the list; waiting None = nothing can wait there."""

    name: str
    key: str
    words: str
    waiting: Waiting | None = None


class PageList(RowList[Line], inherit_bindings=False):
    """The pages in their own order: letters open them, and are no keys of the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        one
        for one in RowList.BINDINGS
        if isinstance(one, Binding)
        and one.id in ("rows.up", "rows.down", "rows.first", "rows.last", "rows.open")
    ]


class ReceiptsScreen(BoardPage):
    """Lists the pages with what waits there; a page's key, or Enter, opens it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *pages.BINDINGS,
        Binding("f5", "again", mark("Ask again"), id="receipts.again", show=False),
    ]

    AUTO_FOCUS = "#pages"

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._office: Office | None = None
        self._rows = PageList(columns(), lambda one: one.name, now=service.now(), id="pages")

    def title_words(self) -> str:
        """The desk's name."""
        return tr("Receipts desk")

    def body(self) -> Iterable[Widget]:
        """The pages."""
        self._rows.styles.height = "1fr"
        return (self._rows,)

    def on_mount(self) -> None:
        """Show the pages, then what waits on them, again and again."""
        super().on_mount()
        self.relabel()
        self.action_again()
        self.set_interval(EVERY_SECONDS, self._look)

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self.draw_head(f"· {self.service.who()}")
        self._rows.relabel(tr("What waits"), columns(), "")
        self._fill()

    def _fill(self) -> None:
        found = {one.page: one for one in self._office.waiting} if self._office else {}
        lines = tuple(
            Line(name, key, tr(words), found.get(name)) for name, (key, words, _) in pages.PAGES.items()
        )
        self._rows.show(lines, self.service.now())

    def _look(self) -> None:
        """Ask quietly, while this is the screen in front."""
        if self.app.screen is self:
            self.action_again()

    def action_again(self) -> None:
        """Ask what waits."""
        self.ask(OfficeQuery(), self._hear_office)

    def _hear_office(self, office: Office) -> None:
        self._office = office
        self._fill()

    @on(RowList.Chosen, "#pages")
    async def _open(self, event: RowList.Chosen) -> None:
        await self.action_page(event.item.name)

    async def action_page(self, name: str) -> None:
        """Open a page; keys typed at once are the page's."""
        await self.app.push_screen(pages.page(name, self.service), lambda _: self.action_again())


def columns() -> tuple[Column[Line], ...]:
    """The page's key and name, and what waits there."""
    return (
        Column("key", "", 3, lambda line, _: line.key, lambda line: line.key),
        Column("page", tr("page"), 24, lambda line, _: line.words, lambda line: line.words, grow=True),
        Column("count", tr("waiting"), 8, lambda line, _: _count(line), _number, right=True),
        Column("late", tr("late"), 6, lambda line, _: _late(line), _alarms, _tone, right=True),
        Column("due", tr("next"), 7, lambda line, _: _next(line), _next, rank=2),
        Column("amount", tr("amount"), 26, lambda line, _: _amounts(line), _amounts,
               right=True, rank=1),
    )  # fmt: skip


def _number(line: Line) -> int:
    return line.waiting.count if line.waiting else 0


def _alarms(line: Line) -> int:
    return line.waiting.late if line.waiting else 0


def _count(line: Line) -> str:
    return f"{_number(line):,}" if line.waiting else ""


def _late(line: Line) -> str:
    return f"! {_alarms(line):,}" if _alarms(line) else ""


def _tone(line: Line, _: datetime) -> str:
    return "bad" if _alarms(line) else ""


def _next(line: Line) -> str:
    return day(line.waiting.next_due) if line.waiting and line.waiting.next_due else ""


def _amounts(line: Line) -> str:
    amounts = line.waiting.amounts if line.waiting else {}
    return " + ".join(f"{plain(minor)} {currency}" for currency, minor in sorted(amounts.items()))
