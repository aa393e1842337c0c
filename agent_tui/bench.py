"""Store, desk and sync of one workstation, put together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent_tui.hub_sign_in import HubSignIn
from agent_tui.logs import log_fault
from storage.clock import Clock
from storage.local.desk import LocalDesk
from storage.local.keys import kept_beside
from storage.local.store import LocalStore
from storage.sync.run import SyncLoop

if TYPE_CHECKING:
    from agent_tui.workstation import SignInAs
    from rules.protocol import Session
    from storage.sync.client import HubClient


class Bench:
    """Store, desk and sync of one workstation."""

    def __init__(self, who: SignInAs, path: Path, clock: Clock) -> None:
        self._who = who
        self.store = LocalStore(path, kept_beside(path), clock)
        self.sync = SyncLoop(
            self.store,
            self._client,
            lambda: None,  # the store tells its listeners itself
            credentials=(who.user, who.password) if who.password else None,
            on_fault=log_fault("sync"),
        )
        self.desk = LocalDesk(self.store, wrote=self.sync.nudge, closing=self.sync.stop)

    def start(self) -> None:
        """Begin the agent's day: available, and in step with the hub."""
        self.desk.set_state("available")
        self.sync.start()

    def close(self) -> None:
        """End it: offline, what can be sent is sent, everything is kept."""
        self.desk.set_state("offline")
        self.desk.close()

    def _client(self) -> HubClient:
        from storage.sync.client import HubClient

        return HubClient(self._who.hub)

    def door(self) -> HubSignIn:
        """The way to sign in as somebody; the sync goes on with the new session."""
        return HubSignIn(self._client, self.store.device(), self._keep, roles=("agent",))

    def _keep(self, session: Session) -> None:
        self.store.set_session(session)
        self.sync.nudge()
