"""What agents did and what they were given to do: counts of results, and the clients behind coverage.

A client is given to whom a lead assigned it, as of the end of the days. One that is assigned
to nobody belongs to those who worked it in these days or have it on the desk now; while it
waits in the queue and nobody worked it, to nobody. So every client that may be called counts,
and a portfolio without assignments has an honest coverage, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from rules.activity import Activity
from rules.rates import Ratio
from rules.tables import Column, Row, Table
from rules.words import mark
from rules.zones import midnight
from storage.central.connection import maybe_instant
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.asked import Asked

FLAGS = {"attempts": "A", "contacts": "C", "rpc": "R", "promises": "P"}
"""Columns that count results, and the flag that a result must have to count."""

FLAGGED = ",\n".join(
    f"        sum(CASE WHEN i.flags LIKE '%{flag}%' THEN 1 ELSE 0 END) AS {name}"
    for name, flag in FLAGS.items()
)

DONE = f"""
    SELECT i.user_id, i.client_id, {FLAGGED}
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    WHERE i.retracted_by IS NULL AND i.day >= :since AND i.day <= :until
        AND +c.portfolio_id IN :portfolios
    GROUP BY i.user_id, i.client_id
"""  # noqa: S608 - our own words
"""Results of these days by who recorded them and client; whoever that was. One pass over the facts."""

QUEUED = """
    SELECT client_id, lane, bucket FROM ready
    UNION ALL SELECT client_id, lane, bucket FROM waiting WHERE kind <> 'unlocatable'
"""
"""Clients who may be called, now or later, and are on no desk."""

_PAIRS = f"""
    WITH done AS ({DONE}),
    moved AS (
        SELECT m.client_id, m.from_user_id,
            row_number() OVER (PARTITION BY m.client_id ORDER BY o.at, o.id) AS place
        FROM assignment_move m
        JOIN assignment_order o ON o.id = m.order_id
        WHERE o.at >= :ended AND o.portfolio_id IN :portfolios
    ),
    owned AS (
        SELECT a.client_id, a.user_id
        FROM assignment a
        JOIN client c ON c.id = a.client_id
        LEFT JOIN moved m ON m.client_id = a.client_id
        WHERE m.client_id IS NULL AND +c.portfolio_id IN :portfolios
        UNION ALL
        SELECT client_id, from_user_id FROM moved WHERE place = 1 AND from_user_id IS NOT NULL
    ),
    held AS (
        SELECT user_id, client_id FROM owned WHERE user_id IN :users
        UNION ALL
        SELECT q.user_id, q.client_id
        FROM lease q
        JOIN lane l ON l.id = q.lane
        LEFT JOIN owned o ON o.client_id = q.client_id
        WHERE :present AND q.user_id IN :users AND l.portfolio_id IN :portfolios AND o.client_id IS NULL
    ),
    pairs AS (
        SELECT d.user_id, d.client_id, d.attempts, d.contacts, d.rpc, d.promises,
            CASE WHEN d.attempts > 0 THEN 1 ELSE 0 END AS touched,
            CASE WHEN o.user_id = d.user_id OR (o.client_id IS NULL AND d.attempts > 0) THEN 1 ELSE 0 END
                AS given
        FROM done d
        LEFT JOIN owned o ON o.client_id = d.client_id
        WHERE d.user_id IN :users
        UNION ALL
        SELECT h.user_id, h.client_id, 0, 0, 0, 0, 0, 1
        FROM held h
        LEFT JOIN done d ON d.user_id = h.user_id AND d.client_id = h.client_id
        WHERE d.client_id IS NULL
        UNION ALL
        SELECT 0, q.client_id, 0, 0, 0, 0, 0, 1
        FROM ({QUEUED}) q
        JOIN lane l ON l.id = q.lane
        LEFT JOIN owned o ON o.client_id = q.client_id
        LEFT JOIN (SELECT DISTINCT client_id FROM done WHERE attempts > 0) t ON t.client_id = q.client_id
        WHERE :nobody AND l.portfolio_id IN :portfolios AND o.client_id IS NULL AND t.client_id IS NULL
    )
"""  # noqa: S608 - our own words
"""People and clients: what was done, whether the client was touched by them, whether it was given to them."""

_COUNTED = f"""{_PAIRS}
    SELECT user_id, sum(attempts), sum(contacts), sum(rpc), sum(promises), sum(given), sum(touched),
        sum(CASE WHEN given > touched THEN 1 ELSE 0 END)
    FROM pairs
    GROUP BY user_id
