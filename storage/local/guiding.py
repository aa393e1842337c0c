"""The strategy in force for the client on the desk: what it says, and what of it was not followed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from rules.catalogue import Result
from rules.clients import Client
from rules.contact_parameters import ContactParameters
from rules.desk import Guidance
from rules.facts import ResultBody
from rules.queue import strategy_of
from rules.strategies.departures import departures
from rules.strategies.limits import attempts
from rules.strategies.plans import Strategy
from rules.terms import GRANTING
from storage.local.leases import Held

if TYPE_CHECKING:
    from rules.negotiation import Negotiation

Offers = Callable[[Client], "Negotiation"]


def guidance(client: Client, now: datetime, rules: ContactParameters, strategy: Strategy) -> Guidance:
    """What a strategy says of a client."""
    zone = (client.zones or rules.default_zones)[0]
    assigned = strategy_of(client, now, rules, strategy)
    return Guidance(assigned=assigned, tried=attempts(client, now, zone, 1))


def followed(
    found: Guidance,
    body: ResultBody,
    result: Result,
    client: Client,
    held: Held,
    now: datetime,
    rules: ContactParameters,
    offers: Offers,
) -> ResultBody:
    """A result with the strategy that was shown, and what of it was not followed."""
    assigned = found.assigned
    if body.strategy not in ("", assigned.written):  # another version has come while the client was shown
        return msgspec.structs.replace(body, off_strategy=())
    off = departures(
        assigned.plan,
        result,
        body,
        client,
        now,
        (client.zones or rules.default_zones)[0],
        offers(client).steps if result.effect in GRANTING else {},
        asked_for=held.callback_due is not None,
    )
    return msgspec.structs.replace(body, strategy=assigned.written, off_strategy=off)
