"""A terminal's daily file: its rows, and which payment under way each of them is.

A row is a payment's by the folio that the agent typed into the terminal, else by its authorisation
code and amount together. What fits neither is listed, and nothing is done with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from rules.paying import taking
from rules.paying.gateways import Standing
from rules.paying.intents import Intent
from rules.ready import ready

MOST = 500
"""Rows that are sent at once."""

VERDICTS = ("settled", "known", "different", "twice", "unknown")
"""settled: it is booked now. known: it was before. different: the amount is another one. twice: a row
before it was the same payment's. unknown: no payment that was asked for."""


class TerminalRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of the file; line: its place there. outcome: approved or declined. amount: minor units.

    at: None = the file does not say. Never a card's number: last4 at most.
    """

    line: int
    amount: int
    reference: str = ""
    outcome: str = "approved"
    auth_code: str = ""
    last4: str = ""
    brand: str = ""
    terminal: str = ""
    at: datetime | None = None


class Matched(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a row is: a verdict, and the payment's id, "" = none."""

    line: int
    verdict: str
    intent_id: str = ""


def match(rows: Iterable[TerminalRow], intents: Iterable[Intent]) -> tuple[Matched, ...]:
    """Which payment each row is; the intents are those of terminals."""
    known = tuple(intents)
    by_folio = {taking.folio(one.id): one for one in known}
    by_code = {(one.auth_code.upper(), one.amount): one for one in known if one.auth_code}
    seen: set[str] = set()
    found = []
    for row in rows:
        intent = by_folio.get(_plain(row.reference)) or by_code.get((row.auth_code.upper(), row.amount))
        found.append(_matched(row, intent, seen))
        if intent is not None:
            seen.add(intent.id)
    return tuple(found)


def standing(row: TerminalRow) -> Standing:
    """What a row says of its payment."""
    return Standing(
        status=row.outcome,
        auth_code=row.auth_code,
        last4=row.last4,
        brand=row.brand,
        terminal=row.terminal,
        paid_at=row.at,
    )


def _matched(row: TerminalRow, intent: Intent | None, seen: set[str]) -> Matched:
    if intent is None:
        return Matched(line=row.line, verdict="unknown")
    if intent.id in seen:
        verdict = "twice"
    elif row.amount != intent.amount:
        verdict = "different"
    elif taking.after(intent.status, row.outcome) == intent.status:
        verdict = "known"
    else:
        verdict = "settled"
    return Matched(line=row.line, verdict=verdict, intent_id=intent.id)


def _plain(reference: str) -> str:
    """A reference without what people put between its characters."""
    return "".join(letter for letter in reference.upper() if letter.isalnum())


ready(TerminalRow, Matched)