"""  # noqa: S608 - our own words

CONDITIONS = {"assigned": "given = 1", "touched": "touched = 1", "untouched": "given > touched"}
"""Columns that count clients, and which they count."""

_CLIENTS = """
    SELECT p.client_id, u.name, c.name, b.name,
        (SELECT count(*) FROM interaction i
            WHERE i.client_id = p.client_id AND i.retracted_by IS NULL AND i.day >= :since AND i.day <= :until
                AND i.flags LIKE '%A%' AND i.user_id IN :users AND (u.id IS NULL OR i.user_id = u.id)),
        (SELECT max(i.at) FROM interaction i WHERE i.client_id = p.client_id AND i.retracted_by IS NULL),
        b.currency,
        (SELECT sum(a.overdue) FROM account a WHERE a.client_id = p.client_id AND a.currency = b.currency)
    FROM (
        SELECT user_id, client_id FROM pairs
        WHERE {condition}
        ORDER BY user_id, client_id
        LIMIT :most
    ) p
    JOIN client c ON c.id = p.client_id
    JOIN portfolio b ON b.id = c.portfolio_id
    LEFT JOIN app_user u ON u.id = p.user_id
    ORDER BY p.user_id, p.client_id
"""

CLIENTS = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="overdue", title=mark("overdue"), kind="money"),
    Column(key="attempts", title=mark("attempts"), kind="count"),
    Column(key="last", title=mark("last result"), kind="instant"),
)


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did, and of what: untouched clients are given ones without an attempt of theirs."""

    done: Activity
    untouched: int

    @property
    def coverage(self) -> Ratio:
        """Given clients that were touched, of all that were given."""
        return Ratio(self.done.assigned - self.untouched, self.done.assigned)


def by_agent(asked: Asked) -> dict[int, Worked]:
    """The work of each agent who did or was given anything; nobody's under 0."""
    rows = asked.tx.all(_COUNTED, **asked.terms, **ends(asked))
    return {row[0]: worked(row[1:5], row[5:]) for row in rows}


def worked(counts: Sequence[int], held: Sequence[int]) -> Worked:
    """Work from counts of `FLAGS`, and of clients assigned, touched and untouched."""
    attempts, contacts, rpc, promises = (int(n) for n in counts)
    assigned, touched, untouched = (int(n) for n in held)
    done = Activity(
        attempts=attempts,
        contacts=contacts,
        rpc=rpc,
        promises=promises,
        assigned=assigned,
        touched=touched,
        handled=0,
        handling=0,
    )
    return Worked(done=done, untouched=untouched)


def summed(parts: Sequence[Worked]) -> Worked:
    """The sum of some people's work."""
    names = Activity.__struct_fields__
    done = Activity(**{name: sum(getattr(part.done, name) for part in parts) for name in names})
    return Worked(done=done, untouched=sum(part.untouched for part in parts))


def clients(asked: Asked, title: str, whose: list[int], column: str) -> Table:
    """The clients behind a count of them.

    Raises:
        KeyError: the column counts no clients.
    """
    condition = f"user_id IN :whose AND {CONDITIONS[column]}"
    return client_rows(asked, title, _PAIRS, condition, whose=whose, **ends(asked))


def client_rows(asked: Asked, title: str, pairs: str, condition: str, **terms: Any) -> Table:
    """Clients of a common table ``pairs`` (user_id, 0 = nobody's; client_id) that meet a condition on it."""
    statement = pairs + _CLIENTS.replace("{condition}", condition)
    found = asked.tx.all(statement, **asked.terms, **terms, most=behind.MOST_ROWS + 1)
    rows = tuple(
        Row(
            key=f"{row[0]}/{row[1] or ''}",
            currency=row[6],
            cells=(row[1] or "", masked(row[2]), row[3], behind.money(row[7]), row[4], _instant(row[5])),
        )
        for row in found
    )
    return behind.table(asked, title, CLIENTS, rows)


def _instant(value: Any) -> str | None:
    at = maybe_instant(value)
    return None if at is None else at.isoformat()


def ends(asked: Asked) -> dict[str, Any]:
    """What the queue and the desks hold counts for days that have not ended."""
    ends = [midnight(asked.until + timedelta(days=1), book.zone.key) for book in asked.books.values()]
    ended = max(ends, default=asked.tx.now)
    present = asked.tx.now < ended
    return {"ended": ended, "present": present, "nobody": present and asked.everybody}
