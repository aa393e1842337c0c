"""Commissions of the months in question: what each agent earns, by portfolio, with the facts behind it."""

from __future__ import annotations

from typing import Any

from rules.rates import WHOLE
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table, totals
from rules.words import mark
from storage.central.connection import day, instant
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.asked import Asked

NAME = ReportName(name="commissions", title=mark("Commissions"), group="money", period="month")

COLUMNS = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="month", title=mark("month"), kind="date"),
    Column(key="status", title=mark("status"), kind="word"),
    Column(key="paid", title=mark("to be paid"), kind="money"),
    Column(key="recovered", title=mark("recovered"), kind="money", opens=True),
    Column(key="rate", title=mark("rate"), kind="code"),
    Column(key="breaches", title=mark("breaches"), kind="count", opens=True),
    Column(key="adjusted", title=mark("adjusted"), kind="money", opens=True),
    Column(key="attained", title=mark("of the goal"), kind="percent", of="money"),
    Column(key="quality", title=mark("quality"), kind="percent"),
    Column(key="evaluated", title=mark("calls heard"), kind="count", opens=True),
    Column(key="amount", title=mark("commission"), kind="money"),
    Column(key="goal", title=mark("goal"), kind="money"),
)

_LINES = """
    SELECT r.id, r.portfolio_id, r.month, r.status, paid.user_id, paid.currency, sum(paid.recovered),
        sum(paid.goal), sum(paid.scores), sum(paid.evaluated), sum(paid.breaches), max(paid.rate),
        sum(paid.amount), sum(paid.adjusted)
    FROM commission_run r
    JOIN (
        SELECT run_id, user_id, currency, recovered, goal, scores, evaluated, breaches, rate, amount,
            0 AS adjusted
        FROM commission_line
        UNION ALL
        SELECT run_id, user_id, currency, 0, 0, 0, 0, 0, NULL, 0, amount FROM commission_adjustment
    ) paid ON paid.run_id = r.id
    WHERE r.month >= :first AND r.month <= :until AND r.portfolio_id IN :portfolios
        AND (paid.user_id IN :users OR :everybody)
    GROUP BY r.id, r.portfolio_id, r.month, r.status, paid.user_id, paid.currency
    ORDER BY r.month DESC, r.portfolio_id, paid.currency, paid.user_id
"""


def table(asked: Asked) -> Table:
    """A line for each run of the months, agent and currency."""
    tx = asked.tx
    names = {row[0]: (row[1], row[2]) for row in tx.all("SELECT id, name, display_name FROM app_user")}
    found = tx.all(_LINES, **_terms(asked))
    rows = tuple(
        Row(
            key=f"{run}/{names[user][0]}/{currency}",
            currency=currency,
            cells=(
                *names[user],
                asked.books[portfolio].name,
                day(month).isoformat(),
                status,
                int(amount) + int(adjusted),
                int(recovered),
                "" if rate is None else f"{int(rate) // 100}.{int(rate) % 100:02d} %",
                int(breaches),
                int(adjusted),
                (int(recovered), int(goal)),
                (int(scores), int(evaluated) * WHOLE),
                int(evaluated),
                int(amount),
                int(goal),
            ),
        )
        for (
            run,
            portfolio,
            month,
            status,
            user,
            currency,
            recovered,
            goal,
            scores,
            evaluated,
            breaches,
            rate,
            amount,
            adjusted,
        ) in found
    )
    return Table(
        name=NAME.name,
        title=NAME.title,
        columns=COLUMNS,
        rows=rows,
        totals=totals(COLUMNS, rows),
        at=tx.now,
        since=asked.since,
        until=asked.until,
    )


def _terms(asked: Asked) -> dict[str, Any]:
    return asked.terms | {"first": asked.since.replace(day=1)}


# The rows behind a number.

PAYMENTS = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="account", title=mark("account"), kind="code"),
    Column(key="channel", title=mark("channel"), kind="code"),
    Column(key="reference", title=mark("reference"), kind="code"),
    Column(key="amount", title=mark("amount"), kind="money"),
)
EVALUATIONS = (
    Column(key="at", title=mark("heard"), kind="instant"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="code", title=mark("code"), kind="code"),
    Column(key="score", title=mark("score"), kind="percent"),
)
BREACHES = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="code", title=mark("code"), kind="code"),
    Column(key="rule", title=mark("rule"), kind="code"),
)
ADJUSTMENTS = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="by", title=mark("by"), kind="code"),
    Column(key="why", title=mark("why")),
)

