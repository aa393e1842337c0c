"""What a client owes, in its document: the accounts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import msgspec

from rules.buckets import bucket, days_past_due
from rules.clients import Account, Detail
from rules.companies import Company
from rules.contracts import Contract
from rules.ready import ready
from rules.stops import read_flags
from storage.central.connection import Tx, document, maybe_day
from storage.central.portfolios import Book


def accounts(
    tx: Tx, ids: list[int], known: dict[int, Book], today: dict[int, date], *, details: bool
) -> dict[int, list[Account]]:
    """Accounts by client.

    Args:
        tx: where.
        ids: the clients.
        known: every portfolio.
        today: each client's own day, from which days past due are counted.
        details: also the product's own lines and the components of the payoff.
    """
    rows = tx.all(
        """
        SELECT client_id, id, portfolio_id, ref, product, name, currency, status, oldest_due,
            overdue, total, minimum, disputed, CASE WHEN :details THEN components END,
            CASE WHEN :details THEN details END, details ->> 'flags', details ->> 'servicing',
            deposit, CASE WHEN :details THEN sheet END
        FROM account
        WHERE client_id IN :ids
        ORDER BY client_id, id
        """,
        ids=ids,
        details=details,
    )
    found: defaultdict[int, list[Account]] = defaultdict(list)
    for row in rows:
        oldest_due = maybe_day(row[8])
        days = days_past_due(today[row[0]], oldest_due)
        found[row[0]].append(
            Account(
                id=row[1],
                portfolio=known[row[2]].name,
                creditor=known[row[2]].creditor,
                number=row[3],
                product=row[4],
                name=row[5],
                currency=row[6],
                status=row[7],
                oldest_due=oldest_due,
                days=days,
                bucket="CO" if row[7] == "charged_off" else bucket(days),
                overdue=row[9],
                total=row[10],
                minimum=row[11],
                disputed=row[12],
                components=document(row[13]) if details else {},
                details=_details(document(row[14])) if details else (),
                flags=read_flags(row[15] or ""),
                servicing=row[16] or "",
                deposit=row[17],
                **(_sheet(document(row[18])) if details else {}),
            )
        )
    return found


def in_detail(tx: Tx, known: tuple[Account, ...]) -> tuple[Account, ...]:
    """Accounts that were read without details, with them: components and the product's own lines."""
    rows = tx.all(
        "SELECT id, components, details, sheet FROM account WHERE id IN :ids",
        ids=[account.id for account in known],
    )
    found = {
        row[0]: {"components": document(row[1]), "details": _details(document(row[2]))}
        | _sheet(document(row[3]))
        for row in rows
    }
    return tuple(msgspec.structs.replace(account, **found[account.id]) for account in known)


class _Sheet(msgspec.Struct, frozen=True):
    """What stands behind an account, as the store keeps it."""

    contract: Contract | None = None
    company: Company | None = None


ready(_Sheet)


def _sheet(values: dict[str, Any]) -> dict[str, Any]:
    return msgspec.structs.asdict(msgspec.convert(values, _Sheet)) if values else {}


def _details(values: dict[str, Any]) -> tuple[Detail, ...]:
    return tuple(Detail(key=key, value=str(value)) for key, value in values.items())
