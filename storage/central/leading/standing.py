"""What a portfolio lacks while nobody looks: clients who are nobody's, and debts without a next step.

Counted once a minute by one hub, in slices of the clients' ids, so that neither the queue nor a
board waits for it, however many clients there are. A lead sees each as a decision that stands
until it is mended.
"""

# ruff: noqa: S608 - the texts below are put together from our own words

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from rules.buckets import COLLECTED
from rules.protocol import Decision
from rules.standing import NO_NEXT_ACTION, UNASSIGNED
from rules.stops import HARD_STOPS
from storage.central.connection import Store, Tx, instant
from storage.central.doors.who import Who
from storage.central.portfolios import books
from storage.central.records.reviews import tell_boards

SLICE = 5_000
"""Ids of clients that are looked at in one go."""

COUNTED = "standing_counted"

_FLAGGED = " OR ".join(f"CAST(f.details AS TEXT) LIKE '%\"flags\"%{name}%'" for name in HARD_STOPS)
WITHOUT_NEXT_STEP = f"""(
    NOT c.do_not_contact AND (c.hold_reason = '' OR c.hold_until IS NOT NULL)
    AND CAST(c.stopped_media AS TEXT) NOT LIKE '%"call"%' AND CAST(c.stopped_media AS TEXT) NOT LIKE '%"all"%'
    AND NOT EXISTS (SELECT 1 FROM ready q WHERE q.client_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM waiting q WHERE q.client_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM lease q WHERE q.client_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM promise q WHERE q.client_id = c.id AND q.status = 'open')
    AND NOT EXISTS (SELECT 1 FROM case_file q WHERE q.client_id = c.id AND q.status = 'open')
    AND NOT EXISTS (SELECT 1 FROM task q WHERE q.client_id = c.id AND q.status = 'open')
    AND NOT EXISTS (SELECT 1 FROM callback q WHERE q.client_id = c.id AND q.status = 'open')
    AND NOT EXISTS (SELECT 1 FROM account f WHERE f.client_id = c.id AND ({_FLAGGED}))
)"""
"""Of a client ``c`` who owes: nothing stops contact, and nothing will bring the client up again."""

OWING = """
    SELECT a.client_id,
        sum(CASE WHEN a.currency = p.currency THEN a.overdue - a.disputed ELSE 0 END) AS owed
    FROM account a
    JOIN portfolio p ON p.id = a.portfolio_id
    WHERE {those} AND a.status IN :collected AND a.overdue > a.disputed
    GROUP BY a.client_id
"""
"""Who owes, and how much in the portfolio's currency."""

_SLICE = f"""
    SELECT portfolio_id, sum(assigned), sum(1 - assigned), sum((1 - assigned) * owed), sum(idle),
        sum(idle * owed)
    FROM (
        SELECT c.portfolio_id, d.owed, CASE WHEN s.client_id IS NULL THEN 0 ELSE 1 END AS assigned,
            CASE WHEN {WITHOUT_NEXT_STEP} THEN 1 ELSE 0 END AS idle
        FROM ({OWING.format(those="a.client_id > :after AND a.client_id <= :upto")}) d
        JOIN client c ON c.id = d.client_id
        LEFT JOIN assignment s ON s.client_id = c.id
    ) clients
    GROUP BY portfolio_id
"""


class Matter(msgspec.Struct, frozen=True):
    """Clients of a portfolio who lack something, and what they owe in its currency, minor units."""

    n: int
    amount: int


