"""What is due: callbacks and promises of the clients at hand, and own ones of clients gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

import msgspec

from rules.clients import Account, Client
from rules.consequences import Consequences
from rules.desk import AgendaItem
from rules.zones import local_day, midnight
from storage.local.connection import as_instant, as_text

_FUTURE = ("open", "partial")


def note(connection: sqlite3.Connection, fact_id: str, client: Client, made: Consequences, zone: str) -> None:
    """Keep the promises and the callback that a result made; callbacks it answered are done."""
    accounts = {account.id: account for account in client.accounts}
    rows: list[tuple[object, ...]] = []
    if made.callback is not None:
        rows.append((made.callback.id, "callback", as_text(made.callback.due_at), None, 0, ""))
    for promise in made.promises:
        account = accounts.get(promise.account_id)
        raw = msgspec.json.encode(account) if account else None
        due = as_text(midnight(promise.due, zone))
        rows.append((promise.id, "promise", due, raw, promise.amount, promise.currency))
    connection.executemany(
        "INSERT OR REPLACE INTO agenda (id, kind, at, account, amount, currency, fact_id, client_id, client) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*row, fact_id, client.id, client.name) for row in rows],
    )
    connection.executemany(
        "UPDATE agenda SET done_by = ? WHERE id = ?", [(fact_id, done) for done in made.callbacks_done]
    )


def take_back(connection: sqlite3.Connection, fact_id: str) -> None:
    """A fact does not count any more: nor does what it put in the agenda or ticked off."""
    connection.execute("DELETE FROM agenda WHERE fact_id = ?", (fact_id,))
    connection.execute("UPDATE agenda SET done_by = NULL WHERE done_by = ?", (fact_id,))


def forget_before(connection: sqlite3.Connection, day: date, zone: str) -> None:
    """Drop what was due before a day."""
    connection.execute("DELETE FROM agenda WHERE at < ?", (as_text(midnight(day, zone)),))


def items(
    connection: sqlite3.Connection, clients: Iterable[Client], now: datetime, agent: str, zone: str
) -> tuple[AgendaItem, ...]:
    """What is due today and tomorrow, and promises that were broken, earliest first.

    Args:
        connection: the store.
        clients: those at hand; what their documents say goes before the own notes.
        now: by the hub's clock.
        agent: name of the agent; callbacks of other agents are left out.
        zone: the agent's own, which says what today is.
    """
    today = local_day(now, zone)
    found: dict[str, AgendaItem] = {}
    at_hand: set[int] = set()
    for client in clients:
        at_hand.add(client.id)
        found.update(_callbacks(client, today, agent, zone))
        found.update(_promises(client, today, zone))
    for item_id, item in _own(connection, today, zone):
        if item.client_id not in at_hand:
            found[item_id] = item
    return tuple(sorted(found.values(), key=lambda item: (item.at, item.client_id)))


def _callbacks(client: Client, today: date, agent: str, zone: str) -> Iterator[tuple[str, AgendaItem]]:
    for callback in client.callbacks:
        soon = local_day(callback.due_at, zone) <= today + timedelta(days=1)
        if soon and callback.agent in (None, agent):
            yield (
                callback.id,
                AgendaItem(
                    kind="callback", client_id=client.id, client=client.name, at=callback.due_at, here=True
                ),
            )


def _promises(client: Client, today: date, zone: str) -> Iterator[tuple[str, AgendaItem]]:
    accounts = {account.id: account for account in client.accounts}
    for promise in client.promises:
        kind = "promise_broken" if promise.status == "broken" else _kind(promise.due, today)
        if kind and (promise.status == "broken" or promise.status in _FUTURE):
            yield (
                promise.id,
                AgendaItem(
                    kind=kind,
                    client_id=client.id,
                    client=client.name,
                    at=midnight(promise.due, zone),
                    account=accounts.get(promise.account_id),
                    amount=promise.amount - promise.paid,
                    currency=promise.currency,
                    here=True,
                ),
            )


def _kind(due: date, today: date) -> str:
    return {0: "promise_today", 1: "promise_tomorrow"}.get((due - today).days, "")


def _own(connection: sqlite3.Connection, today: date, zone: str) -> Iterator[tuple[str, AgendaItem]]:
    rows = connection.execute(
        "SELECT id, kind, client_id, client, at, account, amount, currency FROM agenda "
        "WHERE done_by IS NULL AND at < ?",
        (as_text(midnight(today + timedelta(days=2), zone)),),
    )
    for item_id, kind, client_id, client, text, account, amount, currency in rows:
        at = as_instant(text)
        shown = kind if kind == "callback" else _kind(local_day(at, zone), today)
        if shown:
            yield (
                item_id,
                AgendaItem(
                    kind=shown,
                    client_id=client_id,
                    client=client,
                    at=at,
                    account=msgspec.json.decode(account, type=Account) if account else None,
                    amount=amount,
                    currency=currency,
                ),
            )
