"""Rules as data at the centre: versions of what a portfolio does differently from the house."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from rules.catalogue import Catalogue, Result
from rules.configuration import CONTACT, Data, Fault, check, in_force
from rules.protocol import Rulebook, Rulebooks
from rules.strategies.plans import KIND as STRATEGY
from rules.words import tr
from storage.central.changes import tell
from storage.central.connection import Store, StoreError, Tx, document, instant
from storage.central.doors.people import Who
from storage.central.leading.strategy_checks import misfits
from storage.central.portfolios import BOOKS, books
from storage.central.queue.queueing import place_portfolio
from storage.central.upkeep import audit
from storage.reference import catalogue, kinds, negotiation, targets

if TYPE_CHECKING:
    from rules.negotiation import Negotiation
    from rules.targets import Targets

ENTITY = "rulebooks"
"""What the change feed calls them."""


class RulebookRefused(StoreError):
    """A file of rules has faults; nothing of it was taken. `faults` says where and what."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(f"{fault.line}: {fault.reason}" for fault in faults))
        self.faults = faults


class Loaded(Rulebook, frozen=True, kw_only=True):
    """A version with who loaded it, when and why."""

    loaded_by: str
    loaded_at: datetime
    why: str = ""


def load(
    store: Store,
    portfolio: str,
    text: str,
    *,
    by: str,
    since: datetime | None = None,
    why: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Rulebook, ...]:
    """Take a file of rules for a portfolio as a new version; older versions are kept.

    Contact parameters and strategies hold at once: every client of the portfolio is placed anew.

    Args:
        store: where.
        portfolio: whose rules, by name.
        text: TOML; may hold several kinds.
        by: who loads it, for the record.
        since: from when on results, scripts and negotiation hold; None = now.
        why: the reason, for the record.
        progress: hears how many clients are placed, of how many.

    Returns:
        the versions made, one for each kind in the file.

    Raises:
        RulebookRefused: the file has faults, or holds a strategy that the portfolio can't have.
        StoreError: there is no such portfolio, or what holds at once was given a later hour.
    """
    found, faults = check(text, kinds())
    if faults:
        raise RulebookRefused(faults)
    if {CONTACT, STRATEGY} & set(found) and since is not None and since > store.now():
        raise StoreError(
            tr("Contact parameters and strategies hold from the moment they are loaded: leave out --since.")
        )
    with store.begin() as tx:
        row_id, made = take(tx, portfolio, text, found, by=by, since=since, why=why)
        versions = {book.kind: book.version for book in made}
        audit.note(tx, f"command:config {by}", "rules_loaded", f"portfolio:{portfolio}", versions=versions)
    if CONTACT in found:
        place_portfolio(store, row_id, progress)
    elif STRATEGY in found:
        place_portfolio(store, row_id, progress, changed=False)
    return made


def take(
    tx: Tx,
    portfolio: str,
    text: str,
    found: Mapping[str, Data],
    *,
    by: str,
    since: datetime | None = None,
    why: str = "",
) -> tuple[int, tuple[Rulebook, ...]]:
    """Keep a file that was checked (`found`: its parts by kind) as new versions, and tell of them.

    The caller notes it and has the clients placed anew. Returns the portfolio's id and the versions.

    Raises:
        RulebookRefused, StoreError: as `load`.
    """
    row = tx.one("SELECT id, settings FROM portfolio WHERE name = :name FOR UPDATE", name=portfolio)
    if row is None:
        raise StoreError(tr("There is no portfolio {name}.", name=portfolio))
    if CONTACT in found:
        _set_parameters(tx, row[0], document(row[1]) | found[CONTACT]["parameters"])
    if STRATEGY in found and (unfit := misfits(tx, books(tx)[row[0]], text, found)):
        raise RulebookRefused(unfit)
    tx.memo.pop(BOOKS, None)
    made = tuple(_append(tx, row[0], portfolio, kind, text, since or tx.now, by, why) for kind in found)
    tell(tx, row[0], ENTITY, str(row[0]), max((book.version for book in made), default=0))
    return row[0], made


