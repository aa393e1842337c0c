"""How the party was identified, and who looked before: kept for the record on both stores."""

from __future__ import annotations

import json

from rules.identity import REVEAL_REASONS, REVEALED
from storage.central.doors.people import Who


def rows(store, query: str) -> list[tuple]:
    with store.read() as tx:
        return tx.all(query)


def test_a_result_keeps_identity_and_what_was_not_said(town, ana: Who) -> None:
    clients = town.clients(2)
    for client, identity in zip(
        clients, ("confirmed", f"{REVEALED}{max(REVEAL_REASONS, key=len)}"), strict=True
    ):
        lease = next(one for one in town.lease(ana, 2).leases if one.client.id == client)
        body = {
            "client_id": client,
            "code": "NEGP",
            "reason": "NOVOL",
            "note": "does not want to pay",
            "identity": identity,
            "factors": ["birth_date", "account_ending"],
            "missed": ["P1"],
            "path": ["G1", "?scam", "G2"],
        }
        (kept,) = town.record(ana, town.event(ana, "result", body, lease))
        assert kept.status == "applied"
    told = rows(town.store, "SELECT identity, missed FROM interaction ORDER BY identity")
    assert [identity for identity, _ in told] == ["confirmed", f"{REVEALED}third_party_rule"]
    assert [json.loads(missed) if isinstance(missed, str) else missed for _, missed in told] == [["P1"]] * 2


def test_a_look_before_identity_is_kept_with_its_reason(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    event = town.event(ana, "reveal", {"client_id": client, "reason": "preparing"}, lease)
    assert [one.status for one in town.record(ana, event, event)] == ["applied", "duplicate"]
    assert rows(town.store, "SELECT id, reason FROM reveal") == [(event.id, "preparing")]
