"""The strategy that a portfolio is worked by, in the version in force."""

from __future__ import annotations

from rules.strategies.assigning import Written, parted
from rules.strategies.plans import KIND, Strategy
from storage.central.connection import Tx
from storage.central.portfolios import Book
from storage.reference import strategy

_READ = "strategies"
"""What a transaction keeps the strategies as that it has read, by portfolio and version."""


def in_force(tx: Tx, book: Book) -> Strategy | None:
    """The strategy of a portfolio, read once in a transaction; None = it has none."""
    return version(tx, book, book.strategy)


def version(tx: Tx, book: Book, number: int) -> Strategy | None:
    """A version of a portfolio's strategy; None = there is none, or it was one without rules."""
    if not 0 < number <= book.strategy:
        return None
    known: dict[tuple[int, int], Strategy | None] = tx.memo.setdefault(_READ, {})
    if (book.id, number) not in known:
        known[(book.id, number)] = strategy(text(tx, book.id, number), number)
    return known[(book.id, number)]


def text(tx: Tx, portfolio_id: int, number: int) -> str:
    """A version as it was loaded, "" = there is none."""
    found: str | None = tx.value(
        """
        SELECT text
        FROM configuration
        WHERE portfolio_id = :portfolio AND kind = :kind AND version = :version
        """,
        portfolio=portfolio_id,
        kind=KIND,
        version=number,
    )
    return found or ""


def existed(tx: Tx, book: Book, written: str) -> bool:
    """Whether a rule and its arm, as a fact names them, are those of a version that was in force."""
    found = parted(written)
    return found is not None and _names(version(tx, book, found.version), found)


def _names(strategy: Strategy | None, written: Written) -> bool:
    rule = strategy.rule(written.rule) if strategy else None
    return rule is not None and written.arm in ([arm.name for arm in rule.arms] or [""])
