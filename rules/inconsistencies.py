"""Inconsistencies: data that can't be right, reported by an agent or found by a check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from rules.clients import Client, Inconsistency
from rules.consistency import Problem
from rules.facts import InconsistencyBody

ISSUES = (
    "payment_twice",
    "bucket_days",
    "balance_parts",
    "receipt_paid_open",
    "promise_after_payoff",
    "wrong_person",
    "payment_missing",
    "wrong_amount",
    "other",
)
"""What can be wrong; the first five are also found by checks."""


def check(body: InconsistencyBody, client: Client) -> Iterator[Problem]:
    """What forbids a report: unknown_issue, unknown_account."""
    if body.issue not in ISSUES:
        yield Problem("unknown_issue", {"issue": body.issue})
    if body.account_id is not None and all(one.id != body.account_id for one in client.accounts):
        yield Problem("unknown_account", {"account": str(body.account_id)})


def apply(client: Client, fact_id: str, body: InconsistencyBody, at: datetime, agent: str) -> Client:
    """The client with the report open."""
    found = Inconsistency(
        id=fact_id,
        issue=body.issue,
        found=at,
        account_id=body.account_id,
        evidence=body.evidence,
        note=body.note,
        agent=agent,
    )
    return msgspec.structs.replace(client, inconsistencies=(*client.inconsistencies, found))
