"""How the desk is laid out and painted: one widget per panel, changed in place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from textual.app import ComposeResult
from textual.containers import Container, Vertical

from rules.catalogue import Catalogue, Result
from rules.desk import ClientPage, DeskPage, HistoryPage, NoClient
from rules.explained import Explained
from rules.identity import hides
from rules.words import language, tr
from screens.desk_ahead import PageAhead, Parts
from screens.desk_call import DeskCall
from screens.desk_commands import BY_ID, COMMANDS, FIRST_DIGIT, OTHER_DIGITS, PALETTE, PANELS, key_name
from screens.desk_service import DeskService
from widgets.capture_head import CaptureHead
from widgets.capture_line import CaptureLine, CapturePreview
from widgets.client_card import ClientCard
from widgets.debt_table import DebtTable
from widgets.history_panel import HistoryPanel
from widgets.key_bar import KeyBar, KeyWords
from widgets.panel import Panel
from widgets.policy_panel import PolicyPanel
from widgets.script_panel import ScriptPanel
from widgets.shown import shown
from widgets.top_line import TopLine

if TYPE_CHECKING:
    from widgets.capture_form import CaptureForm


STYLES = Path(__file__).with_name("desk.tcss")
"""The desk's styles: for `App.CSS_PATH`, since Textual reads no styles of a default screen."""


WIDTHS = [(0, "-one"), (100, "-two"), (170, "-three")]
HEIGHTS = [(0, "-short"), (34, "-tall")]
"""From how many columns and rows on which layout of desk.tcss holds."""


CALL_BEGINS_S = 0.4
"""How long after the first key on a client the agent counts as on a call: one key is none yet."""


