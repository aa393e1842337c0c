"""Who may open a workstation's store: its own lock first, the hub where that does not open."""

from __future__ import annotations

import asyncio
import time
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from agent_tui.workstation import Opened
from storage.local.encrypting import device_of, encrypt, is_clear
from storage.local.keys import new_key
from storage.local.wrapped import KeyFile

if TYPE_CHECKING:
    from agent_tui.workstation import SignInAs
    from rules.protocol import Session
    from screens.sign_in import SignInRefusal
    from storage.sync.client import HubClient

ROLES = ("agent",)


class DeskDoor:
    """The door of one user's workstation.

    The password opens the store without a network. What it does not open (the first time, or
    after the password was changed at the hub) opens by a sign-in at the hub, and by that
    password alone from then on.

    Args:
        who: the hub and the user.
        store: the path of the user's local store.
        make_client: opens a client of the hub; called for each attempt.
    """

    def __init__(self, who: SignInAs, store: Path, make_client: Callable[[], HubClient]) -> None:
        self._who, self._store, self._make_client = who, store, make_client
        self._keys = KeyFile(store)
        self._new_device = str(uuid4())
        self.opened: Opened | None = None
        self.device: Callable[[], str] = self._kept_device
        self.on_session: Callable[[Session], None] = lambda _: None
        self.on_revoked: Callable[[], None] = lambda: None

    def open_here(self, password: str) -> bool:
        """Open by the password, without a network; each wrong one makes the next wait longer.

        Raises:
            LocalStoreError: key or store can't be read.
        """
        if not self._keys.exists():
            return False
        time.sleep(self._keys.pause())
        key = self._keys.by_password(password)
        if key is not None and self.opened is None:
            encrypt(self._store, key)
            self.opened = Opened(key=key, password=password, device=self._keys.device())
        return key is not None

    async def knows(self, password: str) -> bool:
        """Whether this password opens the store; for the screen that hides an open desk."""
        return await asyncio.to_thread(self.open_here, password)

    async def sign_in(self, user: str, password: str, code: str = "") -> SignInRefusal | None:
        """Open the store, here or through the hub; over an open desk, at the hub alone."""
        from screens.sign_in import SignInRefusal

        if user != self._who.user:
            return SignInRefusal("other_user")
        if self.opened is None and not code and await asyncio.to_thread(self.open_here, password):
            return None
        return await self.at_hub(password, code)

    async def at_hub(self, password: str, code: str = "") -> SignInRefusal | None:
        """Open the store through the hub, whatever opens it here."""
        from agent_tui.hub_sign_in import HubSignIn
        from screens.sign_in import SignInRefusal

        sessions: list[Session] = []
        hub = HubSignIn(self._make_client, self.device(), sessions.append, roles=ROLES)
        refusal = await hub.sign_in(self._who.user, password, code)
        if refusal is None:
            taken = await asyncio.to_thread(self.take, sessions[0], password)
            return None if taken else SignInRefusal("former_password")
        if refusal.code == "device_revoked":
            self.on_revoked()
        if refusal.code == "unavailable" and self.opened is None:
            return SignInRefusal("wrong_here" if self._keys.exists() else "first_time")
        return refusal

    def _kept_device(self) -> str:
        """The name under which the hub knows this workstation, before its store can tell."""
        if self._keys.exists():
            return self._keys.device()
        return (device_of(self._store) if is_clear(self._store) else "") or self._new_device

    def take(self, session: Session, password: str) -> bool:
        """Open, and from now on by what the hub has just taken; False: only a former password opens.

        Raises:
            LocalStoreError: key or store can't be read or written.
        """
        secret, device = b64decode(session.device_secret), self.device()
        key = self._key(secret)
        if key is None:
            return False
        self._keys.seal(key, password, device, secret)
        if self.opened is None:
            encrypt(self._store, key)
            self.opened = Opened(key=key, password=password, device=device, session=session)
        else:
            self.on_session(session)
        return True

    def renew(self, session: Session, password: str) -> None:
        """The open store opens from now on by what the hub took from the sync.

        Raises:
            LocalStoreError: the key can't be kept.
        """
        if self.opened is not None:
            self._keys.seal(self.opened.key, password, self.device(), b64decode(session.device_secret))

    def _key(self, secret: bytes) -> bytes | None:
        if self.opened is not None:
            return self.opened.key
        if not self._keys.exists():
            return new_key()
        return self._keys.by_secret(secret) if secret else None