_OF_CELL = """
    WHERE r.month >= :first AND r.month <= :until AND r.portfolio_id IN :portfolios
        AND (n.user_id IN :users OR :everybody)
        AND (:run = '' OR n.run_id = :run) AND (:agent = '' OR u.name = :agent)
        AND (:currency = '' OR n.currency = '' OR n.currency = :currency)
"""
_ITEMS = """
    FROM commission_item n
    JOIN commission_run r ON r.id = n.run_id
    JOIN app_user u ON u.id = n.user_id
"""
_CALLS = """
    JOIN interaction i ON i.id = {call}
    JOIN client c ON c.id = i.client_id
"""
_ROWS = {
    "recovered": (
        PAYMENTS,
        f"""
        SELECT p.id, n.currency, p.at, u.name, c.name, a.ref, p.channel, p.reference, n.amount
        {_ITEMS}
        JOIN payment p ON p.id = CASE WHEN n.kind = 'payment' THEN CAST(n.ref AS BIGINT) END
        JOIN account a ON a.id = p.account_id
        JOIN client c ON c.id = a.client_id
        {_OF_CELL} AND n.kind = 'payment'
        ORDER BY p.at, p.id
        LIMIT :most
        """,
    ),
    "evaluated": (
        EVALUATIONS,
        f"""
        SELECT e.interaction_id, '', e.at, u.name, c.name, i.code, n.amount
        {_ITEMS}
        JOIN evaluation e ON e.id = n.ref
        {_CALLS.format(call="e.interaction_id")}
        {_OF_CELL} AND n.kind = 'evaluation'
        ORDER BY e.at, e.id
        LIMIT :most
        """,
    ),
    "breaches": (
        BREACHES,
        f"""
        SELECT i.id, '', i.at, u.name, c.name, i.code, i.breach
        {_ITEMS}
        {_CALLS.format(call="n.ref")}
        {_OF_CELL} AND n.kind = 'breach'
        ORDER BY i.at, i.id
        LIMIT :most
        """,
    ),
    "adjusted": (
        ADJUSTMENTS,
        f"""
        SELECT n.id, n.currency, n.at, u.name, n.amount, b.name, n.why
        FROM commission_adjustment n
        JOIN commission_run r ON r.id = n.run_id
        JOIN app_user u ON u.id = n.user_id
        JOIN app_user b ON b.id = n.by_user_id
        {_OF_CELL}
        ORDER BY n.at, n.id
        LIMIT :most
        """,  # noqa: S608 - our own words
    ),
}
"""Column to the columns of its rows, and the statement: key, currency, and a value for each of them."""


def rows(asked: Asked, row: str, column: str) -> Table:
    """The payments, evaluations, breaches or adjustments behind a number, as the run has them.

    A call against a rule has the call's id as its key: a lead clears it by that.

    Raises:
        KeyError: the column opens no rows.
    """
    columns, sql = _ROWS[column]
    run, agent, currency = "", "", ""
    if row.startswith(TOTAL):
        currency = row.removeprefix(TOTAL)
    else:
        run, _, of_agent = row.partition("/")
        agent, _, currency = of_agent.rpartition("/")
    found = asked.tx.all(
        sql, **_terms(asked), run=run, agent=agent, currency=currency, most=behind.MOST_ROWS + 1
    )
    lines = tuple(
        Row(key=str(key), currency=unit, cells=(instant(at).isoformat(), *_cells(column, cells)))
        for key, unit, at, *cells in found
    )
    return behind.table(asked, NAME.title, columns, lines)


def _cells(column: str, cells: list[Any]) -> list[Any]:
    """What stands behind the instant: names masked, scores as shares."""
    if column == "adjusted":
        return [cells[0], int(cells[1]), *cells[2:]]
    agent, client, *others = cells
    if column == "recovered":
        others = [*others[:-1], int(others[-1])]
    if column == "evaluated":
        others = [others[0], (int(others[1]), WHOLE)]
    return [agent, masked(client), *others]
