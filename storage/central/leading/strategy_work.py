"""What leads do with strategies: look at versions, try one on the present portfolio, load one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules.clients import Client
from rules.configuration import Fault, check
from rules.strategies.conditions import Scene
from rules.strategies.plans import KIND, Strategy
from rules.strategies.questions import (
    Load,
    LoadAnswer,
    Loaded,
    Simulated,
    Strategies,
    Taken,
    Version,
    Worked,
)
from rules.strategies.simulation import Simulation, named, scene_of
from rules.strategies.tabled import table as rules_table
from rules.tables import Column, Row, Table
from rules.words import mark
from rules.zones import local_day
from storage.central import rulebooks
from storage.central.clients import standings
from storage.central.connection import Store, Tx
from storage.central.doors.who import Who
from storage.central.leading import strategies
from storage.central.leading.strategy_checks import misfits
from storage.central.portfolios import Book, books, portfolio_id
from storage.central.queue import replacing
from storage.central.records.closing import NotDone, checked_note
from storage.central.records.decisions import masked
from storage.central.upkeep import audit
from storage.reference import kinds, strategy, strategy_model

CHUNK = 1000
MOST_CLIENTS = 500
"""Clients of a rule that are shown."""

CLIENTS = (
    Column(key="client", title=mark("client")),
    Column(key="number", title=mark("number"), kind="code"),
    Column(key="bucket", title=mark("bucket"), kind="code"),
    Column(key="days", title=mark("days"), kind="count"),
    Column(key="overdue", title=mark("past due"), kind="money"),
    Column(key="attempts", title=mark("attempts"), kind="count"),
)


def versions(store: Store, who: Who) -> Strategies:
    """Every version of the strategies of the reader's portfolios, and the house's model."""
    with store.read() as tx:
        known = [book for book in books(tx).values() if who.may_see(book.id)]
        loaded = [one for one in rulebooks.listed(tx, who.portfolio_ids) if one.kind == KIND]
    return Strategies(
        portfolios=tuple(
            Worked(
                portfolio=book.name,
                versions=tuple(_version(one) for one in reversed(loaded) if one.portfolio == book.name),
            )
            for book in known
        ),
        model=strategy_model(),
    )


def _version(loaded: rulebooks.Loaded) -> Version:
    found = strategy(loaded.text, loaded.version)
    return Version(
        version=loaded.version,
        name=found.name if found else "",
        rules=len(found.rules) if found else 0,
        loaded_by=loaded.loaded_by,
        loaded_at=loaded.loaded_at,
        why=loaded.why,
    )


def version(store: Store, who: Who, portfolio: str, number: int) -> Loaded:
    """A version as it was loaded, with its rules as a table.

    Raises:
        NotDone: unknown_portfolio, unknown_version.
    """
    with store.read() as tx:
        book = _book(tx, who, portfolio)
        text = strategies.text(tx, book.id, number)
        if not text:
            raise NotDone("unknown_version")
        return Loaded(text=text, rules=rules_table(strategy(text, number), tx.now))


def simulate(store: Store, who: Who, portfolio: str, text: str) -> Simulated:
    """What each rule of a text would take of a portfolio of the reader's; see `try_out`.

    Raises:
        NotDone: unknown_portfolio.
    """
    with store.read() as tx:
        _book(tx, who, portfolio)
    return try_out(store, portfolio, text)


def try_out(store: Store, portfolio: str, text: str) -> Simulated:
    """What each rule of a text would take of a portfolio, beside the strategy in force; changes nothing.

    Reads the clients chunk by chunk, each in a transaction of its own: nobody waits for it.

    Raises:
        StoreError: there is no such portfolio.
    """
    with store.read() as tx:
        book = books(tx)[portfolio_id(tx, portfolio)]
        now = strategies.in_force(tx, book)
        new, faults = _draft(tx, book, text)
    if faults:
        return Simulated(faults=faults)
    counted = Simulation(new, now, book.currency)
    for client, today in _clients(store, book):
        counted.add(client, today)
    return Simulated(table=counted.table(store.now()))


def _draft(tx: Tx, book: Book, text: str) -> tuple[Strategy | None, tuple[Fault, ...]]:
    """The strategy of a text and its faults; of no text the one in force."""
    if not text:
        return strategies.in_force(tx, book), ()
    found, faults = check(text, kinds())
    if not faults and set(found) != {KIND}:
        other = ", ".join(sorted(set(found) - {KIND})) or "nothing"
        faults = (Fault(1, f"only a strategy is taken here, and the file holds {other}"),)
    faults = faults or misfits(tx, book, text, found)
    return (None, faults) if faults else (strategy(text, 0), ())


def clients(store: Store, who: Who, asked: Taken) -> Table:
    """The first clients whom a rule and arm take, masked; that they were read is noted.

    Raises:
        NotDone: unknown_portfolio, bad_strategy (the text has faults).
    """
    with store.read() as tx:
        book = _book(tx, who, asked.portfolio)
        wanted, faults = _draft(tx, book, asked.text)
    if faults:
        raise NotDone("bad_strategy")
    rows: list[Row] = []
    for client, today in _clients(store, book):
        scene = scene_of(client, today)
        if named(wanted, scene) == (asked.rule, asked.arm):
            rows.append(_row(client, scene, book))
        if len(rows) > MOST_CLIENTS:
            break
    audit.note_reading(store, who.name, "rows_read", who.device)
    return Table(
        name="clients",
        title=mark("Clients of a rule"),
        columns=CLIENTS,
        rows=tuple(rows[:MOST_CLIENTS]),
        at=store.now(),
        more=len(rows) > MOST_CLIENTS,
    )


def _row(client: Client, scene: Scene, book: Book) -> Row:
    owed = scene.owed
    currency = max(owed, key=lambda one: owed[one], default=book.currency)
    tried = sum(one.counted for one in client.attempts)
    cells = (masked(client.name), f"{client.id}", scene.bucket, scene.days, owed.get(currency, 0), tried)
    return Row(key=str(client.id), cells=cells, currency=currency)


def _clients(store: Store, book: Book) -> Iterator[tuple[Client, date]]:
    """Every client of a portfolio as far as the queue knows it, with its own day."""
    last = 0
    while True:
        with store.read() as tx:
            ids = [
                row[0]
                for row in tx.all(
                    "SELECT id FROM client WHERE portfolio_id = :id AND id > :last ORDER BY id LIMIT :limit",
                    id=book.id,
                    last=last,
                    limit=CHUNK,
                )
            ]
            found, now = standings(tx, ids, tx.now), tx.now
        if not ids:
            return
        for client in found.values():
            yield client, local_day(now, (client.zones or book.parameters.default_zones)[0])
        last = ids[-1]


def load(store: Store, who: Who, order: Load) -> LoadAnswer:
    """Have a strategy hold from now on, as a new version; the clients are placed anew meanwhile.

    Raises:
        NotDone: unknown_portfolio, why_missing, card_number_in_note, card_code_in_note.
    """
    why = checked_note(order.why).strip()
    if not why:
        raise NotDone("why_missing")
    with store.begin() as tx:
        book = _book(tx, who, order.portfolio)
        _, faults = _draft(tx, book, order.text or " ")
        if faults:
            return LoadAnswer(faults=faults)
        found = check(order.text, kinds())[0]
        _, made = rulebooks.take(tx, book.name, order.text, found, by=who.name, why=why)
        number = made[0].version
        subject = f"portfolio:{book.name}"
        audit.note(tx, who.name, "strategy_loaded", subject, device=who.device, version=number, why=why)
        replacing.begin(tx, book.id)
    return LoadAnswer(version=number)


def _book(tx: Tx, who: Who, portfolio: str) -> Book:
    for book in books(tx).values():
        if book.name == portfolio and who.may_see(book.id):
            return book
    raise NotDone("unknown_portfolio")
