"""Who is next, in one statement: the desk's own leases, callbacks that are due, then the best clients.

`NEXT` is one round trip and reads a handful of rows, whatever the number of clients, leases
and agents. In words:

1. held: what the device holds already; need: how many are missing, 0 for a request that is repeated.
2. asked: the callbacks that may be given, this person's own first; at_once: those of them that
   nobody else is just taking; instead: only where somebody is, all are looked through again.
3. heads: the best of each lane, read backwards off the index (lane, prio, client_id) of those
   who are not reserved for somebody, from the lane's watermark on; best: the best of those; free:
   those of them that nobody else is just taking.
4. missed: how many somebody is; next_free: only then, the next ones in the order over all
   lanes, locked one by one until there are enough. So the order is strict, and nobody is
   locked who isn't taken.
5. The free leave the queue, get a lease each with the next token, and are counted.

`NEXT_IN_PARTS` is for whom clients are reserved, and for lanes of portfolios with directives
(`storage.central.queue.parts`). Its heads are also those of the parts of such lanes, and the person's
own; what is held is left out, what is first comes first. It reads these from the top, without watermarks.

IS TRUE keeps the planner, which knows little of a table that is always young, from looking
through all leases of a person for those of a device. An inner LIMIT with a number lets it see
that few rows are read, where the outer one, known only when it runs, would have it sort the whole
lane. The ARRAY() makes it delete by key.
"""

# ruff: noqa: S608 - the texts below are put together from each other and from numbers of ours

from __future__ import annotations

from storage.central.queue.parts import PART
from storage.central.queue.searching import DUE_SEARCHES

MOST = 50
"""Clients that a desk holds at most."""

OTHERS = 64
"""Rows that others may be just taking, and that one looks past."""

