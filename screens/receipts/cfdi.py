"""CFDI: what receipts and payments need, by when; asked for, stamped, sent, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from rules.capture.scope import Refused
from rules.jobs import Job
from rules.tables import Table
from rules.tax import tax_line
from rules.tax.tax_board import (
    DIFFERENT,
    LATE,
    VIEWS,
    AcceptTax,
    Attached,
    AttachedFiles,
    AttachTax,
    Parts,
    ReadTaxFiles,
    RequestTax,
    SendTax,
    StampedFiles,
    TaxAcceptance,
    TaxBoard,
    TaxBoardQuery,
    TaxDetail,
    TaxFiles,
    TaxQuery,
    TaxRequests,
    TaxRow,
    parts,
)
from rules.tax.tax_line import NoSending
from rules.words import mark, tr
from screens.board.lined_page import LinedPage
from screens.board.service import FILE, BoardService
from screens.receipts import tax_words
from screens.receipts.tax_receipt import AttachedDialog, TaxReceiptDialog, summary
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row
from widgets.wording import word

READ, READ_ONE, SENT, ACCEPT = "read", "read_one", "sent", "accept"
"""What the line may be open for."""

UNCOUNTED = (VIEWS[0], "sent", "cancelled")
"""Views that are always there; of the others only those with something in them."""

IN_HEAD = (LATE, DIFFERENT, "needed", "requested", "stamped")
ALARMING = "bold $text-error"


class CfdiScreen(LinedPage):
    """Tax receipts by urgency; Enter shows one in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view", mark("Next view"), id="cfdi.view"),
        Binding("a", "request('one')", mark("Ask for it"), id="cfdi.request"),
        Binding("A", "request('all')", mark("Ask for all shown"), id="cfdi.request_all", show=False),
        Binding("x", f"read('{READ}')", mark("Read XML"), id="cfdi.read"),
        Binding("X", f"read('{READ_ONE}')", mark("Read the XML of this one"), id="cfdi.read_one", show=False),
        Binding("m", "sent", mark("It was sent"), id="cfdi.sent"),
        Binding("z", "accept", mark("Leave the differences"), id="cfdi.accept", show=False),
        Binding("e", "export('xlsx')", mark("To Excel"), id="table.xlsx", show=False),
        Binding("E", "export('csv')", mark("To CSV"), id="table.csv", show=False),
        Binding("f5", "again", mark("Ask again"), id="cfdi.again", show=False),
    ]

    DEFAULT_CSS = """
    CfdiScreen #tax-receipts {
        height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary;
    }
    """

    class Worked(Message):
        """What came of work on files (sent from a thread)."""

        def __init__(self, then: Callable[[Any], None], done: Any, why: str) -> None:
            super().__init__()
            self.then, self.done, self.why = then, done, why

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._view = VIEWS[0]
        self._board: TaxBoard | None = None
        self._rows: RowList[TaxRow] = RowList(
            tax_words.columns(), lambda one: one.id, now=service.now(), id="tax-receipts"
        )
        self.resting = self._rows
        self._target = ""
        self._then_say = ""

    def title_words(self) -> str:
        """What the page is."""
        return tr("CFDI")

    def body(self) -> Iterable[Widget]:
        """The tax receipts, and the line."""
        return (self._rows, self.line)

    def on_mount(self) -> None:
        """Ask for what is open."""
        super().on_mount()
        self.set_focus(self._rows)
        self.relabel()
        self.action_again()

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._rows.relabel(word(tax_words.VIEWS, self._view), tax_words.columns(), tr("nothing here"))
        self._draw_counts()

    def _draw_counts(self) -> None:
        counts = self._board.counts if self._board is not None else {}
        found = [(view, counts[view]) for view in IN_HEAD if counts.get(view)]
        self.draw_head(row(*(_count(view, number) for view, number in found)))

    # What is shown

    def action_again(self) -> None:
        """Ask anew; the cursor stays on its row."""
        self.ask(TaxBoardQuery(view=self._view), self._fill)

    def _fill(self, board: TaxBoard) -> None:
        self._board = board
        self._rows.show(board.rows, self.service.now())
        self._draw_counts()
        if self._then_say:
            self.say(self._then_say, "$text-success")
            self._then_say = ""
        elif board.more:
            self.say(tr("Only the first {count} rows are shown.", count=f"{len(board.rows):,}"))

    def action_view(self) -> None:
        """The next view that has something, or the first."""
        counts = self._board.counts if self._board is not None else {}
        place = VIEWS.index(self._view)
        following = (*VIEWS[place + 1 :], *VIEWS[:place])
        self._view = next(view for view in following if counts.get(view) or view in UNCOUNTED)
        self.relabel()
        self.action_again()

    @on(RowList.Chosen, "#tax-receipts")
    def _open(self, event: RowList.Chosen) -> None:
        self.ask(TaxQuery(id=event.item.id), self._show)

    def _show(self, found: TaxDetail) -> None:
        self.app.push_screen(TaxReceiptDialog(found, self.service.now()))

    def _chosen(self) -> TaxRow | None:
        """The tax receipt under the cursor; says so if there is none."""
        if self._rows.item is None:
            self.say(tr("There is nothing under the cursor."), "$text-warning")
        return self._rows.item

    # Asking for them

    def action_request(self, which: str) -> None:
        """Ask those who stamp for one, or for all that are shown and not stamped yet."""
        shown = self._rows.order.rows if which == "all" else (self._chosen(),)
        wanted = [one for one in shown if one is not None and one.status in ("needed", "requested")]
        if wanted:
            self.ask(RequestTax(body=TaxRequests(ids=tuple(one.id for one in wanted))), self._requested)
        elif self._rows.item is not None:
            self.say(tr("Nothing here is still to be asked for."), "$text-warning")

    def _requested(self, table: Table) -> None:
        """The table for those who stamp goes to a file."""

        def written(path: str | None, why: str) -> None:
            self.post_message(self.Worked(told, path, why))

        def told(path: str) -> None:
            self._then_say = tr(
                "✓ {count} asked for; the request: {path}", count=f"{len(table.rows):,}", path=path
            )
            self.action_again()

        self.service.export(table, "xlsx", written)

    def action_export(self, form: str) -> None:
        """Write what is shown to a file."""
        self.write(tax_words.table(tuple(self._rows.order.rows), self.service.now()), form)

    # Files that were stamped

    def action_read(self, what: str) -> None:
        """Open the line for a path."""
        chosen = self._chosen() if what == READ_ONE else None
        if what == READ_ONE and chosen is None:
            return
        self._target = chosen.id if chosen is not None else ""
        hint = tr("a file or a folder of XML files · ⏎ reads them")
        about = f"{chosen.policy} {chosen.receipt}: " if chosen is not None else ""
        self.open_line(what, "", f"{about}{hint}")

    def _work(self, job: Job[TaxFiles], then: Callable[[TaxFiles], None]) -> None:
        self.say(tr("Reading…"))

        def worked(done: TaxFiles | None, why: str) -> None:
            self.post_message(self.Worked(then, done, why))

        self.service.run(job, worked)

    @on(Worked)
    def _hear_work(self, event: CfdiScreen.Worked) -> None:
        if not event.why:
            event.then(event.done)
        elif event.why.startswith(FILE):
            self.say(f"✗ {event.why.removeprefix(FILE)}", "bold $text-error")
        else:
            self.refused(event.why)

    def _take(self, found: TaxFiles) -> None:
        self.close_line()
        if self._target and len(found.files) > 1:
            self.say(tr("✗ One file alone can be for this one."), "bold $text-error")
        else:
            self._send_on(found, parts(found.files), ())

    def _send_on(self, found: TaxFiles, left: Parts, attached: Sequence[Attached]) -> None:
        """Send the next part of the files; once all are sent, tell what became of them."""
        if not left:
            self._tell(attached, found)
            return
        part, *others = left

        def heard(answer: AttachedFiles) -> None:
            self._send_on(found, others, (*attached, *answer.files))

        self.ask(AttachTax(body=StampedFiles(files=part, target=self._target)), heard)

    def _tell(self, attached: Sequence[Attached], found: TaxFiles) -> None:
        if found.unread or any(one.code or one.differs for one in attached):
            self.app.push_screen(AttachedDialog(attached, found.unread, self.service.now()))
        self._then_say = f"✓ {summary(attached, found.unread)}"
        self.action_again()

    # Orders with a word

    def action_sent(self) -> None:
        """Open the line with the address that it goes to."""
        chosen = self._chosen()
        if chosen is not None and chosen.status in ("stamped", "sent"):
            self.ask(TaxQuery(id=chosen.id), self._ask_where)
        elif chosen is not None:
            self.refused("not_stamped")

    def _ask_where(self, found: TaxDetail) -> None:
        self._target = found.row.id
        hint = tr("the address it went to, portal or by hand · ⏎ notes it")
        self.open_line(SENT, found.emails[0] if found.emails else "portal", hint)

    def action_accept(self) -> None:
        """Open the line for why the differences are left."""
        chosen = self._chosen()
        if chosen is not None and chosen.differs:
            self._target = chosen.id
            self.open_line(ACCEPT, "", tr("why it is left so, or how it was settled · ⏎ keeps it"))
        elif chosen is not None:
            self.say(tr("Everything in it fits."), "$text-warning")

    def entered(self, text: str) -> None:
        """Do what the line was opened for."""
        if self.typing in (READ, READ_ONE):
            if not text:
                raise Refused("path_missing", text)
            self._work(ReadTaxFiles(path=text), self._take)
        elif self.typing == ACCEPT:
            if not text:
                raise Refused("why_missing", text)
            self.ask(AcceptTax(id=self._target, body=TaxAcceptance(why=text)), self._kept)
        else:
            try:
                sending = tax_line.read(text)
            except NoSending as error:
                raise Refused("bad_medium", text) from error
            self.ask(SendTax(id=self._target, body=sending), self._kept)

    def reason(self, refused: Refused) -> str:
        """What is wrong with what was typed."""
        return {
            "path_missing": tr("Type the path of a file or folder."),
            "why_missing": tr("Say why: it is kept with the order."),
            "bad_medium": tr("Type an e-mail address, portal, or by hand."),
        }[refused.error.code]

    def _kept(self, _: Any) -> None:
        self.close_line()
        self._then_say = tr("✓ Kept.")
        self.action_again()


def _count(view: str, number: int) -> tuple[str, str]:
    """How many there are of a view; what alarms stands out."""
    return f" {word(tax_words.VIEWS, view)} {number:,} ", ALARMING if view in (LATE, DIFFERENT) else LABEL
