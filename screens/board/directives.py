"""Hold or first: what is in force, an order for the part under the board's cursor, an end to one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from rules.capture.scope import Refused
from rules.directive_line import WhyNeeded, read
from rules.directives import (
    FIRST,
    HOLD,
    DirectiveEnding,
    DirectiveOrder,
    DirectivesQuery,
    EndDirective,
    GiveDirective,
)
from rules.protocol import QueueRow
from rules.tables import Table
from rules.words import mark, tr
from screens.board.lined_page import LinedPage
from screens.board.service import BoardService
from widgets.formats import moment
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row, shown
from widgets.table_list import TableList

END = "end"


class DirectivesScreen(LinedPage):
    """What is on hold or first. Opened on a row of the queue, an order is for its part, wider by a key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", f"order('{HOLD}')", mark("Hold"), id="directives.hold"),
        Binding("2", f"order('{FIRST}')", mark("First"), id="directives.first"),
        Binding("3", "end", mark("End it"), id="directives.end"),
        Binding("b", "breadth", mark("Which part"), id="directives.part"),
        Binding("o", "portfolio", mark("Portfolio"), id="directives.portfolio"),
        Binding("f5", "again", mark("Ask again"), id="directives.again", show=False),
    ]

    DEFAULT_CSS = """
    DirectivesScreen {
        #part { height: 2; padding: 0 1; }
        #in-force { height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary; }
    }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        stats = service.stats()
        self._rows = stats.queue if stats is not None else ()
        chosen = about if isinstance(about, QueueRow) else next(iter(self._rows), None)
        self._portfolio = chosen.portfolio if chosen is not None else ""
        self._parts = self._breadths(about if isinstance(about, QueueRow) else None)
        self._place = 0
        self._list = TableList(service.now(), id="in-force")
        self.resting = self._list

    def _breadths(self, chosen: QueueRow | None) -> list[tuple[str, str]]:
        """Parts of the portfolio, as (bucket, rule): the chosen one, wider ones, all of it, the others."""
        own = [] if chosen is None else [(chosen.bucket, chosen.strategy), (chosen.bucket, "")]
        rows = [one for one in self._rows if one.portfolio == self._portfolio]
        buckets = [(one.bucket, "") for one in rows]
        rules = [("", one.strategy) for one in rows if one.strategy]
        own += [("", chosen.strategy)] if chosen is not None and chosen.strategy else []
        return list(dict.fromkeys([*own, ("", ""), *buckets, *rules]))

    def title_words(self) -> str:
        """What the page is."""
        return tr("Hold or first")

    def body(self) -> Iterable[Widget]:
        """The part that an order is for, what is in force, the line."""
        return (Static(id="part"), self._list, self.line)

    def on_mount(self) -> None:
        """Ask what is in force."""
        super().on_mount()
        self.set_focus(self._list)
        self._show_part()
        self.action_again()

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._list.relabel_table()
        self._show_part()

    def action_again(self) -> None:
        """Ask anew; the cursor stays on its row."""
        self.ask(DirectivesQuery(), self._fill)

    def _fill(self, table: Table) -> None:
        self._list.show_table(table, self.service.now())
        self._show_part()

    # Which part

    def part_words(self) -> str:
        """The part that an order is for."""
        bucket, strategy = self._parts[self._place] if self._parts else ("", "")
        return " · ".join(filter(None, (self._portfolio, bucket, strategy))) or "–"

    @on(RowList.Pointed)
    def _show_part(self) -> None:
        bucket, strategy = self._parts[self._place] if self._parts else ("", "")
        clients = sum(
            one.pending + one.waiting
            for one in self._rows
            if one.portfolio == self._portfolio
            and bucket in ("", one.bucket)
            and strategy in ("", one.strategy)
        )
        first = row((f"{tr('An order is for')} ", LABEL), (self.part_words(), "bold"),
                    (f"  {tr('{count} in the queue', count=f'{clients:,}')}", LABEL))  # fmt: skip
        self.query_one("#part", Static).update(Content("\n").join([first, self._why()]), layout=False)

    def _why(self) -> Content:
        """Of the row under the cursor: who, until when, why."""
        words = dict(zip((one.key for one in self._columns()), self._list.row_words(), strict=False))
        parts = [words[key] for key in ("by", "until", "why") if key in words]
        return row(*(cell for title, text in parts for cell in ((f"{title} ", LABEL), shown(f"{text}  "))))

    def _columns(self) -> Iterable[Any]:
        return self._list.order.columns

    def action_breadth(self) -> None:
        """The next part of the portfolio."""
        if self._parts:
            self._place = (self._place + 1) % len(self._parts)
            self._show_part()

    def action_portfolio(self) -> None:
        """The next portfolio, all of it."""
        names = list(dict.fromkeys(one.portfolio for one in self._rows))
        if self._portfolio in names:
            self._portfolio = names[(names.index(self._portfolio) + 1) % len(names)]
            self._parts, self._place = self._breadths(None), 0
            self._show_part()

    # Orders

    def action_order(self, kind: str) -> None:
        """Open the line for until when and why."""
        if not self._portfolio:
            self.say(tr("There is no portfolio to order for."), "$text-warning")
            return
        part = self.part_words()
        said = tr("Hold {part}", part=part) if kind == HOLD else tr("{part} first", part=part)
        hint = tr("until when if you like, and why: 14:30 the bank calls · 2h audit · ⏎ orders it")
        self.open_line(kind, "", f"{said} · {hint}")

    def action_end(self) -> None:
        """Open the line for why the one under the cursor ends."""
        found = self._list.item
        table = self._list.table
        if found is None or table is None:
            self.say(tr("Nothing is on hold or first."), "$text-warning")
        elif found.cells[table.place("ended")] is not None:
            self.say(tr("This one has ended already."), "$text-warning")
        else:
            self.open_line(END, "", tr("why it ends · ⏎ ends it"))

    def reason(self, refused: Refused) -> str:
        """The one thing that a line may lack."""
        return tr("Say why: it is kept with the order.")

    def entered(self, text: str) -> None:
        """Give the order, or the end."""
        found = self._list.item
        if self.typing == END and found is not None:
            if not text:
                raise Refused("why_missing", text)
            body = DirectiveEnding(why=text, notice=self._ended_words(text))
            self.ask(EndDirective(id=found.key, body=body), self._kept)
            return
        try:
            until, why = read(text, self.service.now())
        except WhyNeeded as needed:
            raise Refused("why_missing", text) from needed
        bucket, strategy = self._parts[self._place]
        part = self.part_words()
        until_words = f" ({tr('until {at}', at=moment(until, self.service.now()))})" if until else ""
        if self.typing == HOLD:
            notice = tr(
                "On hold from your next client on: {part}{until}. {why}",
                part=part,
                until=until_words,
                why=why,
            )
        else:
            notice = tr(
                "First from your next client on: {part}{until}. {why}", part=part, until=until_words, why=why
            )
        order = DirectiveOrder(
            portfolio=self._portfolio,
            kind=self.typing,
            strategy=strategy,
            bucket=bucket,
            until=until,
            why=why,
            notice=notice,
        )
        self.ask(GiveDirective(body=order), self._kept)

    def _ended_words(self, why: str) -> str:
        """What agents read of an end."""
        words = dict(zip((one.key for one in self._columns()), self._list.row_words(), strict=False))
        part = " · ".join(
            words[key][1] for key in ("portfolio", "bucket", "strategy") if words[key][1] != "·"
        )
        return tr("As before from your next client on: {part}. {why}", part=part, why=why)

    def _kept(self, _: Any) -> None:
        said = tr("✓ It is in force; who is on a desk stays there.")
        if self.typing == END:
            said = tr("✓ It has ended.")
        self.close_line()

        def show(table: Table) -> None:
            self._fill(table)
            self.say(said, "$text-success")

        self.ask(DirectivesQuery(), show)
