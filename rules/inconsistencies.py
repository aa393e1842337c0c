"""Inconsistencies: data that can't be right, reported by an agent or found by a check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from rules.buckets import BUCKETS, bucket
from rules.clients import Account, Client, Inconsistency
from rules.consistency import Problem
from rules.contracts import balance, differs, owed_of
from rules.facts import InconsistencyBody
from rules.insurance.policies import Policy, Receipt
from rules.money import show_minor

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
"""What can be wrong; those of `CHECKED` are also found by checks."""

CHECKED = ISSUES[:5]

TOO_SOON = timedelta(days=1)
"""Within which the same amount under another reference looks like a payment that came in twice."""

_UNPAID = ("pending", "overdue", "lapsed")


class Paid(msgspec.Struct, frozen=True):
    """A payment as the checks look at it: its instant in the client's own zone, its amount in minor units."""

    account_id: int
    at: datetime
    amount: int
    reference: str


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


def check_client(
    client: Client, payments: Sequence[Paid], issues: Collection[str] = CHECKED
) -> tuple[Inconsistency, ...]:
    """All that can't be right with a client, one for each account and issue, found at `client.as_of`.

    payment_twice: the same amount within 24 hours under two references, or twice under one
    reference. bucket_days: the account's bucket is not that of its days past due. balance_parts:
    the components do not sum to the payoff, more is overdue than is owed in all, or the principal is
    not what the contract's price, payments and adjustments leave.
    receipt_paid_open: a receipt with a day of payment is not paid, or a paid one has none.
    promise_after_payoff: a promise is open though nothing is owed.

    Args:
        client: with accounts, their components, policies with receipts, and promises.
        payments: of all its accounts.
        issues: which checks to make.
    """
    found: list[Inconsistency] = []
    for account in client.accounts:
        own = [one for one in client.policies if one.account_id == account.id]
        evidence = {
            "bucket_days": bucket_differs(account.bucket, account.days, account.status),
            "balance_parts": _balance(account),
            "receipt_paid_open": "; ".join(_receipts(own)),
            "promise_after_payoff": _promised(client, account),
        }
        evidence["payment_twice"] = "; ".join(_twice(client, account, payments))
        found += [
            Inconsistency(
                id=f"{issue}:{account.id}",
                issue=issue,
                found=client.as_of,
                account_id=account.id,
                evidence=evidence[issue],
            )
            for issue in CHECKED
            if issue in issues and evidence[issue]
        ]
    return tuple(found)


def bucket_differs(given: str, days: int, status: str = "open") -> str:
    """What shows that a bucket is not that of the days past due, "" = it is, or it can't be read."""
    known = given.strip().upper()
    if known not in BUCKETS:
        return ""
    right = "CO" if status == "charged_off" else bucket(days)
    return "" if known == right else f"{known} ≠ {right} ({days})"


def _balance(account: Account) -> str:
    parts = sum(account.components.values())
    if account.components and parts != account.total:
        return f"{show_minor(parts)} ≠ {show_minor(account.total)}"
    if account.overdue > account.total:
        return f"{show_minor(account.overdue)} > {show_minor(account.total)}"
    if account.contract is not None and differs(account.contract, account.components):
        return f"{show_minor(owed_of(account.components))} ≠ {show_minor(balance(account.contract))}"
    return ""


def _receipts(policies: Iterable[Policy]) -> Iterator[str]:
    for policy in policies:
        for receipt in policy.receipts:
            if _contradicts(receipt):
                on = receipt.paid_on.isoformat() if receipt.paid_on else "-"
                yield f"{policy.number} {receipt.number}/{receipt.of} {receipt.status} {on}"


def _contradicts(receipt: Receipt) -> bool:
    return receipt.status in _UNPAID if receipt.paid_on else receipt.status == "paid"


def _promised(client: Client, account: Account) -> str:
    if account.total:
        return ""
    return "; ".join(
        f"{show_minor(promise.amount)} {promise.due.isoformat()}"
        for promise in client.promises
        if promise.status == "open" and promise.account_id == account.id
    )


def _twice(client: Client, account: Account, payments: Sequence[Paid]) -> Iterator[str]:
    """Payments of the account that look like one that came in twice."""
    for several in _close_together(paid for paid in payments if paid.account_id == account.id):
        references = {paid.reference for paid in several}
        if len(references) > 1:
            on = several[0].at.date().isoformat()
            yield f"{show_minor(several[0].amount)} {on}: {', '.join(sorted(references))}"
    numbers = {one.id for one in client.accounts}
    used: defaultdict[tuple[str, int], list[Paid]] = defaultdict(list)
    for paid in payments:
        if paid.account_id in numbers:
            used[(paid.reference, paid.amount)].append(paid)
    for (reference, _), all_of_it in sorted(used.items()):
        if len(all_of_it) > 1 and any(paid.account_id == account.id for paid in all_of_it):
            yield f"{reference} × {len(all_of_it)}"


def _close_together(payments: Iterable[Paid]) -> Iterator[list[Paid]]:
    """Payments of one amount, as long as one follows the other within a day; oldest first."""
    groups: list[list[Paid]] = []
    latest: dict[int, list[Paid]] = {}
    for paid in sorted(payments, key=lambda paid: paid.at):
        before = latest.get(paid.amount)
        if before is not None and paid.at - before[-1].at < TOO_SOON:
            before.append(paid)
        else:
            latest[paid.amount] = [paid]
            groups.append(latest[paid.amount])
    yield from groups
