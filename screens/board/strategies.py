"""Strategies: portfolios and their versions, the rules of one, and the way to the next."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from rules.explained import Explained
from rules.protocol import QueueRow
from rules.strategies.questions import (
    Loaded,
    Strategies,
    StrategiesQuery,
    Taken,
    TakenQuery,
    Version,
    VersionQuery,
)
from rules.words import mark, tr, trn
from screens.board import keys
from screens.board.editing import edited
from screens.board.page import FIRST_KEYS, BoardPage
from screens.board.service import BoardService
from screens.board.strategy_draft import DraftScreen
from screens.board.table_page import TableScreen
from screens.board.words import filled
from widgets.cell_list import CellList
from widgets.columns import Column
from widgets.formats import moment
from widgets.key_bar import KeyBar
from widgets.ordered_keys import OrderedInput
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row, shown
from widgets.table_cells import NOTHING
from widgets.table_list import TableList


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list: a portfolio and a version of its strategy, None = it never had one."""

    portfolio: str
    version: Version | None
    in_force: bool = False

    @property
    def key(self) -> str:
        """What tells the line from others."""
        return f"{self.portfolio}\0{self.version.version if self.version else 0}"


class StrategiesScreen(BoardPage):
    """Opened on a row of the queue it begins with that portfolio.

    A draft that was not loaded stays until the page is left, so that it can be mended.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "turn", mark("Versions or rules"), id="strategies.turn"),
        Binding("e", "edit", mark("Edit in your editor"), id="strategies.edit"),
        Binding("f", "file", mark("From a file"), id="strategies.file"),
    ]

    DEFAULT_CSS = """
    StrategiesScreen {
        #page-body { layout: vertical; }
        RowList { height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary; }
        CellList { height: 2fr; border-top: solid $panel-rule; border-title-color: $text-primary; }
        #rule { height: 3; }
        Input, Input:focus {
            display: none; height: 1; border: none; padding: 0 1; background: $surface;
        }
        &.-typing Input { display: block; }
    }
    """

    AUTO_FOCUS = "#versions"

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._wanted = about.portfolio if isinstance(about, QueueRow) else ""
        self._model = ""
        self._texts: dict[str, Loaded] = {}
        self._drafts: dict[str, str] = {}
        self._versions: RowList[Held] = RowList((), lambda held: held.key, now=service.now(), id="versions")
        self._rules = TableList(service.now(), id="rules")
        self._rule = Static(id="rule")
        self._line = OrderedInput(select_on_focus=False, max_length=500)

    def title_words(self) -> str:
        """What the page is."""
        return tr("Strategies")

    def body(self) -> Iterable[Widget]:
        """Versions, the rules of the one under the cursor, the line for a file's path."""
        yield self._versions
        yield self._rules
        yield self._rule
        yield self._line

    def on_mount(self) -> None:
        """Ask which versions there are."""
        self.relabel()
        self._ask()

    def draw_keys(self) -> None:
        """Write the keys that work now, the page's own before the list's."""
        first = (*FIRST_KEYS, "strategies.edit", "strategies.file")
        self.query_one("#page-keys", KeyBar).show(keys.bar(self, first))

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._versions.relabel(tr("Versions"), _columns(), tr("no portfolio is yours"))
        self._rules.relabel_table()
        self._line.placeholder = tr("path of a TOML file")

    def _ask(self) -> None:
        self.ask(StrategiesQuery(), self._show)

    def _show(self, answer: Strategies) -> None:
        self._model = answer.model
        lines = [held for worked in answer.portfolios for held in _lines(worked.portfolio, worked.versions)]
        lines.sort(key=lambda held: held.portfolio != self._wanted)
        self._versions.show(lines, self.service.now())
        self._look()

    @on(RowList.Pointed, "#versions")
    def _look(self) -> None:
        """Show the rules of the version under the cursor."""
        held = self._versions.item
        if held is None or held.version is None:
            self._rules.display = self._rule.display = False
            if held is not None:
                self.say(tr("No strategy was ever loaded here: e begins one with the house's model."))
            return
        self._rules.display = self._rule.display = True
        if held.key in self._texts:
            self._show_rules(held)
            return
        query = VersionQuery(portfolio=held.portfolio, version=held.version.version)

        def keep(loaded: Loaded) -> None:
            self._texts[held.key] = loaded
            self._show_rules(held)

        self.ask(query, keep)

    def _show_rules(self, held: Held) -> None:
        at = self._versions.item
        if at is not None and at.key == held.key:  # the cursor may have gone on meanwhile
            self._rules.show_table(self._texts[held.key].rules, self.service.now())
            self._in_full()
            rules = len(self._texts[held.key].rules.rows)
            said = trn("{n} rule: ⏎ on it shows whom it takes.",
                       "{n} rules: ⏎ on one shows whom it takes.", rules, n=rules)  # fmt: skip
            self.say(said if rules else tr("This version has no rules: no strategy is in force."))

    @on(RowList.Pointed, "#rules")
    def _in_full(self) -> None:
        """Everything that the rule under the cursor says."""
        words = [pair for pair in self._rules.row_words() if pair[1] != NOTHING]
        parts = [row((title, LABEL), " ", (cell, "bold")) for title, cell in words]
        line = filled(parts, shown("  "), self.size.width, 3) if parts else shown("")
        self._rule.update(line, layout=False)

    def action_turn(self) -> None:
        """From the versions to the rules, and back."""
        to: Widget = self._rules if self.focused is self._versions and self._rules.display else self._versions
        self.set_focus(to)

    @on(RowList.Chosen, "#versions")
    def _enter(self) -> None:
        """Enter on a version goes to its rules."""
        self.action_turn()

    @on(CellList.Chosen, "#rules")
    def _open(self) -> None:
        """Enter on a rule: whom it takes at this moment."""
        held, rule = self._versions.item, self._rules.item
        if held is None or rule is None or held.key not in self._texts:
            return
        name, arm = str(rule.cells[0]), str(rule.cells[1] or "")
        text = "" if held.in_force else self._texts[held.key].text
        body = Taken(portfolio=held.portfolio, rule=name, arm=arm, text=text)
        self.app.push_screen(TableScreen(self.service, TakenQuery(body=body)))

    # The next version

    def action_edit(self) -> None:
        """Open the version under the cursor, or the draft made of it, in the editor; then try it."""
        held = self._versions.item
        if held is None:
            return
        loaded = self._texts.get(held.key)
        text = self._drafts.get(held.portfolio) or (loaded.text if loaded else self._model)
        try:
            self._try(held.portfolio, edited(self.app, text))
        except Explained as error:
            self.say(f"✗ {error}", "bold $text-error")

    def action_file(self) -> None:
        """Open the line for a file's path."""
        if self._versions.item is not None:
            self.add_class("-typing")
            self.set_focus(self._line)
            self.say(tr("⏎ tries it · Esc back"), LABEL)

    @on(Input.Submitted)
    def _entered(self) -> None:
        held, path = self._versions.item, Path(self._line.value.strip()).expanduser()
        if held is None:
            return
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.say(tr("✗ {path} can't be read: {reason}", path=path, reason=error), "bold $text-error")
            return
        self._close_line()
        self._try(held.portfolio, text)

    def _close_line(self) -> None:
        self.remove_class("-typing")
        self.set_focus(self._versions)
        self.say("")

    def _try(self, portfolio: str, text: str) -> None:
        """What the text would do, on a page of its own; from there it is loaded."""
        self._drafts[portfolio] = text

        def left(draft: str, version: int) -> None:
            self._drafts[portfolio] = draft
            if version:
                del self._drafts[portfolio]
                self._wanted = portfolio
                self._ask()

        self.app.push_screen(DraftScreen(self.service, portfolio, text, left))

    def action_leave(self) -> None:
        """From the line back to the versions; from there to the board."""
        if self.has_class("-typing"):
            self._close_line()
        else:
            self.dismiss(None)


