"""Payments under way by terminal or link: what is not known first; orders about them; a terminal's file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from rules.capture.amounts import number
from rules.capture.scope import Refused
from rules.paying.intent_orders import (
    AskAgain,
    IntentsQuery,
    ReadTerminalFile,
    RefundIntent,
    RefundWish,
    UnderWay,
    UnderWayList,
    WithdrawIntent,
    table,
)
from rules.paying.intents import FINAL
from rules.paying.taking import PAID
from rules.paying.terminal_files import TerminalRow
from rules.words import mark, tr
from screens.board.lined_page import LinedPage
from screens.board.service import FILE, BoardService
from widgets.formats import money, plain
from widgets.intent_lines import card_words, intent_lines
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row, shown
from widgets.table_list import TableList

WITHDRAW, REFUND, READ = "withdraw", "refund", "read"
"""What the line is open for."""

EVERY_SECONDS = 10.0


class IntentsScreen(LinedPage):
    """The list, asked for again every few seconds; a key gives an order about the row under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "ask_gateway", mark("Ask the gateway now"), id="intents.ask"),
        Binding("w", "withdraw", mark("Give it up"), id="intents.withdraw"),
        Binding("d", "refund", mark("Give back"), id="intents.refund"),
        Binding("f", "file", mark("Read a terminal's file"), id="intents.file"),
        Binding("o", "over", mark("Also those that are over"), id="intents.over"),
        Binding("e", "export('xlsx')", mark("To Excel"), id="table.xlsx"),
        Binding("E", "export('csv')", mark("To CSV"), id="table.csv", show=False),
        Binding("f5", "again", mark("Ask again"), id="intents.again", show=False),
    ]

    DEFAULT_CSS = """
    IntentsScreen {
        #intents-list { height: 1fr; }
        #intents-behind { height: 3; padding: 0 1; }
    }
    """

    class ReadIn(Message):
        """What was in a terminal's file (sent from the service's thread)."""

        def __init__(self, rows: tuple[TerminalRow, ...] | None, why: str) -> None:
            super().__init__()
            self.rows, self.why = rows, why

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._over = False
        self._found: dict[str, UnderWay] = {}
        self._list = TableList(service.now(), id="intents-list")
        self.resting = self._list

    def title_words(self) -> str:
        """What the page is."""
        return tr("Terminal and links")

    def body(self) -> Iterable[Widget]:
        """The payments, the one under the cursor, the line."""
        return (self._list, Static(id="intents-behind"), self.line)

    def on_mount(self) -> None:
        """Ask at once, then again and again."""
        super().on_mount()
        self.set_focus(self._list)
        self.action_again()
        self.set_interval(EVERY_SECONDS, self._look)

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._list.relabel_table()
        self._show_behind()

    def _look(self) -> None:
        if self.app.screen is self and not self.typing:
            self.action_again()

    def action_again(self) -> None:
        """Ask anew; the cursor stays on its row."""
        self.ask(IntentsQuery(over=self._over), self._fill)

    def action_over(self) -> None:
        """Show those that are over, too, or leave them out again."""
        self._over = not self._over
        self.action_again()

    def _fill(self, found: UnderWayList) -> None:
        self._found = {one.intent.id: one for one in found.rows}
        self._list.show_table(table(found), self.service.now())
        unknown = sum(one.intent.status == "unknown" for one in found.rows)
        waiting = sum(one.intent.status not in FINAL for one in found.rows)
        words = [tr("{count} under way", count=f"{waiting:,}")]
        if unknown:
            words.append(tr("! {count} not known", count=f"{unknown:,}"))
        self.draw_head(row((f"· {' · '.join(words)}", "$text-warning" if unknown else LABEL)))
        self._show_behind()

    def _here(self) -> UnderWay | None:
        item = self._list.item
        return None if item is None else self._found.get(item.key)

    @on(RowList.Pointed)
    def _show_behind(self) -> None:
        found = self._here()
        lines: list[Content] = []
        if found is not None:
            whose = [found.client, found.policy or found.account, found.portfolio, card_words(found.intent)]
            lines = [shown(" · ".join(part for part in whose if part), "bold")]
            lines += intent_lines(found.intent, self.service.now())
        self.query_one("#intents-behind", Static).update(Content("\n").join(lines), layout=False)

    # Orders

    def action_ask_gateway(self) -> None:
        """Have the gateway asked now about the row under the cursor."""
        found = self._open_one()
        if found is not None:
            self.ask(AskAgain(id=found.intent.id), self._done(tr("✓ It is being asked.")))

    def action_withdraw(self) -> None:
        """Open the line to confirm that the payment is given up."""
        found = self._open_one()
        if found is not None:
            amount = money(found.intent.amount, found.intent.currency)
            words = tr("⏎ gives up the payment of {amount} · Esc leaves it", amount=amount)
            self.open_line(WITHDRAW, "", words)

    def _open_one(self) -> UnderWay | None:
        """The row under the cursor if its payment is under way; else say why not."""
        found = self._here()
        if found is None:
            self.say(tr("No payment is under way."), "$text-warning")
        elif found.intent.status in FINAL:
            self.say(tr("This payment is over already."), "$text-warning")
            return None
        return found

    def action_refund(self) -> None:
        """Open the line for how much goes back, and why."""
        found = self._here()
        if found is None or found.intent.status not in PAID:
            self.say(tr("Nothing came in by this payment."), "$text-warning")
            return
        left = found.intent.amount - max(found.ordered, found.intent.refunded)
        self.open_line(
            REFUND,
            f"{plain(max(0, left))} ",
            tr("how much goes back, and why: 1500 paid twice · ⏎ orders it, another person approves it"),
        )

    def action_file(self) -> None:
        """Open the line for the path of a terminal's daily file."""
        self.open_line(READ, "", tr("path of the terminal's daily file (CSV or Excel) · ⏎ reads it"))

    def entered(self, text: str) -> None:
        """Give the order, or read the file."""
        if self.typing == READ:
            if not text:
                raise Refused("no_path", text)
            zone = getattr(self.service.now().tzinfo, "key", "UTC")
            self.say(tr("Reading…"))
            self.service.run(ReadTerminalFile(path=text, zone=zone), self._file_read)
            return
        found = self._here()
        if found is None:
            self.close_line()
        elif self.typing == WITHDRAW:
            self.ask(WithdrawIntent(id=found.intent.id), self._done(tr("✓ It is being given up.")))
        else:
            first, _, why = text.partition(" ")
            amount = number(first)
            if amount is None or not why.strip():
                raise Refused("amount_and_why", text)
            self.ask(
                RefundIntent(id=found.intent.id, body=RefundWish(amount=amount, why=why.strip())),
                self._done(tr("✓ Ordered: another person approves it among the payments.")),
            )

    def reason(self, refused: Refused) -> str:
        """Why what was typed can't be taken."""
        if refused.error.code == "no_path":
            return tr("Type the path of the file.")
        return tr("An amount and why: 1500 paid twice")

    def _done(self, said: str) -> Any:
        def then(_: object) -> None:
            self.close_line()

            def show(found: UnderWayList) -> None:
                self._fill(found)
                self.say(said, "$text-success")

            self.ask(IntentsQuery(over=self._over), show)

        return then

    # Files

    def _file_read(self, rows: tuple[TerminalRow, ...] | None, why: str) -> None:
        """Called from any thread, also when the page is gone."""
        self.post_message(self.ReadIn(rows, why))

    @on(ReadIn)
    def _show_file(self, event: IntentsScreen.ReadIn) -> None:
        if event.rows is None:
            self.say(tr("✗ Not read: {why}", why=event.why.removeprefix(FILE)), "bold $text-error")
            return
        self.close_line()
        from screens.receipts.terminal_file import TerminalFileScreen

        self.app.push_screen(TerminalFileScreen(self.service, event.rows), lambda _: self.action_again())

    def action_export(self, form: str) -> None:
        """Write what is shown into a file."""
        self.write(self._list.shown_table(), form)
