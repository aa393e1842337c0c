"""The gateways that a hub is told to use, with their secrets from the environment or a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from rules.explained import Explained
from rules.paying.gateways import Gateway
from rules.words import tr

NAMES = ("stripe", "practice")
"""Gateways that there are; practice is for training alone."""

KEY, WEBHOOK_SECRET = "AGENT_TUI_STRIPE_KEY", "AGENT_TUI_STRIPE_WEBHOOK_SECRET"
API = "AGENT_TUI_STRIPE_API"


class GatewayError(Explained):
    """A gateway can't be used as asked; the message says how to mend it."""


def gateways(names: Iterable[str], now: Callable[[], datetime], *, training: bool) -> tuple[Gateway, ...]:
    """The gateways by their names, each once.

    Args:
        names: of `NAMES`.
        now: the hub's clock.
        training: the store is marked as one for training.

    Raises:
        GatewayError: practice on a real store, a secret that is missing or can't be read.
    """
    return tuple(_made(name, now, training) for name in dict.fromkeys(names))


def _made(name: str, now: Callable[[], datetime], training: bool) -> Gateway:
    if name == "practice":
        if not training:
            raise GatewayError(
                tr(
                    "The gateway practice takes no money: it serves only a store that is marked as training "
                    "(one that demo or seed has made)."
                )
            )
        from gateways.practice import Practice

        return Practice(now)
    from gateways.stripe import API as STRIPE
    from gateways.stripe import Stripe

    return Stripe(secret(KEY), secret(WEBHOOK_SECRET), api=os.environ.get(API, STRIPE))


def secret(name: str) -> str:
    """A secret from the environment, or from the file that ``NAME_FILE`` names.

    Raises:
        GatewayError: there is neither, or the file can't be read.
    """
    if value := os.environ.get(name, "").strip():
        return value
    file = os.environ.get(f"{name}_FILE", "")
    if not file:
        raise GatewayError(tr("Set {name}, or {name}_FILE with the path of a file that holds it.", name=name))
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise GatewayError(
            tr("{name}_FILE: {path} can't be read ({why}).", name=name, path=file, why=type(error).__name__)
        ) from error
    if not value:
        raise GatewayError(tr("{name}_FILE: {path} is empty.", name=name, path=file))
    return value
