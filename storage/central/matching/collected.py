"""What the store has collected in some days, by receipt or by the payments' references."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta

from rules.tools.matching import Run
from rules.tools.matching_columns import match_key
from storage.central.connection import Tx
from storage.central.portfolios import books

_PAYMENTS = """
    SELECT p.id, p.reference, coalesce(o.number, a.ref),
        sum(CASE e.kind WHEN 'received' THEN e.amount ELSE -e.amount END)
    FROM payment p
    JOIN account a ON a.id = p.account_id
    JOIN client c ON c.id = a.client_id
    JOIN ledger_entry e ON e.payment_id = p.id AND e.kind IN ('received', 'returned', 'refunded')
    LEFT JOIN policy o ON o.account_id = a.id
    WHERE c.portfolio_id = :portfolio AND p.currency = :currency AND p.at >= :since AND p.at < :until
    GROUP BY p.id, p.reference, o.number, a.ref
"""
"""Payments of these days with what is left of them: what bounced or was given back is no money collected."""

_APPLIED = """
    SELECT e.payment_id, o.number, r.number, sum(CASE e.kind WHEN 'applied' THEN e.amount ELSE -e.amount END)
    FROM ledger_entry e
    JOIN payment p ON p.id = e.payment_id
    JOIN account a ON a.id = p.account_id
    JOIN client c ON c.id = a.client_id
    JOIN receipt r ON r.id = e.receipt_id
    JOIN policy o ON o.id = r.policy_id
    WHERE e.kind IN ('applied', 'unapplied')
      AND c.portfolio_id = :portfolio AND p.currency = :currency AND p.at >= :since AND p.at < :until
    GROUP BY e.payment_id, o.number, r.number
"""


def collected(tx: Tx, run: Run) -> dict[str, tuple[int, int]]:
    """Key to minor units and number of payments.

    By receipt (P1-R1) it is what each payment pays of it; money of a payment that pays no receipt
    stands under the policy's own number (or the account's, where there is no policy).
    """
    book = next(one for one in books(tx).values() if one.name == run.portfolio)
    if run.since is None or run.until is None:
        raise ValueError("a run beside the store is of some days")
    terms = {
        "portfolio": book.id,
        "currency": run.currency,
        "since": datetime.combine(run.since, time(), book.zone),
        "until": datetime.combine(run.until + timedelta(days=1), time(), book.zone),
    }
    payments = {row[0]: row[1:] for row in tx.all(_PAYMENTS, **terms) if row[3]}
    found: defaultdict[str, list[int]] = defaultdict(list)
    if run.key_form == "reference":
        for reference, _, amount in payments.values():
            found[match_key((reference,))].append(int(amount))
        return _summed(found)
    left = {payment: int(amount) for payment, (_, _, amount) in payments.items()}
    for payment, policy, number, amount in tx.all(_APPLIED, **terms):
        if payment in left and amount:
            found[match_key((policy, str(number)))].append(int(amount))
            left[payment] -= int(amount)
    for payment, rest in left.items():
        if rest > 0:
            found[match_key((payments[payment][1],))].append(rest)
    return _summed(found)


def _summed(found: dict[str, list[int]]) -> dict[str, tuple[int, int]]:
    return {key: (sum(amounts), len(amounts)) for key, amounts in found.items() if key}
