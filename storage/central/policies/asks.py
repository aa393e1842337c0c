"""Requests to the back office at the centre, as agents ask them; `answering` and `carrying` do the rest."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from rules.backoffice import ask_figures, asking
from rules.backoffice.asks import Ask, Asked, Step
from rules.backoffice.calculations import Figures, NoFigures
from rules.backoffice.facts import AskBody
from rules.clients import Account
from rules.facts import Event, EventResult
from rules.insurance.policies import Policy
from rules.ready import ready
from rules.text import clean
from rules.zones import local_day, local_time
from storage.central.connection import Tx, document, grouped, instant, maybe_day, maybe_instant

if TYPE_CHECKING:
    from storage.central.facts.work import Work

INSERT = """
    INSERT INTO ask (id, folio, client_id, account_id, policy_id, user_id, agent, asked, kind, asks, note,
        amount, currency, steps, status, answer, due, first_charge)
    VALUES (:id, :folio, :client, :account, :policy, :user, :agent, :asked, :kind, :asks, :note,
        :amount, :currency, :steps, 'open', '', :due, '')
"""

COLUMNS = """
    k.client_id, k.id, k.folio, k.account_id, k.policy_id, k.asked, k.asks, k.status, k.agent, k.note,
    k.amount, k.currency, k.steps, k.answered, u.display_name, k.answer, k.due, k.first_charge
"""
"""Columns of a request `k` and who answered it, `u`, in the order that `read` takes."""

ready(Asked, tuple[Step, ...])


def asks(tx: Tx, ids: list[int]) -> dict[int, list[Ask]]:
    """Requests by client, oldest first; of a CLABE the last four digits alone."""
    rows = tx.all(
        f"""
        SELECT {COLUMNS}
        FROM ask k
        LEFT JOIN app_user u ON u.id = k.answered_by
        WHERE k.client_id IN :ids
        ORDER BY k.client_id, k.asked, k.id
        """,  # noqa: S608 - the columns are ours
        ids=ids,
    )
    return grouped(rows, read)


def read(*row: Any) -> Ask:
    """A request from its columns but the first."""
    return Ask(
        id=row[0],
        folio=row[1],
        account_id=row[2],
        policy_id=row[3],
        asked=instant(row[4]),
        asks=asking.shown(asked_of(row[5])),
        status=row[6],
        agent=row[7],
        note=row[8],
        amount=row[9],
        currency=row[10],
        steps=msgspec.convert(document(row[11]), tuple[Step, ...]),
        answered=maybe_instant(row[12]),
        answered_by=row[13] or "",
        answer=row[14],
        due=maybe_day(row[15]),
        first_charge=row[16],
    )


def asked_of(value: Any) -> Asked:
    """What is asked, from its column."""
    found: Asked = msgspec.convert(document(value), Asked)
    return found


def keep(work: Work, event: Event, body: AskBody, at: datetime) -> EventResult:
    """Keep a request, with what it comes to by the centre's own receipts."""
    client = work.clients[body.client_id]
    account = next(one for one in client.accounts if one.id == body.account_id)
    policy = asking.policy_of(client, account, body.policy_id)
    row = columns(event.id, body.asks, policy, account, at, asking.zone_of(client), client.country)
    work.add(
        "ask",
        **row,
        client=body.client_id,
        user=work.who.user_id,
        agent=work.who.name,
        note=clean(body.note, newlines=True, limit=4000),
    )
    return EventResult(id=event.id, status="applied")


def columns(
    ask_id: str, asked: Asked, policy: Policy | None, account: Account, at: datetime, zone: str, country: str
) -> dict[str, Any]:
    """The columns of a new request that follow from what is asked; zone: of the policy's days."""
    found = Figures(amount=0, steps=())
    if policy is not None:
        try:
            found = ask_figures.figures(asked, policy, local_time(at, zone))
        except NoFigures:  # kept all the same: whoever answers it sees why it can't be done
            found = Figures(amount=0, steps=())
    kind = asking.kind_of(asked)
    return {
        "id": ask_id,
        "folio": asking.folio(ask_id),
        "account": account.id,
        "policy": policy.id if policy else None,
        "asked": at,
        "kind": kind,
        "asks": msgspec.to_builtins(asked),
        "amount": found.amount,
        "currency": account.currency,
        "steps": [msgspec.to_builtins(step) for step in found.steps],
        "due": asking.due_day(kind, local_day(at, zone), country),
    }
