"""Policies with mandates, for tests of automatic charges."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import msgspec

from rules.backoffice.asks import ChannelChange
from rules.clients import Client
from rules.debit.charge_files import ResultLine
from rules.debit.charging import Batch, NewBatch, Results, Taken
from rules.insurance.policies import Receipt
from storage.central.charges import batches, mandates, results
from storage.central.connection import Store
from storage.central.doors.people import Who
from storage.central.queue.queueing import lock_clients
from tests.storage.central.policies.covers import insure

TODAY = date(2026, 11, 25)
CLABE = "032180000118359719"


def covered(town: Any, *, days: int = 5, **more: Any) -> int:
    """A client whose policy has its first receipt due for some days."""
    client_id, _ = insure(town, starts=TODAY - timedelta(days=days), status="grace", **more)
    return client_id


def first(client: Client) -> Receipt:
    """The first receipt of the client's policy."""
    return client.policies[0].receipts[0]


def ask(town: Any, client_id: int, by: Who, **more: Any) -> str:
    """A request for direct debit as an agent would have made it; its id."""
    client = town.document(client_id)
    policy = client.policies[0]
    asked = ChannelChange(
        to="domi", first_receipt=policy.receipts[0].id, clabe=CLABE, consent="voice", evidence="GRAB-1"
    )
    asked = msgspec.structs.replace(asked, **more)
    ask_id = str(uuid4())
    with town.store.begin() as tx:
        tx.run(
            """
            INSERT INTO ask (id, folio, client_id, account_id, policy_id, user_id, agent, asked, kind, asks,
                note, amount, currency, status, answer, first_charge)
            VALUES (:id, :id, :client, :account, :policy, :user, 'ana', :now, 'channel', :asks, '', 0, 'MXN',
                'approved', '', '')
            """,
            id=ask_id,
            client=client_id,
            account=policy.account_id,
            policy=policy.id,
            user=by.user_id,
            now=tx.now,
            asks=msgspec.to_builtins(asked),
        )
    return ask_id


def agree(town: Any, client_id: int, by: Who, **more: Any) -> str:
    """A mandate that was asked for and granted; its id."""
    ask_id = ask(town, client_id, by, **more)
    with town.store.begin() as tx:
        lock_clients(tx, [client_id])
        mandates.agree(tx, ask_id, user_id=by.user_id)
    return ask_id


def charge(store: Store, who: Who, portfolio: str = "Cards", channel: str = "domi") -> Batch:
    """A charge file of everything that may be charged."""
    return batches.make(store, who, NewBatch(portfolio=portfolio, channel=channel, currency="MXN"))


def answer(store: Store, who: Who, batch: Batch, *lines: ResultLine, day: date = TODAY) -> Taken:
    """The bank's answers to a batch."""
    return results.take(store, who, Results(folio=batch.folio, day=day, digest="0" * 64, lines=lines))


def charges(store: Store, column: str) -> list[Any]:
    """A column of all charges, in the order of their references."""
    with store.read() as tx:
        return [row[0] for row in tx.all(f"SELECT {column} FROM charge ORDER BY reference, attempt")]
