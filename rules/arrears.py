"""What a client may be asked for: money, the age of the oldest of it, what crosses a bucket soon."""

from __future__ import annotations

from collections import Counter
from datetime import date

from rules.buckets import COLLECTED, FLOORS, days_to_roll
from rules.clients import Client


def arrears(client: Client, today: date) -> tuple[int, int, int]:
    """Minor units that may be asked for, days past due of the oldest, points for rolling."""
    money = oldest = rolls = 0
    for account in client.accounts:
        asked = account.overdue - account.disputed
        if asked <= 0 or account.status not in COLLECTED:
            continue
        money += asked
        due = account.oldest_due
        days = account.days if due is None else (today - due).days
        if days > oldest:
            oldest = days
        left = days_to_roll(days) if 0 < days < FLOORS[-1] else None
        if left is not None and left <= 5:
            rolls = max(rolls, 120 - 20 * left)
    return money, oldest, rolls


def by_currency(client: Client) -> dict[str, int]:
    """Minor units that may be asked for in each currency; none of those in which nothing may."""
    found: Counter[str] = Counter()
    for account in client.accounts:
        asked = account.overdue - account.disputed
        if asked > 0 and account.status in COLLECTED:
            found[account.currency] += asked
    return dict(found)
