"""What a run of commissions counts, and its lines: the sums of what it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from rules.calendars import month_end
from rules.commission import Terms, earned
from rules.configuration import in_force
from rules.rates import WHOLE, Ratio
from rules.zones import midnight
from storage.central.connection import Tx, grouped
from storage.central.portfolios import Book, books, home_book
from storage.central.rulebooks import listed
from storage.reference import commission

PAYMENT, EVALUATION, BREACH = "payment", "evaluation", "breach"

_ITEMS = {
    PAYMENT: """
        SELECT CAST(p.id AS TEXT), p.user_id, p.currency, p.amount
        FROM payment p
        JOIN account a ON a.id = p.account_id
        WHERE a.portfolio_id = :portfolio AND p.user_id IS NOT NULL AND p.at >= :begin AND p.at < :end
            AND p.bounced_at IS NULL
    """,
    EVALUATION: """
        SELECT e.id, e.user_id, '', e.score
        FROM evaluation e
        JOIN interaction i ON i.id = e.interaction_id
        JOIN client c ON c.id = i.client_id
        WHERE c.portfolio_id = :portfolio AND e.day >= :first AND e.day <= :last AND e.user_id IN :paid
            AND NOT EXISTS (
                SELECT 1 FROM evaluation later
                WHERE later.interaction_id = e.interaction_id AND (later.at, later.id) > (e.at, e.id)
            )
    """,
    BREACH: """
        SELECT i.id, i.user_id, '', 0
        FROM interaction i
        JOIN client c ON c.id = i.client_id
        WHERE c.portfolio_id = :portfolio AND i.day >= :first AND i.day <= :last AND i.user_id IN :paid
            AND i.breach <> '' AND i.retracted_by IS NULL
            AND NOT EXISTS (SELECT 1 FROM breach_clearing b WHERE b.interaction_id = i.id)
    """,
}
"""What a run counts, by kind: id, agent, currency, amount. An evaluation counts on the day of the hearing,
the newest of each call; a breach until a lead clears it."""


def terms(tx: Tx, book: Book, month: date) -> tuple[Terms, int]:
    """The terms in force as a month ends (now, while it lasts), and their version, 0 = the house's."""
    end = min(after(book, month), tx.now)
    found = in_force(listed(tx, (book.id,)), book.name, "commission", end)
    return commission(found.text if found else ""), found.version if found else 0


def after(book: Book, month: date) -> datetime:
    """The instant at which the month is over."""
    return midnight(month_end(month) + timedelta(days=1), book.zone.key)


def collect(tx: Tx, run_id: str, book: Book, month: date) -> None:
    """Keep the facts that the run counts."""
    asked = {
        "portfolio": book.id,
        "begin": midnight(month, book.zone.key),
        "end": after(book, month),
        "first": month,
        "last": month_end(month),
    }
    paid: list[int] = []
    for kind, sql in _ITEMS.items():
        tx.run(
            f"""
            INSERT INTO commission_item (run_id, kind, ref, user_id, currency, amount)
            SELECT :run, :kind, found.* FROM ({sql}) found
            """,  # noqa: S608 - our own words
            run=run_id,
            kind=kind,
            paid=paid,
            **asked,
        )
        if kind == PAYMENT:
            rows = tx.all("SELECT DISTINCT user_id FROM commission_item WHERE run_id = :run", run=run_id)
            paid = [row[0] for row in rows]


def draw_up(tx: Tx, run_id: str, terms: Terms) -> None:
    """Work out the lines from the facts that were kept."""
    rows = tx.all(
        """
        SELECT kind, user_id, currency, count(*), sum(amount)
        FROM commission_item
        WHERE run_id = :run
        GROUP BY kind, user_id, currency
        """,
        run=run_id,
    )
    heard = {row[1]: (int(row[3]), int(row[4])) for row in rows if row[0] == EVALUATION}
    breaches = {row[1]: int(row[3]) for row in rows if row[0] == BREACH}
    money = [(row[1], row[2], int(row[4])) for row in rows if row[0] == PAYMENT]
    goals = _goals(tx, {user_id for user_id, _, _ in money}, terms)
    lines = []
    for user_id, currency, recovered in money:
        evaluated, scores = heard.get(user_id, (0, 0))
        goal = goals(user_id, currency)
        found = earned(
            terms,
            goal,
            recovered,
            currency,
            quality=Ratio(scores, evaluated * WHOLE) if evaluated else None,
            breaches=breaches.get(user_id, 0),
        )
        lines.append(
            {
                "run": run_id,
                "user": user_id,
                "currency": currency,
                "goal": goal,
                "recovered": recovered,
                "scores": scores,
                "evaluated": evaluated,
                "breaches": breaches.get(user_id, 0),
                "rate": found.rate,
                "amount": found.amount,
            }
        )
    tx.many(
        """
        INSERT INTO commission_line (run_id, user_id, currency, goal, recovered, scores, evaluated,
            breaches, rate, amount)
        VALUES (:run, :user, :currency, :goal, :recovered, :scores, :evaluated, :breaches, :rate, :amount)
        """,
        lines,
    )


def _goals(tx: Tx, users: Iterable[int], terms: Terms) -> Callable[[int, str], int]:
    """The goal of an agent in a currency: the terms' own, else the agent's in the home currency."""
    ids = sorted(users)
    own = dict(tx.all("SELECT id, monthly_goal FROM app_user WHERE id IN :ids", ids=ids))
    scopes = grouped(
        tx.all("SELECT user_id, portfolio_id FROM user_portfolio WHERE user_id IN :ids", ids=ids), int
    )
    known = books(tx)

    def goal(user_id: int, currency: str) -> int:
        if currency in terms.goals:
            return terms.goals[currency]
        home = home_book(known, tuple(scopes[user_id]) if user_id in scopes else None)
        return own[user_id] if home is not None and home.currency == currency else 0

    return goal
