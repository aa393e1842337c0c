"""An invented portfolio for training and trials, the same for the same seed and day.

upgrade(store)
generate(store, clients=500, seed=1)
for name, password, role in seed_users(store): ...
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.engine import make_url

from rules.explained import Explained
from rules.words import tr
from storage.central.connection import Store, Tx
from storage.central.portfolios import ensure_portfolio
from storage.central.queueing import place_all
from storage.central.schema import mark_training
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
from storage.models.work import CallbackRow, Interaction, PromiseRow
from storage.portfolio.demo.books import BOOKS
from storage.portfolio.demo.clients import NAMESPACE, Maker
from storage.portfolio.demo.staff import seed_users
from storage.portfolio.loading import Batch
from storage.reference import catalogue

__all__ = ["DemoExists", "generate", "seed_users"]

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
    moment = now or store.now()
    for first in range(0, clients, CHUNK):
        last = min(first + CHUNK, clients)
        with store.begin() as tx:
            _chunk(tx, Maker(tx, portfolios, catalogue(), seed, moment), range(first + 1, last + 1))
        if progress:
            progress(last, 2 * clients)
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
        (Payment, False),
        (Interaction, True),
        (PromiseRow, True),
        (CallbackRow, True),
    )
    for number in wanted:
        maker.add(batch, number)
    batch.write(tx)


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
