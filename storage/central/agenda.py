"""An agent's agenda at the centre: what is due about any client, whoever holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import msgspec

from rules.agenda import BROKEN_DAYS, as_of, of_client, urgency
from rules.clients import Client
from rules.contact import for_client
from rules.protocol import Agenda
from storage.central.clients import standings
from storage.central.connection import Store, Tx, document
from storage.central.doors.people import Who
from storage.central.leading.covering import covered_by
from storage.central.records.tasks import tasks
from storage.central.upkeep import audit

MOST = 200
"""Items of an agenda; the most urgent ones."""

_AHEAD = timedelta(days=5)
"""How far ahead a reminder may lie: a long weekend."""

_CLIENTS = """
    SELECT DISTINCT due.client_id
    FROM (
        SELECT client_id FROM promise
        WHERE user_id IN :people AND due BETWEEN :first AND :last AND status IN ('open', 'partial', 'broken')
        UNION ALL
        SELECT client_id FROM callback WHERE user_id IN :people AND status = 'open' AND due_at < :until
        UNION ALL
        SELECT client_id FROM task WHERE user_id = :user AND status = 'open' AND due <= :last
    ) due
    JOIN client c ON c.id = due.client_id
    WHERE :all OR c.portfolio_id IN :scope
"""
_LAST_READ = """
    SELECT detail
    FROM audit
    WHERE subject = :subject AND at > :since
    ORDER BY id + 0 DESC
    LIMIT 1
"""


def agenda(store: Store, who: Who) -> Agenda:
    """Own promises of late, today and tomorrow, own callbacks and tasks; the most urgent first.

    So are the promises and callbacks of colleagues whom the reader stands in for today.
    """
    with store.read() as tx:
        covered = covered_by(tx, who)
        items = [
            shown
            for client in _clients(tx, who, covered)
            for item in of_client(client, who.name, for_client(client), tuple(covered.values()))
            if (shown := as_of(item, tx.now)) is not None
        ]
        items.sort(key=lambda item: urgency(item, tx.now))
        seq = tx.value("SELECT last_seq FROM device WHERE id = :device", device=who.device)
        found = Agenda(
            items=tuple(items[:MOST]),
            seq=seq or 0,
            server_time=tx.now,
            covers=tuple(sorted(covered.values())),
        )
    _note_read(store, who, found)
    return found


def _note_read(store: Store, who: Who, found: Agenda) -> None:
    """The audit log keeps whose agenda was read: once a day, and when others stand in it.

    A workstation asks each minute; an entry for each answer would be most of the log.
    """
    clients = sorted({item.client_id for item in found.items})
    subject = f"agenda:{who.device}"
    with store.read() as tx:
        # Without "+ 0" PostgreSQL may walk the whole log backwards instead of the few of this device.
        last = tx.one(_LAST_READ, subject=subject, since=tx.now - timedelta(days=1))
    if clients and (last is None or document(last[0])["clients"] != clients):
        with store.begin() as tx:
            audit.note(tx, who.name, "agenda_read", subject, device=who.device, clients=clients)


def _clients(tx: Tx, who: Who, covered: Iterable[int]) -> Iterator[Client]:
    """The clients about whom something may be due, with their tasks."""
    today = tx.now.date()
    ids = [
        row[0]
        for row in tx.all(
            _CLIENTS,
            user=who.user_id,
            people=[who.user_id, *covered],
            first=today - timedelta(days=BROKEN_DAYS + 1),
            last=today + _AHEAD,
            until=tx.now + timedelta(days=2),
            all=who.portfolio_ids is None,
            scope=list(who.portfolio_ids or ()),
        )
    ]
    due = tasks(tx, ids)
    for client_id, client in standings(tx, ids, tx.now).items():
        yield msgspec.structs.replace(client, tasks=tuple(due.get(client_id, ())))
