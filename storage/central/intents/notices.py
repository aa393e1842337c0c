"""Notices of gateways (webhooks) come in: each counts once, however often it is sent."""

from __future__ import annotations

from rules.paying.gateways import Notice
from storage.central.connection import Store
from storage.central.intents.settling import settle


def take(store: Store, gateway: str, notice: Notice) -> bool:
    """Take in a notice that is proved to be the gateway's; False = it was known already.

    The notice and what it changes are one transaction: a hub that dies before has taken nothing, and
    the gateway sends again.
    """
    with store.begin() as tx:
        fresh = tx.run(
            """
            INSERT INTO gateway_notice (gateway, id, kind, at, intent_id, body)
            VALUES (:gateway, :id, :kind, :now, :intent, :body)
            ON CONFLICT (gateway, id) DO NOTHING
            """,
            gateway=gateway,
            id=notice.id,
            kind=notice.kind,
            now=tx.now,
            intent=notice.key,
            body=notice.body,
        )
        if fresh and notice.key and notice.standing is not None:
            settle(tx, notice.key, notice.standing)
    return fresh > 0
