"""Policies and their receipts: what lapses next first; Enter shows one whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from rules.capture.scope import Refused
from rules.debit.charge_words import CHANNELS
from rules.insurance.policy_find import Find, read
from rules.insurance.policy_list import (
    PoliciesQuery,
    PolicyQuery,
    PolicyRow,
    PolicyRows,
    PolicyWhole,
    table,
)
from rules.words import mark, tr
from screens.board.lined_page import LinedPage
from screens.board.page import BoardPage
from screens.board.service import BoardService
from screens.receipts.policy_columns import columns
from widgets.panel import LABEL
from widgets.policy_sheet import policy_sheet
from widgets.row_list import RowList
from widgets.shown import row
from widgets.wording import POLICY_STATUSES, word

FIND = "find"
"""What the line is open for."""


class PoliciesScreen(LinedPage):
    """The list; `about` may be a `Find` that it opens on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "find", mark("Find: number, name, status, channel"), id="policies.find"),
        Binding("e", "export('xlsx')", mark("To Excel"), id="table.xlsx"),
        Binding("E", "export('csv')", mark("To CSV"), id="table.csv", show=False),
        Binding("f5", "again", mark("Ask again"), id="policies.again", show=False),
    ]

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._find = about if isinstance(about, Find) else Find()
        self._found: PolicyRows | None = None
        self._rows: RowList[PolicyRow] = RowList(
            columns(), lambda one: str(one.id), now=service.now(), id="policies"
        )
        self.resting = self._rows

    def title_words(self) -> str:
        """What the page is."""
        return tr("Policies and receipts")

    def body(self) -> Iterable[Widget]:
        """The policies, and the line."""
        self._rows.styles.height = "1fr"
        return (self._rows, self.line)

    def on_mount(self) -> None:
        """Ask at once."""
        super().on_mount()
        self.set_focus(self._rows)
        self.relabel()
        self.action_again()

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._rows.relabel(tr("Policies"), columns(), tr("no policy is like that"))
        self._draw_found()

    def _draw_found(self) -> None:
        wanted = self._find
        said = [
            word(POLICY_STATUSES, wanted.status) if wanted.status else "",
            word(CHANNELS, wanted.channel) if wanted.channel else "",
            f"«{wanted.text}»" if wanted.text else "",
        ]
        self.draw_head(row("".join(f"· {text} " for text in said if text)))

    def action_again(self) -> None:
        """Ask anew; the cursor stays on its row."""
        wanted = self._find
        self.ask(
            PoliciesQuery(find=wanted.text, status=wanted.status, channel=wanted.channel),
            self._fill,
        )

    def _fill(self, found: PolicyRows) -> None:
        self._found = found
        self._rows.show(found.rows, self.service.now())
        self._draw_found()
        if found.more:
            self.say(tr("Only the first {count} rows are shown.", count=f"{len(found.rows):,}"))

    # Finding

    def action_find(self) -> None:
        """Open the line for what is looked for."""
        wanted = self._find
        text = " ".join(part for part in (wanted.text, wanted.status, wanted.channel) if part)
        self.open_line(FIND, text, tr("Part of a number or name, a status, a channel: ruiz gracia domi"))

    def entered(self, text: str) -> None:
        """Look for what stands on the line; nothing on it = every policy."""
        self._find = read(text)
        self.close_line()
        self.action_again()

    def reason(self, refused: Refused) -> str:
        """Nothing that is typed here is refused."""
        return str(refused)

    # One of them

    @on(RowList.Chosen, "#policies")
    def _open(self, event: RowList.Chosen) -> None:
        self.ask(PolicyQuery(policy_id=event.item.id), self._show)

    def _show(self, found: PolicyWhole) -> None:
        self.app.push_screen(PolicyScreen(self.service, found), lambda _: self.action_again())

    # Files

    def action_export(self, form: str) -> None:
        """Write what is shown into a file."""
        self.write(table(self._found) if self._found is not None else None, form)


class PolicyScreen(BoardPage):
    """A policy whole, as the desk shows it; Escape leads back to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "roll(1)", mark("Down in the sheet"), id="policy.down", show=False),
        Binding("up", "roll(-1)", mark("Up in the sheet"), id="policy.up", show=False),
        Binding("pagedown,space", "roll(12)", mark("A page down"), id="policy.page_down"),
        Binding("pageup", "roll(-12)", mark("A page up"), id="policy.page_up", show=False),
    ]

    DEFAULT_CSS = """
    PolicyScreen #policy-body { height: 1fr; padding: 0 1; scrollbar-gutter: stable; }
    """

    AUTO_FOCUS = "#policy-body"

    def __init__(self, service: BoardService, about: PolicyWhole) -> None:
        super().__init__(service, about)
        self._whole = about

    def title_words(self) -> str:
        """Whose policy it is."""
        return self._whole.client.name

    def body(self) -> Iterable[Widget]:
        """The sheet."""
        yield VerticalScroll(Static(id="policy-sheet"), id="policy-body")

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.call_after_refresh(self.draw)

    def on_resize(self) -> None:
        """Draw for the size."""
        self.call_after_refresh(self.draw)

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self.draw()

    def draw(self) -> None:
        """Draw the sheet for the width that there is."""
        client = self._whole.client
        self.draw_head(row((f"· {client.portfolio} · {client.ref}", LABEL)))
        width = self.query_one("#policy-body").scrollable_content_region.width
        policies = self._whole.client.policies
        policy = next((one for one in policies if one.id == self._whole.policy_id), None)
        if width and policy is not None:
            now = self.service.now().astimezone(ZoneInfo(self._whole.zone))
            lines = policy_sheet(policy, self._whole.client, now, width)
            self.query_one("#policy-sheet", Static).update(Content("\n").join(lines))

    def action_roll(self, lines: int) -> None:
        """Move in the sheet."""
        self.query_one("#policy-body").scroll_relative(y=lines, animate=False, immediate=True)
