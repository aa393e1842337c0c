"""The terms that a result agrees on: a plan's payments, a settlement's waiver by component."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from rules.authority import Grantor, approval, in_force, reaches
from rules.catalogue import Result
from rules.clients import Account, Client, Request
from rules.credit import PRINCIPAL
from rules.demand import payable
from rules.facts import Instalment, ResultBody, Terms
from rules.promises import grace_end
from rules.settlements import by_component

UNASSIGNED = "capital_vigente"
"""Where a waiver is booked that no component explains: as principal, the dearest to waive."""

AGREEING = ("plan", "settlement")
"""Effects that agree on terms."""

GRANTING = (*AGREEING, "restructure")
"""Effects that may rest on a granted request."""


def agreed(result: Result, body: ResultBody, client: Client, account: Account, today: date) -> Terms | None:
    """What a plan or a settlement agrees on; None for results that agree on nothing.

    A settlement waives the payoff less what is in dispute and what is paid, costs and
    interest before principal.
    """
    if result.effect not in AGREEING:
        return None
    payments = body.instalments
    if not payments and body.amount is not None and body.due is not None:
        payments = (Instalment(due=body.due, amount=body.amount),)
    to_pay = sum(payment.amount for payment in payments)
    waived = waived_by(account, to_pay) if result.effect == "settlement" else {}
    return Terms(
        kind="plan" if result.effect == "plan" else waiver_kind(waived),
        currency=account.currency,
        to_pay=to_pay,
        payments=payments,
        waived=waived,
        channel=body.channel,
        beyond_grace=beyond_grace(client, account.id, payments, today),
        receipts=body.receipts,
    )


def waived_by(account: Account, to_pay: int) -> dict[str, int]:
    """What a payment that settles an account waives of each component, minor units."""
    waived, left = by_component(max(payable(account) - to_pay, 0), account.components)
    if left:
        waived[UNASSIGNED] = waived.get(UNASSIGNED, 0) + left
    return waived


def waiver_kind(waived: dict[str, int]) -> str:
    """full: nothing is waived; waiver: costs or interest only; settlement: principal, too."""
    if not waived:
        return "full"
    return "settlement" if any(name in waived for name in PRINCIPAL) else "waiver"


def cover_end(client: Client, account_id: int, at: datetime) -> datetime | None:
    """The instant, aware, at which the cover behind an account ends next for want of payment."""
    ends = (
        policy.grace_ends
        for policy in client.policies
        if policy.account_id == account_id and policy.grace_ends is not None
    )
    return min((end for end in ends if end > at), default=None)


def beyond_grace(client: Client, account_id: int, payments: tuple[Instalment, ...], today: date) -> bool:
    """Whether payments go on after the cover behind the account ends."""
    ends = grace_end(client, account_id, today)
    return ends is not None and any(payment.due > ends for payment in payments)


class Beyond(msgspec.Struct, frozen=True):
    """Terms above the authority of who agreed on them: who may grant them, and who has."""

    level: str
    request: Request | None


def beyond(
    result: Result, body: ResultBody, client: Client, account: Account, today: date, grantor: Grantor
) -> Beyond | None:
    """Whether a result agrees on more than its maker may grant; None = it does not."""
    terms = agreed(result, body, client, account, today)
    if terms is None:
        return None
    level = grantor.authority.required(terms, client, account, today)
    if reaches(grantor.level, level):
        return None
    return Beyond(level, approval(client, account.id, terms, today))


def resting_on(result: Result, body: ResultBody, client: Client, today: date, grantor: Grantor) -> str | None:
    """The id of the granted request that a result makes use of; None = it needs none."""
    account = next((one for one in client.accounts if one.id == body.account_id), None)
    if account is None:
        return None
    if result.effect == "restructure":
        return next((one.id for one in client.requests if _restructures(one, account, today)), None)
    found = beyond(result, body, client, account, today, grantor)
    return found.request.id if found and found.request else None


def _restructures(request: Request, account: Account, today: date) -> bool:
    terms = in_force(request, today)
    return request.account_id == account.id and terms is not None and terms.kind == "restructure"
