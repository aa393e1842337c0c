"""The workstation's screen: one page per client, painted in place, one focus, no modes.

Keys come in, the desk service answers, the answer is shown. Nothing here waits: every call
of the service is local and takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual import on
from textual.binding import BindingType
from textual.message import Message

from rules.capture.body import to_body
from rules.capture.read import read
from rules.capture.values import Reading
from rules.capture.wording import outlasts, warnings
from rules.desk import ClientPage, DeskPage, Refused, Saved
from rules.explained import Explained
from rules.text import find_card_code, find_pan
from rules.words import tr
from screens.desk_ahead import seen
from screens.desk_commands import BY_ID, COMMANDS, PANELS, key_name
from screens.desk_service import DeskService
from screens.desk_team import DeskTeam
from widgets.capture_line import CaptureLine
from widgets.formats import hour
from widgets.key_bar import KeyBar
from widgets.panel import Panel
from widgets.refusals import refusal
from widgets.script_panel import ScriptPanel

if TYPE_CHECKING:
    from widgets.capture_form import CaptureForm

HISTORY_PAGE = 50
"""Entries of the history read at a time."""

BREACH = "breach:"
"""Begins what is told of a line when a contact rule forbids its call; the rule's name follows."""

OFF_STRATEGY = "strategy:"
"""Begins what is told of a line that does not follow the strategy; the codes of what follow."""

TICK_S = 2.0
"""How often the minute is looked at; nothing is drawn until it has changed."""


