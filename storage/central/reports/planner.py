"""The planner: each indicator of a portfolio's month against its target, and whether it is below."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from rules.activity import Activity
from rules.cancellations import ALL, pipeline
from rules.goals import daily_goal
from rules.rates import WHOLE, Ratio
from rules.reports import ReportName
from rules.rolls import Move, roll_rates
from rules.tables import Column, Row, Table, pair
from rules.targets import INDICATORS
from rules.words import mark
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.cancelling import cancelling, requests
from storage.central.reports.commitments import STANDING
from storage.central.reports.containment import MET, MISSED
from storage.central.reports.goals_by_portfolio import month_goal
from storage.central.reports.moved import month, moved
from storage.central.reports.owners import in_scope, key, scope
from storage.central.reports.received import received
from storage.central.rulebooks import targets_of

NAME = ReportName(name="planner", title=mark("Indicators against targets"), group="money", period="month")

COLUMNS = (
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="indicator", title=mark("indicator"), kind="word"),
    Column(key="now", title=mark("at present"), kind="percent"),
    Column(key="target", title=mark("target"), kind="percent"),
    Column(key="met", title=mark("met")),
)

_ACTIVITY = """
    SELECT c.portfolio_id,
        sum(CASE WHEN i.flags LIKE '%A%' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.flags LIKE '%C%' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.flags LIKE '%R%' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.flags LIKE '%P%' THEN 1 ELSE 0 END)
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    WHERE i.retracted_by IS NULL AND i.day >= :since AND i.day <= :until
        AND c.portfolio_id IN :portfolios AND {scope}
    GROUP BY c.portfolio_id
""".replace("{scope}", in_scope("i.user_id"))
_KEPT = """
    SELECT a.portfolio_id, sum(CASE WHEN q.status = 'kept' THEN 1 ELSE 0 END), count(*), sum(q.paid),
        sum(q.amount)
    FROM promise q
    JOIN account a ON a.id = q.account_id
    WHERE q.status IN :matured AND q.due >= :since AND q.due <= :until AND a.portfolio_id IN :portfolios
        AND q.currency = :currency AND {scope}
    GROUP BY a.portfolio_id
""".replace("{scope}", in_scope("q.user_id"))

Found = Iterator[tuple[int, str, Ratio]]
"""A portfolio, the name of an indicator, and what it is."""


def table(asked: Asked) -> Table:
    """A row for each portfolio and indicator with a target; amounts are those in the portfolio's currency."""
    asked = month(asked)
    indicators = {(portfolio, name): ratio for portfolio, name, ratio in _indicators(asked)}
    rows = []
    for portfolio, book in asked.books.items():
        for name, target in targets_of(asked.tx, portfolio, asked.tx.now).indicators.items():
            found = indicators.get((portfolio, name), Ratio(0, 0))
            met = "" if not found.denominator else MET if found.reaches(target) else MISSED
            rows.append(
                Row(
                    key=key(book.name, name),
                    cells=(book.name, INDICATORS[name], pair(found), (target, WHOLE), met),
                )
            )
    # Indicators are not added up: the table has no totals.
    return msgspec.structs.replace(made(asked, NAME, COLUMNS, tuple(rows)), totals=())


def _indicators(asked: Asked) -> Found:
    yield from _activity(asked)
    yield from _promises(asked)
    yield from _cured(asked)
    yield from _saved(asked)
    yield from _goals(asked)


def _activity(asked: Asked) -> Found:
    for portfolio, *counts in asked.tx.all(_ACTIVITY, **scope(asked)):
        attempts, contacts, rpc, promises = map(int, counts)
        done = Activity(
            attempts=attempts,
            contacts=contacts,
            rpc=rpc,
            promises=promises,
            assigned=0,
            touched=0,
            handled=0,
            handling=0,
        )
        yield portfolio, "contact_rate", done.contact_rate
        yield portfolio, "rpc_rate", done.rpc_rate
        yield portfolio, "promise_rate", done.promise_rate


def _promises(asked: Asked) -> Found:
    for currency in sorted({book.currency for book in asked.books.values()}):
        terms = scope(asked) | {"matured": [one for one in STANDING if one != "open"], "currency": currency}
        for portfolio, kept, matured, paid, promised in asked.tx.all(_KEPT, **terms):
            if asked.books[portfolio].currency == currency:
                yield portfolio, "kept_rate", Ratio(int(kept), matured)
                yield portfolio, "kept_amount", Ratio(int(paid), int(promised))


def _cured(asked: Asked) -> Found:
    moves: dict[int, list[Move]] = {}
    for one in moved(asked):
        if one.currency == asked.books[one.portfolio].currency:
            moves.setdefault(one.portfolio, []).append(Move(one.opened, one.balance, one.closed, one.count))
    for portfolio, given in moves.items():
        cures = [rate.cure for rate in roll_rates(given).values() if rate.cure is not None]
        yield (
            portfolio,
            "cure_rate",
            Ratio(sum(one.numerator for one in cures), sum(one.denominator for one in cures)),
        )


def _saved(asked: Asked) -> Found:
    found = cancelling(asked)
    for portfolio in {one.portfolio for one in found}:
        yield (
            portfolio,
            "save_rate",
            pipeline(requests(one for one in found if one.portfolio == portfolio))[ALL].save_rate,
        )


def _goals(asked: Asked) -> Found:
    money = received(asked)
    for portfolio, book in asked.books.items():
        goal = month_goal(book, asked)
        achieved = sum(
            one.amount for one in money if (one.portfolio, one.currency) == (portfolio, book.currency)
        )
        heading = daily_goal(
            goal, achieved, asked.until, country=book.country, weekdays=book.parameters.weekdays
        ).projection
        yield portfolio, "goal", Ratio(achieved if heading is None else heading, goal)


def rows(asked: Asked, row: str, column: str) -> Table:
    """An indicator's rows are behind the reports that it comes from.

    Raises:
        KeyError: always.
    """
    raise KeyError(column)