_LANES = """
    open_lane AS (
        SELECT *
        FROM unnest(CAST(:lanes AS integer[]), CAST(:portfolios AS integer[]), CAST(:prios AS bigint[]),
            CAST(:clients AS bigint[]), CAST(:untils AS timestamptz[]))
            AS lane (id, portfolio_id, from_prio, from_client, until)
    )
"""
_PARTS = """
    part AS (
        SELECT * FROM json_to_recordset(CAST(:parts AS json)) AS part (lane integer, bucket text)
    )
"""
_DESK = """
    held AS (
        SELECT client_id, lease_id, token, until, callback_due, queue, offline, attempts_left,
            request_id = :request AS again
        FROM lease
        WHERE device = :device AND (user_id = :user) IS TRUE AND until > :now AND queue = :queue
    ), need AS (
        SELECT CASE
            WHEN CAST(:first AS boolean) AND bool_or(again) THEN 0
            ELSE greatest(:want - count(*), 0)
            END AS n
        FROM held
    )
"""
_NOT_HELD = f"AND NOT {PART} IN :held"
_ASKED_BACK = f"""
    asked AS (
        SELECT *
        FROM (
            (
                SELECT client_id, 0 AS turn, due_at
                FROM waiting
                WHERE kind = 'callback' AND user_id = :user AND due_at <= :now
                    AND lane = ANY(ARRAY(SELECT id FROM open_lane)) {{held}}
                ORDER BY due_at
                LIMIT {MOST}
            )
            UNION ALL
            SELECT anyone.*
            FROM open_lane
            CROSS JOIN LATERAL (
                SELECT client_id, 1, due_at
                FROM waiting
                WHERE kind = 'callback' AND lane = open_lane.id AND user_id IS NULL AND due_at <= :now
                    {{held}}
                ORDER BY due_at
                LIMIT {MOST}
            ) anyone
            UNION ALL
            SELECT late.*
            FROM open_lane
            CROSS JOIN LATERAL (
                SELECT client_id, 1, due_at
                FROM waiting
                WHERE kind = 'callback' AND lane = open_lane.id AND user_id <> :user
                    AND due_at <= :for_anyone AND reserved_for IS NULL {{held}}
                ORDER BY due_at
                LIMIT {MOST}
            ) late
        ) due
        ORDER BY turn, due_at
        LIMIT (SELECT n FROM need)
    ), at_once AS (
        SELECT client_id
        FROM waiting
        WHERE client_id = ANY(ARRAY(SELECT client_id FROM asked))
        FOR UPDATE SKIP LOCKED
    ), instead AS (
        SELECT client_id
        FROM waiting
        WHERE (SELECT count(*) FROM at_once) < (SELECT count(*) FROM asked)
            AND kind = 'callback' AND lane = ANY(ARRAY(SELECT id FROM open_lane)) AND due_at <= :now
            AND (user_id IS NULL OR user_id = :user OR due_at <= :for_anyone AND reserved_for IS NULL)
            {{held}}
        ORDER BY user_id IS DISTINCT FROM :user, due_at
        LIMIT (SELECT n FROM need)
        FOR UPDATE SKIP LOCKED
    ), called AS (
        DELETE FROM waiting
        WHERE client_id = ANY(ARRAY(SELECT client_id FROM at_once UNION ALL SELECT client_id FROM instead))
        RETURNING client_id, lane, prio, bucket, due_at, worked_on, user_id IS DISTINCT FROM :user AS others
    )
"""
_HEADS = """
    SELECT {columns}
    FROM {source}
    CROSS JOIN LATERAL (
        SELECT *
        FROM (
            SELECT lane, prio, client_id, ctid AS place{first}
            FROM ready
            WHERE {those}
            ORDER BY {order}prio DESC, client_id DESC
            LIMIT {most}
        ) top
        LIMIT (SELECT n FROM room) + {more}
    ) head
"""
_PUT_FIRST = f"{PART} IN :put_first"
_UNRESERVED = "reserved_for IS NULL AND (prio, client_id) <= (from_prio, from_client)"
_SOURCES = (("open_lane", f"lane = id AND {_UNRESERVED}", ""),)
_SOURCES_IN_PARTS = (
    (
        "(SELECT * FROM open_lane WHERE NOT id IN :lanes_in_parts) open_lane",
        f"lane = id AND {_UNRESERVED}",
        "",
    ),
    ("part", "ready.lane = part.lane AND ready.bucket = part.bucket AND reserved_for IS NULL", ""),
    ("open_lane", f"reserved_for = :user AND lane = id {_NOT_HELD}", f"{_PUT_FIRST} DESC, "),
)


def _heads(columns: str, more: int, *, in_parts: bool) -> str:
    """The best rows of each source: `more` than there is room for."""
    return " UNION ALL ".join(
        _HEADS.format(
            columns=columns,
            source=source,
            those=those,
            order=order,
            first=f", {_PUT_FIRST} AS put_first" if in_parts else "",
            most=MOST + more,
            more=more,
        )
        for source, those, order in (_SOURCES_IN_PARTS if in_parts else _SOURCES)
    )


def _best(*, in_parts: bool) -> str:
    return f"""
    room AS (
        SELECT n - (SELECT count(*) FROM called) AS n FROM need
    ), heads AS (
        {_heads("head.*", 0, in_parts=in_parts)}
    ), best AS (
        SELECT place
        FROM heads
        ORDER BY {"put_first DESC, " if in_parts else ""}prio DESC, client_id DESC
        LIMIT (SELECT n FROM room)
    ), free AS (
        SELECT ctid AS place
        FROM ready
        WHERE ctid = ANY(ARRAY(SELECT place FROM best))
        FOR UPDATE SKIP LOCKED
    ), missed AS (
        SELECT (SELECT count(*) FROM best) - (SELECT count(*) FROM free) AS n
    ), next_free AS (
        SELECT ctid AS place
        FROM ready
        WHERE (SELECT n FROM missed) > 0
            AND ctid = ANY(ARRAY({_heads("place", OTHERS, in_parts=in_parts)}))
            AND ctid <> ALL(ARRAY(SELECT place FROM free))
        ORDER BY {f"{_PUT_FIRST} DESC, " if in_parts else ""}prio DESC, client_id DESC
        LIMIT (SELECT n FROM missed)
        FOR UPDATE SKIP LOCKED
    ), taken AS (
        DELETE FROM ready
        WHERE ctid = ANY(ARRAY(SELECT place FROM free UNION ALL SELECT place FROM next_free))
        RETURNING client_id, lane, prio, bucket, worked_on
    )
"""


