"""The client's document: everything that an agent needs, from few queries for many clients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from rules.clients import Callback, Client
from rules.queue import score
from rules.strategies.plans import Strategy
from rules.zones import local_day
from storage.central.charges.rows import mandates
from storage.central.connection import Tx, document, grouped, instant, maybe_day, maybe_instant
from storage.central.debts import accounts
from storage.central.facts import points
from storage.central.history import attempts, history, promises
from storage.central.intents.rows import intents
from storage.central.leading.strategies import in_force
from storage.central.money.received import received
from storage.central.policies.asks import asks
from storage.central.policies.sheets import policies
from storage.central.portfolios import BOOKS, books
from storage.central.records.agreements import agreements
from storage.central.records.cases import cases
from storage.central.records.inconsistencies import inconsistencies
from storage.central.records.requests import requests
from storage.central.records.tasks import tasks

_OF_CLIENT = "SELECT 1 FROM {} WHERE client_id IN :ids"
_OF_POLICY = "SELECT 1 FROM policy p JOIN account a ON a.id = p.account_id WHERE a.client_id IN :ids"
_OF_POINT = "SELECT 1 FROM contact_point WHERE client_id IN :ids AND kind = '{}'"
_OF_MONEY = """
    SELECT 1 FROM payment y JOIN account a ON a.id = y.account_id WHERE a.client_id IN :ids
    UNION ALL
    SELECT 1 FROM ledger_entry e JOIN account a ON a.id = e.account_id WHERE a.client_id IN :ids
"""
_RARE = {
    "policy": _OF_POLICY,
    "payment": _OF_MONEY,
    "email": _OF_POINT.format("email"),
    "address": _OF_POINT.format("address"),
} | {
    name: _OF_CLIENT.format(name)
    for name in (
        *("promise", "callback", "case_file", "approval_request"),
        *("agreement", "inconsistency", "task", "point_change", "ask", "mandate", "payment_intent"),
    )
}
"""What most clients have none of; whether any of those asked for has some."""

_FILLED = f"SELECT {', '.join(f'EXISTS ({question})' for question in _RARE.values())}"


def _filled(tx: Tx, ids: list[int]) -> set[str]:
    """Which of the rare things these clients have, from one query; the others need not be read."""
    return {name for there in tx.all(_FILLED, ids=ids) for name, has in zip(_RARE, there, strict=True) if has}


Reader = Callable[[Tx, list[int]], Mapping[int, list[Any]]]

_PARTS: dict[str, tuple[str, Reader]] = {
    "emails": ("email", points.emails),
    "addresses": ("address", points.addresses),
    "cases": ("case_file", cases),
    "requests": ("approval_request", requests),
    "agreements": ("agreement", agreements),
    "inconsistencies": ("inconsistency", inconsistencies),
    "tasks": ("task", tasks),
    "point_changes": ("point_change", points.changes),
    "asks": ("ask", asks),
    "mandates": ("mandate", mandates),
    "received": ("payment", received),
    "intents": ("payment_intent", intents),
}
"""Fields of the document that say nothing about the place in the queue: of which rare thing, read by whom."""


def documents(tx: Tx, client_ids: Iterable[int]) -> dict[int, Client]:
    """The whole documents of some clients, by id; an unknown id is left out.

    A few queries, whatever the number of clients, two dozen where they have everything; from
    PostgreSQL in two round trips. The history holds the newest 30 entries; `history_total` says
    how many there are.
    """
    ids = sorted(set(client_ids))
    if not ids:
        return {}
    with tx.together():
        filled = _begin(tx, ids, tx.now, details=True)
        found, fates = _standing(tx, ids, tx.now, filled, details=True)
        parts = {field: read(tx, ids) for field, (rare, read) in _PARTS.items() if rare in filled}
        entries, totals = history(tx, ids, fates)
    strategies = _strategies(tx, {client.portfolio for client in found.values()})
    for client_id, client in found.items():
        strategy = strategies[client.portfolio]
        total, reasons = score(client, _today(client.zones, tx.now), strategy)
        found[client_id] = msgspec.structs.replace(
            client,
            **{field: tuple(of_clients.get(client_id, ())) for field, of_clients in parts.items()},
            history=tuple(entries.get(client_id, ())),
            history_total=totals.get(client_id, 0),
            score=total,
            score_parts=reasons,
        )
    return found


_MONEY = ("asks", "mandates", "intents")
"""Fields about a client's money that a batch of facts does without, but for those that are about them."""


def with_money(tx: Tx, client: Client) -> Client:
    """A client of `standings` with its policies whole, and what is asked, agreed and under way about them."""
    ids = [client.id]
    parts = {field: tuple(_PARTS[field][1](tx, ids).get(client.id, ())) for field in _MONEY}
    covers = tuple(policies(tx, ids, details=True).get(client.id, ()))
    return msgspec.structs.replace(client, policies=covers, **parts)


