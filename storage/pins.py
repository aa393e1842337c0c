"""Pins of TLS servers: a hash of the public key, which a renewed certificate may keep."""

from __future__ import annotations

import re

_PIN = r"sha256/[A-Za-z0-9+/]{43}="


def is_pin(text: str) -> bool:
    """Whether a text has the form of a pin."""
    return re.fullmatch(_PIN, text) is not None


def pin_of(certificate: bytes) -> str:
    """The pin of a certificate (DER): ``sha256/`` and the base64 hash of its SubjectPublicKeyInfo.

    Raises:
        ValueError: it is no certificate.
    """
    import base64
    import hashlib

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_der_x509_certificate

    key = load_der_x509_certificate(certificate).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"sha256/{base64.b64encode(hashlib.sha256(info).digest()).decode()}"
