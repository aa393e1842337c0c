"""How the store is doing, for those who run it: depths, ages and lags, none of them dear to ask for."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from storage.central.connection import Store, Tx, maybe_instant
from storage.central.counting.figures import LEASED, READY, TIMELESS, UNLOCATABLE, WAITING
from storage.central.upkeep.chain import sealed_up_to

MOST_DEVICES = 100
"""Devices named with what waits in them: those with the oldest facts."""

_MOST_UNSEALED = 10_000

# Depths come from the folded figures: counting the queue would be dearer than working it.
_DEPTHS = """
    SELECT p.name, step.measure, sum(step.n)
    FROM (
        SELECT portfolio_id, measure, n FROM stat_total WHERE day = :timeless AND measure IN :measures
        UNION ALL
        SELECT portfolio_id, measure, n FROM stat_delta WHERE day = :timeless AND measure IN :measures
    ) step
    JOIN portfolio p ON p.id = step.portfolio_id
    GROUP BY p.name, step.measure
"""
_LEASES = """
    SELECT count(*), coalesce(sum(CASE WHEN until <= :now THEN 1 ELSE 0 END), 0), min(granted_at)
    FROM lease
"""
_DUE = "SELECT min(due_at) FROM waiting WHERE kind = :kind"
_DEVICES = """
    SELECT id, waiting, waiting_since
    FROM device
    WHERE waiting > 0
    ORDER BY waiting_since, id
    LIMIT :limit
"""
_UNSEALED = """
    SELECT count(*), min(at)
    FROM (SELECT at FROM audit WHERE (xid, id) > (:xid, :id) ORDER BY xid, id LIMIT :limit) waiting
"""
_OLDEST_WRITER = """
    SELECT extract(epoch FROM clock_timestamp() - min(xact_start))
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL
"""


class Outbox(msgspec.Struct, frozen=True):
    """What waits in a device: how many facts, and for how many seconds the oldest of them."""

    device: str
    waiting: int
    seconds: float


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """The store at one moment; ages and lags in seconds, 0 = nothing waits.

    depths: clients by (portfolio, place in the queue). leases: held; expired: of these, not yet
    brought back; oldest_lease. overdue: since when the first client of a kind of waiting is due.
    feed_lag: how far the change feed's readers are behind, since a transaction is still writing.
    unsealed, seal_lag: entries of the audit log without a link, and the oldest one's age.
    """

    depths: dict[tuple[str, str], int]
    leases: int
    expired: int
    oldest_lease: float
    overdue: dict[str, float]
    outboxes: tuple[Outbox, ...]
    feed_lag: float
    unsealed: int
    seal_lag: float


def vitals(store: Store) -> Vitals:
    """Look at the store, in one short read."""
    with store.read() as tx:
        held, expired, granted = tx.one(_LEASES, now=tx.now) or (0, 0, None)
        xid, number = sealed_up_to(tx)
        unsealed, since = tx.one(_UNSEALED, xid=xid, id=number, limit=_MOST_UNSEALED) or (0, None)
        return Vitals(
            depths={
                (portfolio, measure): int(n)
                for portfolio, measure, n in tx.all(
                    _DEPTHS, timeless=TIMELESS, measures=[READY, WAITING, LEASED, UNLOCATABLE]
                )
            },
            leases=held,
            expired=int(expired),
            oldest_lease=_age(tx, maybe_instant(granted)),
            overdue={
                kind: _age(tx, maybe_instant(tx.value(_DUE, kind=kind))) for kind in ("waiting", "callback")
            },
            outboxes=tuple(
                Outbox(device, waiting, _age(tx, maybe_instant(oldest)))
                for device, waiting, oldest in tx.all(_DEVICES, limit=MOST_DEVICES)
            ),
            feed_lag=float(tx.value(_OLDEST_WRITER) or 0) if tx.dialect == "postgresql" else 0,
            unsealed=unsealed,
            seal_lag=_age(tx, maybe_instant(since)),
        )


def _age(tx: Tx, since: datetime | None) -> float:
    return 0 if since is None else max((tx.now - since) / timedelta(seconds=1), 0)
