"""What the live figures of boards count, as rows: clients in the queue, results and payments of today.

A figure counts for the day that it is where its portfolio is, so that each question is asked
once for each day that it is somewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.connection import maybe_day, maybe_instant
from storage.central.counting import figures
from storage.central.doors.who import Who
from storage.central.portfolios import Book
from storage.central.records.closing import NotDone
from storage.central.records.decisions import masked
from storage.central.reports import behind, received
from storage.central.reports import promised as promises
from storage.central.reports.asked import Asked, today
from storage.central.reports.owners import in_scope, scope

CLIENTS = (
    Column(key="client", title=mark("client")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="bucket", title=mark("bucket"), kind="code"),
    Column(key="overdue", title=mark("overdue"), kind="money"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="due", title=mark("comes back or is let go"), kind="instant"),
    Column(key="worked", title=mark("last worked"), kind="date"),
)

_READY = """
    SELECT client_id, lane, bucket, worked_on, CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS due,
        CAST(NULL AS INTEGER) AS user_id
    FROM ready
"""
_WAITING = """
    SELECT client_id, lane, bucket, worked_on, due_at AS due, user_id FROM waiting WHERE kind <> 'unlocatable'
"""
_UNLOCATABLE = """
    SELECT client_id, lane, bucket, worked_on, due_at AS due, user_id FROM waiting WHERE kind = 'unlocatable'
"""
_LEASED = "SELECT client_id, lane, bucket, CAST(NULL AS DATE) AS worked_on, until AS due, user_id FROM lease"
_NOT_TODAY = """
    NOT EXISTS (
        SELECT 1 FROM interaction i
        WHERE i.client_id = q.client_id AND i.retracted_by IS NULL AND i.day = :since
    )
"""
QUEUED = {
    "pending": (_READY, "true"),
    "leased": (_LEASED, "true"),
    "waiting": (_WAITING, "true"),
    "untouched": (f"{_READY} UNION ALL {_WAITING}", _NOT_TODAY),
    "unlocatable": (_UNLOCATABLE, "true"),
}
"""Figure of the queue's depth to where its clients stand, and which of those count."""

_CLIENTS = """
    SELECT q.client_id, c.name, p.name, q.bucket,
        (SELECT sum(a.overdue) FROM account a WHERE a.client_id = c.id AND a.currency = p.currency),
        u.name, q.due, q.worked_on, p.currency
    FROM ({places}) q
    JOIN lane l ON l.id = q.lane
    JOIN client c ON c.id = q.client_id
    JOIN portfolio p ON p.id = l.portfolio_id
    LEFT JOIN app_user u ON u.id = q.user_id
    WHERE l.portfolio_id IN :portfolios AND {segment} AND {counts}
    ORDER BY q.client_id
    LIMIT :most
"""
_WORKED = """
    SELECT c.id, c.name, p.name, w.bucket,
        (SELECT sum(a.overdue) FROM account a WHERE a.client_id = c.id AND a.currency = p.currency),
        NULL, NULL, w.day, p.currency
    FROM (
        SELECT i.client_id, i.bucket, max(i.day) AS day
        FROM interaction i
        WHERE i.retracted_by IS NULL AND i.day = :since
        GROUP BY i.client_id, i.bucket
    ) w
    JOIN client c ON c.id = w.client_id
    JOIN portfolio p ON p.id = c.portfolio_id
    WHERE c.portfolio_id IN :portfolios AND {segment}
    ORDER BY c.id
    LIMIT :most
"""
_PROMISED = """
    SELECT p.id, p.due, i.agent, c.name, b.name, p.made, p.amount, p.paid, p.status, p.channel, p.currency
    FROM promise p
    JOIN interaction i ON i.id = p.event_id
    JOIN client c ON c.id = i.client_id
    JOIN portfolio b ON b.id = c.portfolio_id
    WHERE i.retracted_by IS NULL AND i.day = :since AND c.portfolio_id IN :portfolios
        AND (:currency = '' OR p.currency = :currency) AND {whose} AND {segment}
    ORDER BY p.made DESC, p.id
    LIMIT :most
""".replace("{whose}", in_scope("i.user_id"))


def viewer(asked: Asked) -> Who:
    """Who asks, with no more portfolios than were asked for.

    Raises:
        NotDone: only_today: live figures are of no other day.
    """
    if not asked.since == asked.until == today(asked.tx, asked.who):
        raise NotDone("only_today")
    return msgspec.structs.replace(asked.who, portfolio_ids=tuple(asked.books))


