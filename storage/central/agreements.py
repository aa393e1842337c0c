"""Written agreements at the centre: issued by results, delivered to clients."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from rules.clients import Agreement
from rules.facts import DeliveryBody, Event, EventResult, Terms
from storage.central.connection import Tx, document, grouped, instant, maybe_instant

if TYPE_CHECKING:
    from storage.central.work import Work


def agreements(tx: Tx, ids: list[int]) -> dict[int, list[Agreement]]:
    """Agreements by client, newest first; those that were taken back are left out."""
    rows = tx.all(
        """
        SELECT client_id, id, account_id, made, terms, folio, agent, status, delivered, medium, digest
        FROM agreement
        WHERE client_id IN :ids AND status <> 'void'
        ORDER BY client_id, made DESC, id DESC
        """,
        ids=ids,
    )
    return grouped(
        rows,
        lambda row_id, account, made, terms, folio, agent, status, delivered, medium, digest: Agreement(
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
        ),
    )


def deliver(work: Work, event: Event, body: DeliveryBody, at: datetime) -> EventResult:
    """Note that an agreement reached the client; only now it is agreed."""
    work.add("delivered", id=body.agreement_id, client=body.client_id, medium=body.medium, at=at)
    return EventResult(id=event.id, status="applied")
