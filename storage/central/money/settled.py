"""What follows once money on accounts has moved: policies, tax receipts, promises, checks, the queue."""

from __future__ import annotations

from collections.abc import Collection

from storage.central.cfdi import needs
from storage.central.changes import touch
from storage.central.connection import Tx
from storage.central.counting.figures import Deltas
from storage.central.facts.promises import judge
from storage.central.policies import life
from storage.central.queue.queueing import place
from storage.central.records.checking import AFTER_PAYMENT, find


def settled(
    tx: Tx,
    client_ids: Collection[int],
    account_ids: Collection[int],
    deltas: Deltas,
    gone: Collection[int] = (),
) -> None:
    """Bring what hangs on money up to date; called last, by whoever holds the clients locked.

    Args:
        tx: where.
        client_ids: whose money moved.
        account_ids: of them, those with premium receipts: their policies and tax receipts follow.
        deltas: steps of the live figures so far, which are written.
        gone: accounts from which money went again: what it kept there is kept no more.
    """
    life.follow(tx, account_ids)
    needs.follow(tx, account_ids)
    find(tx, client_ids, AFTER_PAYMENT)
    judge(tx, client_ids, deltas, gone)
    deltas.write(tx)
    touch(tx, client_ids)
    place(tx, client_ids, tx.now)
