"""Ageing: days past due and the buckets of arrears."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rules.clients import Account

BUCKETS = ("B0", "B1", "B2", "B3", "B4", "B5", "B6", "CO")
"""From current to charged off, the worst last."""

FLOORS = (1, 30, 60, 90, 120, 150, 180)
"""First day of B1 and of each later bucket."""

COLLECTED = ("open", "charged_off")
"""Statuses of an account on which something may be asked for."""


STRATEGY = "/"
"""What stands between a bucket and the rule of a strategy in a segment."""


def segment(bucket: str, strategy: str) -> str:
    """A part of a queue, as live figures are kept by it: the bucket, and the strategy's rule if one holds."""
    return f"{bucket}{STRATEGY}{strategy}" if strategy else bucket


def parted(segment: str) -> tuple[str, str]:
    """Bucket and rule of a segment, "" = no strategy holds there."""
    bucket, _, strategy = segment.partition(STRATEGY)
    return bucket, strategy


def days_past_due(as_of: date, oldest_due: date | None) -> int:
    """Days from the oldest unpaid due date; 0 when nothing is overdue."""
    return max(0, (as_of - oldest_due).days) if oldest_due is not None else 0


def bucket(days: int) -> str:
    """The bucket of days past due: B0 0, B1 1-29, then one for each 30 days, CO from 180."""
    if days <= 0:
        return "B0"
    return BUCKETS[min(days // 30 + 1, 7)]


def days_to_roll(days: int) -> int | None:
    """Days until the account crosses into its next bucket; None from charge-off on."""
    return next((floor - days for floor in FLOORS if floor > days), None)


def account_days(account: Account, today: date) -> int:
    """Days past due of an account on a day; its own figure when it names no due date."""
    return account.days if account.oldest_due is None else days_past_due(today, account.oldest_due)


def account_bucket(account: Account, today: date) -> str:
    """The bucket of an account on a day; a charged-off one stays in CO whatever its age."""
    return BUCKETS[-1] if account.status == "charged_off" else bucket(account_days(account, today))


def rolls_within(accounts: Iterable[Account], today: date, days: int) -> tuple[Account, ...]:
    """The accounts in arrears that cross into a worse bucket within some days."""
    return tuple(
        account
        for account in accounts
        if account.overdue > 0 and (days_to_roll(account_days(account, today)) or days + 1) <= days
    )
