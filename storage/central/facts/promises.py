"""What became of promises: judged by the payments of their account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rules.promises import FollowUp, allot, follow_up, moves
from storage.central.connection import Store, Tx, day, document, instant
from storage.central.counting.figures import Deltas
from storage.central.portfolios import Book, books
from storage.central.records.reviews import put_before_lead

SLOT_MINUTES = 15
"""Promises mature at local midnights, and those fall on quarters of an hour."""


class _Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A promise with what it is judged by; its days are those of `zone`.

    counts: it was made here, not brought in with a portfolio's history: it is in the live figures.
    """

    id: str
    event_id: str
    client_id: int
    user_id: int | None
    made: date
    due: date
    amount: int
    currency: str
    status: str
    paid: int
    grace_days: int
    zone: ZoneInfo
    book: Book
    counts: bool


def judge(tx: Tx, client_ids: Iterable[int], deltas: Deltas, gone: Collection[int] = ()) -> set[int]:
    """Bring the promises of some clients up to date; which clients that changed.

    The caller holds the clients locked. A payment counts once: for the promise of its
    account that falls due first among those whose window it is in. A broken promise is put
    before a lead; where a payment that was posted late mends it, that matter is closed.
    What is kept stays kept, but on the accounts of `gone`, from which money went again.
    """
    ids = sorted(set(client_ids))
    by_account = _promises(tx, ids, books(tx))
    received = _payments(tx, ids) if by_account else {}
    moved: list[dict[str, Any]] = []
    changed: set[int] = set()
    for account_id, promises in by_account.items():
        for promise, found in _follow(tx, promises, received.get(account_id, [])):
            same = (promise.status, promise.paid) == (found.status, found.counted)
            if same or (account_id not in gone and not moves(promise.status, promise.paid, found)):
                continue
            moved.append({"id": promise.id, "status": found.status, "paid": found.counted})
            changed.add(promise.client_id)
            if promise.counts and promise.status != found.status:
                for status, n in ((promise.status, -1), (found.status, 1)):
                    deltas.promise(promise.book.id, promise.user_id or 0, promise.due, status, n)
            if found.status == "broken":
                _put_before_lead(tx, promise, deltas)
            elif promise.status == "broken":
                tx.run("UPDATE review SET closed = true WHERE id = :id", id=f"{promise.id}:broken")
    tx.many("UPDATE promise SET status = :status, paid = :paid WHERE id = :id", moved)
    return changed


def _follow(
    tx: Tx, promises: list[_Promise], received: list[tuple[Any, int]]
) -> Iterator[tuple[_Promise, FollowUp]]:
    """What became of the promises of one account, which are in order of their due date."""
    zone = promises[0].zone
    pool = [[instant(at).astimezone(zone).date(), amount] for at, amount in received]
    for promise in promises:
        yield (
            promise,
            follow_up(
                promise.made,
                promise.due,
                promise.amount,
                allot(pool, promise.made, promise.due, promise.amount, promise.grace_days),
                tx.now.astimezone(zone).date(),
                grace_days=promise.grace_days,
                tolerance=promise.book.parameters.promise_tolerance,
            ),
        )


def _promises(tx: Tx, ids: list[int], known: dict[int, Book]) -> dict[int, list[_Promise]]:
    """Promises that were not cancelled, by account, in order of their due date."""
    rows = tx.all(
        """
        SELECT p.id, p.event_id, p.client_id, p.account_id, p.user_id, p.made, p.due, p.amount,
            p.currency, p.status, p.paid, p.grace_days, c.zones, c.portfolio_id, i.day IS NOT NULL
        FROM promise p
        JOIN client c ON c.id = p.client_id
        LEFT JOIN interaction i ON i.id = p.event_id
        WHERE p.client_id IN :ids AND p.status <> 'cancelled'
        ORDER BY p.account_id, p.due, p.number, p.id
        """,
        ids=ids,
    )
    found: defaultdict[int, list[_Promise]] = defaultdict(list)
    for row in rows:
        book = known[row[13]]
        zone = _zone(row[12], book)
        found[row[3]].append(
            _Promise(
                id=row[0],
                event_id=row[1],
                client_id=row[2],
                user_id=row[4],
                made=instant(row[5]).astimezone(zone).date(),
                due=day(row[6]),
                amount=row[7],
                currency=row[8],
                status=row[9],
                paid=row[10],
                grace_days=row[11],
                zone=zone,
                book=book,
                counts=bool(row[14]),
            )
        )
    return found


