"""Whom an order to assign may be about: the clients, the agents, and what each of these has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import msgspec

from rules import sharing
from rules.assigning import AssignmentAsk
from rules.buckets import COLLECTED, parted
from rules.directives import HOLD, Directive
from rules.sharing import Holding, added
from storage.central.connection import Tx
from storage.central.doors.who import Who
from storage.central.portfolios import Book, books
from storage.central.queue.parts import segments
from storage.central.records.closing import NotDone

MOST = 100_000
"""Clients of one order; more are shared out in parts of the portfolio."""

_PEOPLE = """
    SELECT u.id, u.name, u.display_name, u.team, NOT u.disabled AND u.role = 'agent' AND (
            NOT EXISTS (SELECT 1 FROM user_portfolio own WHERE own.user_id = u.id)
            OR EXISTS (
                SELECT 1 FROM user_portfolio own WHERE own.user_id = u.id AND own.portfolio_id = :portfolio
            )
        )
    FROM app_user u
    WHERE u.role = 'agent' OR EXISTS (SELECT 1 FROM assignment a WHERE a.user_id = u.id)
    ORDER BY u.name
"""
_CLIENTS = """
    SELECT c.id, a.user_id, c.language, coalesce(r.bucket, w.bucket, l.bucket, ''), l.client_id IS NOT NULL,
        d.currency, d.total, d.product
    FROM client c
    JOIN (
        SELECT client_id, currency, sum(total) AS total, min(product) AS product
        FROM account
        WHERE portfolio_id = :portfolio AND status IN :collected
        GROUP BY client_id, currency
    ) d ON d.client_id = c.id
    LEFT JOIN assignment a ON a.client_id = c.id
    LEFT JOIN ready r ON r.client_id = c.id
    LEFT JOIN waiting w ON w.client_id = c.id
    LEFT JOIN lease l ON l.client_id = c.id
    WHERE c.portfolio_id = :portfolio
        AND EXISTS (
            SELECT 1 FROM account o WHERE o.client_id = c.id AND o.overdue > 0 AND o.status IN :collected
        )
        AND (:of_anybody OR a.user_id IN :owners OR (:of_nobody AND a.user_id IS NULL))
        AND (a.user_id IS NULL OR a.user_id IN :led)
        AND (:everybody OR c.id IN :clients)
        AND (:everywhere OR coalesce(r.bucket, w.bucket, l.bucket, '') IN :segments)
    ORDER BY c.id
    LIMIT :limit
"""
_BALANCES = """
    SELECT a.user_id, d.currency, sum(d.total)
    FROM assignment a
    JOIN account d ON d.client_id = a.client_id
    WHERE a.user_id IN :owners AND d.portfolio_id = :portfolio AND d.status IN :collected
    GROUP BY a.user_id, d.currency
"""
_COUNTS = """
    SELECT a.user_id, count(*)
    FROM assignment a
    JOIN client c ON c.id = a.client_id
    WHERE a.user_id IN :owners AND c.portfolio_id = :portfolio
    GROUP BY a.user_id
"""


class Person(msgspec.Struct, frozen=True):
    """An agent, or another owner of clients. works: may be given clients of the portfolio."""

    id: int
    name: str
    display_name: str
    team: str
    skills: frozenset[str]
    works: bool


class Chosen(msgspec.Struct, frozen=True):
    """A client whom an order is about."""

    client: sharing.Client
    on_desk: bool


def portfolio(tx: Tx, who: Who, name: str) -> Book:
    """A portfolio of the person's by its name.

    Raises:
        NotDone: unknown_portfolio.
    """
    for book in books(tx).values():
        if book.name == name and who.may_see(book.id):
            return book
    raise NotDone("unknown_portfolio")


def people(tx: Tx, who: Who, portfolio_id: int) -> dict[int, Person]:
    """The agents whom a person leads, and other owners of clients, by id in the order of their names."""
    skills: defaultdict[int, set[str]] = defaultdict(set)
    for user_id, skill in tx.all("SELECT user_id, skill FROM skill"):
        skills[user_id].add(skill)
    return {
        row[0]: Person(row[0], row[1], row[2] or row[1], row[3], frozenset(skills[row[0]]), bool(row[4]))
        for row in tx.all(_PEOPLE, portfolio=portfolio_id)
        if who.leads(row[3])
    }


def named(crew: dict[int, Person], names: Iterable[str]) -> list[int]:
    """The ids of agents by their names, in the order of the names.

    Raises:
        NotDone: unknown_agent.
    """
    wanted = set(names)
    found = [key for key, person in crew.items() if person.name in wanted]
    if len(found) != len(wanted):
        raise NotDone("unknown_agent")
    return found


def chosen(
    tx: Tx, book: Book, ask: AssignmentAsk, source: Collection[int], led: Collection[int]
) -> list[Chosen]:
    """The clients who owe and whom an order is about.

    Args:
        tx: a transaction.
        book: the portfolio.
        ask: the order.
        source: whose clients, as far as the order names agents.
        led: agents whose clients the person may move.

    Raises:
        NotDone: too_many_clients.
    """
    part = Directive(kind=HOLD, strategy=ask.strategy, bucket=ask.bucket)
    known = segments(tx, [book.id])[book.id]
    rows = tx.all(
        _CLIENTS,
        portfolio=book.id,
        collected=list(COLLECTED),
        of_anybody=not source and not ask.unassigned,
        owners=list(source),
        of_nobody=ask.unassigned,
        led=list(led),
        everybody=not ask.clients,
        clients=list(ask.clients),
        everywhere=part.whole,
        segments=[one for one in known if part.concerns(one)],
        limit=MOST + 1,
    )
    if len(rows) > MOST:
        raise NotDone("too_many_clients")
    found: dict[int, Chosen] = {}
    for client_id, owner, language, segment, on_desk, currency, total, product in rows:
        known_one = found.get(client_id)
        balance = added(known_one.client.balance if known_one else {}, {currency: int(total)})
        client = sharing.Client(
            id=client_id,
            owner=owner,
            balance=balance,
            language=language,
            product=product,
            bucket=parted(segment)[0],
        )
        found[client_id] = Chosen(client, bool(on_desk))
    return list(found.values())


def balances(tx: Tx, portfolio_id: int, owners: list[int]) -> dict[int, Holding]:
    """What some agents have in a portfolio: all clients that are theirs, and what these owe in all."""
    terms = {"portfolio": portfolio_id, "owners": owners}
    found = {row[0]: Holding(clients=int(row[1])) for row in tx.all(_COUNTS, **terms)}
    for owner, currency, total in tx.all(_BALANCES, **terms, collected=list(COLLECTED)):
        found[owner].balance = added(found[owner].balance, {currency: int(total)})
    return found


def worked_by_assignment(tx: Tx) -> list[int]:
    """The portfolios in which some clients are somebody's."""
    return [
        row[0]
        for row in tx.all(
            """
            SELECT p.id
            FROM portfolio p
            WHERE EXISTS (
                SELECT 1 FROM assignment s JOIN client c ON c.id = s.client_id WHERE c.portfolio_id = p.id
            )
            """
        )
    ]
