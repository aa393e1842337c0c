"""Cases: records that results open, the clock that each runs under, and how one may end.

What a code opens, and to whom it goes, is data (`opens`, `refers` and `service_levels` in
`data/results.toml`); the legal terms below are those of the contact parameters of the same name.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from rules import cancellations
from rules.calendars import add_business_days
from rules.catalogue import NOT_SAID, Result
from rules.clients import Account, Case, Client
from rules.contact_parameters import ContactParameters
from rules.facts import ResultBody
from rules.signing import signed_on
from rules.zones import local_day, midnight

CLARIFICATION_DAYS = 45
"""mx.clarification.hold: days in which a bank answers a clarification (LTOSF 23; 180 abroad)."""

UNE_BUSINESS_DAYS = 30
"""mx.une.answer_days: business days in which an institution's unit answers (LPDUSF 50 Bis IV)."""

ARCO_BUSINESS_DAYS = 20
"""mx.arco.answer_days: business days in which a request on personal data is answered (LFPDPPP 31)."""

REFUND_BUSINESS_DAYS = 15
"""Business days in which the price of a revoked timeshare contract is paid back (house, LFPC 56)."""

BANKING = ("card", "loan", "sme")
"""Products whose disputes are clarifications of LTOSF 23."""

OUTCOMES = {
    "dispute": ("resolved_for_client", "resolved_for_creditor", "withdrawn"),
    "fraud": ("resolved_for_client", "resolved_for_creditor", "withdrawn"),
    "referral": ("done", "withdrawn"),
    "cancellation": ("done", "withdrawn"),
    "claim": ("done", "withdrawn"),
    "attorney": ("done", "withdrawn"),
    "deceased": ("done", "withdrawn"),
    "cease": ("done", "withdrawn"),
    "hardship": ("done", "withdrawn"),
}
"""Kind of a case to the ways in which it may end."""

_STAYS = frozenset(
    {
        ("fraud", "resolved_for_client"),
        ("cancellation", "done"),
        ("attorney", "done"),
        ("deceased", "done"),
        ("cease", "done"),
    }
)
"""Ends that confirm what the case said: what was stopped for it stays stopped."""

_RETURNING = ("referral", "hardship")
"""Kinds whose client waits for the answer, and comes back when its term is over."""


class _Term(msgspec.Struct, frozen=True):
    """A last day, and the parameter behind it."""

    due: date | None = None
    clock: str = ""


def opened(
    fact_id: str,
    result: Result,
    body: ResultBody,
    client: Client,
    account: Account | None,
    at: datetime,
    agent: str,
    p: ContactParameters,
) -> tuple[Case, ...]:
    """The cases that a result opens; () when it opens none, or the same one is open already.

    Args:
        fact_id: id of the fact, which is the case's, too.
        result: the catalogue's entry.
        body: the result as captured.
        client: the client before it.
        account: the account that it is about, None = the client as a whole.
        at: when it happened, aware.
        agent: name of the agent.
        p: the contact parameters in force.
    """
    if not result.opens:
        return ()
    today = local_day(at, (client.zones or p.default_zones)[0])
    destination = body.destination or result.refers
    tier = _tier(account, body.due or today, p) if result.opens == "cancellation" else ""
    term = _term(result, account, destination, tier, body.due or today, today, p)
    case = Case(
        id=fact_id,
        kind=result.opens,
        opened=at,
        account_id=account.id if account else None,
        due=term.due,
        clock=term.clock,
        amount=disputable(body, account) if result.opens == "dispute" and account else 0,
        currency=account.currency if account else body.currency,
        tier=tier,
        destination=destination,
        reason=(body.medium or "all") if result.opens == "cease" else body.reason or "",
        reference=_said(body.reference) or _said(body.evidence),
        party=_said(body.party),
        note=body.note,
        agent=agent,
    )
    return () if any(_same(case, other) for other in client.cases) else (case,)


