"""Assignments as tables: what each has before and after, the orders, their moves, the agents' load."""

from __future__ import annotations

from datetime import datetime

from rules.assigning import AssignmentsQuery
from rules.buckets import COLLECTED
from rules.sharing import Holding
from rules.tables import Column, Row, Table, totals
from rules.words import mark
from storage.central.connection import Store, instant
from storage.central.doors.users import led_by
from storage.central.doors.who import Who
from storage.central.leading.assignable import Person, balances, people, portfolio
from storage.central.leading.stand_ins import away
from storage.central.portfolios import books
from storage.central.records.closing import NotDone
from storage.central.records.decisions import masked
from storage.central.upkeep import audit

MOST_ORDERS = 500
MOST_MOVES = 2000
NOBODY = "-"
"""Key and name of what is nobody's; the board has a word for it."""

_BALANCE = (
    Column(key="owner", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    Column(key="clients_before", title=mark("clients before"), kind="count"),
    Column(key="clients_after", title=mark("clients after"), kind="count"),
    Column(key="before", title=mark("balance before"), kind="money"),
    Column(key="after", title=mark("balance after"), kind="money"),
)
_ORDERS = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="by", title=mark("by"), kind="code"),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="method", title=mark("method"), kind="code"),
    Column(key="moved", title=mark("moved"), kind="count", opens=True),
    Column(key="why", title=mark("why")),
)
_MOVES = (
    Column(key="client", title=mark("client")),
    Column(key="from_owner", title=mark("from"), kind="code"),
    Column(key="to_owner", title=mark("to"), kind="code"),
    Column(key="balance", title=mark("balance"), kind="money"),
)
_LOAD = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    Column(key="team", title=mark("team")),
    Column(key="absent", title=mark("absent"), kind="code"),
    Column(key="clients", title=mark("clients"), kind="count"),
    Column(key="balance", title=mark("balance"), kind="money"),
    Column(key="skills", title=mark("skills")),
)


def balance_table(
    now: datetime, crew: dict[int, Person], before: dict[str, Holding], after: dict[str, Holding]
) -> Table:
    """A row for each agent and currency, and for what is nobody's; the totals before and after are the same.

    An agent's clients count in the first of the agent's rows.
    """
    shown = {person.name: person.display_name for person in crew.values()}
    rows: list[Row] = []
    for name in before:
        one, two = before[name], after[name]
        currencies = sorted({*one.balance, *two.balance}) or [""]
        for place, currency in enumerate(currencies):
            counts = (one.clients, two.clients) if place == 0 else (0, 0)
            money = (one.balance.get(currency, 0), two.balance.get(currency, 0))
            rows.append(
                Row(
                    key=f"{name or NOBODY}{currency}",
                    currency=currency,
                    cells=(name or NOBODY, shown.get(name, ""), *counts, *money),
                )
            )
    return _table("assignment", mark("Before and after"), _BALANCE, rows, now, summed=True)


def orders(store: Store, who: Who, query: AssignmentsQuery) -> Table:
    """The newest orders of a person's portfolios: when, by whom, how, how many clients, why.

    Raises:
        NotDone: unknown_portfolio.
    """
    with store.read() as tx:
        known = {key: book for key, book in books(tx).items() if who.may_see(key)}
        if query.portfolio:
            book = portfolio(tx, who, query.portfolio)
            known = {book.id: book}
        rows = tx.all(
            """
            SELECT o.id, o.at, u.name, o.portfolio_id, o.method, (
                    SELECT count(*) FROM assignment_move m WHERE m.order_id = o.id
                ), o.why
            FROM assignment_order o
            JOIN app_user u ON u.id = o.user_id
            WHERE o.portfolio_id IN :portfolios
                AND (CAST(:team AS TEXT) IS NULL OR u.team = :team OR u.role = 'admin')
            ORDER BY o.at DESC, o.id
            LIMIT :limit
            """,
            portfolios=list(known),
            team=who.only_team,
            limit=MOST_ORDERS + 1,
        )
        found = [
            Row(
                key=row[0],
                cells=(
                    instant(row[1]).isoformat(), row[2], known[row[3]].name, row[4], int(row[5]), row[6]
                ),
            )
            for row in rows
        ]  # fmt: skip
        return _table("assignments", mark("Assignments"), _ORDERS, found, tx.now, most=MOST_ORDERS)


def moves(store: Store, who: Who, order_id: str) -> Table:
    """The clients whom an order moved, masked, and between whom; that they were read is noted.

    Raises:
        NotDone: unknown_order (also one out of the person's scope).
    """
    with store.read() as tx:
        order = tx.one("SELECT portfolio_id, user_id FROM assignment_order WHERE id = :id", id=order_id)
        if order is None or not who.may_see(order[0]) or not led_by(tx, who, order[1]):
            raise NotDone("unknown_order")
        currency = books(tx)[order[0]].currency
        rows = tx.all(
            """
            SELECT m.client_id, c.name, source.name, target.name, (
                    SELECT sum(d.total) FROM account d
                    WHERE d.client_id = m.client_id AND d.currency = :currency AND d.status IN :collected
                )
            FROM assignment_move m
            JOIN client c ON c.id = m.client_id
            LEFT JOIN app_user source ON source.id = m.from_user_id
            LEFT JOIN app_user target ON target.id = m.to_user_id
            WHERE m.order_id = :id
            ORDER BY m.client_id
            LIMIT :limit
            """,
            id=order_id,
            currency=currency,
            collected=list(COLLECTED),
            limit=MOST_MOVES + 1,
        )
        found = [
            Row(
                key=str(row[0]),
                currency=currency,
                cells=(masked(row[1]), row[2] or NOBODY, row[3] or NOBODY, int(row[4] or 0)),
            )
            for row in rows
        ]
        table = _table("moves", mark("Clients moved"), _MOVES, found, tx.now, most=MOST_MOVES)
    audit.note_reading(store, who.name, "rows_read", who.device)
    return table


def load(store: Store, who: Who, name: str) -> Table:
    """The agents who may be given clients of a portfolio, and what each has there.

    Raises:
        NotDone: unknown_portfolio.
    """
    with store.read() as tx:
        book = portfolio(tx, who, name)
        crew = {key: one for key, one in people(tx, who, book.id).items() if one.works}
        has, gone = balances(tx, book.id, list(crew)), away(tx)
        rows = [
            Row(
                key=person.name,
                currency=book.currency,
                cells=(
                    person.name,
                    person.display_name,
                    person.team,
                    "absent" if key in gone else "",
                    has.get(key, Holding()).clients,
                    has.get(key, Holding()).balance.get(book.currency, 0),
                    " ".join(sorted(person.skills)),
                ),
            )
            for key, person in crew.items()
        ]
        return _table("load", mark("Agents"), _LOAD, rows, tx.now, summed=True)


def _table(
    name: str,
    title: str,
    columns: tuple[Column, ...],
    rows: list[Row],
    now: datetime,
    *,
    summed: bool = False,
    most: int | None = None,
) -> Table:
    kept = tuple(rows if most is None else rows[:most])
    return Table(
        name=name,
        title=title,
        columns=columns,
        rows=kept,
        totals=totals(columns, kept) if summed else (),
        at=now,
        more=most is not None and len(rows) > most,
    )
