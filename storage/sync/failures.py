"""What can go wrong between workstation and hub."""

from __future__ import annotations

from rules.explained import Explained


class HubUnavailable(Exception):
    """No usable answer came: no connection, a time-out, a fault of the hub's.

    Nothing is known about what the hub did; sending the same again is safe.
    retry_after: seconds that the hub asked to wait, None = nothing said.
    """

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class HubUntrusted(HubUnavailable):
    """What answers there does not prove to be the hub: nothing was sent to it."""


class HubRefused(Exception):
    """The hub said no, and will again: code and detail of its problem answer, HTTP status."""

    def __init__(self, code: str, status: int, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.code, self.status, self.detail = code, status, detail


class SignInNeeded(HubRefused):
    """The hub does not take the token (401)."""


class DeviceRevoked(HubRefused):
    """This workstation may not be used any more, whoever signs in."""


class HubAddressError(Explained):
    """The hub's address can't be used; the message says why."""
