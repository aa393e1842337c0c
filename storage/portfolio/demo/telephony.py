"""Invented telephone calls of the last weeks: an inbound queue, and the dialler's campaigns.

Answered calls carry their agent's name in the reference until the demo's people are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from rules.service import DROP_WINDOW
from storage.central.connection import Tx
from storage.central.portfolios import Book, books
from storage.models.measuring import PhoneCall
from storage.portfolio.demo.past import AGENTS, SUNDAY
from storage.portfolio.loading import Batch

INBOUND, OUTBOUND = 6, 24
"""Calls of a portfolio on one day."""

_DROPPED = {"card": 12, "loan": 7}
"""Dropped of a thousand dialled calls by product, 3 for others: one campaign is to slow down."""

_HOURS = (range(9, 19), (8, 9, 12, 14, 14, 9, 8, 11, 10, 5))
"""Hours and how busy each is."""


def add_calls(tx: Tx, products: dict[int, str], seed: int, now: datetime) -> None:
    """Write the calls of each portfolio's last weeks; none of today.

    Args:
        tx: the transaction.
        products: portfolio's id to its product.
        seed: the same seed on the same day gives the same calls.
        now: the instant at which the portfolio is seen.
    """
    batch = Batch(tx.dialect, (PhoneCall, False))
    for book in books(tx).values():
        if book.id in products:
            rng = Random(f"{seed}/calls/{book.name}")  # noqa: S311 - invented data
            for number, call in enumerate(_calls(rng, book, products[book.id], now), start=1):
                batch["phone_call"].add(
                    portfolio_id=book.id, **call | {"reference": f"{call['reference']}-{number:05}"}
                )
    batch.write(tx)


def give_calls(tx: Tx, user_id: int, name: str) -> None:
    """Make somebody the one who answered the calls that the demo says they did."""
    tx.run(
        "UPDATE phone_call SET user_id = :user WHERE user_id IS NULL AND reference LIKE :mine",
        user=user_id,
        mine=f"DEMO-{name}-%",
    )


def _calls(rng: Random, book: Book, product: str, now: datetime) -> Iterator[dict[str, Any]]:
    today = book.moment(now)[0]
    for back in range(DROP_WINDOW, 0, -1):
        day = today - timedelta(days=back)
        if day.weekday() != SUNDAY:
            yield from (_inbound(rng, book, day) for _ in range(INBOUND))
            yield from (_outbound(rng, book, product, day) for _ in range(OUTBOUND))


def _inbound(rng: Random, book: Book, day: date) -> dict[str, Any]:
    wait = min(180, int(rng.expovariate(1 / 16)))
    left = rng.random() < (0.05 if wait < 20 else 0.3)
    outcome = "abandoned" if left else "answered"
    return _call(rng, book, day, "in", outcome, f"{book.country}-IN", wait)


def _outbound(rng: Random, book: Book, product: str, day: date) -> dict[str, Any]:
    drawn = rng.randrange(1000)
    dropped = _DROPPED.get(product, 3)
    outcome = "dropped" if drawn < dropped else "answered" if drawn < 400 else "unanswered"
    return _call(rng, book, day, "out", outcome, f"{product.upper()}-OUT", 0)


def _call(
    rng: Random, book: Book, day: date, direction: str, outcome: str, campaign: str, wait: int
) -> dict[str, Any]:
    hour = rng.choices(*_HOURS)[0]
    local = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), book.zone)
    answered = outcome == "answered"
    agent = rng.choice(AGENTS["en" if book.country == "US" else "es"]) if answered else "nobody"
    return {
        "reference": f"DEMO-{agent}",
        "at": local.astimezone(UTC),
        "day": day,
        "hour": hour,
        "direction": direction,
        "outcome": outcome,
        "code": {"dropped": "ABAN", "unanswered": "NOCO"}.get(outcome, ""),
        "campaign": campaign,
        "wait": wait,
        "talk": 20 + int(rng.expovariate(1 / 150)) if answered else 0,
        "hold": rng.choice((0, 0, 0, 25)) if answered else 0,
        "wrap": 10 + int(rng.expovariate(1 / 25)) if answered else 0,
    }
