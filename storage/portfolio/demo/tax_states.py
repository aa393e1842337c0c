"""When invented premiums were paid, and how far their tax receipts are."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

FRESH = timedelta(days=20)
"""Within so many days of a payment its tax receipt is still under way; of older ones a few are late."""


def paid_on(rng: Random, due: date, today: date) -> date:
    """The day on which a premium was paid: its due day or one soon after, and none ahead."""
    return min(today, due + timedelta(days=rng.randint(0, 12)))


def cfdi(rng: Random, since: timedelta) -> str:
    """How the tax receipt of a premium stands that was paid so long ago."""
    chance = rng.random()
    if since <= FRESH:
        return "requested" if chance < 0.35 else "needed" if chance < 0.55 else "stamped"
    return "requested" if since <= 2 * FRESH and chance < 0.12 else "stamped"
