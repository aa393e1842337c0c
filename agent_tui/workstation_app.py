"""The desk application with its store and its sync."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on, work
from textual.worker import Worker

from agent_tui.app import DeskApp, run
from agent_tui.config import Settings
from agent_tui.failures import CommandError
from rules.desk import DeskPage
from rules.words import tr
from storage.clock import Clock

if TYPE_CHECKING:
    from agent_tui.bench import Bench
    from agent_tui.desk_door import DeskDoor
    from agent_tui.workstation import Opened, SignInAs

IDLE_CHECK_S = 15.0


def seconds_on() -> float:
    """Seconds that go on while the machine sleeps, so that an opened laptop shows a locked desk."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Workstation(DeskApp):
    """Paints first, then brings up what the first frame did not need.

    Args:
        who: the hub and the user.
        path: of the local store.
        clock: this machine's clock.
        first: what to paint until the store is up.
        settings: the user's own.
        opened: what opens the store; None = the door is asked before anything is shown.
        door: signs in, and locks the desk; None = the store lies open (demo).
    """

    def __init__(
        self,
        who: SignInAs,
        path: Path,
        clock: Clock,
        first: DeskPage | None,
        settings: Settings,
        opened: Opened | None,
        door: DeskDoor | None = None,
    ) -> None:
        super().__init__(first=first, settings=settings, now=clock.now)
        self._who, self._path, self._clock = who, path, clock
        self._opened, self._door = opened, door
        self._bench: Bench | None = None
        self._asked = False
        self._touched = seconds_on()
        self.revoked = False

    def run_desk(self) -> None:
        """Run until the user leaves; an unexpected end is raised once the terminal is restored."""
        run(self)

    def on_mount(self) -> None:
        """Ask who is there before anything is shown; watch for a desk that is left alone."""
        if self._door is None:
            return
        self._door.on_revoked = self._told_revoked
        if self._opened is None:
            from screens.sign_in import SignInScreen

            screen = SignInScreen(self._door, hub=self._who.hub, user=self._who.user)
            self.push_screen(screen, self._let_in)
        if self.settings.lock_minutes:
            self.set_interval(IDLE_CHECK_S, self._lock_if_idle)

    def on_ready(self) -> None:
        """The first frame is out: bring up the rest."""
        super().on_ready()
        if self._opened is not None:
            self._bring_up(self._opened)

    def _let_in(self, signed_in: bool | None) -> None:
        opened = self._door.opened if self._door else None
        if signed_in and opened is not None:
            self._opened = opened
            self._bring_up(opened)
        else:
            self.exit()

    @work(thread=True, exit_on_error=False, group="start")
    def _bring_up(self, opened: Opened) -> None:
        from agent_tui.bench import Bench

        bench = Bench(self._who, self._path, opened, self._clock, self._door, self._told_revoked)
        self._bench = bench
        bench.desk.subscribe(self._look_at_link)
        bench.start()
        self.attach(bench.desk)
        gc.freeze()
        gc.enable()

    @on(Worker.StateChanged)
    def _report_fault(self, event: Worker.StateChanged) -> None:
        """A part that did not come up ends the program, with its reason."""
        if isinstance(event.worker.error, Exception):
            self.failure = event.worker.error
            self.exit()

    # Whoever sits here

    def _look_at_link(self) -> None:
        """Ask who works here once each time the hub refuses the session."""
        refused = self._bench is not None and self._bench.store.link() == "refused" and not self.revoked
        if refused and not self._asked:
            self.call_later(self._ask_who)
        self._asked = refused

    def _ask_who(self) -> None:
        from screens.sign_in import SignInScreen

        assert self._bench is not None  # noqa: S101 - _look_at_link has seen it
        self.push_screen(
            SignInScreen(self._bench.door(), hub=self._who.hub, user=self._who.user), self._answered
        )

    def _answered(self, signed_in: bool | None) -> None:
        self.desk.repaint()  # signed in or working on offline: the header says which

    def _is_for_the_service(self, event: events.Event) -> bool:
        """What is typed to sign in is for nobody else."""
        return self._opened is not None and super()._is_for_the_service(event)

    # The lock

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there."""
        if isinstance(event, events.InputEvent):
            self._touched = seconds_on()
        await super().on_event(event)

    def _lock_if_idle(self) -> None:
        if seconds_on() - self._touched >= self.settings.lock_minutes * 60:
            self.action_lock()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to lock before the desk is open, nor where no password opens it."""
        if action == "lock":
            return self._door is not None and self._opened is not None
        return super().check_action(action, parameters)

    def action_lock(self) -> None:
        """Cover the desk until the password is typed again."""
        from screens.lock import LockScreen

        hidden = any(isinstance(screen, LockScreen) for screen in self.screen_stack)
        if self._door is not None and self._opened is not None and not hidden:
            self.push_screen(LockScreen(self._door.knows, self._who.user))

    # The end

    def _told_revoked(self) -> None:
        """The hub has revoked this device; told from any thread."""
        self.call_later(self._end_revoked)

    def _end_revoked(self) -> None:
        self.revoked = True
        self.failure = CommandError(
            tr("This workstation was revoked by an administrator: everything that it held is destroyed.")
        )
        self.exit()

    def close_desk(self) -> None:
        """Stop the sync, keep everything; nothing is left of a device that was revoked."""
        if self._bench:
            self._bench.close()
        if self.revoked:
            from storage.local.wipe import wipe

            wipe(self._path)
