"""What the hub did not take: why, what to do, and the agent's decision about each."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.desk import LET_GO, PutAside, Refused
from rules.words import mark, tr, trn
from screens.choice import ChoiceScreen, digit_bindings
from screens.desk_service import DeskService
from widgets.columns import Column
from widgets.fact_lines import fact_lines, headline, remedy, why
from widgets.formats import moment
from widgets.panel import LABEL
from widgets.refusals import refusal
from widgets.row_list import RowList
from widgets.shown import row, shown

GIVEN_UP = {
    "captured_again": mark("captured again"),
    "mistake": mark("it was a mistake"),
    "told_lead": mark("the lead sees to it"),
    "other": mark("another reason"),
}
"""Why a refused fact is given up."""


def status(aside: PutAside) -> str:
    """What has been decided about it, or how much it holds back."""
    if aside.let_go:
        return tr("let go: {why}", why=tr(GIVEN_UP[aside.let_go]))
    return trn("holds {number} back", "holds {number} back", aside.held_back) if aside.held_back else "·"


def columns() -> tuple[Column[PutAside], ...]:
    """When, who, what, why not, and what of it."""
    return (
        Column("at", tr("when"), 12, lambda one, now: moment(one.event.at, now), lambda one: one.event.at),
        Column("client", tr("client"), 12, lambda one, _: one.client or "·",
               lambda one: one.client, grow=True),
        Column("what", tr("what"), 15, lambda one, _: headline(one.event), lambda one: headline(one.event)),
        Column("why", tr("why"), 16, lambda one, _: why(one.reason), lambda one: one.reason, grow=True),
        Column("status", tr("then"), 13, lambda one, _: status(one), lambda one: one.let_go,
               lambda one, _: "muted" if one.let_go else "warn", rank=1),
    )  # fmt: skip


class QuarantineScreen(ModalScreen[None]):
    """Lists what the hub did not take, oldest first.

    Args:
        service: the desk, which keeps it and carries the decision out.
        now: the present instant, in the zone in which hours are to be read.
    """

    DEFAULT_CSS = """
    QuarantineScreen { align: center middle; }
    QuarantineScreen > RowList {
        width: 100; max-width: 100%; height: 1fr; max-height: 70%;
        background: $surface; border-top: heavy $error; border-title-color: $text-error;
    }
    QuarantineScreen > Static {
        width: 100; max-width: 100%; height: 2; background: $panel; padding: 0 1;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "again", mark("Send it again"), id="refused.again"),
        Binding("g", "let_go", mark("Let it go, with a reason"), id="refused.let_go"),
        Binding("escape,minus", "close", mark("Back to the desk"), id="refused.close"),
    ]

    def __init__(self, service: DeskService, now: datetime) -> None:
        super().__init__()
        self._service = service
        self._rows: RowList[PutAside] = RowList(
            columns(), lambda one: one.event.id, now=now, empty=tr("the hub has taken everything")
        )
        self._foot = Static()
        self._said = ""

    def compose(self) -> ComposeResult:
        """The list, what to do about the one under the cursor, and the keys."""
        yield self._rows
        yield self._foot

    def on_mount(self) -> None:
        """Fill the list."""
        self._rows.relabel(tr("Not taken by the hub"), self._rows.order.columns, self._rows.empty)
        self._fill()
        self.set_focus(self._rows)

    def _fill(self) -> None:
        self._rows.show(self._service.quarantine(), self._rows.now)
        self._say()

    def _say(self) -> None:
        """What was done, else what can be done about the one under the cursor; and the keys."""
        one = self._rows.item
        told = self._said or (f"{why(one.reason)}: {remedy(one.reason)}" if one and not one.let_go else "")
        keys = tr("⏎ all of it · a sends it again · g lets it go · Esc back")
        self._foot.update(Content("\n").join([shown(told, "$text-warning"), shown(keys, "$text-muted")]))

    @on(RowList.Pointed)
    def _pointed(self) -> None:
        self._say()
        self._said = ""

    @on(RowList.Chosen)
    def _open(self, event: RowList.Chosen) -> None:
        self.app.push_screen(FactScreen(event.item, self._rows.now), self._decided)

    def action_again(self) -> None:
        """Send the one under the cursor again."""
        self._decided("again")

    def action_let_go(self) -> None:
        """Give the one under the cursor up."""
        self._decided("let_go")

    def action_close(self) -> None:
        """Back to the desk."""
        self.dismiss(None)

    def _decided(self, what: str | None) -> None:
        one = self._rows.item
        if one is None or one.let_go or what is None:
            return
        if what == "let_go":
            self.app.push_screen(LetGoScreen(), self._given_up)
        else:
            self._done(self._service.send_again(one.event.id), tr("It is on its way again."))

    def _given_up(self, reason: str | None) -> None:
        one = self._rows.item
        if one is not None and reason is not None:
            self._done(self._service.let_go(one.event.id, reason), tr("Let go; the lead sees it."))

    def _done(self, refused: Refused | None, said: str) -> None:
        self._said = refusal(refused, self._rows.now) if refused else said
        self._fill()


class LetGoScreen(ChoiceScreen):
    """Asks why a refused fact is given up; None when it is kept."""

    CHOICES = LET_GO
    BINDINGS: ClassVar[list[BindingType]] = digit_bindings(
        "let_go", len(LET_GO), mark("Reason with this number"), mark("Keep it")
    )

    def question(self) -> str:
        """What is asked."""
        return tr("Why is it let go?")

    def words(self, choice: str) -> str:
        """The words of one reason."""
        return tr(GIVEN_UP[choice])

    def stay(self) -> str:
        """What Escape does."""
        return tr("Esc keeps it")


class FactScreen(ModalScreen[str | None]):
    """One refused fact in full; closes with again, let_go or None.

    Args:
        aside: the fact.
        now: the present instant, in the zone in which hours are to be read.
    """

    DEFAULT_CSS = """
    FactScreen { align: center middle; }
    FactScreen > VerticalScroll {
        width: 72; max-width: 100%; height: auto; max-height: 90%; padding: 1 2;
        background: $panel; border-left: thick $error; scrollbar-size-vertical: 1;
    }
    FactScreen Static { height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "answer('again')", mark("Send it again"), id="fact.again"),
        Binding("g", "answer('let_go')", mark("Let it go, with a reason"), id="fact.let_go"),
        Binding("escape,enter", "close", mark("Back to the list"), id="fact.close"),
    ]

    def __init__(self, aside: PutAside, now: datetime) -> None:
        super().__init__()
        self._aside, self._now = aside, now

    def compose(self) -> ComposeResult:
        """One static text that scrolls where the window is small."""
        one = self._aside
        lines = [row((one.client or tr("nobody's"), "bold")), *fact_lines(one.event, self._now)]
        lines += [
            row((f"{tr('refused')} ", LABEL), moment(one.refused_at, self._now)),
            row((f"{tr('why')} ", LABEL), (why(one.reason), "bold $text-error"), f" ({one.reason})"),
            row((f"{tr('what to do')} ", LABEL), remedy(one.reason)),
            row((f"{tr('then')} ", LABEL), status(one)),
            Content(""),
            shown(tr("a sends it again · g lets it go · Esc back"), "$text-muted"),
        ]
        with VerticalScroll():
            yield Static(Content("\n").join(lines))

    def action_answer(self, what: str) -> None:
        """Close with the decision."""
        self.dismiss(what)

    def action_close(self) -> None:
        """Close without one."""
        self.dismiss(None)
