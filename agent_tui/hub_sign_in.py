"""The sign-in screen's way to the hub."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.sign_in import SignInRefusal

if TYPE_CHECKING:
    from rules.protocol import Session
    from storage.sync.client import HubClient


class HubSignIn:
    """Signs in at a hub and hands the session on.

    Args:
        make_client: opens a client of the hub; called for each attempt.
        device: the name under which this terminal is known there.
        keep: takes the session of a successful sign-in.
        roles: who may go on; () = anyone.
    """

    def __init__(
        self,
        make_client: Callable[[], HubClient],
        device: str,
        keep: Callable[[Session], None],
        *,
        roles: tuple[str, ...] = (),
    ) -> None:
        self._make_client, self._device, self._keep, self._roles = make_client, device, keep, roles

    async def sign_in(self, user: str, password: str, code: str = "") -> SignInRefusal | None:
        """Sign in once; None = done, and the session was handed on."""
        from storage.sync.failures import HubAddressError, HubRefused, HubUnavailable, HubUntrusted

        try:
            client = self._make_client()
        except HubAddressError as error:
            return SignInRefusal("address", str(error))
        try:
            session = await client.sign_in(user, password, self._device, code=code)
        except HubUntrusted:
            return SignInRefusal("untrusted")
        except HubUnavailable:
            return SignInRefusal("unavailable")
        except HubRefused as error:
            return SignInRefusal(error.code, error.detail)
        finally:
            await client.close()
        if self._roles and session.user.role not in self._roles:
            return SignInRefusal("role")
        self._keep(session)
        return None