def _lines(portfolio: str, versions: tuple[Version, ...]) -> list[Held]:
    if not versions:
        return [Held(portfolio=portfolio, version=None)]
    return [
        Held(portfolio=portfolio, version=version, in_force=place == 0 and version.rules > 0)
        for place, version in enumerate(versions)
    ]


def _columns() -> tuple[Column[Held], ...]:
    def of(read: Any) -> Any:
        return lambda held, now: read(held.version, now) if held.version else ""

    return (
        Column("portfolio", tr("portfolio"), 14, lambda held, _: held.portfolio, lambda held: held.portfolio,
               grow=True),
        Column("version", tr("version"), 7, of(lambda version, _: f"{version.version}"),
               lambda held: held.version.version if held.version else 0, right=True),
        Column("in_force", tr("in force"), 9, lambda held, _: f"● {tr('yes')}" if held.in_force else "·",
               lambda held: held.in_force, tone=lambda held, _: "good" if held.in_force else "muted"),
        Column("rules", tr("rules"), 6, of(lambda version, _: f"{version.rules}"),
               lambda held: held.version.rules if held.version else 0, right=True, rank=3),
        Column("by", tr("loaded by"), 10, of(lambda version, _: version.loaded_by),
               lambda held: held.version.loaded_by if held.version else "", rank=2),
        Column("at", tr("when"), 16, of(lambda version, now: moment(version.loaded_at, now)),
               lambda held: held.version.loaded_at.isoformat() if held.version else "", rank=1),
        Column("why", tr("why"), 16, of(lambda version, _: version.why),
               lambda held: held.version.why if held.version else "", grow=True, rank=4),
    )  # fmt: skip
