"""A strategy that is not in force yet: its faults by line, or what it would do to the present portfolio."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from rules.configuration import Fault
from rules.explained import Explained
from rules.strategies.questions import (
    Draft,
    Load,
    LoadAnswer,
    LoadOrder,
    Simulate,
    Simulated,
    Taken,
    TakenQuery,
)
from rules.tables import Table
from rules.text import clean, find_card_code, find_pan
from rules.words import mark, tr, trn
from screens.board import keys
from screens.board.editing import edited
from screens.board.page import FIRST_KEYS, BoardPage
from screens.board.service import BoardService
from screens.board.table_page import TableScreen
from widgets.cell_list import CellList
from widgets.columns import Column
from widgets.key_bar import KeyBar
from widgets.ordered_keys import OrderedInput
from widgets.panel import LABEL
from widgets.refusals import REFUSALS
from widgets.row_list import RowList
from widgets.table_list import TableList

LONGEST_WHY = 500


class DraftScreen(BoardPage):
    """Tries a text in a portfolio as soon as it is opened.

    Args:
        service: what answers.
        portfolio: where it is tried.
        text: the strategy, as TOML.
        left: hears, as the page is left, the text as it is then and the version that it became,
            0 = none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", mark("Edit in your editor"), id="draft.edit"),
        Binding("l", "load", mark("Load it"), id="draft.load"),
    ]

    DEFAULT_CSS = """
    DraftScreen {
        #page-body { layout: vertical; }
        RowList, CellList { height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary; }
        Input, Input:focus {
            display: none; height: 1; border: none; padding: 0 1; background: $surface;
        }
        &.-typing Input { display: block; }
    }
    """

    def __init__(
        self, service: BoardService, portfolio: str, text: str, left: Callable[[str, int], None]
    ) -> None:
        super().__init__(service)
        self._portfolio, self._text, self._left = portfolio, text, left
        self._sound = False
        self._faults: RowList[Fault] = RowList(
            (), lambda fault: f"{fault.line}\0{fault.reason}", now=service.now(), id="faults"
        )
        self._taken = TableList(service.now(), id="taken")
        self._line = OrderedInput(select_on_focus=False, max_length=LONGEST_WHY)

    def title_words(self) -> str:
        """What the page is."""
        return tr("Trial of a strategy: {portfolio}", portfolio=self._portfolio)

    def body(self) -> Iterable[Widget]:
        """Its faults, or what it takes; the line for the reason."""
        yield self._faults
        yield self._taken
        yield self._line

    def on_mount(self) -> None:
        """Try it."""
        self.relabel()
        self._try()

    def draw_keys(self) -> None:
        """Write the keys that work now, the page's own before the list's."""
        first = (*FIRST_KEYS, "draft.load", "draft.edit")
        self.query_one("#page-keys", KeyBar).show(keys.bar(self, first))

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._faults.relabel(tr("Faults"), _columns(), tr("no fault"))
        self._taken.relabel_table()
        self._line.placeholder = tr("why it is loaded")

    def _try(self) -> None:
        self._sound = False
        self._faults.display = self._taken.display = False
        self.ask(Simulate(body=Draft(portfolio=self._portfolio, text=self._text or " ")), self._tried)

    def _tried(self, answer: Simulated) -> None:
        self._sound = answer.table is not None
        self._taken.display, self._faults.display = self._sound, not self._sound
        if answer.table is None:
            self._show_faults(answer.faults)
            return
        self._taken.show_table(answer.table, self.service.now())
        self.set_focus(self._taken)
        clients = _sum(answer.table, "clients")
        moved = _sum(answer.table, "moved")
        said = tr("{clients} clients, {moved} of them under another rule or arm than now · l loads it",
                  clients=f"{clients:,}", moved=f"{moved:,}")  # fmt: skip
        self.say(said)
        self.draw_keys()

    def _show_faults(self, faults: tuple[Fault, ...]) -> None:
        self._faults.show(faults, self.service.now())
        self.set_focus(self._faults)
        said = trn("{n} fault: e mends it.", "{n} faults: e mends them.", len(faults), n=len(faults))
        self.say(said, "bold $text-error")
        self.draw_keys()

    @on(RowList.Pointed, "#faults")
    def _in_full(self, event: RowList.Pointed) -> None:
        """A reason that is longer than its column, whole."""
        fault = event.item
        if isinstance(fault, Fault):
            self.draw_head(tr("line {line}: {reason}", line=fault.line, reason=fault.reason))

    @on(CellList.Chosen, "#taken")
    def _open(self) -> None:
        """Enter on a row: whom the rule would take."""
        rule = self._taken.item
        if rule is not None and isinstance(rule.cells[0], str):
            name, arm = rule.cells[0], str(rule.cells[1] or "")
            body = Taken(portfolio=self._portfolio, rule=name, arm=arm, text=self._text)
            self.app.push_screen(TableScreen(self.service, TakenQuery(body=body)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What has faults can't be loaded."""
        return action != "load" or self._sound

    def action_edit(self) -> None:
        """Back into the editor, then try again."""
        try:
            self._text = edited(self.app, self._text)
        except Explained as error:
            self.say(f"✗ {error}", "bold $text-error")
            return
        self._try()

    # Loading it

    def action_load(self) -> None:
        """Open the line for the reason."""
        self.add_class("-typing")
        self.set_focus(self._line)
        self.say(tr("⏎ loads it: it holds at once, and its versions keep the reason · Esc back"), LABEL)

    @on(Input.Submitted)
    def _entered(self) -> None:
        why = clean(self._line.value).strip()
        if not why:
            self.say(tr("✗ A reason is needed."), "bold $text-error")
        elif find_pan(why):
            self.say(tr(REFUSALS["card_number_in_note"]), "$text-error")
        elif find_card_code(why):
            self.say(tr(REFUSALS["card_code_in_note"]), "$text-error")
        else:
            self._close_line()
            body = Load(portfolio=self._portfolio, text=self._text, why=why)
            self.ask(LoadOrder(body=body), self._loaded)

    def _loaded(self, answer: LoadAnswer) -> None:
        if answer.faults:  # its scripts or contact rules have changed since it was tried
            self._sound = False
            self._taken.display, self._faults.display = False, True
            self._show_faults(answer.faults)
            return
        said = tr(
            "{portfolio}: version {version} is in force; the queue is being ordered anew.",
            portfolio=self._portfolio,
            version=answer.version,
        )
        self.app.notify(said, markup=False)
        self._leave(answer.version)

    def _close_line(self) -> None:
        self.remove_class("-typing")
        self.set_focus(self._taken)
        self.say("")

    def _leave(self, version: int = 0) -> None:
        self.dismiss(None)
        self._left(self._text, version)

    def action_leave(self) -> None:
        """From the line back to the trial; from there to the versions, keeping the draft."""
        if self.has_class("-typing"):
            self._close_line()
        else:
            self._leave()


def _sum(table: Table, column: str) -> int:
    """The whole column, over all currencies."""
    place = table.place(column)
    return sum(cell for row in table.rows if isinstance(cell := row.cells[place], int))


def _columns() -> tuple[Column[Fault], ...]:
    return (
        Column("line", tr("line"), 5, lambda fault, _: f"{fault.line}", lambda fault: fault.line, right=True),
        Column("reason", tr("reason"), 20, lambda fault, _: fault.reason, lambda fault: fault.reason,
               grow=True),
    )  # fmt: skip
