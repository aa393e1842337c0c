"""The queue of the unlocatable: clients who owe and can't be called for want of a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rules.buckets import account_days, bucket
from rules.queue import placement
from rules.zones import local_day
from storage.central.clients import standings
from storage.central.connection import Tx
from storage.central.portfolios import books

CHUNK = 1000

_CANDIDATES = """
    SELECT c.id, c.portfolio_id, c.namespace, c.ref, c.state
    FROM client c
    WHERE c.id > :last
        AND EXISTS (SELECT 1 FROM account a WHERE a.client_id = c.id AND a.overdue > 0)
        AND NOT EXISTS (SELECT 1 FROM ready r WHERE r.client_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.client_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM lease l WHERE l.client_id = c.id)
    ORDER BY c.id
    LIMIT :limit
"""


def unlocatable(tx: Tx) -> Iterator[Sequence[Any]]:
    """A row for each overdue account of a client who is out of the queue as unlocatable.

    The statement finds who is out of the queue; why, the one rule of the queue says.
    Columns as `datasets.DATASETS["unlocatable"]` names them.
    """
    known = books(tx)
    last = 0
    while rows := tx.all(_CANDIDATES, last=last, limit=CHUNK):
        last = rows[-1][0]
        clients = standings(tx, [row[0] for row in rows], tx.now)
        for client_id, portfolio_id, namespace, ref, state in rows:
            client, book = clients[client_id], known[portfolio_id]
            if placement(client, tx.now, book.parameters).why != "unlocatable":
                continue
            today = local_day(tx.now, (client.zones or book.parameters.default_zones)[0])
            for account in client.accounts:
                if account.overdue > 0:
                    days = account_days(account, today)
                    yield (
                        *(book.name, namespace, ref, client.name, state, account.number, account.currency),
                        *(account.overdue, account.total, account.oldest_due, days, bucket(days)),
                    )
