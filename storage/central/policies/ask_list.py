"""Requests to the back office, listed and in full, with what they come to now."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from rules.backoffice import asking
from rules.backoffice.calculations import Figures, NoFigures
from rules.backoffice.office_asks import MOST, AskFigures, AskInFull, Asks, ListedAsk, OfficeAsk
from rules.backoffice.settling_up import excess
from rules.clients import Client
from storage.central.connection import Store, Tx
from storage.central.doors.people import Who
from storage.central.money.ledger import reserved
from storage.central.policies import answering, entering
from storage.central.policies.asks import COLUMNS, asked_of, read
from storage.central.portfolios import books
from storage.central.records.decisions import masked
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

_WAITING = ("open", "approved")
_ENDED = ("done", "denied", "failed", "withdrawn")

_LISTED = f"""
    SELECT {COLUMNS}, c.name, c.portfolio_id, coalesce(p.number, ''), k.user_id
    FROM ask k
    JOIN client c ON c.id = k.client_id
    LEFT JOIN policy p ON p.id = k.policy_id
    LEFT JOIN app_user u ON u.id = k.answered_by
    WHERE (:everything OR c.portfolio_id IN :portfolios)
"""  # noqa: S608 - the columns are ours


def listed(store: Store, who: Who, kind: str = "", *, ended: bool = False) -> Asks:
    """Requests of the reader's portfolios: those that wait by their day, or the newest that ended.

    Raises:
        NotDone: unknown_ask_kind.
    """
    if kind and kind not in asking.SERVICE_DAYS:
        raise NotDone("unknown_ask_kind")
    order = "coalesce(k.answered, k.asked) DESC, k.id" if ended else "k.due, k.asked, k.id"
    with store.read() as tx:
        rows = tx.all(
            f"{_LISTED} AND k.status IN :statuses AND (:kind = '' OR k.kind = :kind) "
            f"ORDER BY {order} LIMIT :limit",
            **_scope(tx, who),
            statuses=list(_ENDED if ended else _WAITING),
            kind=kind,
            limit=MOST + 1,
        )
        found = tuple(_listed(tx, who, row) for row in rows[:MOST])
        return Asks(asks=found, at=tx.now, more=len(rows) > MOST)


def in_full(store: Store, who: Who, ask_id: str) -> AskInFull:
    """A request, with what it comes to now or why it can't be done; that it was read is noted.

    Raises:
        NotDone: unknown_ask.
    """
    with store.begin() as tx:
        rows = tx.all(f"{_LISTED} AND k.id = :id", **_scope(tx, who), id=ask_id)
        if not rows:
            raise NotDone("unknown_ask")
        found = msgspec.structs.replace(_listed(tx, who, rows[0]), client=rows[0][-4])
        audit.note(tx, who.name, "ask_read", f"ask:{found.ask.folio}", device=who.device, client=rows[0][0])
        if found.ask.status not in _WAITING or found.ask.policy_id is None:
            return AskInFull(listed=found)
        asked = asked_of(rows[0][6])
        zones = tx.value("SELECT zones FROM client WHERE id = :id", id=rows[0][0])
        zone = answering.zone_of(tx, zones, rows[0][-3])
        policy = answering.the_policy(tx, found.ask.policy_id)
        try:
            made = answering.worked_out(tx, asked, policy, zone, rows[0][0])
        except NotDone as refused:
            return AskInFull(listed=found, problem=refused.code)
        waits = waits_for(tx, found.ask.account_id, made.amount) if made.amount > 0 else 0
        return AskInFull(listed=found, figures=made, waits_for=waits if _pays_first(asked) else 0)


def _pays_first(asked: Any) -> bool:
    return asking.kind_of(asked) in ("rehabilitation", "cancellation")


def waits_for(tx: Tx, account_id: int, amount: int) -> int:
    """What is missing in an account's deposit of an amount that has to be paid first; minor units."""
    deposit: int = tx.value("SELECT deposit FROM account WHERE id = :id", id=account_id)
    return max(0, amount - deposit + reserved(tx, [account_id]).get(account_id, 0))


def figures(store: Store, who: Who, body: OfficeAsk) -> AskFigures:
    """What something would come to on a policy; nothing is asked.

    Raises:
        NotDone: unknown_policy, unknown_claim, bad_ask, or why it can't be done.
    """
    with store.begin() as tx:
        if body.asks is None:
            client, policy = entering.by_number(tx, who, body.policy)
            made = _excess(client, policy.account_id)
        else:
            client, policy, asked = entering.resolved(tx, who, body)
            made = answering.worked_out(tx, asked, policy, asking.zone_of(client), client.id)
        audit.note(
            tx, who.name, "policy_worked_out", f"client:{client.id}", device=who.device, policy=policy.id
        )
        return AskFigures(policy=policy.number, client=client.name, currency=policy.currency, figures=made)


def _excess(client: Client, account_id: int) -> Figures:
    try:
        return excess([one for one in client.received if one.account_id == account_id])
    except NoFigures as error:
        raise NotDone(error.code) from error


def _scope(tx: Tx, who: Who) -> dict[str, Any]:
    mine = [book.id for book in books(tx).values() if who.may_see(book.id)]
    return {"everything": who.portfolio_ids is None, "portfolios": mine}


def _listed(tx: Tx, who: Who, row: tuple[Any, ...]) -> ListedAsk:
    ask = read(*row[1:-4])
    name, portfolio, number, asker = row[-4:]
    book = books(tx)[portfolio]
    today: date = book.moment(tx.now)[0]
    late = ask.status in _WAITING and ask.due is not None and ask.due < today
    return ListedAsk(
        ask=ask,
        client=masked(name),
        portfolio=book.name,
        policy=number,
        late=late,
        own=asker == who.user_id,
    )
