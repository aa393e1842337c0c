"""What a report is asked about: the days, the portfolios and the people that the reader may see."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from rules import periods
from rules.reports import ReportQuery
from storage.central.connection import Tx
from storage.central.doors.who import Who
from storage.central.portfolios import Book, books, home_book
from storage.central.records.closing import NotDone

MOST_DAYS = 400
"""A report of more days is refused: the exports are for that."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An agent in a report. home: the portfolio whose currency and days are the agent's."""

    id: int
    name: str
    display_name: str
    team: str
    home: Book


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question about some days, within the reader's scope.

    books: the portfolios, by id. people: the agents, by id; those who are disabled count as
    well, for what they did. everybody: no team or agent was asked for, and the reader sees
    every team, so that what is nobody's counts, too. unfiltered: no team or agent was asked
    for, though the reader may lead one team alone.
    """

    tx: Tx
    who: Who
    since: date
    until: date
    books: dict[int, Book]
    people: dict[int, Person]
    everybody: bool
    unfiltered: bool = False

    @property
    def terms(self) -> dict[str, Any]:
        """Parameters for statements: ``:since``, ``:until``, ``:portfolios``, ``:users``, ``:everybody``."""
        return {
            "since": self.since,
            "until": self.until,
            "portfolios": list(self.books),
            "users": list(self.people),
            "everybody": self.everybody,
        }


def asked(tx: Tx, who: Who, query: ReportQuery, period: str) -> Asked:
    """Read a question.

    Raises:
        NotDone: unknown_portfolio, unknown_team or unknown_agent (also of those that are not
            the reader's), bad_period.
    """
    known = {key: book for key, book in books(tx).items() if who.may_see(key)}
    chosen = {key: book for key, book in known.items() if query.portfolio in ("", book.name)}
    if query.portfolio and not chosen:
        raise NotDone("unknown_portfolio")
    people = _people(tx, who, known)
    if query.team:
        people = {key: one for key, one in people.items() if one.team == query.team}
        if not people:
            raise NotDone("unknown_team")
    if query.agent:
        people = {key: one for key, one in people.items() if one.name == query.agent}
        if not people:
            raise NotDone("unknown_agent")
    since, until = _days(tx, query, period, known)
    unfiltered = not query.team and not query.agent
    return Asked(
        tx=tx,
        who=who,
        since=since,
        until=until,
        books=chosen,
        people=people,
        everybody=unfiltered and who.only_team is None,
        unfiltered=unfiltered,
    )


def today(tx: Tx, who: Who) -> date:
    """The day that it is in the reader's portfolios; the latest, where they differ."""
    return _latest(tx, {key: book for key, book in books(tx).items() if who.may_see(key)})


def _latest(tx: Tx, known: dict[int, Book]) -> date:
    return max((book.moment(tx.now)[0] for book in known.values()), default=tx.now.date())


def _days(tx: Tx, query: ReportQuery, period: str, known: dict[int, Book]) -> tuple[date, date]:
    until = query.until or _latest(tx, known)
    since = query.since or periods.days("today" if period == "day" else period, until)[0]
    if since > until or (until - since).days >= MOST_DAYS:
        raise NotDone("bad_period")
    return since, until


def _people(tx: Tx, who: Who, known: dict[int, Book]) -> dict[int, Person]:
    own: dict[int, list[int]] = {}
    for user_id, portfolio_id in tx.all("SELECT user_id, portfolio_id FROM user_portfolio"):
        own.setdefault(user_id, []).append(portfolio_id)
    found: dict[int, Person] = {}
    for user_id, name, display_name, team in tx.all(
        "SELECT id, name, display_name, team FROM app_user WHERE role = 'agent' ORDER BY name"
    ):
        scope = own.get(user_id)
        home = home_book(known, None if scope is None else tuple(scope))
        if home is not None and who.leads(team):
            found[user_id] = Person(id=user_id, name=name, display_name=display_name, team=team, home=home)
    return found
