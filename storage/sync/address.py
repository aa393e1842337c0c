"""Which addresses a hub may have: client data never travels in the clear."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from rules.words import tr
from storage.sync.failures import HubAddressError


def check_address(url: str) -> bool:
    """See that client data may travel to a URL; whether by TLS (else on this machine alone).

    Raises:
        HubAddressError: it is not http(s), or plain HTTP to another machine.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise HubAddressError(
            tr("{url} is not the address of a hub; it looks like https://hub.example.com", url=url)
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise HubAddressError(
            tr("{url} is plain HTTP: client data would travel in the clear. Use https://", url=url)
        )
    return parts.scheme == "https"


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
