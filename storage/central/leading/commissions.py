"""Commissions of a portfolio and month: drafts that are made anew, runs that are locked for good.

A run keeps the facts that it counts (`commission_item`): its lines are their sums, and stay
so whatever comes in later.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

import msgspec

from rules.commissions import Adjusting, Run
from storage.central.connection import Store, Tx
from storage.central.doors.users import led_by
from storage.central.doors.who import Who
from storage.central.leading.commission_lines import after, collect, draw_up, terms
from storage.central.leading.commission_statements import run, run_row
from storage.central.portfolios import Book, books
from storage.central.records.closing import NotDone, checked_note
from storage.central.upkeep import audit

FIRST_MONTH = date(2000, 1, 1)


def make(store: Store, who: Who, portfolio: str, month: date) -> Run:
    """Make the draft of a portfolio and month; an earlier draft gives way to it.

    Lines are made for whoever is credited with money of the month. The terms are those in
    force as the month ends.

    Raises:
        NotDone: unknown_portfolio, bad_month (it has not begun, or is too long ago), run_locked,
            not_all_yours (the portfolio is worked by teams that are not the reader's).
    """
    with store.begin() as tx:
        book = next((one for one in books(tx).values() if one.name == portfolio), None)
        if book is None or not who.may_see(book.id):
            raise NotDone("unknown_portfolio")
        first = month.replace(day=1)
        if not FIRST_MONTH <= first <= book.moment(tx.now)[0]:
            raise NotDone("bad_month")
        run_id = _cleared(tx, book, first)
        agreed, version = terms(tx, book, first)
        tx.run(
            """
            INSERT INTO commission_run (id, portfolio_id, month, status, made_at, made_by, terms)
            VALUES (:id, :portfolio, :month, 'draft', :now, :user, :terms)
            ON CONFLICT (id) DO UPDATE
            SET made_at = excluded.made_at, made_by = excluded.made_by, terms = excluded.terms
            """,
            id=run_id,
            portfolio=book.id,
            month=first,
            now=tx.now,
            user=who.user_id,
            terms=msgspec.to_builtins(agreed) | {"version": version},
        )
        collect(tx, run_id, book, first)
        draw_up(tx, run_id, agreed)
        _of_everybody(tx, who, run_id)
        made = run(tx, who, run_id)
        audit.note(
            tx,
            who.name,
            "commission_drafted",
            f"commission:{run_id}",
            device=who.device,
            month=first.isoformat(),
            version=version,
            sums=msgspec.to_builtins(made.sums),
        )
        return made


def _cleared(tx: Tx, book: Book, month: date) -> str:
    """The id of the month's run, of which nothing is left but its row; a new id if there is none."""
    tx.one("SELECT id FROM portfolio WHERE id = :id FOR NO KEY UPDATE", id=book.id)  # one maker at a time
    row = tx.one(
        "SELECT id, status FROM commission_run WHERE portfolio_id = :portfolio AND month = :month FOR UPDATE",
        portfolio=book.id,
        month=month,
    )
    if row is None:
        return str(uuid.uuid4())
    if row[1] == "locked":
        raise NotDone("run_locked")
    tx.run("DELETE FROM commission_item WHERE run_id = :run", run=row[0])
    tx.run("DELETE FROM commission_line WHERE run_id = :run", run=row[0])
    return str(row[0])


def _of_everybody(tx: Tx, who: Who, run_id: str) -> None:
    """Only who leads all of a run's people makes or locks it."""
    teams = tx.all(
        """
        SELECT DISTINCT u.team
        FROM commission_line l
        JOIN app_user u ON u.id = l.user_id
        WHERE l.run_id = :run
        """,
        run=run_id,
    )
    if not all(who.leads(row[0]) for row in teams):
        raise NotDone("not_all_yours")


def lock(store: Store, who: Who, run_id: str, made_at: datetime) -> Run:
    """Lock a draft for good; another person than its maker does so, once the month is over.

    Args:
        store: the central store.
        who: who has looked it over.
        run_id: which run.
        made_at: of the draft that was looked at.

    Raises:
        NotDone: unknown_run, run_locked, changed_meanwhile (it was made anew), own_run,
            month_not_over, not_all_yours.
    """
    with store.begin() as tx:
        portfolio_id, month, status, made, made_by = run_row(tx, who, run_id)
        if status == "locked":
            raise NotDone("run_locked")
        if made != made_at:
            raise NotDone("changed_meanwhile")
        if made_by == who.user_id:
            raise NotDone("own_run")
        if after(books(tx)[portfolio_id], month) > tx.now:
            raise NotDone("month_not_over")
        _of_everybody(tx, who, run_id)
        tx.run(
            """
            UPDATE commission_run SET status = 'locked', locked_at = :now, locked_by = :user
            WHERE id = :id
            """,
            id=run_id,
            now=tx.now,
            user=who.user_id,
        )
        locked = run(tx, who, run_id)
        audit.note(
            tx,
            who.name,
            "commission_locked",
            f"commission:{run_id}",
            device=who.device,
            made_by=made_by,
            sums=msgspec.to_builtins(locked.sums),
        )
        return locked


def adjust(store: Store, who: Who, run_id: str, given: Adjusting) -> Run:
    """Add an amount to what an agent earns by a locked run, or take one off; never for oneself.

    Raises:
        NotDone: unknown_run, not_locked, unknown_agent, own_adjustment, bad_amount (nothing),
            why_missing, unknown_currency, or what `checked_note` says.
    """
    why = checked_note(given.why).strip()
    if not why:
        raise NotDone("why_missing")
    if not given.amount:
        raise NotDone("bad_amount")
    with store.begin() as tx:
        portfolio_id, _, status, _, _ = run_row(tx, who, run_id)
        if status != "locked":
            raise NotDone("not_locked")
        currency = given.currency or books(tx)[portfolio_id].currency
        user = _whose(tx, who, run_id, given.agent)
        if user == who.user_id:
            raise NotDone("own_adjustment")
        _check_currency(tx, run_id, currency, books(tx)[portfolio_id])
        adjustment = str(uuid.uuid4())
        tx.run(
            """
            INSERT INTO commission_adjustment (id, run_id, user_id, currency, amount, why, at, by_user_id)
            VALUES (:id, :run, :user, :currency, :amount, :why, :now, :by)
            """,
            id=adjustment,
            run=run_id,
            user=user,
            currency=currency,
            amount=given.amount,
            why=why,
            now=tx.now,
            by=who.user_id,
        )
        audit.note(
            tx,
            who.name,
            "commission_adjusted",
            f"commission:{run_id}",
            device=who.device,
            adjustment=adjustment,
            user=user,
            amount=given.amount,
            currency=currency,
        )
        return run(tx, who, run_id)


def _check_currency(tx: Tx, run_id: str, currency: str, book: Book) -> None:
    rows = tx.all("SELECT DISTINCT currency FROM commission_line WHERE run_id = :run", run=run_id)
    if currency not in {book.currency, *(row[0] for row in rows)}:
        raise NotDone("unknown_currency")


def _whose(tx: Tx, who: Who, run_id: str, agent: str) -> int:
    """The id of somebody whom the reader leads: an agent, or who has a line in the run."""
    user: int | None = tx.value(
        """
        SELECT u.id
        FROM app_user u
        WHERE u.name = :name AND (
            u.role = 'agent'
            OR EXISTS (SELECT 1 FROM commission_line l WHERE l.run_id = :run AND l.user_id = u.id)
        )
        """,
        name=agent,
        run=run_id,
    )
    if user is None or not led_by(tx, who, user):
        raise NotDone("unknown_agent")
    return user


def clear_breach(store: Store, who: Who, call: str, why: str) -> None:
    """Say that a call was not against the rule after all, and why; drafts made from now on leave it out.

    Raises:
        NotDone: unknown_breach, already_cleared, why_missing, or what `checked_note` says.
    """
    why = checked_note(why).strip()
    if not why:
        raise NotDone("why_missing")
    with store.begin() as tx:
        row = tx.one(
            """
            SELECT c.portfolio_id, i.user_id, i.breach
            FROM interaction i
            JOIN client c ON c.id = i.client_id
            WHERE i.id = :call AND i.breach <> '' AND i.retracted_by IS NULL
            """,
            call=call,
        )
        if row is None or not who.may_see(row[0]) or not led_by(tx, who, row[1]) or row[1] == who.user_id:
            raise NotDone("unknown_breach")
        cleared = tx.run(
            """
            INSERT INTO breach_clearing (interaction_id, user_id, at, why)
            VALUES (:call, :user, :now, :why)
            ON CONFLICT (interaction_id) DO NOTHING
            """,
            call=call,
            user=who.user_id,
            now=tx.now,
            why=why,
        )
        if not cleared:
            raise NotDone("already_cleared")
        audit.note(tx, who.name, "breach_cleared", f"interaction:{call}", device=who.device, rule=row[2])
