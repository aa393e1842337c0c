"""The life of policies at the centre: what they become, and what else happens to them.

Each change writes an event, and the receipts that change with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from rules.insurance.policies import Policy
from rules.insurance.policy_states import KINDS, Move, moved, moves_due, refusal, with_receipts
from storage.central.connection import Tx
from storage.central.money.ledger import restate
from storage.central.policies.sheets import policies_of
from storage.central.portfolios import Book, books
from storage.central.refusing import NotDone


def move(
    tx: Tx, policy_id: int, became: str, why: str, *, user_id: int | None = None, about: str = ""
) -> Policy:
    """Somebody has a policy become something; its account is stated anew.

    A policy that is cancelled asks for no receipt any more, and what was applied to open ones goes back
    to the deposit. One that is rehabilitated asks again for what had lapsed, which has to be paid in the
    same transaction (`storage.central.money.ledger.spend_deposit`): else it lapses again.

    Args:
        tx: of a caller who holds the client locked, and touches and places it in the end.
        policy_id: which one.
        became: a name of `rules.insurance.policy_states.STATES`.
        why: a code.
        user_id: whose order.
        about: id of the request or payment behind it.

    Returns:
        The policy as it is then.

    Raises:
        NotDone: unknown_policy, or the code of `rules.insurance.policy_states.refusal`.
    """
    policy, now = the_policy(tx, policy_id)
    refused = refusal(policy, became, why)
    if refused:
        raise NotDone(refused)
    after = _write(tx, policy, [Move(now, became, why)], now, user_id, about)
    restate(tx, [policy.account_id])
    return after


def happened(
    tx: Tx,
    policy_id: int,
    kind: str,
    *,
    was: str = "",
    became: str = "",
    why: str = "",
    user_id: int | None = None,
    about: str = "",
) -> None:
    """Write something else that happened to a policy; kind is one of `rules.insurance.policy_states.KINDS`.

    Raises:
        ValueError: an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is nothing that happens to a policy; known: {', '.join(KINDS)}")
    count: int = tx.value("SELECT count(*) FROM policy_event WHERE policy_id = :id", id=policy_id)
    _add_event(tx, policy_id, count, tx.now, kind, was, became, why, user_id, about)


def the_policy(tx: Tx, policy_id: int) -> tuple[Policy, datetime]:
    """A policy, locked against other writers, and the present instant in the zone of its days.

    Raises:
        NotDone: unknown_policy.
    """
    portfolio: int | None = tx.value(
        """
        SELECT a.portfolio_id
        FROM policy p
        JOIN account a ON a.id = p.account_id
        WHERE p.id = :id
        FOR UPDATE OF p
        """,
        id=policy_id,
    )
    if portfolio is None:
        raise NotDone("unknown_policy")
    [(_, policy)] = policies_of(tx, [policy_id])
    return policy, tx.now.astimezone(books(tx)[portfolio].zone)


def follow(tx: Tx, account_ids: Collection[int]) -> set[int]:
    """Bring the policies of some accounts in line with their receipts, payments and dates.

    For a caller who holds the clients locked, and touches and places them in the end: after money came,
    bounced or was moved, for example.

    Returns:
        The accounts of the policies that changed; they are stated anew.
    """
    rows = tx.all(
        "SELECT p.id, a.portfolio_id FROM policy p JOIN account a ON a.id = p.account_id WHERE a.id IN :ids",
        ids=sorted(set(account_ids)),
    )
    return follow_these(tx, {policy_id: books(tx)[portfolio] for policy_id, portfolio in rows})


def follow_these(tx: Tx, book_of: dict[int, Book]) -> set[int]:
    """As `follow`, for policies by id, each with its portfolio."""
    changed: set[int] = set()
    for _, policy in policies_of(tx, sorted(book_of)) if book_of else ():
        now = tx.now.astimezone(book_of[policy.id].zone)
        due = moves_due(policy, now)
        if due or with_receipts(policy, now) is not policy:
            _write(tx, policy, due, now)
            changed.add(policy.account_id)
    if changed:
        restate(tx, sorted(changed))
    return changed


def _write(
    tx: Tx,
    policy: Policy,
    moves: Iterable[Move],
    now: datetime,
    user_id: int | None = None,
    about: str = "",
) -> Policy:
    """Write moves of a policy and what they do to its receipts, as of now; the policy after them."""
    after, count = policy, len(policy.events)
    for one in moves:
        _add_event(tx, policy.id, count, one.at, "status", after.status, one.became, one.why, user_id, about)
        after, count = moved(after, one.became, one.at.astimezone(now.tzinfo)), count + 1
    after = with_receipts(after, now)
    if (after.status, after.lapsed_at) != (policy.status, policy.lapsed_at):
        tx.run(
            "UPDATE policy SET status = :status, lapsed_at = :lapsed WHERE id = :id",
            id=policy.id,
            status=after.status,
            lapsed=after.lapsed_at,
        )
    before = {one.id: one.status for one in policy.receipts}
    tx.many(
        "UPDATE receipt SET status = :status WHERE id = :id",
        [{"id": one.id, "status": one.status} for one in after.receipts if one.status != before[one.id]],
    )
    return after


def _add_event(
    tx: Tx,
    policy_id: int,
    count: int,
    at: datetime,
    kind: str,
    was: str,
    became: str,
    why: str,
    user_id: int | None,
    about: str,
) -> None:
    tx.run(
        """
        INSERT INTO policy_event (id, policy_id, user_id, at, kind, was, became, why, about)
        VALUES (:id, :policy, :user, :at, :kind, :was, :became, :why, :about)
        """,
        id=f"{policy_id}-{count + 1:04d}",
        policy=policy_id,
        user=user_id,
        at=at,
        kind=kind,
        was=was,
        became=became,
        why=why,
        about=about,
    )
