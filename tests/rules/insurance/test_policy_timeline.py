from __future__ import annotations

from datetime import date

import msgspec

from rules.books.received import Received
from rules.clients import Client
from rules.insurance.policies import Claim, Endorsement, PolicyEvent
from rules.insurance.policy_timeline import timeline
from tests.rules.insurance.policies import ZONE, at, policy


def test_the_days_of_a_policy_in_their_order() -> None:
    found = policy(frequency="quarterly", paid=1, today=date(2026, 6, 20))
    found = msgspec.structs.replace(
        found,
        events=(
            PolicyEvent(id="1", at=at(date(2026, 6, 2), 0), kind="status", was="in_force", became="grace"),
            PolicyEvent(id="2", at=at(date(2026, 4, 2)), kind="endorsement", became="A"),
            PolicyEvent(id="3", at=at(date(2026, 4, 3)), kind="channel", was="agente", became="domi"),
        ),
        endorsements=(Endorsement(id=1, kind="A", on=date(2026, 4, 2), delta=100, folio="E-1"),),
        claims=(Claim(id=1, number="S-1", on=date(2026, 5, 1), status="open", amount=5),),
    )
    client = Client(
        id=1,
        name="M",
        country="MX",
        zones=(ZONE.key,),
        as_of=at(date(2026, 6, 20)),
        received=(
            Received(
                id=1, account_id=70, at=at(date(2026, 3, 1), 9), amount=7, currency="MXN", reference="A"
            ),
            Received(
                id=2, account_id=71, at=at(date(2026, 3, 1), 9), amount=7, currency="MXN", reference="B"
            ),
        ),
    )
    entries = timeline(found, client, ZONE)
    assert [(one.on, one.kind, one.what, one.name) for one in entries] == [
        (date(2026, 3, 1), "begins", "", ""),
        (date(2026, 3, 1), "due", "paid", "R1/4"),
        (date(2026, 3, 1), "payment", "standing", "A"),
        (date(2026, 4, 2), "endorsement", "A", "E-1"),
        (date(2026, 4, 3), "event", "channel", ""),
        (date(2026, 5, 1), "claim", "open", "S-1"),
        (date(2026, 6, 1), "due", "overdue", "R2/4"),
        (date(2026, 6, 2), "status", "grace", ""),
        (date(2026, 7, 1), "grace_ends", "", "R2/4"),
        (date(2026, 9, 1), "due", "pending", "R3/4"),
        (date(2026, 12, 1), "due", "pending", "R4/4"),
        (date(2027, 3, 1), "ends", "", ""),
    ]