class DeskScreen(DeskTeam):
    """The desk of one agent.

    Args:
        service: the desk service; None = `attach` brings it.
        first: what to paint until then.
        now: tells the time in the zone in which the agent's own hours are shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [command.binding() for command in COMMANDS]

    class Moved(Message):
        """Link, outbox or the queue at hand changed behind the screen."""

    def __init__(
        self, service: DeskService | None, first: DeskPage | None, now: Callable[[], datetime]
    ) -> None:
        super().__init__(service, first, now)
        self._moved = False

    def on_mount(self) -> None:
        """Paint what is known; watch the clock and the keys."""
        self.bindings_updated_signal.subscribe(self, lambda _: self.show_keys())
        self.app.theme_changed_signal.subscribe(self, lambda _: self.recolour())
        # Not by the line's message, which comes when the line itself is already painted.
        self.watch(self.line, "value", self._typed, init=False)
        self.set_interval(TICK_S, self._tick)
        if self.service:
            self.attach(self.service)
        elif self.desk:
            self.show(self.desk)

    def attach(self, service: DeskService) -> None:
        """Take the service; from here on the desk can save."""
        self.service = service
        self.take_catalogue()
        self.line.remember(service.lines())
        service.subscribe(self._on_changed)
        self._show_found(service.desk())
        if self.desk:
            self.tell_urgent(self.desk.header)
        self.history.redraw()  # the catalogue has the names of its codes
        self.show_keys()

    # What happens behind the screen

    def _on_changed(self) -> None:
        """Called from any thread; many calls make one look at the desk."""
        if not self._moved:
            self._moved = True
            self.post_message(self.Moved())

    @on(Moved)
    def look_again(self) -> None:
        """Show what changed; the client on the desk stays as it is being worked."""
        self._moved = False
        if self.service and self.is_mounted:
            self.take_catalogue()
            self._show_found(self.service.desk())
            self.look_for_asked()
            self.look_for_block()
            self.look_for_search()
            self.show_team()
            if self.desk:
                self.tell_urgent(self.desk.header)

    def _show_found(self, desk: DeskPage) -> None:
        """Paint what the service has now, no more of it than has changed."""
        before = self.desk
        if before is None or not self.painted or _client_id(desk) != _client_id(before):
            self.show(desk)
        elif seen(desk.page) != seen(before.page):
            self.show(desk, fresh=False)
            self.tell_answer(before, desk)
        else:
            self.desk = desk
            self.line.context = self.service.capture_context() if self.service else None
            self.top.show(desk.header, self.now())
            self.ahead.look()

    def _tick(self) -> None:
        self.show_team()
        if self.now().minute != self.minute and self.desk:
            self.minute = self.now().minute
            if self.service:
                self.look_again()
            else:
                self.top.show(self.desk.header, self.now())

    # The capture

    def _typed(self) -> None:
        """Say in the same frame how the line reads now; working on a client begins a call."""
        self.told_on = None
        if self.line.value:
            self.call_begins()
        self._asked.clear()
        self.show_reading(self.line.reading, self.line.value)

    @on(CaptureLine.Submitted)
    def _entered(self, event: CaptureLine.Submitted) -> None:
        if event.reading.complete:
            self._save(event.reading, event.line)

    async def action_form(self) -> None:
        """The capture as a form, filled with what is on the line."""
        await self.open_form(self.line.value)

    def on_capture_form_changed(self, event: CaptureForm.Changed) -> None:
        """Say what the fields would save."""
        self.show_reading(event.reading, event.form.line)

    def on_capture_form_submitted(self, event: CaptureForm.Submitted) -> None:
        """Save what the form says."""
        self._save(event.reading, event.line)

    def on_capture_form_left(self, event: CaptureForm.Left) -> None:
        """Go on with the line, which says the same as the form did."""
        self.close_form()
        self.line.put(event.line)

    def action_result(self, key: str) -> None:
        """Record the one-key result of a function key, with what is typed as its fields."""
        result = self.result_of(key)
        context = self.line.context
        if result is None or context is None or self.catalogue is None:
            return
        line = f"{result.code.lower()} {self.line.value}".strip()
        reading = read(line, self.catalogue, context)
        if reading.complete:
            self._save(reading, line)
        else:
            self.show_reading(reading, line)

    def _save(self, reading: Reading, line: str) -> None:
        context, catalogue = self.line.context, self.catalogue
        if context is None or catalogue is None or self.service is None:
            return
        skipped = self.missed_names(reading.code)
        if skipped and self.missed_forces() and not self.confirmed(line, "missed"):
            told = tr("not said: {names}", names=", ".join(skipped))
            self.tell(f"! {told} · {tr('⏎ again saves')}")
            return
        if outlasts(reading, context) and not self.confirmed(line, "cover"):
            self.tell(f"! {warnings(reading, context)[0]} · {tr('⏎ again saves')}")
            return
        service = self.service
        body = self.with_call(to_body(reading, context, catalogue, line=line))
        body = msgspec.structs.replace(
            body, breach=self._told_of(line, BREACH), off_strategy=_listed(self._told_of(line, OFF_STRATEGY))
        )
        if self.done(lambda: service.save(body), line):
            self.head.say(f"✓ {reading.code} {self.undo_hint()}")

    def _told_of(self, line: str, kind: str) -> str:
        """What was told of this very line, by kind: entering it again confirms it."""
        told = (what for on, what in self._asked if on == line and what.startswith(kind))
        return next(told, "").removeprefix(kind)

    def _keep_told(self, line: str, kind: str, what: str) -> None:
        """Keep what the agent was told of this line: the rule that forbids its call, what is off strategy."""
        before = {(on, told) for on, told in self._asked if not told.startswith(kind)}
        self._asked = before | {(line, kind + what)}

    def done(self, call: Callable[[], Saved | Refused], line: str = "") -> bool:
        """Do something durable, then show what comes next; a refusal changes nothing."""
        try:
            answer = call()
        except Explained as error:
            self.tell(str(error))
            return False
        if isinstance(answer, Refused):
            self.tell(refusal(answer, self.now(), hidden=self.hidden))
            if answer.code == "call_forbidden":
                self._keep_told(line, BREACH, answer.params["rule"])
            elif answer.code == "off_strategy":
                self._keep_told(line, OFF_STRATEGY, answer.params["what"])
            return False
        self.close_form()
        self.show(answer.desk)
        self.line.done(line)
        return True

    def undo_hint(self) -> str:
        """When it was done, and the key that takes it back."""
        return f"{hour(self.now())} · {self._key('desk.undo')} {tr(BY_ID['desk.undo'].short)}"

    def _key(self, name: str) -> str:
        live = (key for key, active in self.active_bindings.items() if active.binding.id == name)
        return key_name(next(live, BY_ID[name].key))

    def action_undo(self) -> None:
        """Take the last capture or skip back; its client is shown again."""
        if self.service and self.done(self.service.undo):
            self.head.say(tr("Taken back."), "$text-warning")

    # The rest of the desk

    def action_next_phone(self) -> None:
        """Choose the next number that may be called."""
        page = self.desk.page if self.desk else None
        if not isinstance(page, ClientPage):
            return
        ring = [(page.selected_phone + step) % len(page.phones) for step in range(1, len(page.phones))]
        wanted = next((place for place in ring if page.phones[place].permission.allowed), None)
        if wanted is None:
            self.tell(tr("No other number may be called now."))
        else:
            self.choose_phone(wanted)

    def choose_phone(self, place: int) -> None:
        """Choose the number to call, by its place among the client's (0-based)."""
        if self.service is None or self.desk is None:
            return
        answer = self.service.select_phone(place)
        if isinstance(answer, Refused):
            self.tell(refusal(answer, self.now()))
        else:
            self.show(msgspec.structs.replace(self.desk, page=answer), fresh=False)

    def action_answer(self, digit: int) -> None:
        """Answer the script."""
        self.call_begins()
        self.script.answer(digit)
        self.veil()

    def action_script_back(self) -> None:
        """The step of the script before this one."""
        self.script.back()
        self.veil()

    def action_objections(self) -> None:
        """What the client may throw in, and the replies."""
        self.action_look("script")
        self.script.toggle_objections()

    @on(ScriptPanel.Ended)
    def _script_ended(self, event: ScriptPanel.Ended) -> None:
        """Write the result that the last answer implies; Enter saves it, any edit changes it."""
        if not self.line.value:
            self.line.put(event.line)

    def action_filter_history(self) -> None:
        """Filter the history by what is typed; an empty line shows it all again."""
        if self.service is None or self.desk is None or not isinstance(self.desk.page, ClientPage):
            return
        text = self.line.value.strip()
        if find_pan(text) or find_card_code(text):
            self.tell(refusal(Refused(code="card_number_in_note"), self.now()))
            return
        zone = self.desk.page.local_time.tzinfo
        self.history.home()
        if text:
            self.history.show(self.service.history(text, 0, HISTORY_PAGE), zone, text, hidden=self.hidden)
            self.line.done()
        else:
            self.history.filter = ""
            self.show_history()
        self.action_look("history")

    # The panel under the eye

    def action_turn(self, step: int) -> None:
        """Put the eye on the panel before or after."""
        self.action_look(PANELS[(PANELS.index(self.eye) + step) % len(PANELS)])

    def action_move(self, step: int) -> None:
        """Move by a line in the panel under the eye."""
        self.panels[self.eye].move(step)
        if self.eye == "debt":
            self._select_account()
        self._read_on()

    def action_page(self, pages: int) -> None:
        """Move by pages in the panel under the eye."""
        panel = self.panels[self.eye]
        panel.scroll_lines(pages * max(1, panel.size.height - 2))
        self._read_on()

    def _read_on(self) -> None:
        """Read more of the history when its end is on the screen."""
        history = self.history
        if self.eye == "history" and self.service and history.at_end():
            found = self.service.history(history.filter, len(history.found.entries), HISTORY_PAGE)
            history.extend(found)

    @on(Panel.Picked)
    def _picked(self, event: Panel.Picked) -> None:
        """A line was clicked."""
        name = event.panel.id or ""
        if name in PANELS:
            self.action_look(name)
        if event.item < 0:
            return
        if name == "client":
            self.choose_phone(event.item)
        elif name == "script":
            self.action_answer(event.item + 1)
        elif name == "debt":
            self.debt.select(event.item)
            self._select_account()

    def _select_account(self) -> None:
        """Let amounts, dates, policies and the script speak of the selected account."""
        account = self.debt.account
        if self.service is None or self.desk is None or account is None:
            return
        self.service.select_account(account.id)
        self.line.context = self.service.capture_context()
        self.policies.show(self.desk.page, account.id, hidden=self.hidden)
        self.script.show(self.desk.page, account, self.desk.header.agent, restart=False, hidden=self.hidden)

    @on(KeyBar.Pressed)
    async def _bar_pressed(self, event: KeyBar.Pressed) -> None:
        await self.run_action(event.action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide a function key for which the catalogue has no result."""
        return action != "result" or self.result_of(str(parameters[0])) is not None

    def unsent(self) -> int:
        """How many captures have not reached the hub."""
        return self.desk.header.waiting if self.desk else 0

    def half_typed(self) -> bool:
        """Whether there is something on the capture line."""
        return bool(self.line.value.strip())


def _listed(codes: str) -> tuple[str, ...]:
    return tuple(codes.split(",")) if codes else ()


def _client_id(desk: DeskPage) -> int | None:
    return desk.page.client.id if isinstance(desk.page, ClientPage) else None
