"""Use of strategies: what was done under each rule, arm and version, and what came of it.

The money is that of the promises taken under it: promised, and paid of it so far. So the arms of a
rule stand beside each other with what each was tried on and what it brought.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from rules.rates import Ratio
from rules.reports import ReportName
from rules.strategies.assigning import parted
from rules.tables import TOTAL, Column, Row, Table, pair, totals
from rules.words import mark
from storage.central.connection import instant
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.asked import Asked

NAME = ReportName(name="strategy_use", title=mark("Use of strategies"), group="activity", period="month")

COLUMNS = (
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="rule", title=mark("rule")),
    Column(key="arm", title=mark("arm")),
    Column(key="version", title=mark("version")),
    Column(key="attempts", title=mark("attempts"), kind="count", opens=True),
    Column(key="rpc", title=mark("right-party contacts"), kind="count", opens=True),
    Column(key="promises", title=mark("promises"), kind="count", opens=True),
    Column(key="promised", title=mark("promised"), kind="money"),
    Column(key="paid", title=mark("paid of it"), kind="money"),
    Column(key="off_strategy", title=mark("off strategy"), kind="count", opens=True),
    Column(key="rpc_rate", title=mark("right-party rate"), kind="percent"),
    Column(key="promise_rate", title=mark("promise rate"), kind="percent"),
    Column(key="paid_rate", title=mark("paid of promised"), kind="percent", of="money"),
    Column(key="off_rate", title=mark("off strategy of results"), kind="percent"),
)

DEPARTED = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="code", title=mark("code"), kind="code"),
    Column(key="strategy", title=mark("strategy"), kind="code"),
    Column(key="off_strategy", title=mark("off strategy"), kind="code"),
    Column(key="note", title=mark("reason")),
)

_SCOPE = """
    i.retracted_by IS NULL AND i.strategy <> '' AND i.day >= :since AND i.day <= :until
        AND c.portfolio_id IN :portfolios AND (i.user_id IN :users OR (:everybody AND i.user_id IS NULL))
"""
_COUNTED = """
    SELECT c.portfolio_id, i.strategy,
        sum(CASE WHEN i.flags LIKE '%A%' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.flags LIKE '%R%' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.flags LIKE '%P%' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.off_strategy <> '' THEN 1 ELSE 0 END),
        count(*)
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    WHERE {scope}
    GROUP BY c.portfolio_id, i.strategy
""".replace("{scope}", _SCOPE)
_MONEY = """
    SELECT c.portfolio_id, i.strategy, m.currency, sum(m.amount), sum(m.paid)
    FROM promise m
    JOIN interaction i ON i.id = m.event_id
    JOIN client c ON c.id = i.client_id
    WHERE m.status <> 'cancelled' AND {scope}
    GROUP BY c.portfolio_id, i.strategy, m.currency
""".replace("{scope}", _SCOPE)
_DEPARTED = """
    SELECT i.id, i.at, i.agent, c.name, i.code, i.strategy, i.off_strategy, i.note
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    WHERE {scope} AND i.off_strategy <> '' AND (:strategy = '' OR i.strategy = :strategy)
        AND (:portfolio = 0 OR c.portfolio_id = :portfolio)
    ORDER BY i.at DESC, i.id
    LIMIT :most
""".replace("{scope}", _SCOPE)

_FLAGS = {"attempts": "A", "rpc": "R", "promises": "P"}
_SEPARATOR = "|"

Key = tuple[int, str]
"""Portfolio, strategy as facts keep it."""


def table(asked: Asked) -> Table:
    """A row for each rule, arm and version under which anything was done, and for each other currency."""
    counts = {(row[0], row[1]): [int(n) for n in row[2:]] for row in asked.tx.all(_COUNTED, **asked.terms)}
    money: defaultdict[Key, Counter[tuple[str, str]]] = defaultdict(Counter)
    for portfolio_id, strategy, currency, promised, paid in asked.tx.all(_MONEY, **asked.terms):
        money[(portfolio_id, strategy)][(currency, "promised")] += int(promised)
        money[(portfolio_id, strategy)][(currency, "paid")] += int(paid)
    rows: list[Row] = []
    for key in sorted(counts, key=lambda key: _order(asked, key)):
        own = asked.books[key[0]].currency
        for currency in dict.fromkeys((own, *sorted(one for one, _ in money[key]))):
            done = counts[key] if currency == own else [0] * 5
            sums = (money[key][(currency, "promised")], money[key][(currency, "paid")])
            rows.append(_row(asked, key, currency, done, sums))
    return Table(
        name=NAME.name,
        title=NAME.title,
        columns=COLUMNS,
        rows=tuple(rows),
        totals=totals(COLUMNS, tuple(rows)),
        at=asked.tx.now,
        since=asked.since,
        until=asked.until,
    )


def _order(asked: Asked, key: Key) -> tuple[str, str, int, str]:
    """Versions of a rule together, and in each the arms beside each other."""
    written = parted(key[1])
    rule, arm, version = (written.rule, written.arm, written.version) if written else (key[1], "", 0)
    return asked.books[key[0]].name, rule, -version, arm


def _row(asked: Asked, key: Key, currency: str, done: list[int], sums: tuple[int, int]) -> Row:
    attempts, rpc, promises, off, results = done
    promised, paid = sums
    written = parted(key[1])
    rates = (
        Ratio(rpc, attempts),
        Ratio(promises, rpc),
        Ratio(paid, promised),
        Ratio(off, results),
    )
    cells: tuple[Any, ...] = (
        asked.books[key[0]].name,
        written.rule if written else key[1],
        written.arm if written else "",
        str(written.version) if written else "",
        *(attempts, rpc, promises, promised, paid, off),
        *map(pair, rates),
    )
    return Row(key=_SEPARATOR.join((str(key[0]), key[1], currency)), currency=currency, cells=cells)


def rows(asked: Asked, row: str, column: str) -> Table:
    """The results behind a count; of those off strategy, what was not followed and the reason given."""
    portfolio_id, strategy = _asked_row(asked, row)
    if column == "off_strategy":
        return _departed(asked, portfolio_id, strategy)
    flag = _FLAGS[column]
    condition = "i.flags LIKE :flag AND i.strategy <> ''"
    if not strategy:
        return behind.results(asked, NAME.title, condition, flag=f"%{flag}%")
    condition += " AND i.strategy = :strategy AND c.portfolio_id = :portfolio"
    return behind.results(
        asked, NAME.title, condition, flag=f"%{flag}%", strategy=strategy, portfolio=portfolio_id
    )


def _asked_row(asked: Asked, row: str) -> Key:
    """Portfolio and strategy of a row; (0, "") of a total.

    Raises:
        KeyError: there is no such row.
    """
    if row.startswith(TOTAL):
        return 0, ""
    portfolio, _, rest = row.partition(_SEPARATOR)
    strategy = rest.partition(_SEPARATOR)[0]
    if not portfolio.isdecimal() or int(portfolio) not in asked.books or parted(strategy) is None:
        raise KeyError(row)
    return int(portfolio), strategy


def _departed(asked: Asked, portfolio_id: int, strategy: str) -> Table:
    found = asked.tx.all(
        _DEPARTED, **asked.terms, strategy=strategy, portfolio=portfolio_id, most=behind.MOST_ROWS + 1
    )
    made = tuple(
        Row(key=key, cells=(instant(at).isoformat(), agent, masked(client), *rest))
        for key, at, agent, client, *rest in found
    )
    return behind.table(asked, NAME.title, DEPARTED, made)
