"""Authority: who may grant which terms. The levels are names; their limits are data, house values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from rules.buckets import account_bucket
from rules.clients import Account, Client, Request
from rules.credit import TAXED
from rules.demand import payable
from rules.facts import Terms
from rules.rates import WHOLE

LEVELS = ("agent", "senior", "supervisor", "remedial", "committee")
"""Levels of authority, the lowest first. The last may grant anything."""

CHARGES = frozenset(name for pair in TAXED for name in pair)
"""Components of a payoff that are cost or interest, with their taxes."""

GRANTED = ("approved", "countered")
"""Statuses of a request on whose terms a result may rest."""


def reaches(level: str, required: str) -> bool:
    """Whether a level is at least another one.

    Raises:
        ValueError: one of them is no level.
    """
    return LEVELS.index(level) >= LEVELS.index(required)


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far one level may go.

    waiver: largest share of the payoff that may be waived, and principal: largest share of
    the principal, both in hundredths of a percent. instalments: most payments. defer_days:
    farthest first payment. restructures: new terms on one client's credit within a year.
    """

    waiver: int
    principal: int
    instalments: int
    defer_days: int
    restructures: int = 0


class Bucket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a bucket moves the limits of every level but the last.

    principal: False = none of it may be waived. wider: added to the shares of those levels
    that may waive principal, in hundredths of a percent.
    """

    principal: bool = True
    wider: int = 0


class Authority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits of each level and what the buckets change about them."""

    levels: dict[str, Limits]
    buckets: dict[str, Bucket]

    def limits(self, level: str, in_bucket: str) -> Limits:
        """The limits of a level for an account in a bucket."""
        found, moved = self.levels[level], self.buckets.get(in_bucket, Bucket())
        if level == LEVELS[-1] or not found.principal:
            return found
        if not moved.principal:
            return msgspec.structs.replace(found, principal=0)
        return msgspec.structs.replace(
            found,
            waiver=min(found.waiver + moved.wider, WHOLE),
            principal=min(found.principal + moved.wider, WHOLE),
        )

    def required(self, terms: Terms, client: Client, account: Account, today: date) -> str:
        """The lowest level that may grant terms on an account; the last one where no other may."""
        in_bucket = account_bucket(account, today)
        return next(
            (
                level
                for level in LEVELS
                if _allows(self.limits(level, in_bucket), terms, client, account, today)
            ),
            LEVELS[-1],
        )


class Grantor(msgspec.Struct, frozen=True):
    """Somebody who makes results, with a level of authority."""

    level: str
    authority: Authority


def _allows(limits: Limits, terms: Terms, client: Client, account: Account, today: date) -> bool:
    waived = sum(terms.waived.values())
    of_principal = _principal(terms.waived)
    # Without a breakdown of the payoff all of it may be principal.
    principal = _principal(account.components) if account.components else payable(account)
    first = min((payment.due for payment in terms.payments), default=today)
    return (
        waived * WHOLE <= limits.waiver * payable(account)
        and of_principal * WHOLE <= limits.principal * principal
        and (first - today).days <= limits.defer_days
        and _count_allowed(limits, terms, client, today)
    )


def _principal(components: Mapping[str, int]) -> int:
    """What is neither cost nor interest."""
    return sum(amount for name, amount in components.items() if name not in CHARGES)


def _count_allowed(limits: Limits, terms: Terms, client: Client, today: date) -> bool:
    if terms.kind == "restructure" and restructured(client, today) >= limits.restructures:
        return False
    return len(terms.payments) <= limits.instalments


def restructured(client: Client, today: date) -> int:
    """How often the client's credits got new terms within the last year, replaced ones included."""
    since = today - timedelta(days=365)
    return sum(one.terms.kind == "restructure" and one.made.date() > since for one in client.agreements)


def in_force(request: Request, today: date) -> Terms | None:
    """The terms that a request was granted, as long as they stand; None = none."""
    if request.status not in GRANTED:
        return None
    terms = request.counter if request.status == "countered" else request.terms
    if terms is None or (terms.valid_until is not None and terms.valid_until < today):
        return None
    return terms


def approval(client: Client, account_id: int, terms: Terms, today: date) -> Request | None:
    """The granted request that covers terms: at least its sum, no more and no later payments."""
    return next(
        (
            request
            for request in client.requests
            if request.account_id == account_id
            and (granted := in_force(request, today)) is not None
            and _covers(granted, terms)
        ),
        None,
    )


def _covers(granted: Terms, terms: Terms) -> bool:
    latest = max((payment.due for payment in granted.payments), default=date.max)
    last = max((payment.due for payment in terms.payments), default=date.min)
    standing = granted.valid_until or date.min
    return (
        terms.to_pay >= granted.to_pay
        and len(terms.payments) <= max(len(granted.payments), 1)
        and last <= max(latest, standing)
    )
