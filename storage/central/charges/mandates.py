"""Mandates at the centre: agreed by a granted request, taken back at once.

Who changes a mandate holds its client locked; after that come mandates, charges and batches, in this
order everywhere, so that nobody waits for each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from rules.backoffice.asks import ChannelChange
from rules.backoffice.facts import RevocationBody
from rules.debit.banks import bank
from rules.debit.channel_changes import check_channel, masked
from rules.debit.mandates import CHARGED
from rules.facts import Event, EventResult
from rules.insurance.policies import Policy
from rules.ready import ready
from rules.text import clean
from storage.central.changes import touch
from storage.central.charges.batches import restate
from storage.central.connection import Store, Tx, document, instant
from storage.central.doors.who import Who
from storage.central.policies.life import happened
from storage.central.portfolios import books
from storage.central.queue.queueing import lock_clients
from storage.central.records.closing import checked_note
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

if TYPE_CHECKING:
    from storage.central.facts.work import Work

LONGEST = 300
"""Characters of a word on why a mandate ends."""

ready(ChannelChange)


def agree(tx: Tx, ask_id: str, *, user_id: int) -> str | None:
    """Have a policy collected by another channel, as a granted request asks for; the new mandate's id.

    The former mandate ends; what the bank has of it already is not stopped, since no receipt is charged
    by both. Receipts due before the first one stay with the former channel. The account number is
    masked in the request from then on: it stands in the mandate alone.

    Args:
        tx: a transaction that holds the client locked, and touches it in the end.
        ask_id: the request, of kind channel, with a policy.
        user_id: who grants it.

    Returns:
        None where the channel does not charge by itself.

    Raises:
        NotDone: unknown_ask, and the codes of `rules.debit.channel_changes.check_channel`: something has
            changed since it was asked.
    """
    row = tx.one("SELECT client_id, account_id, policy_id, asks, asked FROM ask WHERE id = :id", id=ask_id)
    if row is None or row[2] is None:
        raise NotDone("unknown_ask")
    client_id, account_id, policy_id = row[:3]
    asked = msgspec.convert(document(row[3]), ChannelChange)
    policy = _still(tx, client_id, policy_id, asked)
    _end_former(tx, account_id, policy_id, user_id)
    tx.run("UPDATE ask SET asks = :asks WHERE id = :id", id=ask_id, asks=msgspec.to_builtins(masked(asked)))
    _move(tx, policy, asked)
    happened(tx, policy_id, "channel", was=policy.channel, became=asked.to, user_id=user_id, about=ask_id)
    if asked.to not in CHARGED:
        return None
    tx.run(
        """
        INSERT INTO mandate (id, client_id, account_id, policy_id, ask_id, channel, account_number, token,
            ending, bank, payer, agreed, consent, evidence, amount_rule, limit_amount, first_receipt,
            status, last)
        VALUES (:id, :client, :account, :policy, :id, :channel, :number, :token,
            :ending, :bank, :payer, :agreed, :consent, :evidence, :rule, :limit, :first, 'active', '')
        """,
        id=ask_id,
        client=client_id,
        account=account_id,
        policy=policy_id,
        channel=asked.to,
        number=asked.clabe,
        token=asked.token,
        ending=(asked.clabe or asked.last4)[-4:],
        bank=bank(asked.clabe) if asked.clabe else asked.brand,
        payer=clean(asked.payer, limit=120),
        agreed=instant(row[4]),
        consent=asked.consent,
        evidence=clean(asked.evidence, limit=120),
        rule=asked.amount_rule,
        limit=asked.limit,
        first=asked.first_receipt,
    )
    return ask_id


def _still(tx: Tx, client_id: int, policy_id: int, asked: ChannelChange) -> Policy:
    """The policy, if the change is still possible."""
    from storage.central.clients import documents  # here: documents hold mandates

    client = documents(tx, [client_id])[client_id]
    policy = next((one for one in client.policies if one.id == policy_id), None)
    problem = next(check_channel(asked, client, policy), None)
    if policy is None or problem is not None:
        raise NotDone(problem.code if problem else "unknown_policy")
    return policy


def _end_former(tx: Tx, account_id: int, policy_id: int, user_id: int) -> None:
    tx.run(
        """
        UPDATE mandate SET status = 'revoked', revoked = :now, revoked_by = :user
        WHERE account_id = :account AND (policy_id IS NULL OR policy_id = :policy) AND status <> 'revoked'
        """,
        account=account_id,
        policy=policy_id,
        now=tx.now,
        user=user_id,
    )


def _move(tx: Tx, policy: Policy, asked: ChannelChange) -> None:
    """The policy with its new channel; what was due earlier, or is paid, keeps the former one."""
    first = next(one for one in policy.receipts if one.id == asked.first_receipt)
    tx.run("UPDATE policy SET channel = :to WHERE id = :id", to=asked.to, id=policy.id)
    tx.run(
        """
        UPDATE receipt SET channel = CASE
            WHEN due >= :first AND status IN ('pending', 'overdue') THEN ''
            WHEN channel = '' THEN :was
            ELSE channel
        END
        WHERE policy_id = :policy
        """,
        policy=policy.id,
        first=first.due,
        was=policy.channel,
    )


def revoke(tx: Tx, mandate_id: str, *, client_id: int, user_id: int, by: str, why: str = "") -> bool:
    """Take a client's mandate back: nothing is charged by it any more, and what is with the bank is stopped.

    Stopped charges leave the charge file; of one that has gone already the bank has to be told, and
    money that comes all the same is given back.

    Args:
        tx: a transaction that holds the client locked, and touches it in the end.
        mandate_id: which one.
        client_id: whose it has to be.
        user_id: who does it.
        by: who wants it: client, office or bank.
        why: a word on it.

    Returns:
        False when the client has no such mandate, or it was taken back before.
    """
    row = tx.one(
        """
        UPDATE mandate SET status = 'revoked', revoked = :now, revoked_by = :user, why = :why
        WHERE id = :id AND client_id = :client AND status <> 'revoked'
        RETURNING policy_id
        """,
        id=mandate_id,
        client=client_id,
        now=tx.now,
        user=user_id,
        why=why,
    )
    if row is None:
        return False
    batches = tx.all(
        """
        UPDATE charge SET status = 'stopped', at = :now
        WHERE mandate_id = :id AND status = 'sent'
        RETURNING batch_id
        """,
        id=mandate_id,
        now=tx.now,
    )
    for batch_id in sorted({one[0] for one in batches}):
        restate(tx, batch_id)
    if row[0] is not None:
        happened(tx, row[0], "mandate", became="revoked", why=by, user_id=user_id, about=mandate_id)
    return True


def keep(work: Work, event: Event, body: RevocationBody) -> EventResult:
    """Take a mandate back as the client said on the phone; again changes nothing."""
    work.settle(body.client_id)
    revoked = revoke(
        work.tx,
        body.mandate_id,
        client_id=body.client_id,
        user_id=work.who.user_id,
        by="client",
        why=clean(body.note, limit=LONGEST),
    )
    if not revoked:
        known = work.tx.value(
            "SELECT 1 FROM mandate WHERE id = :id AND client_id = :client",
            id=body.mandate_id,
            client=body.client_id,
        )
        if not known:
            return EventResult(id=event.id, status="refused", reason="unknown_mandate")
    return EventResult(id=event.id, status="applied")


def revoke_by_office(store: Store, who: Who, mandate_id: str, why: str) -> None:
    """The back office takes a mandate back, and says why.

    Raises:
        NotDone: unknown_mandate (also one out of the person's portfolios), mandate_revoked, why_missing,
            card_number_in_note, card_code_in_note.
    """
    why = checked_note(why).strip()
    if not why:
        raise NotDone("why_missing")
    with store.begin() as tx:
        client_id = _owner(tx, who, mandate_id)
        if not revoke(tx, mandate_id, client_id=client_id, user_id=who.user_id, by="office", why=why):
            raise NotDone("mandate_revoked")
        touch(tx, [client_id])
        audit.note(
            tx, who.name, "mandate_revoked", f"mandate:{mandate_id}", device=who.device, client=client_id
        )


def tell_renewal(store: Store, who: Who, mandate_id: str) -> None:
    """Note that the client was told today that the renewal will be charged.

    Raises:
        NotDone: unknown_mandate (also one out of the person's portfolios), mandate_revoked.
    """
    with store.begin() as tx:
        client_id = _owner(tx, who, mandate_id)
        portfolio = tx.value("SELECT portfolio_id FROM client WHERE id = :id", id=client_id)
        told = tx.run(
            "UPDATE mandate SET renewal_told = :today WHERE id = :id AND status <> 'revoked'",
            id=mandate_id,
            today=books(tx)[portfolio].moment(tx.now)[0],
        )
        if not told:
            raise NotDone("mandate_revoked")
        audit.note(tx, who.name, "renewal_told", f"mandate:{mandate_id}", device=who.device, client=client_id)


def _owner(tx: Tx, who: Who, mandate_id: str) -> int:
    """The client of a mandate, locked."""
    client_id = tx.value("SELECT client_id FROM mandate WHERE id = :id", id=mandate_id)
    found = lock_clients(tx, [client_id]) if client_id is not None else []
    if not found or not who.may_see(found[0][1]):
        raise NotDone("unknown_mandate")
    return found[0][0]
