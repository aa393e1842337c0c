"""The desk application with its store and its sync."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.worker import Worker

from agent_tui.app import DeskApp, run
from agent_tui.config import Settings
from rules.desk import DeskPage
from storage.clock import Clock

if TYPE_CHECKING:
    from agent_tui.bench import Bench
    from agent_tui.workstation import SignInAs


class Workstation(DeskApp):
    """Paints first, then brings up what the first frame did not need."""

    def __init__(
        self,
        who: SignInAs,
        path: Path,
        clock: Clock,
        first: DeskPage | None,
        settings: Settings,
    ) -> None:
        super().__init__(first=first, settings=settings, now=clock.now)
        self._who, self._path, self._clock = who, path, clock
        self._bench: Bench | None = None
        self._asked = False

    def run_desk(self) -> None:
        """Run until the user leaves; an unexpected end is raised once the terminal is restored."""
        run(self)

    def on_ready(self) -> None:
        """The first frame is out: bring up the rest."""
        super().on_ready()
        self._bring_up()

    @work(thread=True, exit_on_error=False, group="start")
    def _bring_up(self) -> None:
        from agent_tui.bench import Bench

        bench = self._bench = Bench(self._who, self._path, self._clock)
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

    def _look_at_link(self) -> None:
        """Ask who works here once each time the hub refuses the session."""
        refused = self._bench is not None and self._bench.store.link() == "refused"
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

    def close_desk(self) -> None:
        """Stop the sync, keep everything."""
        if self._bench:
            self._bench.close()