def settled(result: Result, client: Client, account: Account | None) -> tuple[str, ...]:
    """Ids of the open cases that a result ends: a client who is retained no longer cancels."""
    if result.effect != "retained":
        return ()
    return tuple(
        case.id
        for case in client.cases
        if case.kind == "cancellation"
        and case.status == "open"
        and (account is None or case.account_id in (None, account.id))
    )


def disputable(body: ResultBody, account: Account) -> int:
    """What a dispute takes out of the demand, minor units: the amount named, else all that is overdue.

    Never more than the debt, nor what other disputes of the account hold already.
    """
    asked = body.amount if body.amount is not None else account.overdue - account.disputed
    return max(0, min(asked, max(account.total, account.overdue) - account.disputed))


def disputed(cases: tuple[Case, ...], account_id: int) -> int:
    """What is in dispute on an account: its open disputes together, minor units."""
    return sum(
        case.amount
        for case in cases
        if case.kind == "dispute" and case.status == "open" and case.account_id == account_id
    )


def back_at(cases: tuple[Case, ...], zone: str) -> datetime | None:
    """When the client comes back without an answer: the day after the last term; None = no such case."""
    days = [case.due for case in cases if case.kind in _RETURNING and case.due is not None]
    return midnight(max(days) + timedelta(days=1), zone) if days else None


def lifts(kind: str, outcome: str) -> bool:
    """Whether a case that ends so gives back what it had stopped (a hold, contact, the demand)."""
    return (kind, outcome) not in _STAYS


def _said(text: str | None) -> str:
    return "" if text is None or text == NOT_SAID else text


def _same(case: Case, other: Case) -> bool:
    """Whether the other one is open for the same thing; each dispute is about an amount of its own."""
    return (
        other.status == "open"
        and case.kind != "dispute"
        and (other.kind, other.account_id, other.destination)
        == (case.kind, case.account_id, case.destination)
        and (other.kind != "cease" or other.reason == case.reason)
    )


def _tier(account: Account | None, requested: date, p: ContactParameters) -> str:
    """T1 or T2 of a timeshare contract in Mexico whose signature is known, else ""."""
    if account is None or account.product != "timeshare" or p.country != "MX":
        return ""
    signed = signed_on(account)
    return cancellations.tier(signed, requested) if signed is not None else ""


def _term(
    result: Result,
    account: Account | None,
    destination: str,
    tier: str,
    requested: date,
    today: date,
    p: ContactParameters,
) -> _Term:
    if result.opens == "cease":
        return _Term()
    if tier == "T1":
        return _Term(
            add_business_days(requested, REFUND_BUSINESS_DAYS, p.country), "mx.timeshare.revocation_days"
        )
    law = _by_law(account, destination, today, p)
    if law is not None:
        return law
    level = result.service_levels.get(destination)
    if level is None:
        return _Term(today + timedelta(days=result.hold_days), "hold") if result.hold_days else _Term()
    if level.business:
        due = add_business_days(today, level.days, p.country)
    else:
        due = today + timedelta(days=level.days)
    # A collector in the US has no term to verify in; it may not demand before it has.
    verifies = result.opens == "dispute" and p.country == "US"
    return _Term(due, "us.validation.period" if verifies else "service_level")


def _by_law(account: Account | None, destination: str, today: date, p: ContactParameters) -> _Term | None:
    """The term that the law gives a Mexican institution for an answer, None = none."""
    if p.country != "MX":
        return None
    if destination == "ARC":
        return _Term(add_business_days(today, ARCO_BUSINESS_DAYS, p.country), "mx.arco.answer_days")
    if destination != "ACL" or account is None:
        return None
    if account.product in BANKING:
        return _Term(today + timedelta(days=CLARIFICATION_DAYS), "mx.clarification.hold")
    if account.product == "insurance":
        return _Term(add_business_days(today, UNE_BUSINESS_DAYS, p.country), "mx.une.answer_days")
    return None