def _strategies(tx: Tx, portfolios: set[str]) -> dict[str, Strategy | None]:
    return {book.name: in_force(tx, book) for book in books(tx).values() if book.name in portfolios}


def standings(tx: Tx, client_ids: Iterable[int], now: datetime) -> dict[int, Client]:
    """What decides where clients stand in the queue, and no more: half the work of `documents`.

    Without e-mails, account details, receipts, endorsements and claims; the history holds
    the attempts of the last days only.
    """
    ids = sorted(set(client_ids))
    if not ids:
        return {}
    with tx.together():
        return _standing(tx, ids, now, _begin(tx, ids, now, details=False), details=False)[0]


def _begin(tx: Tx, ids: list[int], now: datetime, *, details: bool) -> set[str]:
    """Have all that is to be read sent ahead; which of the rare things these clients have."""
    tx.ahead(
        lambda ahead: _filled(ahead, ids),
        lambda ahead: _clients(ahead, ids),
        lambda ahead: accounts(ahead, ids, {}, {}, details=details),
        lambda ahead: points.phones(ahead, ids),
        lambda ahead: attempts(ahead, ids, now, {}),
    )
    if BOOKS not in tx.memo:
        tx.ahead(books)
    if details:
        tx.ahead(lambda ahead: history(ahead, ids, {}))
    filled = _filled(tx, ids)
    if "policy" in filled:
        tx.ahead(lambda ahead: policies(ahead, ids, details=details))
    if "promise" in filled:
        tx.ahead(lambda ahead: promises(ahead, ids))
    if "callback" in filled:
        tx.ahead(lambda ahead: _callbacks(ahead, ids))
    if details:
        rare = [read for name, read in _PARTS.values() if name in filled]
        tx.ahead(lambda ahead: [read(ahead, ids) for read in rare])
    return filled


def _today(zones: tuple[str, ...], now: datetime) -> Any:
    return local_day(now, zones[0] if zones else "UTC")


def _standing(
    tx: Tx, ids: list[int], now: datetime, filled: set[str], *, details: bool
) -> tuple[dict[int, Client], dict[str, str]]:
    rows = _clients(tx, ids)
    if not rows:
        return {}, {}
    known = books(tx)
    zones = {row[0]: tuple(document(row[4])) for row in rows}
    owed = accounts(tx, ids, known, {row[0]: _today(zones[row[0]], now) for row in rows}, details=details)
    covers = policies(tx, ids, details=details) if "policy" in filled else {}
    phones = points.phones(tx, ids)
    promised, fates = promises(tx, ids) if "promise" in filled else ({}, {})
    callbacks = _callbacks(tx, ids) if "callback" in filled else {}
    tried, lines = attempts(tx, ids, now, {row[0]: row[3] for row in rows})
    return {
        row[0]: Client(
            id=row[0],
            portfolio=known[row[1]].name,
            firm=known[row[1]].firm,
            name=row[2],
            country=row[3],
            zones=zones[row[0]],
            as_of=now,
            version=row[5],
            kind=row[6],
            language=row[7],
            tax_id=row[8],
            national_id=row[9],
            born=maybe_day(row[10]),
            state=row[11],
            address=row[12],
            treatment=row[13],
            do_not_contact=bool(row[14]),
            hold_until=maybe_instant(row[15]),
            hold_reason=row[16],
            suits=row[17],
            stopped_media=tuple(document(row[18])),
            ref=row[19],
            phones=tuple(phones.get(row[0], ())),
            accounts=tuple(owed.get(row[0], ())),
            policies=tuple(covers.get(row[0], ())),
            promises=tuple(promised.get(row[0], ())),
            callbacks=tuple(callbacks.get(row[0], ())),
            attempts=tuple(tried.get(row[0], ())),
            history=tuple(lines.get(row[0], ())),
            rules=known[row[1]].rules,
            rules_version=known[row[1]].rules_version,
        )
        for row in rows
    }, fates


def _clients(tx: Tx, ids: list[int]) -> list[tuple[Any, ...]]:
    return tx.all(
        """
        SELECT id, portfolio_id, name, country, zones, version, kind, language, tax_id, national_id,
            born, state, address, treatment, do_not_contact, hold_until, hold_reason, suits,
            stopped_media, ref
        FROM client
        WHERE id IN :ids
        """,
        ids=ids,
    )


def _callbacks(tx: Tx, ids: list[int]) -> dict[int, list[Callback]]:
    rows = tx.all(
        """
        SELECT c.client_id, c.id, c.due_at, u.name, c.phone, c.note
        FROM callback c
        LEFT JOIN app_user u ON u.id = c.user_id
        WHERE c.client_id IN :ids AND c.status = 'open'
        ORDER BY c.client_id, c.due_at
        """,
        ids=ids,
    )
    return grouped(
        rows,
        lambda row_id, due_at, agent, phone, note: Callback(
            id=row_id, due_at=instant(due_at), agent=agent, phone=phone, note=note
        ),
    )
