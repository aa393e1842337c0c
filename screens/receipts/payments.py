"""Payments at the receipts desk: what waits in deposit, what each paid, orders that need a second person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from rules.books.payment_desk import (
    ApplyDeposit,
    AskRefund,
    Bounce,
    DecideMoney,
    Deciding,
    Ordered,
    Payments,
    PaymentsQuery,
    Refunding,
    TakeBack,
    Transfer,
    Why,
)
from rules.books.payment_line import read_refund, read_transfer
from rules.capture.scope import Refused
from rules.questions import Question
from rules.tables import Row
from rules.words import mark, tr
from screens.board.lined_page import LinedPage
from screens.board.service import BoardService
from screens.board.words import filled
from screens.receipts.payment_trace import PaymentTrace
from screens.receipts.payment_words import reason
from widgets.formats import money
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row, shown
from widgets.table_cells import NOTHING
from widgets.table_list import TableList

FIND, TAKE_BACK, BOUNCE, MOVE, GIVE_BACK, DENY = "find", "take_back", "bounce", "move", "give_back", "deny"

HINTS = {
    FIND: mark("reference, policy, policy/receipt, account or amount · empty shows all"),
    TAKE_BACK: mark("why what it pays goes back to deposit · ⏎ does it"),
    BOUNCE: mark("the payment did not hold: why · ⏎ takes it out of every figure"),
    MOVE: mark("AUT-123 1500 #FOLIO why · account or policy; amount, folio if needed"),
    GIVE_BACK: mark("1500 paid twice · amount (none = all) and why; another person approves"),
    DENY: mark("why not · ⏎ denies it"),
}
"""What may be typed for each order."""


class PaymentsScreen(LinedPage):
    """Payments with a deposit first, then the newest; below, refunds and transfers that wait."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", f"type('{FIND}')", mark("Search"), id="payments.find"),
        Binding("a", "apply", mark("Apply the deposit"), id="payments.apply"),
        Binding("u", f"type('{TAKE_BACK}')", mark("Take back"), id="payments.take_back"),
        Binding("t", f"type('{MOVE}')", mark("Transfer"), id="payments.transfer"),
        Binding("d", f"type('{GIVE_BACK}')", mark("Refund"), id="payments.refund"),
        Binding("x", f"type('{BOUNCE}')", mark("It bounced"), id="payments.bounce"),
        Binding("y", "approve", mark("Approve"), id="payments.approve"),
        Binding("n", f"type('{DENY}')", mark("Deny"), id="payments.deny"),
        Binding("tab", "other_list", mark("The other list"), id="payments.other", show=False, priority=True),
        Binding("e", "export('xlsx')", mark("To Excel"), id="table.xlsx", show=False),
        Binding("E", "export('csv')", mark("To CSV"), id="table.csv", show=False),
        Binding("f5", "again", mark("Ask again"), id="payments.again", show=False),
    ]

    DEFAULT_CSS = """
    PaymentsScreen {
        #payments { height: 1fr; }
        #payment { height: 2; }
        #orders {
            height: auto; max-height: 7; display: none;
            border-top: solid $panel-rule; border-title-color: $text-primary;
        }
        &.-waiting #orders { display: block; height: 6; }
    }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._search = about if isinstance(about, str) else ""
        self._said = ""
        self._payments = TableList(service.now(), id="payments")
        self._orders = TableList(service.now(), id="orders")
        self.resting = self._payments

    def title_words(self) -> str:
        """What the page is."""
        return tr("Payments and deposits")

    def body(self) -> Iterable[Widget]:
        """Payments, the one under the cursor in full, orders that wait, the line."""
        return (self._payments, Static(id="payment"), self._orders, self.line)

    def on_mount(self) -> None:
        """Ask at once."""
        super().on_mount()
        self.set_focus(self._payments)
        self.action_again()

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._payments.relabel_table()
        self._orders.relabel_table()
        self._show_payment()

    def on_resize(self) -> None:
        """What is drawn for a width is drawn again."""
        self._show_payment()

    # What is shown

    def action_again(self) -> None:
        """Ask anew; the cursors stay on their rows."""
        self.ask(PaymentsQuery(search=self._search), self._fill)

    def _fill(self, found: Payments) -> None:
        self._payments.show_table(found.payments, self.service.now())
        self._orders.show_table(found.orders, self.service.now())
        self.set_class(bool(found.orders.rows), "-waiting")
        if not found.orders.rows and self.focused is self._orders:
            self.action_other_list()
        self.draw_head(row((f"/{self._search}", "bold") if self._search else ""))
        self._show_payment()
        if self._said:
            self.say(self._said, "$text-success")
        elif found.payments.more:
            self.say(tr("Only the first {count} rows are shown.", count=f"{len(found.payments.rows):,}"))
        self._said = ""

    @on(RowList.Pointed)
    def _show_payment(self) -> None:
        """Every cell of the row under the cursor that has one."""
        shown_list = self._orders if self.focused is self._orders else self._payments
        pairs = [pair for pair in shown_list.row_words() if pair[1] not in (NOTHING, "")]
        parts = [row((title, LABEL), " ", (cell, "bold")) for title, cell in pairs]
        line = filled(parts, shown("  "), self.size.width, 2) if parts else Content("")
        self.query_one("#payment", Static).update(line, layout=False)

    def action_other_list(self) -> None:
        """From the payments to the orders and back."""
        if self.typing:
            return
        there = (
            self._orders if self.focused is self._payments and self.has_class("-waiting") else self._payments
        )
        self.resting = there
        self.set_focus(there)
        self._show_payment()

    @on(RowList.Chosen, "#payments")
    async def _trace(self, event: RowList.Chosen) -> None:
        """Open the trace; keys typed at once are that page's."""
        await self.app.push_screen(PaymentTrace(self.service, int(event.item.key)))

    # Orders

    def _payment(self) -> int | None:
        found = self._payments.item
        return int(found.key) if found is not None else None

    def _order(self) -> Row | None:
        return self._orders.item if self.has_class("-waiting") else None

    def action_type(self, what: str) -> None:
        """Open the line for what an order needs."""
        if what == DENY and self._order() is None:
            self.say(tr("No order waits for a second person."), "$text-warning")
        elif what not in (FIND, DENY) and self._payment() is None:
            self.say(tr("There is no payment under the cursor."), "$text-warning")
        else:
            self.open_line(what, self._search if what == FIND else "", tr(HINTS[what]))

    def action_apply(self) -> None:
        """The deposit of the payment under the cursor pays what it can."""
        payment = self._payment()
        if payment is not None:
            self._send(ApplyDeposit(payment_id=payment), tr("✓ Applied; Enter shows to what."))

    def action_approve(self) -> None:
        """The second person says yes to the order under the cursor."""
        order = self._order()
        if order is None:
            self.say(tr("No order waits for a second person."), "$text-warning")
            return
        minor = order.cells[2]
        amount = money(minor, order.currency) if isinstance(minor, int) else ""
        self._send(
            DecideMoney(order_id=order.key, body=Deciding(verdict="approve")),
            tr("✓ Approved and done: {amount}", amount=amount),
        )

    def reason(self, refused: Refused) -> str:
        """Why what was typed can't be taken."""
        return reason(refused)

    def entered(self, text: str) -> None:
        """Search, or give the order that the line is open for."""
        payment, order = self._payment(), self._order()
        if self.typing == FIND:
            self._search = text
            self.close_line()
            self.action_again()
        elif self.typing == DENY and order is not None:
            self._need(text)
            body = Deciding(verdict="deny", why=text)
            self._send(DecideMoney(order_id=order.key, body=body), tr("✓ Denied; the deposit is free again."))
        elif payment is not None:
            self._entered_for(payment, text)

    def _entered_for(self, payment: int, text: str) -> None:
        if self.typing == MOVE:
            self._send(Transfer(payment_id=payment, body=read_transfer(text)), tr("✓ Moved."))
        elif self.typing == GIVE_BACK:
            amount, why = read_refund(text)
            self._send(AskRefund(payment_id=payment, body=Refunding(amount=amount, why=why)), "")
        else:
            self._need(text)
            kind = TakeBack if self.typing == TAKE_BACK else Bounce
            said = tr("✓ Taken back; it is in deposit.") if kind is TakeBack else tr("✓ Out of every figure.")
            self._send(kind(payment_id=payment, body=Why(why=text)), said)

    def _need(self, why: str) -> None:
        if not why:
            raise Refused("money_why", why)

    def _send(self, question: Question[Any], said: str) -> None:
        def done(answer: Any) -> None:
            self._said = said
            if isinstance(answer, Ordered) and answer.order:
                self._said = tr("✓ It waits for another person, below.")
            if self.typing:
                self.close_line()
            self.action_again()

        self.ask(question, done)

    # Files

    def action_export(self, form: str) -> None:
        """Write the list that has the keys into a file."""
        self.write((self._orders if self.focused is self._orders else self._payments).shown_table(), form)
