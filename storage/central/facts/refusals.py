"""What the contact rules refused, and what was shown before identity was confirmed: for the record."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from rules.facts import Event, EventResult, RefusalBody, RevealBody
from rules.text import clean

if TYPE_CHECKING:
    from storage.central.facts.work import Work


MOST_INPUTS = 20
"""A rule compares a handful of things; more comes from a fault."""


def keep(work: Work, event: Event, body: RefusalBody, at: datetime) -> EventResult:
    """Keep a refusal with the rule, its version and its inputs."""
    work.add(
        "refusal",
        id=event.id,
        client=body.client_id,
        user=work.who.user_id,
        at=at,
        rule=clean(body.rule, limit=100),
        version=clean(body.version, limit=100),
        doing=clean(body.doing, limit=20),
        inputs={
            clean(name, limit=50): clean(value, limit=200)
            for name, value in islice(body.inputs.items(), MOST_INPUTS)
        },
    )
    return EventResult(id=event.id, status="applied")


def keep_reveal(work: Work, event: Event, body: RevealBody, at: datetime) -> EventResult:
    """Keep who looked at balances before identity was confirmed, and why."""
    work.add(
        "reveal",
        id=event.id,
        client=body.client_id,
        user=work.who.user_id,
        at=at,
        reason=clean(body.reason, limit=100),
    )
    return EventResult(id=event.id, status="applied")
