"""Taking a payment by card terminal or link: what may be asked, and what each answer changes.

Hub and workstation use these functions alike. A payment is made where, and only where, a gateway or
a terminal approved it; whatever arrives how often, the money comes in once (`pays`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec

from rules import points
from rules.backoffice.asks import Rehabilitation
from rules.clients import Account, Client
from rules.consistency import Problem
from rules.insurance.policies import Receipt
from rules.money import show_minor
from rules.paying.facts import IntentBody, IntentEndBody, TerminalResultBody
from rules.paying.gateways import Standing
from rules.paying.intents import FINAL, METHODS, STATUSES, Intent

PAID = frozenset({"approved", "refunded"})
"""Statuses in which money came in."""

UNDER_WAY = frozenset(STATUSES) - FINAL
"""Statuses in which it may still be paid."""

RECEIPTS_OPEN = frozenset({"pending", "overdue", "lapsed"})
"""Statuses of a receipt that may still be paid; a lapsed one pays for a rehabilitation."""

OUTCOMES = ("approved", "declined")
"""What a terminal prints."""

WITHDRAWING = "withdrawing"
"""Reason of an intent under way that is given up: the gateway has not said yet whether it is paid."""

CHANNELS = {"terminal": "tpv", "link": "liga"}
"""Method to the channel of the payment."""

LINK_LIVES = timedelta(hours=12)
"""So long a link may be paid; gateways allow half an hour to a day."""

FIRST_CHECK, LAST_CHECK = timedelta(seconds=5), timedelta(minutes=5)

_CODE = re.compile(r"[A-Za-z0-9-]{1,12}")
_LAST4 = re.compile(r"[0-9]{4}")
_BRAND = re.compile(r"[A-Za-z ]{1,20}")


def outstanding(receipt: Receipt) -> int:
    """What a receipt still needs, minor units."""
    return max(0, receipt.total - receipt.paid - receipt.adjusted)


def open_receipts(client: Client, account_id: int) -> tuple[Receipt, ...]:
    """The receipts behind an account that may be paid, oldest first."""
    found = [
        receipt
        for policy in client.policies
        if policy.account_id == account_id
        for receipt in policy.receipts
        if receipt.status in RECEIPTS_OPEN and outstanding(receipt)
    ]
    return tuple(sorted(found, key=lambda receipt: (receipt.due, receipt.number)))


def owed(client: Client, account: Account) -> int:
    """The most that may be taken on an account: what is owed, or what a granted rehabilitation costs."""
    premiums = sum(outstanding(receipt) for receipt in open_receipts(client, account.id))
    granted = sum(
        ask.amount
        for ask in client.asks
        if ask.account_id == account.id
        and ask.status == "approved"
        and isinstance(ask.asks, Rehabilitation)
        and ask.amount > 0
    )
    return max(account.total - account.disputed, premiums) + granted


def folio(intent_id: str) -> str:
    """What is typed into a terminal as the reference, and told apart by in its daily file."""
    return intent_id.replace("-", "")[-8:].upper()


def reference(intent_id: str) -> str:
    """The reference of the payment: one for each intent, so it is booked once."""
    return f"intent:{intent_id}"


def find(client: Client, intent_id: str) -> Intent | None:
    """The client's intent with an id."""
    return next((one for one in client.intents if one.id == intent_id), None)


# What may be asked


def check(body: IntentBody, client: Client) -> Iterator[Problem]:
    """What forbids a payment: each code says one thing.

    unknown_account, bad_method, amount_not_positive, currency_mismatch, amount_above_total,
    receipt_closed, receipts_in_part (receipts are paid whole), payment_under_way (another one may
    pay the same), point_not_validated.
    """
    account = next((one for one in client.accounts if one.id == body.account_id), None)
    if account is None:
        yield Problem("unknown_account", {"account": str(body.account_id)})
        return
    if body.method not in METHODS:
        yield Problem("bad_method", {"method": body.method})
    if body.amount <= 0:
        yield Problem("amount_not_positive")
    if body.currency != account.currency:
        yield Problem("currency_mismatch", {"account": account.currency, "currency": body.currency})
    most = owed(client, account)
    if body.amount > most:
        yield Problem("amount_above_total", {"total": show_minor(most)})
    yield from _receipts(body, client)
    if any(_same_money(body, one) for one in client.intents if one.status in UNDER_WAY):
        yield Problem("payment_under_way")
    if body.point_id is not None and not may_be_sent(client, body.point_id):
        yield Problem("point_not_validated")


def _receipts(body: IntentBody, client: Client) -> Iterator[Problem]:
    known = {receipt.id: receipt for receipt in open_receipts(client, body.account_id)}
    closed = [receipt_id for receipt_id in body.receipts if receipt_id not in known]
    if closed:
        yield Problem("receipt_closed", {"receipt": str(closed[0])})
    elif body.receipts:
        whole = sum(outstanding(known[receipt_id]) for receipt_id in set(body.receipts))
        if body.amount != whole:
            yield Problem("receipts_in_part", {"total": show_minor(whole)})


def _same_money(body: IntentBody, other: Intent) -> bool:
    """Whether another intent may pay the same: one that names no receipts pays whatever is due first."""
    if other.account_id != body.account_id:
        return False
    return not body.receipts or not other.receipts or not set(body.receipts).isdisjoint(other.receipts)


