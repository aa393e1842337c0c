"""The workstation as an application: first frame at once, the service when it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import Screen

from agent_tui.config import Settings
from agent_tui.terminal_app import TerminalApp
from rules.desk import DeskPage
from rules.words import tr, trn
from screens.desk import DeskScreen
from screens.desk_service import DeskService
from screens.desk_view import STYLES
from widgets.capture_line import CaptureLine

LEAVE_WITHIN_S = 3.0
"""How long a second press of the quit key counts as the answer to the question."""


def local_now() -> datetime:
    """The machine's own time in the machine's own zone."""
    return datetime.now().astimezone()


class DeskApp(TerminalApp, inherit_bindings=True):
    """The agent's application.

    Args:
        service: the desk service; None = `attach` brings it later, keys typed until then
            are kept and served in their order.
        first: what to paint until the service is there.
        settings: the user's own theme, keys and mouse.
        now: tells the time, in the zone in which the agent's hours are shown.
    """

    CSS_PATH = STYLES
    BINDINGS: ClassVar[list[BindingType]] = []

    @dataclass
    class ServiceReady(Message):
        """The desk service has been brought up."""

        service: DeskService

    def __init__(
        self,
        service: DeskService | None = None,
        first: DeskPage | None = None,
        settings: Settings | None = None,
        *,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        super().__init__(settings)
        self.now = now
        self.desk = DeskScreen(service, first, now)
        self._held: list[events.Event] | None = None if service else []
        self._asked_to_leave: datetime | None = None

    def get_default_screen(self) -> Screen[None]:
        """The desk is the first screen and the last."""
        return self.desk

    def bindings_in_use(self) -> Iterable[BindingType]:
        """The application's own keys, the desk's and the capture line's."""
        return [*super().bindings_in_use(), *DeskScreen.BINDINGS, *CaptureLine.BINDINGS]

    def dialog_bindings(self) -> Iterable[BindingType]:
        """The form's, the help's and those of the small dialogs."""
        from screens.account.dialog import AccountDialog
        from screens.account.screen import AccountScreen
        from screens.agenda import AgendaScreen
        from screens.contacts import ContactsScreen
        from screens.day import DayScreen
        from screens.desk_help import HelpScreen
        from screens.messages import MessagesScreen
        from screens.offers import OffersScreen
        from screens.quarantine import FactScreen, LetGoScreen, QuarantineScreen
        from screens.records import AgreementText, MediumScreen, OutcomeScreen, RecordsScreen
        from screens.report import ReportScreen
        from screens.reveal import RevealScreen
        from screens.search import SearchScreen
        from screens.skip import SkipScreen
        from screens.state import StateScreen
        from widgets.capture_form import CaptureForm

        owners: tuple[type[DOMNode], ...] = (
            CaptureForm,
            AccountScreen,
            AccountDialog,
            ContactsScreen,
            OffersScreen,
            QuarantineScreen,
            FactScreen,
            LetGoScreen,
            ReportScreen,
            RevealScreen,
            SearchScreen,
            HelpScreen,
            SkipScreen,
            StateScreen,
            AgendaScreen,
            DayScreen,
            MessagesScreen,
            RecordsScreen,
            AgreementText,
            MediumScreen,
            OutcomeScreen,
        )
        return [binding for owner in owners for binding in owner.BINDINGS]

    def say_again(self) -> None:
        """Write the desk in the language now in force."""
        self.desk.repaint()

    # Until there is a service

    def attach(self, service: DeskService) -> None:
        """Bring the service; may be called from any thread."""
        self.post_message(self.ServiceReady(service))

    @on(ServiceReady)
    async def _serve(self, event: ServiceReady) -> None:
        """Hand the service to the desk, then the keys typed meanwhile, in their order."""
        self.desk.attach(event.service)
        held, self._held = self._held or [], None
        for key in held:
            await super().on_event(key)

    async def on_event(self, event: events.Event) -> None:
        """Keep what is typed before there is anybody to serve it; leaving always works."""
        if self._held is not None and self._is_for_the_service(event):
            self._held.append(event)
        else:
            await super().on_event(event)

    def _is_for_the_service(self, event: events.Event) -> bool:
        """Whether this was typed, and is not the key that leaves."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            return False
        active = self.active_bindings.get(event.key) if isinstance(event, events.Key) else None
        return active is None or active.binding.action != "quit"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A desk without a door has no lock."""
        return action != "lock" and super().check_action(action, parameters)

    # The way out

    async def action_quit(self) -> None:
        """Leave; with something half typed or not yet sent, only when asked twice."""
        now = self.now()
        asked = self._asked_to_leave
        again = asked is not None and (now - asked).total_seconds() < LEAVE_WITHIN_S
        reasons = self._reasons_to_stay()
        if again or not reasons:
            self.exit()
            return
        self._asked_to_leave = now
        key = self.desk.live_keys().get("app.quit", "")
        self.notify(
            " ".join([*reasons, tr("{key} again leaves.", key=key)]),
            severity="warning",
            timeout=LEAVE_WITHIN_S,
            markup=False,
        )

    def _reasons_to_stay(self) -> list[str]:
        reasons = []
        if self.desk.half_typed():
            reasons.append(tr("The capture line is not saved."))
        if unsent := self.desk.unsent():
            reasons.append(
                trn(
                    "{number} capture is kept here and waits to be sent.",
                    "{number} captures are kept here and wait to be sent.",
                    unsent,
                )
            )
        return reasons


def run(app: DeskApp) -> None:
    """Run the application until its user leaves.

    Raises:
        Exception: whatever ended it unexpectedly, once the terminal is as it was found.
    """
    app.run(mouse=app.settings.mouse)
    if app.failure is not None:
        raise app.failure