def of(asked: Asked, books: Callable[[Book], bool]) -> Asked:
    """The same question of some portfolios alone."""
    return msgspec.structs.replace(asked, books={key: one for key, one in asked.books.items() if books(one)})


def each_day(asked: Asked) -> Iterator[Asked]:
    """The question once for each day that it is now in its portfolios."""
    days = {key: book.moment(asked.tx.now)[0] for key, book in asked.books.items()}
    for day in sorted(set(days.values()), reverse=True):
        books = {key: asked.books[key] for key, one in days.items() if one == day}
        yield msgspec.structs.replace(asked, books=books, since=day, until=day)


def together(asked: Asked, columns: tuple[Column, ...], title: str, tables: list[Table]) -> Table:
    """The rows of several tables as one."""
    rows = tuple(row for one in tables for row in one.rows)
    found = behind.table(asked, title, tables[0].columns if tables else columns, rows)
    return msgspec.structs.replace(found, more=found.more or any(one.more for one in tables))


def queued(asked: Asked, title: str, figure: str, segment: str | None) -> Table:
    """The clients who stand somewhere in the queue; of one segment, or of all (None)."""
    places, counts = QUEUED[figure]
    statement = _CLIENTS.replace("{places}", places).replace("{counts}", counts)
    return together(
        asked, CLIENTS, title, [_clients(one, title, statement, "q", segment) for one in each_day(asked)]
    )


def worked(asked: Asked, title: str, segment: str | None) -> Table:
    """The clients who were worked today."""
    return together(
        asked, CLIENTS, title, [_clients(one, title, _WORKED, "w", segment) for one in each_day(asked)]
    )


def results(asked: Asked, title: str, figure: str, segment: str | None) -> Table:
    """The results of today that count in a figure, by whomever of those whom the reader may see."""
    flag = next(flag for flag, measure in figures.FLAG_MEASURES.items() if measure == figure)
    condition = f"i.flags LIKE :flag AND {_of('i', segment)}"
    tables = [
        behind.results(
            one, title, condition, whose=in_scope("i.user_id"), **_terms(one, segment, flag=f"%{flag}%")
        )
        for one in each_day(asked)
    ]
    return together(asked, behind.RESULTS, title, tables)


def promised(asked: Asked, title: str, segment: str | None, currency: str) -> Table:
    """The promises of today in a currency ("" = any); a plan is as many as it has payments."""
    statement = _PROMISED.replace("{segment}", _of("i", segment))
    tables = []
    for one in each_day(asked):
        found = one.tx.all(statement, **_terms(one, segment, currency=currency), most=behind.MOST_ROWS + 1)
        tables.append(behind.table(one, title, promises.COLUMNS, tuple(map(promises.row, found))))
    return together(asked, promises.COLUMNS, title, tables)


def payments(asked: Asked, title: str, segment: str | None, currency: str) -> Table:
    """The payments of today in a currency, "" = in any."""
    condition = f"(:currency = '' OR p.currency = :currency) AND {_of('p', segment)}"
    tables = [
        received.payments(one, title, condition, currency=currency, **_segment(segment))
        for one in each_day(asked)
    ]
    return together(asked, received.PAYMENTS, title, tables)


def _clients(asked: Asked, title: str, statement: str, place: str, segment: str | None) -> Table:
    found = asked.tx.all(
        statement.replace("{segment}", _of(place, segment)),
        **_terms(asked, segment),
        most=behind.MOST_ROWS + 1,
    )
    return behind.table(asked, title, CLIENTS, tuple(map(_client, found)))


def _client(row: tuple[Any, ...]) -> Row:
    due, worked_on = maybe_instant(row[6]), maybe_day(row[7])
    return Row(
        key=str(row[0]),
        currency=row[8],
        cells=(
            masked(row[1]),
            row[2],
            row[3],
            behind.money(row[4]),
            row[5],
            None if due is None else due.isoformat(),
            None if worked_on is None else worked_on.isoformat(),
        ),
    )


def _of(place: str, segment: str | None) -> str:
    return "true" if segment is None else f"{place}.bucket = :segment"


def _segment(segment: str | None) -> dict[str, Any]:
    return {} if segment is None else {"segment": segment}


def _terms(asked: Asked, segment: str | None, **more: Any) -> dict[str, Any]:
    return scope(asked) | _segment(segment) | more
