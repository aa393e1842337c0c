"""Requests to the back office: what waits and until when; each in full, granted, denied, done; by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from rules.backoffice.ask_line import read_office
from rules.backoffice.asks import KINDS
from rules.backoffice.office_asks import (
    AnswerAsk,
    AskFigures,
    AskInFull,
    Asking,
    AskOwn,
    AskQuery,
    Asks,
    AsksQuery,
    DoAsk,
    ListedAsk,
    OfficeAsk,
    WorkOut,
)
from rules.capture.scope import Refused
from rules.questions import Question
from rules.words import mark, tr
from screens.account.line_words import reason
from screens.board.lined_page import LinedPage
from screens.board.service import BoardService
from screens.receipts.ask_dialog import AskDialog, FiguresDialog
from screens.receipts.ask_rows import columns, table
from widgets.ask_lines import KINDS as KIND_WORDS
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row
from widgets.wording import word

LINE = "AUT-48213 cancela 30/11 corto plazo"
"""A line that can be typed, shown as the example."""


class AsksScreen(LinedPage):
    """What waits, by its day; Enter shows one in full, `n` works something out for a policy.

    Args:
        service: what answers.
        about: a kind of request to begin with, None = all.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "work_out", mark("Work out or ask"), id="asks.work_out"),
        Binding("f", "kind", mark("Next kind"), id="asks.kind"),
        Binding("t", "ended", mark("Waiting or ended"), id="asks.ended"),
        Binding("e", "export('xlsx')", mark("To Excel"), id="table.xlsx", show=False),
        Binding("E", "export('csv')", mark("To CSV"), id="table.csv", show=False),
        Binding("f5", "again", mark("Ask again"), id="asks.again", show=False),
    ]

    AUTO_FOCUS = "#asks"

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._kind = about if about in KINDS else ""
        self._ended = False
        self._asks: Asks | None = None
        self._then_say = ""
        self._rows: RowList[ListedAsk] = RowList(
            columns(), lambda one: one.ask.id, now=service.now(), id="asks"
        )
        self.resting = self._rows

    def title_words(self) -> str:
        """What the page is."""
        return tr("Requests")

    def body(self) -> Iterable[Widget]:
        """The requests, and the line."""
        self._rows.styles.height = "1fr"
        return (self._rows, self.line)

    def on_mount(self) -> None:
        """Ask for what waits."""
        super().on_mount()
        self.set_focus(self._rows)
        self.relabel()
        self.action_again()

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        title = tr("Ended") if self._ended else tr("Waiting")
        if self._kind:
            title = f"{title} · {word(KIND_WORDS, self._kind)}"
        self._rows.relabel(title, columns(), tr("nothing here"))
        self._draw_counts()

    def _draw_counts(self) -> None:
        found = self._asks.asks if self._asks is not None else ()
        late = sum(one.late for one in found)
        counted = (f"· {len(found):,} ", LABEL)
        self.draw_head(row(counted, (tr("{count} late", count=late), "bold $text-error") if late else ""))

    # What is shown

    def action_again(self) -> None:
        """Ask anew; the cursor stays on its row."""
        self.ask(AsksQuery(kind=self._kind, ended=self._ended), self._fill)

    def _fill(self, found: Asks) -> None:
        self._asks = found
        self._rows.show(found.asks, self.service.now())
        self._draw_counts()
        if self._then_say:
            self.say(self._then_say, "$text-success")
            self._then_say = ""
        elif found.more:
            self.say(tr("Only the first {count} rows are shown.", count=f"{len(found.asks):,}"))

    def action_kind(self) -> None:
        """The next kind, all after the last."""
        kinds = ("", *KINDS)
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)]
        self.relabel()
        self.action_again()

    def action_ended(self) -> None:
        """From what waits to what has ended, and back."""
        self._ended = not self._ended
        self.relabel()
        self.action_again()

    # One of them

    @on(RowList.Chosen, "#asks")
    def _open(self, event: RowList.Chosen) -> None:
        self.ask(AskQuery(ask_id=event.item.ask.id), self._show)

    def _show(self, found: AskInFull) -> None:
        self.app.push_screen(AskDialog(found, self.service.now()), self._order)

    def _order(self, order: Question[Any] | None) -> None:
        if order is not None:
            self.ask(order, lambda _: self._kept(order))

    def _kept(self, order: Question[Any]) -> None:
        if isinstance(order, DoAsk):
            self._then_say = tr("✓ Done; the agent sees it now.")
        elif isinstance(order, AnswerAsk) and order.body.verdict == "approve":
            self._then_say = tr("✓ Granted: it can be done now.")
        else:
            self._then_say = tr("✓ Kept; the agent sees it now.")
        self.action_again()

    # By hand

    def action_work_out(self) -> None:
        """Open the line for a policy's number and what is wanted; that under the cursor stands on it."""
        chosen = self._rows.item
        begun = f"{chosen.policy} " if chosen is not None and chosen.policy else ""
        self.open_line("work_out", begun, f"{LINE} · compensa · rehabilita · endoso · anual")

    def entered(self, text: str) -> None:
        """Have what the line says worked out."""
        asked = read_office(text, self.service.now().date())
        self.ask(WorkOut(body=asked), lambda found: self._show_figures(asked, found))

    def _show_figures(self, asked: OfficeAsk, found: AskFigures) -> None:
        self.app.push_screen(FiguresDialog(asked, found, self.service.now()), self._ask_own)

    def _ask_own(self, asked: OfficeAsk | None) -> None:
        if asked is not None:
            self.ask(AskOwn(body=asked), self._asked)

    def _asked(self, made: Asking) -> None:
        self.close_line()
        self._then_say = tr("✓ Asked for with folio {folio}: another person answers.", folio=made.folio)
        self.action_again()

    def reason(self, refused: Refused) -> str:
        """What is wrong with what was typed."""
        return reason(refused)

    # Files

    def action_export(self, form: str) -> None:
        """Write what is shown to a file."""
        self.write(table(tuple(self._rows.order.rows), self.service.now()), form)
