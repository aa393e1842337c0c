"""Store, desk and sync of one workstation, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agent_tui.hub_sign_in import HubSignIn
from agent_tui.logs import log_fault
from agent_tui.workstation import Opened, SignInAs, hub_client
from storage.clock import Clock
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore
from storage.sync.run import SyncLoop

if TYPE_CHECKING:
    from agent_tui.desk_door import DeskDoor
    from rules.protocol import Session
    from screens.sign_in import SignInService
    from storage.sync.client import HubClient


class Bench:
    """Store, desk and sync of one workstation.

    Args:
        who: the hub and the user.
        path: of the local store.
        opened: what opens it.
        clock: this machine's clock.
        door: follows the password that the hub takes; None = the store lies open.
        on_revoked: told, in the loop's thread, that the hub has revoked this device.
    """

    def __init__(
        self,
        who: SignInAs,
        path: Path,
        opened: Opened,
        clock: Clock,
        door: DeskDoor | None = None,
        on_revoked: Callable[[], None] = lambda: None,
    ) -> None:
        self._who, self._door = who, door
        self.store = LocalStore(path, opened.key, clock, device=opened.device)
        if opened.session is not None:
            self.store.set_session(opened.session)
        if door is not None:
            door.on_session, door.device = self._keep, self.store.device
        self.sync = SyncLoop(
            self.store,
            self._client,
            lambda: None,  # the store tells its listeners itself
            credentials=(who.user, opened.password) if opened.password else None,
            on_signed_in=self._signed_in,
            on_revoked=on_revoked,
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
        return hub_client(self._who)

    def door(self) -> SignInService:
        """The way to sign in again over the open desk; the sync goes on with the new session."""
        return self._door or HubSignIn(self._client, self.store.device(), self._keep, roles=("agent",))

    def _keep(self, session: Session) -> None:
        self.store.set_session(session)
        self.sync.nudge()

    def _signed_in(self, session: Session, password: str) -> None:
        """The sync has signed in by itself: from now on the store opens by what the hub took."""
        if self._door is not None:
            self._door.renew(session, password)