_MOVED = """
    moved AS (
        SELECT left_queue.*, portfolio_id, until
        FROM ({}) left_queue
        JOIN open_lane ON id = lane
        ORDER BY due_at IS NULL, others, due_at, {}prio DESC, client_id DESC
    )
"""
_LEFT = """
    SELECT client_id, lane, prio, bucket, due_at, worked_on, others, 'waiting' AS measure FROM called
    UNION ALL
    SELECT client_id, lane, prio, bucket, CAST(NULL AS timestamptz), worked_on, true, 'ready' FROM taken
"""
_SEARCHED = f"""
    sought AS (
        DELETE FROM waiting
        WHERE client_id = ANY(ARRAY(
            SELECT waiting.client_id
            {DUE_SEARCHES}
            LIMIT (SELECT n FROM need)
            FOR UPDATE OF waiting SKIP LOCKED
        ))
        RETURNING client_id, lane, prio, bucket, CAST(NULL AS timestamptz) AS due_at, worked_on,
            true AS others, 'unlocatable' AS measure
    ), {_MOVED.format("SELECT * FROM sought", "")}
"""
_GIVEN = """
    given AS (
        INSERT INTO lease (client_id, lease_id, token, user_id, device, request_id, granted_at, until,
            lane, prio, bucket, callback_due, queue, offline)
        SELECT client_id, gen_random_uuid(), nextval('lease_token'), :user, :device, :request, :now,
            until, lane, prio, bucket, due_at, :queue, CAST(:offline AS boolean)
        FROM moved
        RETURNING client_id, lease_id, token, until, callback_due, queue, offline, attempts_left,
            CAST(NULL AS boolean) AS again
    ), counted AS (
        INSERT INTO stat_delta (day, hour, portfolio_id, bucket, user_id, measure, n)
        SELECT step.day, 0, portfolio_id, bucket, 0, step.measure, step.n
        FROM moved
        CROSS JOIN LATERAL (
            VALUES (date '1970-01-01', measure, -1), (date '1970-01-01', 'leased', 1),
                (worked_on, 'requeued', -1)
        ) step (day, measure, n)
        WHERE step.day IS NOT NULL
    )
"""
_DESKFUL = "(SELECT * FROM held UNION ALL SELECT * FROM given) desk"


def _next(*, in_parts: bool) -> str:
    called = _ASKED_BACK.format(held=_NOT_HELD if in_parts else "")
    moved = _MOVED.format(_LEFT, f"{_PUT_FIRST} DESC, " if in_parts else "")
    ahead = (_LANES, _PARTS, _DESK) if in_parts else (_LANES, _DESK)
    steps = (*ahead, called, _best(in_parts=in_parts), moved, _GIVEN)
    return f"""
    WITH {", ".join(steps)}
    SELECT desk.*, seen.heads
    FROM (
        SELECT CASE
            WHEN (SELECT n FROM room) > 0 THEN coalesce(json_agg(json_build_array(lane, prio, client_id)),
                '[]')
            END AS heads
        FROM heads
    ) seen
    LEFT JOIN {_DESKFUL} ON true
"""


NEXT = _next(in_parts=False)
NEXT_IN_PARTS = _next(in_parts=True)
NEXT_SEARCH = f"WITH {_LANES}, {_DESK}, {_SEARCHED}, {_GIVEN} SELECT desk.*, NULL FROM {_DESKFUL}"
