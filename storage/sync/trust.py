"""Which hub a workstation trusts: certificates of the system or of an own CA, and pins of its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from rules.words import tr
from storage.pins import is_pin, pin_of
from storage.sync.failures import HubAddressError

if TYPE_CHECKING:
    import ssl


class Trust(msgspec.Struct, frozen=True):
    """What has to be so before anything is sent.

    ca: a file of certificates (PEM) to trust instead of the system's, "" = the system's. pins: the
    hub's key has to be one of these besides, () = any key.
    """

    ca: str = ""
    pins: tuple[str, ...] = ()


def tls_context(trust: Trust) -> ssl.SSLContext:
    """How to connect: the certificate, the name in it and a pin are checked in the handshake.

    Raises:
        HubAddressError: the file of certificates can't be used, or a pin is none.
    """
    import ssl

    for pin in trust.pins:
        if not is_pin(pin):
            raise HubAddressError(
                tr("{pin} is no pin; it looks like sha256/ and 44 signs, as the hub's log says it.", pin=pin)
            )
    try:
        context = ssl.create_default_context(cafile=trust.ca or None)
    except (OSError, ssl.SSLError) as error:
        raise HubAddressError(
            tr("The certificates in {path} can't be used: {reason}", path=trust.ca, reason=error)
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if trust.pins:
        context.sslobject_class = _pinned(trust.pins)
    return context


def _pinned(pins: tuple[str, ...]) -> Any:
    """A TLS connection that fails in its handshake, before any request, when the key is another."""
    import ssl

    class Pinned(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            found = pin_of(self.getpeercert(binary_form=True) or b"")
            if found not in pins:
                raise ssl.SSLCertVerificationError(f"the key is {found}, which is not pinned")

    return Pinned


def distrusted(error: BaseException | None) -> bool:
    """Whether a connection failed because the hub's certificate is not trusted."""
    import ssl

    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
