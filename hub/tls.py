"""TLS as the hub speaks it, and how workstations know its key."""

from __future__ import annotations

import ssl
from pathlib import Path

from storage.pins import pin_of

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2: forward secrecy and authenticated encryption; those of 1.3 are all of that kind."""

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def harden(context: ssl.SSLContext) -> None:
    """TLS 1.2 and newer, and nothing weak of 1.2."""
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)


def pin(certificate: Path) -> str:
    """What a workstation may pin; the first certificate of the file is the hub's own."""
    text = certificate.read_text(encoding="ascii", errors="replace")
    own = text.partition(_BEGIN)[2].partition(_END)[0]
    return pin_of(ssl.PEM_cert_to_DER_cert(_BEGIN + own + _END))