def may_be_sent(client: Client, point_id: str) -> bool:
    """Whether a link may go to a contact point: the client's own, validated, and not to be left alone."""
    return any(point.id == point_id for point in sendable(client))


def sendable(client: Client) -> tuple[points.Point, ...]:
    """E-mails and mobile phones to which a link may be sent."""
    emails = tuple(
        one
        for one in client.emails
        if one.status == "validado"
        and one.consents.get("email", True)
        and "email" not in client.stopped_media
    )
    phones = tuple(
        one
        for one in client.phones
        if one.status == "validado_titular"
        and one.consents.get("sms", True)
        and "sms" not in client.stopped_media
    )
    return (*emails, *phones)


def check_result(body: TerminalResultBody, client: Client) -> Iterator[Problem]:
    """What forbids a terminal's result.

    unknown_intent, not_a_terminal, bad_outcome, auth_code_missing, bad_last4, bad_brand.
    """
    intent = find(client, body.intent_id)
    if intent is None:
        yield Problem("unknown_intent")
    elif intent.method != "terminal":
        yield Problem("not_a_terminal")
    if body.outcome not in OUTCOMES:
        yield Problem("bad_outcome", {"outcome": body.outcome})
    if (body.outcome == "approved" or body.auth_code) and not _CODE.fullmatch(body.auth_code):
        yield Problem("auth_code_missing")
    if body.last4 and not _LAST4.fullmatch(body.last4):
        yield Problem("bad_last4")
    if body.brand and not _BRAND.fullmatch(body.brand):
        yield Problem("bad_brand")


def check_end(body: IntentEndBody, client: Client) -> Iterator[Problem]:
    """What forbids giving up: unknown_intent, intent_over."""
    intent = find(client, body.intent_id)
    if intent is None:
        yield Problem("unknown_intent")
    elif intent.status in FINAL:
        yield Problem("intent_over", {"status": intent.status})


# What it changes


def after(status: str, told: str) -> str:
    """The status after a gateway told one, in whatever order and however often it tells.

    What is final stays, but for one thing: an approval counts however late it comes, since the
    money was taken.
    """
    if status == "refunded" or told == "asked":
        return status
    if status == "approved":
        return told if told == "refunded" else status
    if told in PAID or status not in FINAL:
        return told
    return status


def told(intent: Intent, standing: Standing) -> Intent:
    """The intent after a gateway or terminal told how it stands."""
    status = after(intent.status, standing.status)
    reason = standing.reason if status == standing.status else intent.reason
    if intent.reason == WITHDRAWING and status in UNDER_WAY:
        reason = WITHDRAWING
    return msgspec.structs.replace(
        intent,
        status=status,
        reason="" if status in PAID else reason,
        url=standing.url or intent.url,
        expires=standing.expires or intent.expires,
        auth_code=standing.auth_code or intent.auth_code,
        last4=standing.last4 or intent.last4,
        brand=standing.brand or intent.brand,
        terminal=standing.terminal or intent.terminal,
        refunded=max(intent.refunded, standing.refunded),
    )


def pays(before: Intent, now: Intent) -> bool:
    """Whether money came in between two states of an intent."""
    return before.status not in PAID and now.status in PAID


def next_check(tries: int, now: datetime) -> datetime:
    """When a gateway is asked again after so many tries: 5 s, twice as long each time, 5 minutes at most."""
    return now + min(FIRST_CHECK * (1 << min(tries, 10)), LAST_CHECK)


def printed(body: TerminalResultBody) -> Standing:
    """What a terminal printed, as a standing."""
    return Standing(
        status=body.outcome,
        auth_code=body.auth_code.upper(),
        last4=body.last4,
        brand=body.brand.strip().lower(),
        terminal=body.terminal,
    )


def given_up(intent: Intent) -> Intent:
    """The intent once it is given up: at once where no gateway knows of it, else when that has said so."""
    if intent.status in FINAL:
        return intent
    if intent.gateway or intent.url:
        return msgspec.structs.replace(intent, reason=WITHDRAWING)
    return msgspec.structs.replace(intent, status="withdrawn", reason="")


def apply(client: Client, fact_id: str, body: IntentBody, at: datetime, agent: str) -> Client:
    """The client with the payment asked for."""
    asked = Intent(
        id=fact_id,
        account_id=body.account_id,
        method=body.method,
        amount=body.amount,
        currency=body.currency,
        asked=at,
        receipts=body.receipts,
        agent=agent,
    )
    return msgspec.structs.replace(client, intents=(*client.intents, asked))


def apply_result(client: Client, body: TerminalResultBody) -> Client:
    """The client after a terminal's result; the debt is lowered where the payment is booked."""
    return _with(client, body.intent_id, lambda one: told(one, printed(body)))


def apply_end(client: Client, body: IntentEndBody) -> Client:
    """The client after a payment was given up."""
    return _with(client, body.intent_id, given_up)


def _with(client: Client, intent_id: str, change: Callable[[Intent], Intent]) -> Client:
    changed = tuple(change(one) if one.id == intent_id else one for one in client.intents)
    return msgspec.structs.replace(client, intents=changed)
