"""The queue of the unlocatable: clients who owe and can't be called for want of a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rules.buckets import account_days, bucket
from rules.zones import local_day
from storage.central.clients import standings
from storage.central.connection import Tx
from storage.central.portfolios import books

CHUNK = 1000

_QUEUED = """
    SELECT c.id, c.portfolio_id, c.namespace, c.ref, c.state
    FROM waiting w
    JOIN client c ON c.id = w.client_id
    WHERE w.kind = 'unlocatable' AND w.client_id > :last
    ORDER BY w.client_id
    LIMIT :limit
"""


def unlocatable(tx: Tx) -> Iterator[Sequence[Any]]:
    """A row for each overdue account of a client who stands in the queue of the unlocatable.

    Columns as `datasets.DATASETS["unlocatable"]` names them.
    """
    known = books(tx)
    last = 0
    while rows := tx.all(_QUEUED, last=last, limit=CHUNK):
        last = rows[-1][0]
        clients = standings(tx, [row[0] for row in rows], tx.now)
        for client_id, portfolio_id, namespace, ref, state in rows:
            client, book = clients[client_id], known[portfolio_id]
            today = local_day(tx.now, (client.zones or book.parameters.default_zones)[0])
            for account in client.accounts:
                if account.overdue > 0:
                    days = account_days(account, today)
                    yield (
                        *(book.name, namespace, ref, client.name, state, account.number, account.currency),
                        *(account.overdue, account.total, account.oldest_due, days, bucket(days)),
                    )