def _append(
    tx: Tx, portfolio_id: int, portfolio: str, kind: str, text: str, since: datetime, by: str, why: str
) -> Rulebook:
    before: int = tx.value(
        """
        SELECT coalesce(max(version), 0)
        FROM configuration
        WHERE portfolio_id = :portfolio AND kind = :kind
        """,
        portfolio=portfolio_id,
        kind=kind,
    )
    version = before + 1
    tx.run(
        """
        INSERT INTO configuration (portfolio_id, kind, version, since, loaded_at, loaded_by, text, why)
        VALUES (:portfolio, :kind, :version, :since, :now, :by, :text, :why)
        """,
        portfolio=portfolio_id,
        kind=kind,
        version=version,
        since=since,
        now=tx.now,
        by=by,
        text=text,
        why=why,
    )
    return Rulebook(portfolio=portfolio, kind=kind, version=version, since=since, text=text)


def _set_parameters(tx: Tx, portfolio_id: int, settings: dict[str, object]) -> None:
    tx.memo.pop(BOOKS, None)
    tx.run(
        "UPDATE portfolio SET settings = :settings, settings_version = settings_version + 1 WHERE id = :id",
        settings=settings,
        id=portfolio_id,
    )


def listed(tx: Tx, portfolio_ids: tuple[int, ...] | None = None) -> tuple[Loaded, ...]:
    """Every version of the rules of some portfolios (None = all), oldest first."""
    rows = tx.all(
        """
        SELECT c.portfolio_id, p.name, c.kind, c.version, c.since, c.text, c.loaded_by, c.loaded_at, c.why
        FROM configuration c
        JOIN portfolio p ON p.id = c.portfolio_id
        ORDER BY c.id
        """
    )
    return tuple(
        Loaded(
            portfolio=name,
            kind=kind,
            version=version,
            since=instant(since),
            text=text,
            loaded_by=by,
            loaded_at=instant(at),
            why=why,
        )
        for portfolio_id, name, kind, version, since, text, by, at, why in rows
        if portfolio_ids is None or portfolio_id in portfolio_ids
    )


def rulebooks(store: Store, who: Who) -> Rulebooks:
    """The rules of the reader's portfolios: what holds now, and what will hold later."""
    with store.read() as tx:
        books = listed(tx, who.portfolio_ids)
        held = {in_force(books, book.portfolio, book.kind, tx.now) for book in books}
        return Rulebooks(
            books=tuple(
                Rulebook(
                    portfolio=book.portfolio,
                    kind=book.kind,
                    version=book.version,
                    since=book.since,
                    text=book.text,
                )
                for book in books
                if book in held or book.since > tx.now
            ),
            server_time=tx.now,
        )


def negotiation_of(tx: Tx, portfolio_id: int, at: datetime) -> Negotiation:
    """Offers and authority as a portfolio has them at an instant."""
    books = listed(tx, (portfolio_id,))
    book = in_force(books, books[0].portfolio, "negotiation", at) if books else None
    return negotiation(book.text if book else "")


def targets_of(tx: Tx, portfolio_id: int, at: datetime) -> Targets:
    """Targets as a portfolio has them at an instant."""
    books = listed(tx, (portfolio_id,))
    book = in_force(books, books[0].portfolio, "targets", at) if books else None
    return targets(book.text if book else "")


class Results:
    """The results of one portfolio, in every version that it ever had."""

    def __init__(self, books: tuple[Rulebook, ...], portfolio: str) -> None:
        self._books = [book for book in books if book.portfolio == portfolio and book.kind == "results"]
        self._portfolio = portfolio

    def find(self, code: str, at: datetime) -> Result | None:
        """A result as it was at an instant; one that was dropped or came later is known all the same."""
        now = in_force(self._books, self._portfolio, "results", at)
        found = _catalogue(now).results.get(code)
        if found is not None:
            return found
        versions = (_catalogue(book) for book in (None, *reversed(self._books)))
        return next((known.results[code] for known in versions if code in known.results), None)


@lru_cache(64)
def _catalogue(book: Rulebook | None) -> Catalogue:
    return catalogue(book.text if book else "")
