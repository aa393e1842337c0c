"""Stripe's proof of a notice: an HMAC-SHA256 over its time and body.

Source: https://docs.stripe.com/webhooks#verify-manually.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from rules.paying.gateways import NoticeRefused

TOLERANCE = timedelta(minutes=5)
"""A notice that was signed longer ago, or so far ahead, is not believed: somebody may be replaying it."""


def prove(body: bytes, header: str, secret: str, now: datetime) -> None:
    """Check the ``Stripe-Signature`` header (``t=SECONDS,v1=HEX[,v1=HEX]``) of a notice.

    Raises:
        NoticeRefused: bad_signature or too_old.
    """
    times, given = [], []
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            times.append(value)
        elif name == "v1":
            given.append(value)
    if len(times) != 1 or not times[0].isdecimal() or not times[0].isascii():
        raise NoticeRefused("bad_signature")
    wanted = sign(body, int(times[0]), secret)
    if not any(hmac.compare_digest(wanted.encode(), one.encode()) for one in given):
        raise NoticeRefused("bad_signature")
    if abs(now.timestamp() - int(times[0])) > TOLERANCE.total_seconds():
        raise NoticeRefused("too_old")


def sign(body: bytes, seconds: int, secret: str) -> str:
    """The v1 signature of a body at a time in seconds since 1970."""
    return hmac.new(secret.encode(), b"%d." % seconds + body, hashlib.sha256).hexdigest()
