"""Assigning clients to agents: what an order would do, the order itself, and what came of it.

A preview and its order work out the same moves from the same rows; a digest of the moves says
whether they still are the same. The order is carried out in pieces, each in a transaction of
its own, so that the queue never waits for it; who changed hands meanwhile is left alone.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from rules import sharing
from rules.assigning import Assigned, AssignmentAsk, AssignmentPreview
from rules.sharing import Holding, Move, NobodyToShareWith, added
from storage.central.connection import Store, Tx
from storage.central.doors.who import Who
from storage.central.leading.assignable import Chosen, Person, balances, chosen, named, people, portfolio
from storage.central.leading.assignment_tables import balance_table
from storage.central.leading.stand_ins import away, holders
from storage.central.queue.queueing import lock_clients
from storage.central.queue.reserving import reserve
from storage.central.records.closing import NotDone, checked_note
from storage.central.records.reviews import tell_boards
from storage.central.upkeep import audit

AT_ONCE = 1000
"""Clients of one transaction."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """An order worked out. before, after: what each, by name ("" = nobody), has; of agents, all they have."""

    portfolio_id: int
    clients: tuple[Chosen, ...]
    moves: tuple[Move, ...]
    unplaced: int
    people: dict[int, Person]
    before: dict[str, Holding]
    after: dict[str, Holding]

    @property
    def digest(self) -> str:
        """What tells these moves from any others."""
        return hashlib.sha256(msgspec.json.encode([self.portfolio_id, self.moves])).hexdigest()

    @property
    def on_desk(self) -> int:
        """How many of those who move are on a desk."""
        moving = {move.client for move in self.moves}
        return sum(1 for one in self.clients if one.on_desk and one.client.id in moving)


def preview(store: Store, who: Who, ask: AssignmentAsk) -> AssignmentPreview:
    """Say what an order would do.

    Raises:
        NotDone: unknown_portfolio, unknown_agent, unknown_method, nobody_to_share_with,
            one_agent, too_many_clients.
    """
    with store.read() as tx:
        plan = _plan(tx, who, ask)
        return AssignmentPreview(
            digest=plan.digest,
            chosen=len(plan.clients),
            moves=len(plan.moves),
            unplaced=plan.unplaced,
            on_desk=plan.on_desk,
            totals=balance_table(tx.now, plan.people, plan.before, plan.after),
        )


def assign(store: Store, who: Who, ask: AssignmentAsk) -> Assigned:
    """Carry an order out as it was previewed.

    Raises:
        NotDone: as of `preview`; changed_meanwhile, nothing_to_move, why_missing,
            card_number_in_note, card_code_in_note.
    """
    why = checked_note(ask.why).strip()
    if not why:
        raise NotDone("why_missing")
    with store.read() as tx:
        plan = _plan(tx, who, ask)
    if plan.digest != ask.digest:
        raise NotDone("changed_meanwhile")
    if not plan.moves:
        raise NotDone("nothing_to_move")
    order_id = uuid.uuid4().hex
    with store.begin() as tx:
        _keep(tx, who, ask, why, order_id, plan)
    moved = on_desk = 0
    for start in range(0, len(plan.moves), AT_ONCE):
        with store.begin() as tx:
            done = _carry_out(tx, order_id, plan.moves[start : start + AT_ONCE])
            moved, on_desk = moved + done[0], on_desk + done[1]
    with store.begin() as tx:
        subject = f"assignment:{order_id}"
        audit.note(tx, who.name, "assigned", subject, moved=moved, left=len(plan.moves) - moved)
        tell_boards(tx, plan.portfolio_id)
    return Assigned(id=order_id, moved=moved, on_desk=on_desk, left=len(plan.moves) - moved)


def _plan(tx: Tx, who: Who, ask: AssignmentAsk) -> Plan:
    if ask.method not in sharing.METHODS:
        raise NotDone("unknown_method")
    book = portfolio(tx, who, ask.portfolio)
    crew = people(tx, who, book.id)
    source = named(crew, ask.from_agents)
    target = named({key: one for key, one in crew.items() if one.works}, ask.to_agents)
    if ask.method == sharing.ONE and len(target) != 1:
        raise NotDone("one_agent")
    found = chosen(tx, book, ask, source, crew)
    clients = [one.client for one in found]
    has = balances(tx, book.id, sorted({*target, *(one.owner for one in clients if one.owner)}))
    taken = sharing.holdings(clients)
    gone = away(tx)
    agents = [
        sharing.Agent(
            id=key,
            skills=crew[key].skills,
            absent=key in gone,
            balance=_less(has.get(key, Holding()), taken.get(key, Holding())).balance,
        )
        for key in target
    ]
    try:
        shared = sharing.share(ask.method, clients, agents)
    except NobodyToShareWith as error:
        raise NotDone("nobody_to_share_with") from error
    before, after = _before_and_after(crew, clients, shared.moves, has)
    return Plan(
        portfolio_id=book.id,
        clients=tuple(found),
        moves=shared.moves,
        unplaced=shared.unplaced,
        people=crew,
        before=before,
        after=after,
    )


def _before_and_after(
    crew: dict[int, Person],
    clients: Sequence[sharing.Client],
    moves: Sequence[Move],
    has: dict[int, Holding],
) -> tuple[dict[str, Holding], dict[str, Holding]]:
    """What each has: of agents all that is theirs in the portfolio, of nobody the clients of the order."""
    taken, given = sharing.holdings(clients), sharing.holdings(clients, moves)
    before: dict[str, Holding] = {}
    after: dict[str, Holding] = {}
    for key in sorted({*has, *taken, *given}, key=lambda one: crew[one].name if one else ""):
        name = crew[key].name if key else ""
        before[name] = has.get(key, Holding()) if key else taken.get(None, Holding())
        rest = _less(before[name], taken.get(key, Holding()))
        got = given.get(key, Holding())
        after[name] = Holding(clients=rest.clients + got.clients, balance=added(rest.balance, got.balance))
    return before, after


def _less(one: Holding, other: Holding) -> Holding:
    return Holding(
        clients=one.clients - other.clients,
        balance=added(one.balance, {key: -n for key, n in other.balance.items()}),
    )


def _keep(tx: Tx, who: Who, ask: AssignmentAsk, why: str, order_id: str, plan: Plan) -> None:
    tx.run(
        """
        INSERT INTO assignment_order (id, at, user_id, portfolio_id, method, why, before, after)
        VALUES (:id, :now, :user, :portfolio, :method, :why, :before, :after)
        """,
        id=order_id,
        now=tx.now,
        user=who.user_id,
        portfolio=plan.portfolio_id,
        method=ask.method,
        why=why,
        before=msgspec.to_builtins(plan.before),
        after=msgspec.to_builtins(plan.after),
    )
    detail: dict[str, Any] = {"method": ask.method, "why": why, "moves": len(plan.moves)}
    subject = f"assignment:{order_id}"
    audit.note(tx, who.name, "assignment_ordered", subject, portfolio=plan.portfolio_id, **detail)


def _carry_out(tx: Tx, order_id: str, moves: Sequence[Move]) -> tuple[int, int]:
    """Move those whose owner still is who it was; how many, and how many of them are on a desk."""
    ids = [row[0] for row in lock_clients(tx, [move.client for move in moves])]
    owner = dict(tx.all("SELECT client_id, user_id FROM assignment WHERE client_id IN :ids", ids=ids))
    due = [move for move in moves if move.client in set(ids) and owner.get(move.client) == move.before]
    working = holders(tx, {move.after for move in due if move.after is not None})
    moving = [move.client for move in due]
    tx.run("DELETE FROM assignment WHERE client_id IN :ids", ids=moving)
    tx.many(
        """
        INSERT INTO assignment (client_id, user_id, worked_by, since, order_id)
        VALUES (:client, :user, :worked_by, :now, :order)
        """,
        [
            {
                "client": move.client,
                "user": move.after,
                "worked_by": working[move.after],
                "now": tx.now,
                "order": order_id,
            }
            for move in due
            if move.after is not None
        ],
    )
    tx.many(
        """
        INSERT INTO assignment_move (order_id, client_id, from_user_id, to_user_id)
        VALUES (:order, :client, :before, :after)
        """,
        [
            {"order": order_id, "client": move.client, "before": move.before, "after": move.after}
            for move in due
        ],
    )
    reserve(tx, {move.client: None if move.after is None else working[move.after] for move in due})
    on_desk = tx.value("SELECT count(*) FROM lease WHERE client_id IN :ids", ids=moving)
    return len(due), on_desk
