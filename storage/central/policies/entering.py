"""Requests of the back office's own: on a policy by its number."""

from __future__ import annotations

import uuid

import msgspec

from rules.backoffice import asking
from rules.backoffice.asks import Asked, Cancellation, ClaimOffset
from rules.backoffice.calculations import default_method
from rules.backoffice.office_asks import OfficeAsk
from rules.backoffice.settling_up import SCOPES
from rules.clients import Client
from rules.insurance.policies import Policy
from storage.central.changes import touch
from storage.central.clients import documents
from storage.central.connection import Store, Tx
from storage.central.doors.people import Who
from storage.central.policies.answering import worked_out
from storage.central.policies.asks import INSERT, columns
from storage.central.queue.queueing import lock_clients
from storage.central.records.closing import checked_note
from storage.central.refusing import NotDone
from storage.central.upkeep import audit


def ask(store: Store, who: Who, body: OfficeAsk) -> tuple[str, str]:
    """Keep a request of the back office's own; another person answers it. Its id and folio.

    Raises:
        NotDone: unknown_policy, bad_ask, ask_open, card_number_in_note, card_code_in_note, or why it
            can't be done.
    """
    note = checked_note(body.note)
    with store.begin() as tx:
        client, policy, asked = resolved(tx, who, body)
        lock_clients(tx, [client.id])
        made = worked_out(tx, asked, policy, asking.zone_of(client), client.id)
        kind = asking.kind_of(asked)
        waiting = tx.value(
            "SELECT id FROM ask WHERE policy_id = :policy AND kind = :kind AND status IN :waiting",
            policy=policy.id,
            kind=kind,
            waiting=sorted(asking.WAITING),
        )
        if waiting is not None:
            raise NotDone("ask_open")
        account = next(one for one in client.accounts if one.id == policy.account_id)
        zone = asking.zone_of(client)
        row = columns(uuid.uuid4().hex, asked, policy, account, tx.now, zone, client.country)
        row |= {"amount": made.amount, "steps": [msgspec.to_builtins(step) for step in made.steps]}
        tx.run(INSERT, **row, client=client.id, user=who.user_id, agent=who.name, note=note)
        touch(tx, [client.id])
        audit.note(tx, who.name, "asked", f"ask:{row['folio']}", client=client.id, kind=kind)
    return row["id"], row["folio"]


def resolved(tx: Tx, who: Who, body: OfficeAsk) -> tuple[Client, Policy, Asked]:
    """The client, policy and request that a body of the back office means.

    Raises:
        NotDone: unknown_policy (also one out of the person's portfolios), unknown_claim, bad_ask.
    """
    client, policy = by_number(tx, who, body.policy)
    asked = body.asks
    if isinstance(asked, ClaimOffset) and body.claim:
        claim = next((one for one in policy.claims if one.number == body.claim), None)
        if claim is None:
            raise NotDone("unknown_claim")
        asked = msgspec.structs.replace(
            asked, claim_id=claim.id, gross=asked.gross or claim.amount,
            deductible=asked.deductible or claim.deductible,
            scope=asked.scope or (policy.sheet.terms.offset_scope if policy.sheet.terms else SCOPES[0]),
        )  # fmt: skip
    if isinstance(asked, Cancellation) and not asked.method:
        asked = msgspec.structs.replace(asked, method=default_method(policy))
    if asked is None or not asking.is_sound(asked):
        raise NotDone("bad_ask")
    return client, policy, asked


def by_number(tx: Tx, who: Who, number: str) -> tuple[Client, Policy]:
    """A policy by its number, and its client, in this person's portfolios.

    Raises:
        NotDone: unknown_policy.
    """
    rows = tx.all(
        """
        SELECT p.id, c.id, c.portfolio_id
        FROM policy p
        JOIN account a ON a.id = p.account_id
        JOIN client c ON c.id = a.client_id
        WHERE p.number = :number
        ORDER BY p.id
        """,
        number=number.strip(),
    )
    mine = [(policy_id, client_id) for policy_id, client_id, portfolio in rows if who.may_see(portfolio)]
    if not mine:
        raise NotDone("unknown_policy")
    policy_id, client_id = mine[-1]
    client = documents(tx, [client_id])[client_id]
    return client, next(one for one in client.policies if one.id == policy_id)
