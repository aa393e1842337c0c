"""Portfolios: make or update one, and the zone and contact rules that each works by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rules.contact import ContactParameters, parameters
from rules.contact_parameters import overrides
from rules.words import tr
from storage.central.connection import Store, StoreError, Tx, document

BOOKS = "books"
"""What a transaction keeps the portfolios as; who writes to one takes it out."""

_HOME_ZONES = {"MX": "America/Mexico_City", "US": "America/New_York"}


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """A portfolio as the central store works with it.

    zone: the zone of its days and hours in the live figures. parameters: its contact
    rules; rules: the settings by which they differ from the defaults. goal: minor units of
    `currency` for one day. strategy: version of the one in force, 0 = none was ever loaded
    (`storage.central.leading.strategies` reads it).
    """

    id: int
    name: str
    country: str
    currency: str
    creditor: str
    firm: str
    on_hold: bool
    goal: int
    zone: ZoneInfo
    parameters: ContactParameters
    rules: dict[str, Any]
    rules_version: str = ""
    product: str = ""
    strategy: int = 0

    def moment(self, at: datetime) -> tuple[date, int]:
        """The portfolio's own day and hour of an instant."""
        local = at.astimezone(self.zone)
        return local.date(), local.hour


def books(tx: Tx) -> dict[int, Book]:
    """Every portfolio by id (there are a few dozen at most), read once in a transaction."""
    if BOOKS not in tx.memo:
        tx.memo[BOOKS] = _read_books(tx)
    known: dict[int, Book] = tx.memo[BOOKS]
    return known


def _read_books(tx: Tx) -> dict[int, Book]:
    rows = tx.all(
        """
        SELECT id, name, product, country, currency, creditor, firm, on_hold, goal, settings,
            settings_version, (
                SELECT max(version)
                FROM configuration c
                WHERE c.portfolio_id = portfolio.id AND c.kind = 'strategy'
            )
        FROM portfolio
        ORDER BY id
        """
    )
    return {row[0]: _book(row, document(row[9])) for row in rows}


def portfolio_id(tx: Tx, name: str) -> int:
    """The id of a portfolio.

    Raises:
        StoreError: there is no such portfolio; the message names those there are.
    """
    found: int | None = tx.value("SELECT id FROM portfolio WHERE name = :name", name=name)
    if found is None:
        known = ", ".join(row[0] for row in tx.all("SELECT name FROM portfolio ORDER BY name"))
        raise StoreError(tr("There is no portfolio {name}; known: {known}.", name=name, known=known or "-"))
    return found


def home_book(known: Mapping[int, Book], scope: tuple[int, ...] | None) -> Book | None:
    """The first portfolio of a person's scope (None = all): whose currency and days are theirs."""
    return next((book for book in known.values() if scope is None or book.id in scope), None)


def _book(row: tuple[Any, ...], settings: dict[str, Any]) -> Book:
    portfolio_id, name, product, country, currency, creditor, firm, on_hold, goal = row[:9]
    return Book(
        id=portfolio_id,
        name=name,
        country=country,
        currency=currency,
        creditor=creditor,
        firm=firm,
        on_hold=bool(on_hold),
        goal=goal,
        zone=ZoneInfo(settings.get("zone") or _HOME_ZONES[country]),
        parameters=parameters(country, {"product": product} | settings),
        rules=overrides(settings),
        rules_version=f"{name}/{row[10]}",
        product=product,
        strategy=row[11] or 0,
    )


def ensure_portfolio(
    store: Store,
    name: str,
    *,
    product: str,
    country: str,
    currency: str,
    language: str,
    creditor: str,
    firm: str,
    goal: int = 0,
    settings: Mapping[str, Any] | None = None,
) -> int:
    """Make a portfolio, or bring the one of that name up to date; its id.

    Settings that differ from the ones in force are a new version of its parameters.

    Args:
        store: where.
        name: what people call it; unique.
        product: card, loan, sme, insurance or timeshare.
        country: MX or US; decides the contact rules.
        currency: ISO code of its goal and figures.
        language: es or en, the language to speak.
        creditor: to whom the debts are owed.
        firm: who collects.
        goal: minor units to recover in a day, 0 = none set.
        settings: overrides of rule parameters by name; ``zone`` sets the zone of its days.
    """
    with store.begin() as tx:
        found: int = tx.value(
            """
            INSERT INTO portfolio (name, product, country, currency, language, creditor, firm,
                on_hold, goal, settings)
            VALUES (:name, :product, :country, :currency, :language, :creditor, :firm, :on_hold,
                :goal, :settings)
            ON CONFLICT (name) DO UPDATE SET product = excluded.product, country = excluded.country,
                currency = excluded.currency, language = excluded.language, creditor =
                excluded.creditor, firm = excluded.firm, goal = excluded.goal, settings =
                excluded.settings, settings_version = portfolio.settings_version +
                CASE WHEN portfolio.settings = excluded.settings THEN 0 ELSE 1 END
            RETURNING id
            """,
            name=name,
            product=product,
            country=country,
            currency=currency,
            language=language,
            creditor=creditor,
            firm=firm,
            on_hold=False,
            goal=goal,
            settings=dict(settings or {}),
        )
        return found
