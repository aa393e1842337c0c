"""How promises were kept, by agent and currency: by count, by amount, and beside the agent's team."""

from __future__ import annotations

from collections import Counter, defaultdict

import msgspec

from rules.promises import Kept
from rules.rates import Ratio
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports import agents, promised
from storage.central.reports.asked import Asked

NAME = ReportName(name="kept", title=mark("Promises kept"), group="activity", period="month")

COLUMNS = (
    *agents.COLUMNS,
    Column(key="matured", title=mark("fell due"), kind="count", opens=True),
    Column(key="kept", title=mark("kept"), kind="count", opens=True),
    Column(key="partial", title=mark("kept in part"), kind="count", opens=True),
    Column(key="broken", title=mark("broken"), kind="count", opens=True),
    Column(key="kept_rate", title=mark("kept rate"), kind="percent"),
    Column(key="team_rate", title=mark("kept rate of the team"), kind="percent"),
    Column(key="promised", title=mark("promised"), kind="money", opens=True),
    Column(key="paid", title=mark("paid of it"), kind="money", opens=True),
    Column(key="amount_rate", title=mark("kept rate by amount"), kind="percent", of="money"),
)

_STATUSES = {
    "matured": ["kept", "partial", "broken"],
    "kept": ["kept"],
    "partial": ["partial"],
    "broken": ["broken"],
    "promised": ["kept", "partial", "broken"],
    "paid": ["kept", "partial"],
}

_COUNTED = f"""
    SELECT coalesce(p.user_id, 0), p.currency, p.status, count(*), sum(p.amount),
        sum(CASE WHEN p.paid < p.amount THEN p.paid ELSE p.amount END)
    FROM promise p
    JOIN client c ON c.id = p.client_id
    WHERE {promised.OF_THESE} AND p.status IN ('kept', 'partial', 'broken')
    GROUP BY p.user_id, p.currency, p.status
"""  # noqa: S608 - our own words


def table(asked: Asked) -> Table:
    """A row for each agent and currency of whom promises fell due; open ones have not matured."""
    counts: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for user_id, currency, status, number, amount, paid in asked.tx.all(_COUNTED, **asked.terms):
        one = counts[(user_id, currency)]
        one[status] += int(number)
        one["promised"] += int(amount)
        one["paid"] += int(paid)
    teams: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (user_id, _), one in counts.items():
        teams[_team(asked, user_id)].update(one)
    keys = [
        (user_id, currency)
        for user_id in agents.in_order(asked, (key[0] for key in counts))
        for currency in sorted(key[1] for key in counts if key[0] == user_id)
    ]
    rows = tuple(_row(asked, *key, counts[key], teams[_team(asked, key[0])]) for key in keys)
    found = agents.made(asked, NAME, COLUMNS, rows)
    return msgspec.structs.replace(found, totals=tuple(_whole(found, total) for total in found.totals))


def _team(asked: Asked, user_id: int) -> str:
    return agents.NOBODY if user_id == agents.NO_ONE else asked.people[user_id].team


def _row(asked: Asked, user_id: int, currency: str, one: Counter[str], team: Counter[str]) -> Row:
    own, beside = _kept(one), _kept(team)
    cells = agents.cells(asked, user_id)
    return Row(
        key=f"{cells[0]}/{currency}",
        currency=currency,
        cells=(
            *cells,
            own.matured,
            own.kept,
            one["partial"],
            one["broken"],
            pair(Ratio(own.kept, own.matured)),
            pair(Ratio(beside.kept, beside.matured)),
            own.promised,
            own.paid,
            pair(Ratio(own.paid, own.promised)),
        ),
    )


def _kept(one: Counter[str]) -> Kept:
    matured = one["kept"] + one["partial"] + one["broken"]
    return Kept(matured=matured, kept=one["kept"], promised=one["promised"], paid=one["paid"])


def _whole(found: Table, total: Row) -> Row:
    """A total, whose team is everybody: the teams' rates of its rows do not add up."""
    cells = list(total.cells)
    cells[found.place("team_rate")] = cells[found.place("kept_rate")]
    return msgspec.structs.replace(total, cells=tuple(cells))


def rows(asked: Asked, row: str, column: str) -> Table:
    """The promises behind a number."""
    statuses = _STATUSES[column]
    if row.startswith(TOTAL):
        whose, currency = agents.of_row(asked, row), row[len(TOTAL) :]
    else:
        name, _, currency = row.rpartition("/")
        whose = agents.of_row(asked, name)
    condition = "p.status IN :statuses AND (:currency = '' OR p.currency = :currency)"
    return promised.rows(asked, NAME.title, whose, condition, statuses=statuses, currency=currency)
