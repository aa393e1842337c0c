"""The board's rows of portfolios and buckets, from the live figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from rules.buckets import parted
from rules.contact import window
from rules.directives import Directive, standing
from rules.protocol import QueueRow
from rules.zones import instant
from storage.central.counting import figures
from storage.central.portfolios import Book


def queue_rows(
    rows: list[tuple[Any, ...]],
    trends: Mapping[tuple[int, str], tuple[int, ...]],
    known: dict[int, Book],
    today: dict[int, date],
    directives: Mapping[int, Collection[Directive]],
) -> tuple[QueueRow, ...]:
    """A row for each portfolio, strategy and bucket; amounts in another currency get a row of their own.

    Args:
        rows: day, portfolio, segment, measure, sum.
        trends: touches by hour of each portfolio and segment.
        known: the portfolios.
        today: each one's own day.
        directives: those in force, by portfolio.
    """
    counts: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for when, portfolio_id, bucket, measure, n in rows:
        if bucket and figures.counts(when, portfolio_id, today):
            counts[(portfolio_id, bucket)][measure] += int(n)
    goals = _goals(counts, known)
    found: list[QueueRow] = []
    hours = {key: _hours(book, today[key]) for key, book in known.items()}
    for (portfolio_id, segment), measured in sorted(counts.items()):
        if not any(measured.values()):
            continue  # a rule of an earlier strategy, which nobody is under any more
        book = known[portfolio_id]
        bucket, strategy = parted(segment)
        opens, closes = hours[portfolio_id]
        found.append(
            QueueRow(
                portfolio=book.name,
                bucket=bucket,
                strategy=strategy,
                currency=book.currency,
                pending=measured[figures.READY],
                leased=measured[figures.LEASED],
                waiting=measured[figures.WAITING],
                untouched=measured[figures.READY] + measured[figures.WAITING] - measured[figures.REQUEUED],
                unlocatable=measured[figures.UNLOCATABLE],
                worked=measured[figures.WORKED],
                contacted=measured[figures.CONTACT],
                rpc=measured[figures.RIGHT_PARTY],
                promised=measured[figures.PROMISE],
                promised_amount=measured[figures.PROMISED + book.currency],
                recovered_amount=measured[figures.RECOVERED + book.currency],
                goal=goals[(portfolio_id, segment)],
                trend=trends[(portfolio_id, segment)],
                zone=book.zone.key,
                opens=opens,
                closes=closes,
                directive=standing(directives.get(portfolio_id, ()), segment),
            )
        )
        found += [
            QueueRow(
                portfolio=book.name,
                bucket=bucket,
                strategy=strategy,
                currency=currency,
                promised_amount=measured[figures.PROMISED + currency],
                recovered_amount=measured[figures.RECOVERED + currency],
            )
            for currency in _other_currencies(measured, book.currency)
        ]
    return tuple(found)


def _hours(book: Book, today: date) -> tuple[int, int]:
    """Minutes of the day between which a portfolio's clients are called, both 0 on a day of rest."""
    p = book.parameters
    if not window(instant(today, p.start, book.zone.key), (book.zone.key,), p).allowed:
        return 0, 0
    return 60 * p.start.hour + p.start.minute, 60 * p.end.hour + p.end.minute


def _other_currencies(measured: Counter[str], own: str) -> list[str]:
    prefixes = (figures.PROMISED, figures.RECOVERED)
    found = {name.partition(":")[2] for name, n in measured.items() if n and name.startswith(prefixes)}
    return sorted(found - {own})


def _goals(counts: dict[tuple[int, str], Counter[str]], known: dict[int, Book]) -> dict[tuple[int, str], int]:
    """A portfolio's goal shared among its buckets by the clients in them; to the cent."""
    clients = {
        key: sum(measured[place] for place in (figures.READY, figures.LEASED, figures.WAITING))
        for key, measured in counts.items()
    }
    goals: dict[tuple[int, str], int] = {}
    for portfolio_id, book in known.items():
        keys = sorted(key for key in clients if key[0] == portfolio_id)
        total = sum(clients[key] for key in keys)
        given = seen = 0
        for key in keys:
            seen += clients[key]
            share = book.goal * seen // total - given if total else 0
            goals[key] = share
            given += share
    return goals
