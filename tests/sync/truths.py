"""What must be true of workstations and their centre, whatever has happened to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from rules.facts import SEQ_REUSED
from rules.protocol import AgentRow
from storage.central.connection import Store, instant
from storage.central.counting import stats
from storage.central.doors.people import Who
from storage.central.queue import queueing
from storage.central.upkeep import consistency
from tests.sync.model import Station


def held_twice(stations: Sequence[Station]) -> list[int]:
    """Clients that two workstations both believe to be theirs alone."""
    claims = Counter(client for station in stations for client in station.holds())
    return [client for client, times in claims.items() if times > 1]


def standing_twice(store: Store) -> list[int]:
    """Clients with more than one place among ready, waiting and lease."""
    with store.read() as tx:
        rows = tx.all(
            """
            SELECT client_id FROM (
                SELECT client_id FROM ready
                UNION ALL SELECT client_id FROM waiting
                UNION ALL SELECT client_id FROM lease
            ) places
            GROUP BY client_id HAVING count(*) > 1
            """
        )
    return [row[0] for row in rows]


async def come_to_rest(stations: Sequence[Station], store: Store) -> None:
    """The wire is good again, what was held back arrives, and everybody says and hears everything."""
    for station in stations:
        while station.wire.late:
            await station.wire.deliver(0)
    for station in stations:
        await station.settle()
    queueing.sweep(store)
    stats.fold(store)
    for station in stations:
        await station.renew()
        await station.pull()
        await station.settle()  # that messages have come is a fact


def faults_at_rest(stations: Sequence[Station], store: Store, lead: Who) -> Iterator[str]:
    """What is not as it must be once everybody is at rest."""
    yield from consistency.check(store)
    with store.read() as tx:
        events = {
            row[0]: (row[1], row[2], instant(row[3]), row[4])
            for row in tx.all("SELECT id, device, seq, received_at, kind FROM event")
        }
        lines = Counter(row[0] for row in tx.all("SELECT id FROM interaction WHERE day IS NOT NULL"))
        versions = dict(tx.all("SELECT id, version FROM client"))
    yield from _each_once(stations, set(events))
    results = Counter(fact for fact, event in events.items() if event[3] == "result")
    if lines != results:
        yield f"results and their lines differ: {(lines - results) + (results - lines)}"
    yield from _in_order(stations, events)
    yield from foreign(stations, store)
    yield from _messages(stations, store)
    board = {row.name: row for row in stats.snapshot(store, lead).agents}
    for station in stations:
        yield from station.wire.broken
        for client, version in station.documents().items():
            if versions[client] != version:
                yield f"{station.name} has version {version} of client {client}, not {versions[client]}"
        if not station.waiting():  # what is held back behind a refused fact counts on the desk alone
            yield from _equal(station, board[station.user])


def _each_once(stations: Sequence[Station], at_centre: set[str]) -> Iterator[str]:
    made: set[str] = set()
    for station in stations:
        waiting, refused = station.waiting(), station.refused()
        held_up = {station.made.get(fact) for fact in refused}
        made |= set(station.made)
        for fact, client in station.made.items():
            if fact in waiting:
                if client not in held_up:
                    yield f"{station.name}: {fact} is at rest in the outbox"
            elif fact in at_centre:
                if fact in refused:
                    yield f"{station.name}: {fact} was refused ({refused[fact]}) and kept"
            elif station.was_refused.get(fact, SEQ_REUSED) == SEQ_REUSED and fact not in station.gone:
                yield f"{station.name}: {fact} is lost"
    if strange := at_centre - made:
        yield f"nobody made {strange}"


def _in_order(
    stations: Sequence[Station], events: dict[str, tuple[str, int, datetime, str]]
) -> Iterator[str]:
    """The facts of a device about one client came in as they were made; numbers never contradict it."""
    for station in stations:
        latest: dict[tuple[str, int], tuple[int, datetime]] = {}
        for fact, client in station.made.items():
            if fact not in events or fact in station.gone:
                continue
            device, seq, received, _ = events[fact]
            before = latest.get((device, client))
            if before is not None and (seq < before[0] or received < before[1]):
                yield f"{station.name}: {fact} came out of order"
            latest[(device, client)] = (seq, received)


def _equal(station: Station, row: AgentRow) -> Iterator[str]:
    own = station.desk.header().figures
    here = (own.touches, own.contacts, own.rpc, own.promises, own.promised)
    there = (row.touches, row.contacts, row.rpc, row.promises, row.promised_amount)
    if here != there:
        yield f"{station.name} shows {here}, the board {there}"


def _messages(stations: Sequence[Station], store: Store) -> Iterator[str]:
    """Each message is at every workstation of its readers, and the centre knows; what was read there, too."""
    with store.read() as tx:
        receipts = tx.all(
            """
            SELECT u.name, r.message_id, r.delivered_at IS NOT NULL, r.read_at IS NOT NULL
            FROM message_receipt r
            JOIN app_user u ON u.id = r.user_id
            WHERE u.role = 'agent'
            """
        )
        written = {row[0] for row in tx.all("SELECT id FROM message")}
    for station in stations:
        here, waiting, refused = station.messages(), station.waiting(), station.refused()
        for user, message, delivered, read in receipts:
            if user != station.user:
                continue
            if message not in here or not delivered:
                yield f"{station.name}: message {message} has not arrived, or nobody knows ({delivered})"
            elif here[message][1] and not read:
                yield f"{station.name}: message {message} was read, and nobody knows"
        lost = {key for key, (mine, _) in here.items() if mine} - written - waiting.keys() - refused.keys()
        if lost:
            yield f"{station.name}: what the agent wrote is lost: {lost}"


def foreign(stations: Sequence[Station], store: Store) -> Iterator[str]:
    """Workstations that keep a client of a portfolio that is not their agent's."""
    with store.read() as tx:
        for station in stations:
            seen = tx.all(
                """
                SELECT c.id
                FROM client c
                JOIN user_portfolio p ON p.portfolio_id = c.portfolio_id
                JOIN app_user u ON u.id = p.user_id
                WHERE u.name = :user
                """,
                user=station.user,
            )
            unsent = set(station.waiting().values())
            if strange := station.kept() - {row[0] for row in seen} - unsent:
                yield f"{station.name} keeps clients of others: {strange}"