def _zone(zones: Any, book: Book) -> ZoneInfo:
    """Where a client lives, as far as is known."""
    names = document(zones)
    return ZoneInfo(names[0]) if names else book.zone


def _put_before_lead(tx: Tx, promise: _Promise, deltas: Deltas) -> None:
    put_before_lead(
        tx,
        deltas,
        review_id=f"{promise.id}:broken",
        kind="broken_promise",
        client_id=promise.client_id,
        portfolio_id=promise.book.id,
        user_id=promise.user_id,
        event_id=promise.event_id,
        amount=promise.amount,
        currency=promise.currency,
    )


def _payments(tx: Tx, ids: list[int]) -> dict[int, list[tuple[Any, int]]]:
    """What each account's promises are judged by: what came and stayed, by the hour at which it was paid.

    A payment that bounced keeps nothing; one that was moved counts where it is now.
    """
    rows = tx.all(
        """
        SELECT account_id, at, CAST(sum(amount) AS BIGINT)
        FROM (
            SELECT p.id, p.account_id, p.at, p.amount
            FROM payment p
            JOIN account a ON a.id = p.account_id
            WHERE a.client_id IN :ids AND p.bounced_at IS NULL
            UNION ALL
            SELECT p.id, e.account_id, p.at, CASE e.kind WHEN 'moved_in' THEN e.amount ELSE -e.amount END
            FROM ledger_entry e
            JOIN account a ON a.id = e.account_id
            JOIN payment p ON p.id = e.payment_id
            WHERE a.client_id IN :ids AND e.kind IN ('moved_in', 'moved_out') AND p.bounced_at IS NULL
        ) came
        GROUP BY id, account_id, at
        HAVING sum(amount) > 0
        ORDER BY account_id, at, id
        """,
        ids=ids,
    )
    found: defaultdict[int, list[tuple[Any, int]]] = defaultdict(list)
    for account_id, at, amount in rows:
        found[account_id].append((at, amount))
    return found


def take_slot(store: Store) -> bool:
    """Whether it falls to this process to judge matured promises now.

    True once in each quarter of an hour for all hubs of a store together.
    """
    slot = _slot(store.now())
    with store.read() as tx:
        if tx.value("SELECT value FROM store_mark WHERE name = 'promises_judged'") == slot:
            return False
    with store.begin() as tx:
        won = tx.run(
            """
            INSERT INTO store_mark (name, value) VALUES ('promises_judged', :slot)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            WHERE store_mark.value <> excluded.value
            """,
            slot=slot,
        )
        return won > 0


def _slot(now: datetime) -> str:
    return now.replace(minute=now.minute - now.minute % SLOT_MINUTES, second=0, microsecond=0).isoformat()


def matured(store: Store) -> list[int]:
    """Clients with an open promise whose due date and grace days are over where they live."""
    with store.read() as tx:
        rows = tx.all(
            """
            SELECT p.client_id, p.due, p.grace_days, c.zones, c.portfolio_id
            FROM promise p
            JOIN client c ON c.id = p.client_id
            WHERE p.status = 'open' AND p.due < :latest
            """,
            latest=tx.now.date() + timedelta(days=1),
        )
        known = books(tx)
        now = tx.now
    found: set[int] = set()
    for client_id, due, grace_days, zones, portfolio_id in rows:
        zone = _zone(zones, known[portfolio_id])
        if day(due) + timedelta(days=grace_days) < now.astimezone(zone).date():
            found.add(client_id)
    return sorted(found)
