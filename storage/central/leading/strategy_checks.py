"""Whether a portfolio can have a strategy: by its contact rules, its scripts and its offers."""

from __future__ import annotations

from collections.abc import Collection

from rules.configuration import Fault, at_lines
from rules.scripts import regular
from rules.strategies.limits import unknown_names, unlawful
from storage.central.connection import Tx
from storage.central.portfolios import Book
from storage.reference import negotiation, scripts, strategy


def misfits(tx: Tx, book: Book, text: str, kinds: Collection[str]) -> tuple[Fault, ...]:
    """What keeps a portfolio from working by a strategy that is sound by itself.

    Args:
        tx: where its other rules are; contact parameters of the same file hold already.
        book: the portfolio.
        text: the file.
        kinds: what else the file holds: its scripts and offers count instead of those in force.
    """
    found = strategy(text, 0)
    if found is None:
        return ()
    known = scripts(text if "scripts" in kinds else _in_force(tx, book.id, "scripts"))
    steps = negotiation(text if "negotiation" in kinds else _in_force(tx, book.id, "negotiation")).steps
    plain = regular(book.country, book.product)
    return at_lines(text, (*unlawful(found, book.parameters), *unknown_names(found, known, steps, plain)))


def _in_force(tx: Tx, portfolio_id: int, kind: str) -> str:
    """The portfolio's own rules of a kind, "" = the house's."""
    found: str | None = tx.value(
        """
        SELECT text
        FROM configuration
        WHERE portfolio_id = :portfolio AND kind = :kind AND since <= :now
        ORDER BY version DESC
        LIMIT 1
        """,
        portfolio=portfolio_id,
        kind=kind,
        now=tx.now,
    )
    return found or ""
