"""The trace of a payment: what it pays now, and every movement with who, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from rules.books.payment_desk import Trace, TraceQuery
from rules.tables import Row
from rules.words import mark, tr
from screens.board.page import BoardPage
from screens.board.service import BoardService
from widgets.formats import money
from widgets.panel import LABEL
from widgets.shown import row, shown
from widgets.table_list import TableList
from widgets.wording import COMPONENTS

MOST = 6
"""Lines of what is paid; a plan of twelve receipts is told by their number."""


class PaymentTrace(BoardPage):
    """Opened on a payment's id."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", mark("Ask again"), id="payments.again", show=False),
    ]

    DEFAULT_CSS = """
    PaymentTrace {
        #page-body { layout: vertical; }
        #payment-head { height: auto; padding: 0 1; }
        #movements { height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary; }
    }
    """

    AUTO_FOCUS = "#movements"

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._trace: Trace | None = None
        self._list = TableList(service.now(), id="movements")

    def title_words(self) -> str:
        """What the page is."""
        return tr("Trace of a payment")

    def body(self) -> Iterable[Widget]:
        """What it is and pays, then its movements."""
        return (Static(id="payment-head"), self._list)

    def on_mount(self) -> None:
        """Ask at once."""
        super().on_mount()
        self.action_again()

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._list.relabel_table()
        self._draw()

    def action_again(self) -> None:
        """Ask anew."""
        self.ask(TraceQuery(payment_id=int(self.about)), self._hear_trace)

    def _hear_trace(self, trace: Trace) -> None:
        self._trace = trace
        self._list.show_table(trace.entries, self.service.now())
        self._draw()

    def _draw(self) -> None:
        if self._trace is None:
            return
        trace = self._trace
        head = row(
            (money(trace.amount, trace.currency), "bold"), "  ", (tr(trace.state), "bold $text-primary"),
            (f"  {trace.client} · {trace.account} · {trace.reference}", LABEL),
        )  # fmt: skip
        lines = [head, *(self._paid(one) for one in trace.pays.rows[:MOST])]
        if len(trace.pays.rows) > MOST:
            lines.append(shown(tr("and {count} more", count=len(trace.pays.rows) - MOST), LABEL))
        if not trace.pays.rows:
            lines.append(shown(tr("pays nothing, and nothing of it is in deposit"), LABEL))
        self.query_one("#payment-head", Static).update(Content("\n").join(lines))

    def _paid(self, one: Row) -> Content:
        target, account, amount = one.cells
        name = COMPONENTS.get(str(target))
        what = tr(name) if name else str(target) or tr("in deposit")
        sum_words = money(amount, one.currency) if isinstance(amount, int) else ""
        return row("→ ", (sum_words, "bold"), f"  {what}", (f"  {account}", LABEL))
