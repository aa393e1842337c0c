"""Direct debit at the receipts desk: what may be charged, files out and in, answers, mandates, invites."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from rules.debit.charge_files import ChargeFile
from rules.debit.charging import (
    VIEWS,
    Batch,
    ChargesQuery,
    MakeBatch,
    NewBatch,
    ReadResult,
    ReadResults,
    RevokeMandate,
    Taken,
    TellRenewal,
    Why,
    WriteCharges,
    WrittenCharges,
)
from rules.jobs import Job
from rules.tables import TOTAL, Row, Table
from rules.words import mark, tr, trn
from screens.board import keys
from screens.board.page import FIRST_KEYS
from screens.board.service import FILE, BoardService
from screens.board.table_page import TableScreen
from screens.receipts.charge_exchange import fetch, send, untaken
from widgets.formats import plain
from widgets.key_bar import KeyBar
from widgets.ordered_keys import OrderedInput
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row

A = TypeVar("A")

TABS = {
    "due": mark("to charge"),
    "left": mark("left out"),
    "batches": mark("files"),
    "answers": mark("answers"),
    "mandates": mark("mandates"),
    "invite": mark("invite"),
}
"""View to its words above the table."""


class ChargesScreen(TableScreen):
    """Digits change the view; a line opens for what needs a word or a second thought."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "make", mark("Make the charge file"), id="charges.make"),
        Binding("i", "take", mark("Read a result file"), id="charges.take"),
        Binding("w", "write", mark("Write the file again"), id="charges.write"),
        Binding("v", "revoke", mark("Take the mandate back"), id="charges.revoke"),
        Binding("n", "renewal", mark("Renewal was told today"), id="charges.renewal"),
        *(
            Binding(str(number), f"view('{view}')", TABS[view], id=f"charges.{view}", show=False)
            for number, view in enumerate(VIEWS, start=1)
        ),
        Binding("tab", "step(1)", mark("Next view"), id="charges.next", show=False, priority=True),
        Binding("shift+tab", "step(-1)", mark("View before"), id="charges.before", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    ChargesScreen {
        #charges-tabs { height: 1; }
        #page-said { height: 2; }
    }
    ChargesScreen #charges-line, ChargesScreen #charges-line:focus {
        display: none; height: 1; border: none; padding: 0 1; background: $surface;
    }
    ChargesScreen.-typing #charges-line { display: block; }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, ChargesQuery())
        self.about = about
        self.view = VIEWS[0]
        self._then_say = ""
        self._typing: Callable[[str], None] | None = None
        self._line = OrderedInput(id="charges-line", select_on_focus=False, max_length=300)
        self._tabs = Static(id="charges-tabs")

    def title_words(self) -> str:
        """The page."""
        return tr("Direct debit")

    def body(self) -> Iterable[Widget]:
        """The views' names, the table, the row under the cursor, the line."""
        yield self._tabs
        yield from super().body()
        yield self._line

    def on_mount(self) -> None:
        """Name the views."""
        self._draw_tabs()

    def relabel(self) -> None:
        """Take the language in force."""
        super().relabel()
        self._draw_tabs()

    def _draw_tabs(self) -> None:
        parts = []
        for number, view in enumerate(VIEWS, start=1):
            here = view == self.view
            text = f"{number} {tr(TABS[view])}"
            parts.append((f"[{text}]" if here else f" {text} ", "bold $text-primary" if here else LABEL))
        self._tabs.update(row(" ", *parts), layout=False)

    def draw_keys(self) -> None:
        """Write the keys that work now, the page's own before the list's."""
        bound = (one for one in self.BINDINGS if isinstance(one, Binding))
        own = [one.id for one in bound if one.id and one.show]
        self.query_one("#page-keys", KeyBar).show(keys.bar(self, ("page.leave", *own, *FIRST_KEYS)))

    # Views

    @on(RowList.Chosen)
    def _go_into(self) -> None:
        """From what is to be charged to what is left out, from the files to the answers."""
        onward = {"due": "left", "batches": "answers"}.get(self.view)
        if onward is not None:
            self.action_view(onward)

    def show_table(self, table: Table) -> None:
        """Show what came; then what was done is said."""
        super().show_table(table)
        if self._then_say:
            self.say(self._then_say, "$text-success")
        self._then_say = ""

    def action_view(self, view: str) -> None:
        """Show another view."""
        self.view = view
        self.question = ChargesQuery(view=view)
        self._draw_tabs()
        self.action_again()

    def action_step(self, steps: int) -> None:
        """Show the next view, or the one before."""
        self.action_view(VIEWS[(VIEWS.index(self.view) + steps) % len(VIEWS)])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What fits the view has a key, and nothing while the line is open."""
        wanted = {"make": "due", "write": "batches", "revoke": "mandates", "renewal": "mandates"}
        if action in ("view", "step", "take", *wanted) and self._typing is not None:
            return False
        return wanted.get(action, self.view) == self.view

    def _row(self) -> Row | None:
        """The row under the cursor, unless it is a total or still another view's."""
        found, table = self.list.item, self.list.table
        if found is None or table is None or found.key.startswith(TOTAL):
            return None
        return found if table.name == f"charges-{self.view}" else None

    # The line

    def _open(self, then: Callable[[str], None], words: str, begun: str = "") -> None:
        self._typing = then
        self._line.value = begun
        self.add_class("-typing")
        self.set_focus(self._line)
        self.draw_keys()
        self.say(words)

    def _close(self) -> None:
        self._typing = None
        self.remove_class("-typing")
        self.set_focus(self.list)
        self.draw_keys()

    @on(Input.Submitted, "#charges-line")
    def _enter(self) -> None:
        if self._typing is not None:
            self._typing(self._line.value.strip())

    def action_leave(self) -> None:
        """From the line back to the table; from there back to the desk."""
        if self._typing is not None:
            self._close()
            self.say("")
        else:
            super().action_leave()

    def refused(self, why: str) -> None:
        """Say why something was not done; what is wrong with a file comes in words."""
        if why.startswith(FILE):
            self.say(f"✗ {why.removeprefix(FILE)}", "bold $text-error")
        else:
            super().refused(why)

    def run_job(self, job: Job[A], then: Callable[[A], None]) -> None:
        """Have files worked on; `then` hears on the screen's own thread."""

        def heard(answer: A | None, why: str) -> None:
            self.post_message(self.Answered(then, answer, why))

        self.service.run(job, heard)

    # Charge files

    def action_make(self) -> None:
        """Ask once more before charges are made."""
        found = self._row()
        if found is None or not found.cells[3]:
            self.refused("nothing_to_charge")
            return
        portfolio, channel, currency = found.key.split("|")
        new = NewBatch(portfolio=portfolio, channel=channel, currency=currency)
        amount = f"{plain(int(str(found.cells[4])))} {currency}"
        words = trn(
            "One charge by {channel}, {amount} · ⏎ makes the file · Esc back",
            "{n} charges by {channel}, {amount} · ⏎ makes the file · Esc back",
            int(str(found.cells[3])),
            n=str(found.cells[3]),
            channel=channel,
            amount=amount,
        )

        def make(_: str) -> None:
            self._close()
            self.ask(MakeBatch(body=new), lambda batch: fetch(self, batch.id, self._write))

        self._open(make, words)

    def action_write(self) -> None:
        """Write the file of the batch under the cursor again."""
        found = self._row()
        if found is not None:
            fetch(self, found.key, self._write)

    def _write(self, batch: Batch, file: ChargeFile) -> None:
        if len(file.lines) != batch.charges:
            self.say(tr("✗ Answers have come: the file is not written again."), "bold $text-error")
            return
        self.run_job(WriteCharges(file=file), lambda written: self._written(batch, written))

    def _written(self, batch: Batch, written: WrittenCharges) -> None:
        if written.digest != batch.digest:
            why = tr("✗ {path} is not what the hub charges: do not send it.", path=written.path)
            self.say(why, "bold $text-error")
            return
        self._then_say = trn(
            "✓ One charge · {amount} · SHA-256 {digest}… · {path}",
            "✓ {n} charges · {amount} · SHA-256 {digest}… · {path}",
            batch.charges,
            n=f"{batch.charges:,}",
            path=written.path,
            amount=f"{plain(batch.amount)} {batch.currency}",
            digest=written.digest[:16],
        )
        self.action_again()

    # Result files

    def action_take(self) -> None:
        """Open the line for the path of a result file."""
        self._open(self._read, tr("path of the bank's result file · ⏎ reads it · Esc back"), self._line.value)

    def _read(self, path: str) -> None:
        if path:
            self.run_job(ReadResults(path=path), self._send)

    def _send(self, result: ReadResult) -> None:
        self._close()
        self._line.value = ""
        send(self, result, lambda taken: self._taken(result, taken))

    def _taken(self, result: ReadResult, taken: Taken) -> None:
        self._then_say = tr(
            "✓ {charged} charged, {rejected} rejected, {known} known before",
            charged=str(taken.charged),
            rejected=str(taken.rejected),
            known=str(taken.known),
        )
        left = len(taken.unknown) + len(taken.differing)
        if not left:
            self.action_view("answers")
            return
        more = trn("one was not taken: see below", "{n} were not taken: see below", left, n=str(left))
        self._then_say += f" · {more}"
        self.show_table(untaken(taken, self.service.now()))

    # Mandates

    def action_revoke(self) -> None:
        """Open the line for why the mandate under the cursor ends."""
        found = self._row()
        if found is None:
            return
        self._open(
            lambda why: self.ask(RevokeMandate(mandate_id=found.key, body=Why(why=why)), self._revoked),
            tr("why it is taken back · ⏎ takes it back at once · Esc back"),
        )

    def _revoked(self, _: object) -> None:
        self._close()
        self._then_say = tr("✓ Taken back: nothing is charged by it any more.")
        self.action_again()

    def action_renewal(self) -> None:
        """Note that the client of the mandate under the cursor was told of the renewal."""
        found = self._row()
        if found is not None:
            self.ask(TellRenewal(mandate_id=found.key), self._renewal_told)

    def _renewal_told(self, _: object) -> None:
        self._then_say = tr("✓ Noted: the renewal may be charged from five days on.")
        self.action_again()
