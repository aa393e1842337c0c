"""An invented portfolio for training and trials, the same for the same seed and day.

upgrade(store)
generate(store, clients=500, seed=1)
for name, password, role in seed_users(store): ...
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.engine import make_url

from rules.configuration import check
from rules.explained import Explained
from rules.words import tr
from storage.central.connection import Store, Tx
from storage.central.counting import bucket_days
from storage.central.portfolios import books as known_books
from storage.central.portfolios import ensure_portfolio
from storage.central.queue.queueing import place_all
from storage.central.rulebooks import take
from storage.central.upkeep.schema import mark_training
from storage.models.debts import (
    AccountRow,
    ClaimRow,
    ClientRow,
    ContactPoint,
    EndorsementRow,
    Payment,
    PolicyRow,
    ReceiptRow,
)
from storage.models.policies import PolicyEventRow
from storage.models.records import CaseRow
from storage.models.work import CallbackRow, Interaction, PromiseRow
from storage.portfolio.demo.books import BOOKS
from storage.portfolio.demo.clients import NAMESPACE, Maker
from storage.portfolio.demo.staff import seed_users
from storage.portfolio.demo.telephony import add_calls
from storage.portfolio.loading import Batch
from storage.reference import catalogue, kinds, strategy_model

__all__ = ["DemoExists", "generate", "seed_users"]

CURVE_DAYS = 45
"""Days of which the buckets are known."""

CHUNK = 1000
"""Clients in memory, and in one transaction, at a time."""


class DemoExists(Explained):
    """The store holds a demo portfolio already."""


def generate(
    store: Store,
    clients: int = 500,
    seed: int = 1,
    now: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Fill an upgraded store with an invented portfolio, placed in the queue.

    The store is marked as one for training. Clients are made in chunks, so that memory
    stays flat whatever their number.

    Args:
        store: where.
        clients: how many.
        seed: the same seed on the same day gives the same portfolio.
        now: the instant at which the portfolio is seen; None = the store's present.
        progress: told (steps done, steps in all) as the work goes on.

    Raises:
        DemoExists: there is a demo portfolio already.
    """
    with store.read() as tx:
        if tx.value("SELECT count(*) FROM client WHERE namespace = :namespace", namespace=NAMESPACE):
            raise DemoExists(
                tr(
                    "{store} holds a demo portfolio already; seed an empty store instead",
                    store=make_url(store.url).render_as_string(),
                )
            )
    mark_training(store)
    portfolios = _portfolios(store)
    _strategies(store)
    moment = now or store.now()
    for first in range(0, clients, CHUNK):
        last = min(first + CHUNK, clients)
        with store.begin() as tx:
            _chunk(tx, Maker(tx, portfolios, catalogue(), seed, moment), range(first + 1, last + 1))
        if progress:
            progress(last, 2 * clients)
    _weeks(store, portfolios, seed, moment)
    place_all(store, (lambda done, _total: progress(clients + done, 2 * clients)) if progress else None)


def _chunk(tx: Tx, maker: Maker, wanted: range) -> None:
    batch = Batch(
        tx.dialect,
        (ClientRow, True),
        (ContactPoint, False),
        (AccountRow, True),
        (PolicyRow, True),
        (ReceiptRow, False),
        (EndorsementRow, False),
        (ClaimRow, False),
        (PolicyEventRow, True),
        (Payment, False),
        (Interaction, True),
        (PromiseRow, True),
        (CallbackRow, True),
        (CaseRow, True),
    )
    for number in wanted:
        maker.add(batch, number)
    batch.write(tx)


def _strategies(store: Store) -> None:
    """The house's model of a strategy in those portfolios that are worked by one."""
    model = strategy_model()
    found, _ = check(model, kinds())
    with store.begin() as tx:
        for book in BOOKS:
            if book.strategy:
                take(tx, book.name, model, found, by="seed", why=tr("Example strategy of the demo"))


def _weeks(store: Store, portfolios: dict[str, int], seed: int, now: datetime) -> None:
    """Telephone calls, and the buckets of each day as if the debts had been then what they are."""
    products = {portfolios[book.name]: book.product for book in BOOKS}
    with store.begin() as tx:
        add_calls(tx, products, seed, now)
        for key, book in known_books(tx).items():
            if key in products:
                days = bucket_days.days_before(book.moment(now)[0], CURVE_DAYS)
                bucket_days.write(tx, key, book.currency, bucket_days.ages(tx, key), days)


def _portfolios(store: Store) -> dict[str, int]:
    return {
        book.name: ensure_portfolio(
            store,
            book.name,
            product=book.product,
            country=book.country,
            currency=book.currency,
            language=book.language,
            creditor=book.creditor,
            firm=book.firm,
            goal=book.goal,
            settings=book.settings,
        )
        for book in BOOKS
    }
