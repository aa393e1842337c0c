"""What happened to a policy and is still to come, in the order of its days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from operator import attrgetter

from rules.clients import Client
from rules.insurance.policies import Policy
from rules.wire import Wire

KINDS = ("begins", "due", "endorsement", "claim", "payment", "status", "event", "grace_ends", "ends")
"""In the order in which those of one day stand. due: a receipt. event: any other of
`rules.insurance.policy_states.KINDS`."""


class Entry(Wire, frozen=True):
    """A point of the timeline.

    on: its local day; at: its instant, where there is one. kind: one of `KINDS`. what: the status that a
    receipt has or a policy became, the kind of an endorsement or event, the status of a claim or payment.
    name: number of a receipt, endorsement, claim or payment. amount: minor units. why, by: of an event.
    """

    on: date
    kind: str
    what: str = ""
    at: datetime | None = None
    name: str = ""
    amount: int = 0
    was: str = ""
    became: str = ""
    why: str = ""
    by: str = ""


def timeline(policy: Policy, client: Client, zone: tzinfo | None) -> tuple[Entry, ...]:
    """The policy's days from the first to the last; instants in a zone."""
    found = [
        Entry(on=policy.starts, kind="begins"),
        Entry(on=policy.ends, kind="ends"),
        *_receipts(policy, zone),
        *(
            Entry(on=one.on, kind="endorsement", what=one.kind, name=one.folio, amount=one.delta)
            for one in policy.endorsements
        ),
        *(
            Entry(on=one.on, kind="claim", what=one.status, name=one.number, amount=one.amount)
            for one in policy.claims
        ),
        *_payments(policy, client, zone),
        *_events(policy, zone),
    ]
    return tuple(sorted(found, key=_order))


def _order(one: Entry) -> tuple[date, int, str]:
    return (one.on, KINDS.index(one.kind), one.at.isoformat() if one.at else "")


def _receipts(policy: Policy, zone: tzinfo | None) -> Iterable[Entry]:
    for one in sorted(policy.receipts, key=attrgetter("due", "number")):
        name = f"R{one.number}/{one.of}"
        if one.status != "cancelled":
            yield Entry(on=one.due, kind="due", what=one.status, name=name, amount=one.total)
        if one.status == "overdue" and one.grace_ends is not None:
            ends = one.grace_ends.astimezone(zone)
            yield Entry(on=ends.date(), kind="grace_ends", at=ends, name=name, amount=one.total)


def _payments(policy: Policy, client: Client, zone: tzinfo | None) -> Iterable[Entry]:
    for one in client.received:
        if one.account_id == policy.account_id:
            at = one.at.astimezone(zone)
            yield Entry(
                on=at.date(), kind="payment", what=one.status, at=at, name=one.reference, amount=one.amount
            )


def _events(policy: Policy, zone: tzinfo | None) -> Iterable[Entry]:
    for one in policy.events:
        if one.kind != "endorsement":  # those stand there by themselves
            at = one.at.astimezone(zone)
            status = one.kind == "status"
            yield Entry(
                on=at.date(),
                kind="status" if status else "event",
                what=one.became if status else one.kind,
                at=at,
                was=one.was,
                became=one.became,
                why=one.why,
                by=one.by,
            )
