"""Written agreements at the centre: issued by results, delivered to clients."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from rules import agreement as writing
from rules.clients import Account, Agreement, Client, Task
from rules.deliveries import TASK
from rules.facts import DeliveryBody, Event, EventResult, Terms
from rules.forbidden import refuse_if_forbidden
from storage.central.connection import Tx, document, grouped, instant, maybe_instant
from storage.central.policies.sheets import policies

if TYPE_CHECKING:
    from storage.central.facts.work import Work


_COLUMNS = "id, account_id, made, terms, folio, agent, status, delivered, medium, digest, text"
_TAKEN_BACK = """EXISTS (
    SELECT 1 FROM interaction i WHERE i.id = agreement.id AND i.retracted_by IS NOT NULL
)"""
_OF_CLIENTS = f"""
    SELECT client_id, {_COLUMNS}
    FROM agreement
    WHERE client_id IN :ids AND (status <> 'void' OR NOT {_TAKEN_BACK})
    ORDER BY client_id, made DESC, id DESC
"""  # noqa: S608 - our own names
_BY_FOLIO = f"SELECT {_COLUMNS} FROM agreement WHERE folio = :folio"  # noqa: S608 - as above


VOID = "UPDATE agreement SET status = 'void' WHERE id = :id"
VOID_TASKS = "UPDATE task SET status = 'void' WHERE about = :id AND status = 'open'"
"""End an agreement, and what was still to be done for it."""


def agreements(tx: Tx, ids: list[int]) -> dict[int, list[Agreement]]:
    """Agreements by client, newest first, replaced ones included; those taken back are left out."""
    return grouped(tx.all(_OF_CLIENTS, ids=ids), _agreement)


def find(tx: Tx, folio: str) -> Agreement | None:
    """The agreement with a folio, also one that was taken back; None = there is none."""
    row = tx.one(_BY_FOLIO, folio=folio)
    return _agreement(*row) if row else None


def _agreement(row_id: str, account: int, made: Any, terms: Any, folio: str, *rest: Any) -> Agreement:
    agent, status, delivered, medium, digest, text = rest
    return Agreement(
        id=row_id,
        account_id=account,
        made=instant(made),
        terms=msgspec.convert(document(terms), Terms),
        folio=folio,
        agent=agent,
        status=status,
        delivered=maybe_instant(delivered),
        medium=medium,
        digest=digest,
        text=text,
    )


def deliver(work: Work, event: Event, body: DeliveryBody, at: datetime) -> EventResult:
    """Note that an agreement reached the client; only now it is agreed."""
    work.add("delivered", id=body.agreement_id, client=body.client_id, medium=body.medium, at=at)
    work.add("task_done", id=f"{body.agreement_id}:{TASK}", client=body.client_id, outcome="done", at=at)
    return EventResult(id=event.id, status="applied")


def issue(
    work: Work, client: Client, agreement: Agreement, tasks: tuple[Task, ...], replaced: tuple[str, ...]
) -> bool:
    """Write an agreement and what is to be done for it; False when its words may not be sent.

    Args:
        work: the batch.
        client: in detail, as it was before the result.
        agreement: what was agreed.
        tasks: what it asks for.
        replaced: ids of the client's agreements whose place it takes.
    """
    text = _written(work, client, agreement)
    # A name is nobody's wording: there are people called Juez.
    if refuse_if_forbidden(text.replace(client.name, "")):
        return False
    work.add(
        "agreement",
        id=agreement.id,
        client=client.id,
        account=agreement.account_id,
        user=work.who.user_id,
        made=agreement.made,
        terms=msgspec.to_builtins(agreement.terms),
        folio=agreement.folio,
        agent=agreement.agent,
        text=text,
        digest=writing.digest(text),
    )
    for task in tasks:
        work.add(
            "task",
            id=task.id,
            client=client.id,
            account=task.account_id,
            user=work.who.user_id,
            kind=task.kind,
            due=task.due,
            about=task.about,
            note=task.note,
        )
    for earlier in client.agreements:
        if earlier.id in replaced:
            work.effect(agreement.id, client.id, f"agreement:{earlier.id}", earlier.status, "void")
            work.add("agreement_void", id=earlier.id)
            work.add("agreement_tasks_void", id=earlier.id)
    return True


def _written(work: Work, client: Client, agreement: Agreement) -> str:
    parameters = work.parameters(client.id)
    account: Account = next(one for one in client.accounts if one.id == agreement.account_id)
    zone = (client.zones or parameters.default_zones)[0]
    if agreement.terms.receipts:  # of the receipts, what is read for the queue knows nothing
        own = policies(work.tx, [client.id], details=True)
        client = msgspec.structs.replace(client, policies=tuple(own.get(client.id, ())))
    return writing.text(client, account, agreement, zone=zone, grace_days=parameters.promise_grace_days)


def void(tx: Tx, fact_id: str) -> None:
    """Take the agreement of a result back, and what was to be done for it."""
    if tx.run(VOID, id=fact_id):
        tx.run(VOID_TASKS, id=fact_id)