class DeskView(DeskCall):
    """The desk's parts and what they show; `DeskScreen` adds what the keys do.

    desk: the page on the screen. eye: the panel in which the arrow keys move. began: when
    the client came to the desk. calling: it has been worked on.
    painted: a page has been shown. minute: the minute that the clock shows.
    told_on: the line under which something was said that stands until it is changed.
    awaits_search: a client to be searched for was asked for, and has not come.
    team: the pane of the own team, once it was opened.
    """

    AUTO_FOCUS = "CaptureLine"

    def __init__(
        self, service: DeskService | None, first: DeskPage | None, now: Callable[[], datetime]
    ) -> None:
        super().__init__("-debt")
        self.HORIZONTAL_BREAKPOINTS = WIDTHS
        self.VERTICAL_BREAKPOINTS = HEIGHTS
        self.service = service
        self._clock = now
        self.desk = first
        self.catalogue: Catalogue | None = None
        self.eye = "debt"
        self.painted = False
        self.began = now()
        self.calling = False
        self.minute = -1
        self.told_on: str | None = None
        self.awaits_search = False
        self.top = TopLine(id="top")
        self.tabs = KeyBar(id="tabs")
        self.client = ClientCard(id="client")
        self.script = ScriptPanel(id="script")
        self.debt = DebtTable(id="debt")
        self.history = HistoryPanel(id="history")
        self.policies = PolicyPanel(id="policies")
        self.head = CaptureHead(id="head")
        self.line = CaptureLine(id="line")
        self.preview = CapturePreview(id="preview")
        self.keys = KeyBar(id="keys")
        self.form: CaptureForm | None = None
        self.team: Panel | None = None
        self.panels: dict[str, Panel] = {
            "debt": self.debt,
            "script": self.script,
            "policies": self.policies,
            "history": self.history,
        }
        self.debt.under_eye = True
        self.ahead = PageAhead(self, self._page_ahead, self._parts, lambda: (language(), self.catalogue))

    # Layout

    def now(self) -> datetime:
        """The time, in the zone of the agent's own hours."""
        zone = self.desk.header.zone if self.desk else ""
        return self._clock().astimezone(ZoneInfo(zone) if zone else None)

    def compose(self) -> ComposeResult:
        """Top line, panels, capture, key bar; laid out for this size from the first frame on."""
        for steps, size in ((WIDTHS, self.app.size.width), (HEIGHTS, self.app.size.height)):
            self.add_class(next(name for limit, name in reversed(steps) if size >= limit))
        yield self.top
        yield self.tabs
        with Container(id="panels"):
            # Of this order and the spans in desk.tcss come the layouts of two and three columns.
            yield self.client
            yield self.script
            yield self.debt
            yield self.history
            yield self.policies
            with Vertical(id="capture"):
                yield self.head
                yield self.line
                yield self.preview
        yield self.keys

    # Painting

    def show(self, desk: DeskPage, *, fresh: bool = True) -> None:
        """Paint a page. A fresh one starts its panels anew; the same client keeps them."""
        self.desk = desk
        self.painted = True
        page = desk.page
        self.minute = self.now().minute
        self.top.show(desk.header, self.now())
        self._show_guidance(page)
        context = self.service.capture_context() if self.service else None
        self.line.context = context
        if fresh:
            self.take_catalogue()
            self.began = self.now()
            self.calling = False
            if self.told_on is not None and not self.line.value:
                self.preview.show(None, None, None)  # what was said was of the client before
            self.told_on = None
            self.revealed = ""
            self.script.walk = None
            self._asked.clear()
            self.look("debt")
        if fresh and isinstance(page, ClientPage):
            self.ahead.put(page)
        else:
            self._show_on(page, fresh=fresh)
            self.ahead.look()
        if fresh and self.line.value:
            self.show_reading(self.line.reading, self.line.value)  # typed while nobody was there

    def _show_guidance(self, page: ClientPage | NoClient) -> None:
        """What the strategy says; what its offers are called is known once there is a service."""
        guidance = page.guidance if isinstance(page, ClientPage) else None
        menu: tuple[str, ...] = ()
        if guidance is not None and guidance.assigned.plan.offers and self.service is not None:
            steps, english = self.service.negotiation().steps, language() == "en"
            known = (steps[name] for name in guidance.assigned.plan.offers if name in steps)
            menu = tuple((step.en if english else step.es).lower() for step in known)
        self.head.follow(guidance, menu)

    def _show_on(self, page: ClientPage | NoClient, *, fresh: bool) -> None:
        """Show the same client again, or that there is none."""
        hidden = self.hidden
        self.client.show(page, self.now(), hidden=hidden)
        self.debt.show(page, hidden=hidden)
        account = self.debt.account
        self.policies.show(page, account.id if account else None, hidden=hidden)
        agent = self.desk.header.agent if self.desk else ""
        self.script.show(page, account, agent, restart=fresh, hidden=hidden)
        if fresh or not self.history.filter:
            self.show_history()
        if not isinstance(page, ClientPage):
            self.preview.show(None, None, None)

    def _parts(self, page: ClientPage) -> Parts:
        """How a client who has just come to the desk is shown on each panel."""
        client, hidden = page.client, hides(page.client)
        account = next((one for one in client.accounts if one.id == page.selected_account), None)
        account_id = account.id if account else None
        agent = self.desk.header.agent if self.desk else ""
        yield self.client, lambda: self.client.show(page, self.now(), hidden=hidden)
        yield self.debt, lambda: self.debt.show(page, hidden=hidden)
        yield self.policies, lambda: self.policies.show(page, account_id, hidden=hidden)
        yield (
            self.script,
            lambda: self.script.show(page, account, agent, restart=True, hidden=hidden),
        )
        yield self.history, lambda: self._show_history_of(page, hidden=hidden)

    def _show_history_of(self, page: ClientPage, *, hidden: bool) -> None:
        client = page.client
        self.history.country = client.country
        total = max(client.history_total, len(client.history))
        found = HistoryPage(entries=client.history, matching=total, offset=0)
        self.history.show(found, page.local_time.tzinfo, hidden=hidden)

    def take_catalogue(self) -> None:
        """Use the results of the client's portfolio; most portfolios have the house's."""
        catalogue = self.service.catalogue() if self.service else None
        if catalogue is not None and catalogue is not self.catalogue:
            self.catalogue = self.line.catalogue = self.history.catalogue = catalogue
            self.show_keys()

    def _page_ahead(self) -> ClientPage | None:
        return self.service.ahead() if self.service else None

    def call_begins(self) -> None:
        """The agent works on the client, once for each; told a moment later, off the path of the key."""
        if not self.calling and self.service and self.line.context:
            self.calling = True
            self.set_timer(CALL_BEGINS_S, self._begin_call)

    def _begin_call(self) -> None:
        """Unless the call is over already."""
        if self.calling and self.service and self.desk:
            with suppress(Explained):  # a full disk is told when something is saved
                self.service.begin_call()
            header = self.service.header()
            self.desk = msgspec.structs.replace(self.desk, header=header)
            self.top.show(header, self.now())

    def show_history(self) -> None:
        """The history as the page brings it; more is read when it is asked for."""
        page = self.desk.page if self.desk else None
        if isinstance(page, ClientPage):
            self._show_history_of(page, hidden=self.hidden)
        else:
            self.history.show(HistoryPage(entries=(), matching=0, offset=0), None, hidden=False)

    def action_look(self, name: str) -> None:
        """Put the eye on a panel, at somebody's wish."""
        self.look(name)

    def look(self, name: str) -> None:
        """Put the eye on a panel: the arrows move there; in one column it is the one shown."""
        if name == self.eye:
            return
        for other, panel in self.panels.items():
            panel.look(other == name)
            self.set_class(other == name, f"-{other}")
        self.eye = name

    def show_keys(self) -> None:
        """The key bar: the keys as they are now, remapped or not, in words of the language."""
        live = self.live_keys()
        bar = sorted(
            (one for one in (*COMMANDS, PALETTE) if one.bar and one.id in live), key=lambda one: one.bar
        )
        keys = []
        for command in bar:
            result = self.result_of(command.id.partition(".")[2])
            words = result.label(language()).partition(" / ")[0].lower() if result else tr(command.short)
            brief = result.code.lower() if result else words
            keys.append(KeyWords(live[command.id], words, brief, command.action))
        self.keys.show(keys, needed=sum(one.bar <= PALETTE.bar for one in bar))
        tabs = [BY_ID[f"panel.{name}"] for name in PANELS]
        self.tabs.show(
            [
                KeyWords(live[one.id], tr(one.short), tr(one.short), one.action)
                for one in tabs
                if one.id in live
            ]
        )

    def live_keys(self) -> dict[str, str]:
        """Binding id to the name of the key that works now."""
        return {one.binding.id: key_name(key) for key, one in self.active_bindings.items() if one.binding.id}

    def key_help(self) -> list[tuple[str, str]]:
        """Key and words of everything that has a key now; the digits of the script are one line."""
        lines = []
        for name, active in {one.binding.id: one for one in self.active_bindings.values()}.items():
            if name and active.binding.description and name not in OTHER_DIGITS:
                key = "1-9" if name == FIRST_DIGIT else self.live_keys()[name]
                lines.append((name, key, self.result_words(name) or tr(active.binding.description)))
        places = {command.id: place for place, command in enumerate(COMMANDS)}
        lines.sort(key=lambda line: places.get(line[0], len(places)))
        return [(key, words) for _, key, words in lines]

    def repaint(self) -> None:
        """Say everything again: the language has changed."""
        self.top.redraw()
        self.line.context = self.service.capture_context() if self.service else None
        for panel in self._all_panels():
            panel.redraw()
        self.show_reading(self.line.reading, self.line.value)
        self.show_keys()

    def recolour(self) -> None:
        """Send every line again: the theme has changed, the words have not."""
        for panel in self._all_panels():
            panel.recolour()

    def _all_panels(self) -> list[Panel]:
        team = [self.team] if self.team is not None else []
        return [self.client, self.head, *self.panels.values(), *team]

    async def open_form(self, line: str) -> None:
        """Show the capture as a form, in the place of the script."""
        from widgets.capture_form import CaptureForm

        if self.catalogue is None or self.line.context is None:
            return
        if self.form is None:
            self.form = CaptureForm(id="form")
            await self.query_one("#panels").mount(self.form, after=self.script)
        self.add_class("-form")
        self.form.open(line, self.catalogue, self.line.context, hidden=self.hidden)

    def close_form(self) -> None:
        """Back to the script and to the capture line."""
        if self.has_class("-form"):
            self.remove_class("-form")
            self.set_focus(self.line)

    def tell(self, text: str, style: str = "bold $text-error") -> None:
        """Say something under the capture line, until the line is changed."""
        self.told_on = self.line.value
        self.preview.update(shown(text, style), layout=False)

    def result_of(self, key: str) -> Result | None:
        """The result that the catalogue puts on a function key."""
        found = self.catalogue.results.values() if self.catalogue else ()
        return next((result for result in found if result.key == key), None)

    def result_words(self, name: str) -> str:
        """What the one-key result behind a binding's id is called, "" for other bindings."""
        result = self.result_of(name.removeprefix("result.")) if name.startswith("result.") else None
        return result.label(language()) if result else ""
