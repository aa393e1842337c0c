"""Activity by portfolio, bucket and rule of the strategy: where the work went and what waits untouched."""

from __future__ import annotations

from typing import Any

from rules.buckets import BUCKETS, parted
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table
from rules.words import mark
from storage.central.reports import activity, agents, behind, worked
from storage.central.reports.asked import Asked

NAME = ReportName(
    name="activity_by_portfolio", title=mark("Activity by portfolio, bucket and strategy"), group="activity"
)

COLUMNS = (
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="bucket", title=mark("bucket"), kind="code"),
    Column(key="strategy", title=mark("strategy"), kind="code"),
    *activity.FIGURES,
)

_PAIRS = f"""
    WITH done AS (
        SELECT c.portfolio_id, i.bucket AS segment, i.client_id, {worked.FLAGGED}
        FROM interaction i
        JOIN client c ON c.id = i.client_id
        WHERE i.retracted_by IS NULL AND i.day >= :since AND i.day <= :until
            AND +c.portfolio_id IN :portfolios AND i.user_id IN :users
        GROUP BY c.portfolio_id, i.bucket, i.client_id
    ),
    pairs AS (
        SELECT 0 AS user_id, client_id, portfolio_id, segment, attempts, contacts, rpc, promises,
            CASE WHEN attempts > 0 THEN 1 ELSE 0 END AS touched,
            CASE WHEN attempts > 0 THEN 1 ELSE 0 END AS given
        FROM done
        UNION ALL
        SELECT 0, q.client_id, l.portfolio_id, q.bucket, 0, 0, 0, 0, 0, 1
        FROM ({worked.QUEUED} UNION ALL SELECT client_id, lane, bucket FROM lease) q
        JOIN lane l ON l.id = q.lane
        LEFT JOIN (SELECT DISTINCT client_id FROM done WHERE attempts > 0) t ON t.client_id = q.client_id
        WHERE :present AND l.portfolio_id IN :portfolios AND t.client_id IS NULL
    )
"""  # noqa: S608 - our own words
"""Clients whom those who are asked about worked, and those in the queue or on a desk whom they did not."""

_COUNTED = f"""{_PAIRS}
    SELECT portfolio_id, segment, sum(attempts), sum(contacts), sum(rpc), sum(promises), sum(given),
        sum(touched), sum(given - touched)
    FROM pairs
    GROUP BY portfolio_id, segment
"""  # noqa: S608 - our own words


def table(asked: Asked) -> Table:
    """A row for each part of a portfolio that was worked or that waits."""
    found = asked.tx.all(_COUNTED, **asked.terms, **_present(asked))
    found.sort(key=lambda row: _place(asked, row[0], row[1]))
    rows = tuple(_row(asked, row[0], row[1], worked.worked(row[2:6], row[6:])) for row in found)
    return agents.made(asked, NAME, COLUMNS, rows)


def _present(asked: Asked) -> dict[str, bool]:
    return {"present": worked.ends(asked)["present"]}


def _place(asked: Asked, portfolio_id: int, segment: str) -> tuple[str, int, str]:
    bucket, rule = parted(segment)
    return asked.books[portfolio_id].name, BUCKETS.index(bucket) if bucket in BUCKETS else -1, rule


def _row(asked: Asked, portfolio_id: int, segment: str, one: worked.Worked) -> Row:
    name = asked.books[portfolio_id].name
    return Row(key=f"{portfolio_id}|{segment}", cells=(name, *parted(segment), *activity.figures(one)))


def rows(asked: Asked, row: str, column: str) -> Table:
    """The results or the clients behind a count."""
    whole = row.startswith(TOTAL)
    terms = {} if whole else _part(asked, row)
    if column in worked.FLAGS:
        part = "" if whole else "c.portfolio_id = :portfolio AND i.bucket = :segment AND "
        flag = f"%{worked.FLAGS[column]}%"
        return behind.results(asked, NAME.title, f"{part}i.flags LIKE :flag", flag=flag, **terms)
    part = "" if whole else "portfolio_id = :portfolio AND segment = :segment AND "
    condition = part + worked.CONDITIONS[column]
    return worked.client_rows(asked, NAME.title, _PAIRS, condition, **terms, **_present(asked))


def _part(asked: Asked, row: str) -> dict[str, Any]:
    portfolio, _, segment = row.partition("|")
    if not portfolio.isdecimal() or int(portfolio) not in asked.books:
        raise KeyError(row)
    return {"portfolio": int(portfolio), "segment": segment}
