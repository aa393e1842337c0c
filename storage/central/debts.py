"""What a client owes, in its document: accounts, and the policies behind them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import msgspec

from rules.buckets import bucket, days_past_due
from rules.clients import Account, Detail
from rules.policies import Claim, Endorsement, Policy, Receipt
from rules.stops import read_flags
from storage.central.connection import Tx, day, document, grouped, maybe_day, maybe_instant
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
            CASE WHEN :details THEN details END, details ->> 'flags', details ->> 'servicing'
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
            )
        )
    return found


def in_detail(tx: Tx, known: tuple[Account, ...]) -> tuple[Account, ...]:
    """Accounts that were read without details, with them: components and the product's own lines."""
    rows = tx.all(
        "SELECT id, components, details FROM account WHERE id IN :ids", ids=[account.id for account in known]
    )
    sheets = {row[0]: (document(row[1]), _details(document(row[2]))) for row in rows}
    return tuple(
        msgspec.structs.replace(account, components=sheets[account.id][0], details=sheets[account.id][1])
        for account in known
    )


def _details(values: dict[str, Any]) -> tuple[Detail, ...]:
    return tuple(Detail(key=key, value=str(value)) for key, value in values.items())


def policies(tx: Tx, ids: list[int], *, details: bool) -> dict[int, list[Policy]]:
    """Policies by client; `details` = with their receipts, endorsements and claims."""
    receipts = _receipts(tx, ids) if details else {}
    endorsements = _endorsements(tx, ids) if details else {}
    claims = _claims(tx, ids) if details else {}
    rows = tx.all(
        """
        SELECT a.client_id, p.id, p.account_id, p.number, p.kind, p.insurer, p.starts, p.ends,
            p.status, p.channel, a.currency, p.frequency, (
                SELECT min(r.grace_ends)
                FROM receipt r
                WHERE r.policy_id = p.id AND r.status IN ('pending', 'overdue')
            ), p.sum_insured
        FROM policy p
        JOIN account a ON a.id = p.account_id
        WHERE a.client_id IN :ids
        ORDER BY p.id
        """,
        ids=ids,
    )
    found: defaultdict[int, list[Policy]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(
            Policy(
                id=row[1],
                account_id=row[2],
                number=row[3],
                kind=row[4],
                insurer=row[5],
                starts=day(row[6]),
                ends=day(row[7]),
                status=row[8],
                channel=row[9],
                currency=row[10],
                frequency=row[11],
                grace_ends=maybe_instant(row[12]),
                sum_insured=row[13],
                receipts=tuple(receipts.get(row[1], ())),
                endorsements=tuple(endorsements.get(row[1], ())),
                claims=tuple(claims.get(row[1], ())),
            )
        )
    return found


def _receipts(tx: Tx, ids: list[int]) -> dict[int, list[Receipt]]:
    rows = tx.all(
        """
        SELECT r.policy_id, r.id, r.number, r."of", r.due, r.net, r.surcharge, r.fee, r.tax,
            r.total, r.status, r.grace_ends, r.paid_on, r.cfdi
        FROM receipt r
        JOIN policy p ON p.id = r.policy_id
        JOIN account a ON a.id = p.account_id
        WHERE a.client_id IN :ids
        ORDER BY r.policy_id, r.number
        """,
        ids=ids,
    )
    found: defaultdict[int, list[Receipt]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(
            Receipt(
                id=row[1],
                number=row[2],
                of=row[3],
                due=day(row[4]),
                net=row[5],
                surcharge=row[6],
                fee=row[7],
                tax=row[8],
                total=row[9],
                status=row[10],
                grace_ends=maybe_instant(row[11]),
                paid_on=maybe_day(row[12]),
                cfdi=row[13],
            )
        )
    return found


def _endorsements(tx: Tx, ids: list[int]) -> dict[int, list[Endorsement]]:
    rows = tx.all(
        """
        SELECT e.policy_id, e.id, e.kind, e."on", e.delta, e.note
        FROM endorsement e
        JOIN policy p ON p.id = e.policy_id
        JOIN account a ON a.id = p.account_id
        WHERE a.client_id IN :ids
        ORDER BY e.policy_id, e."on", e.id
        """,
        ids=ids,
    )
    return grouped(
        rows,
        lambda row_id, kind, on, delta, note: Endorsement(
            id=row_id, kind=kind, on=day(on), delta=delta, note=note
        ),
    )


def _claims(tx: Tx, ids: list[int]) -> dict[int, list[Claim]]:
    rows = tx.all(
        """
        SELECT c.policy_id, c.id, c.number, c."on", c.status, c.amount
        FROM claim c
        JOIN policy p ON p.id = c.policy_id
        JOIN account a ON a.id = p.account_id
        WHERE a.client_id IN :ids
        ORDER BY c.policy_id, c."on", c.id
        """,
        ids=ids,
    )
    return grouped(
        rows,
        lambda row_id, number, on, status, amount: Claim(
            id=row_id, number=number, on=day(on), status=status, amount=amount
        ),
    )