class Counting:
    """The count of one hub, which goes on a slice at a time.

    Args:
        store: the central store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._after: int | None = None
        self._last = 0
        self._sums: Counter[tuple[int, str]] = Counter()

    def go_on(self) -> bool:
        """Count another slice, or begin anew where a minute is over; whether a count was ended."""
        if self._after is None:
            if not self._take_turn():
                return False
            with self._store.read() as tx:
                self._last = tx.value("SELECT coalesce(max(id), 0) FROM client")
            self._after, self._sums = 0, Counter()
        upto = self._after + SLICE
        with self._store.read() as tx:
            self._add(tx, self._after, upto)
        self._after = upto
        if upto < self._last:
            return False
        self._after = None
        with self._store.begin() as tx:
            _keep(tx, self._found(list(books(tx))))
        return True

    def _take_turn(self) -> bool:
        """Whether it falls to this hub to count this minute."""
        minute = self._store.now().replace(second=0, microsecond=0).isoformat()
        with self._store.glance() as tx:
            if tx.value("SELECT value FROM store_mark WHERE name = :name", name=COUNTED) == minute:
                return False
        with self._store.begin() as tx:
            won = tx.run(
                """
                INSERT INTO store_mark (name, value) VALUES (:name, :minute)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                WHERE store_mark.value <> excluded.value
                """,
                name=COUNTED,
                minute=minute,
            )
            return won > 0

    def _add(self, tx: Tx, after: int, upto: int) -> None:
        for row in tx.all(_SLICE, after=after, upto=upto, collected=list(COLLECTED)):
            for name, n in zip(("assigned", "nobodys", "owed", "idle", "idle_owed"), row[1:], strict=True):
                self._sums[(row[0], name)] += int(n)

    def _found(self, portfolios: list[int]) -> dict[tuple[int, str], Matter]:
        """What each portfolio lacks; who is nobody's counts only where clients are somebody's."""
        found: dict[tuple[int, str], Matter] = {}
        for key in portfolios:
            if self._sums[(key, "assigned")] and self._sums[(key, "nobodys")]:
                found[(key, UNASSIGNED)] = Matter(self._sums[(key, "nobodys")], self._sums[(key, "owed")])
            if self._sums[(key, "idle")]:
                found[(key, NO_NEXT_ACTION)] = Matter(
                    self._sums[(key, "idle")], self._sums[(key, "idle_owed")]
                )
        return found


def _keep(tx: Tx, found: dict[tuple[int, str], Matter]) -> None:
    """Write what differs, and tell the boards of those portfolios."""
    before = {
        (row[0], row[1]): Matter(row[2], row[3])
        for row in tx.all("SELECT portfolio_id, kind, n, amount FROM standing_matter")
    }
    changed = [key for key in sorted({*before, *found}) if before.get(key) != found.get(key)]
    for portfolio_id, kind in changed:
        matter = found.get((portfolio_id, kind))
        terms: dict[str, Any] = {"portfolio": portfolio_id, "kind": kind}
        if matter is None:
            tx.run("DELETE FROM standing_matter WHERE portfolio_id = :portfolio AND kind = :kind", **terms)
            continue
        tx.run(
            """
            INSERT INTO standing_matter (portfolio_id, kind, n, amount, since, at)
            VALUES (:portfolio, :kind, :n, :amount, :now, :now)
            ON CONFLICT (portfolio_id, kind) DO UPDATE SET n = excluded.n, amount = excluded.amount,
                at = excluded.at
            """,
            **terms,
            n=matter.n,
            amount=matter.amount,
            now=tx.now,
        )
    for portfolio_id in sorted({key[0] for key in changed}):
        tell_boards(tx, portfolio_id)


def matters(tx: Tx, who: Who) -> tuple[Decision, ...]:
    """What stands in the portfolios of a person, as decisions; the largest first."""
    known = books(tx)
    rows = tx.all(
        """
        SELECT portfolio_id, kind, n, amount, since
        FROM standing_matter
        WHERE :all OR portfolio_id IN :scope
        ORDER BY n DESC, portfolio_id, kind
        """,
        all=who.portfolio_ids is None,
        scope=list(who.portfolio_ids or ()),
    )
    return tuple(
        Decision(
            id=f"{kind}:{portfolio_id}",
            kind=kind,
            at=instant(since),
            agent="",
            client="",
            amount=amount,
            currency=known[portfolio_id].currency,
            portfolio=known[portfolio_id].name,
            n=n,
        )
        for portfolio_id, kind, n, amount, since in rows
    )
