"""Premium receipts that a result names: of the account, open, and for their exact sum.

A premium is paid by whole receipts (the insurer's order of application); what falls short by no more
than the tolerance still pays one.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.catalogue import Result
from rules.clients import Account, Client
from rules.facts import Instalment, ResultBody
from rules.insurance.policies import Receipt
from rules.insurance.premiums import TOLERANCE
from rules.money import show_minor
from rules.problems import Problem

OPEN = ("pending", "overdue")
"""Receipts that can still be paid; one that lapsed asks for rehabilitation first."""


def check(result: Result, body: ResultBody, client: Client, account: Account | None) -> Iterator[Problem]:
    """What forbids naming the receipts that a result names.

    Codes: receipts_not_taken (the result covers none), unknown_receipt, receipt_closed (paid, cancelled
    or lapsed), receipts_sum (for another amount than what is open on them; what a client says to have
    paid may be any). A document without its receipts, as the centre reads for the queue, says
    nothing of them.
    """
    if not body.receipts:
        return
    if "receipts" not in result.required + result.optional:
        yield Problem("receipts_not_taken", {"code": result.code})
        return
    known = of_account(client, account)
    if not known:
        if account is not None and not any(one.account_id == account.id for one in client.policies):
            yield Problem("unknown_receipt")
        return
    if any(receipt_id not in known for receipt_id in body.receipts):
        yield Problem("unknown_receipt")
        return
    named = [known[receipt_id] for receipt_id in dict.fromkeys(body.receipts)]
    closed = [one for one in named if one.status not in OPEN]
    if closed:
        yield Problem("receipt_closed", {"number": f"{closed[0].number}/{closed[0].of}"})
        return
    amount = sum(payment.amount for payment in body.instalments) or body.amount
    owed = sum(one.open for one in named)
    if result.effect != "claims_paid" and amount is not None and not owed - TOLERANCE <= amount <= owed:
        yield Problem("receipts_sum", {"amount": show_minor(amount), "total": show_minor(owed)})


def of_account(client: Client, account: Account | None) -> dict[int, Receipt]:
    """The receipts of an account's policies by id; none where the document holds none."""
    return {
        receipt.id: receipt
        for policy in client.policies
        if account is not None and policy.account_id == account.id
        for receipt in policy.receipts
    }


def by_payment(receipts: tuple[int, ...], payments: tuple[Instalment, ...]) -> list[tuple[int, ...]]:
    """Which receipts each payment is for: one each where there are as many, else all for every one.

    Receipts are named in the order in which they fall due, and payments come in theirs.
    """
    if len(receipts) == len(payments):
        return [(receipt,) for receipt in receipts]
    return [receipts] * len(payments)
