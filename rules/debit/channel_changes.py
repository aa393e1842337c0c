"""A change of the collection channel (conducto de cobro): how it is typed, and what forbids it.

An endorsement without movement of premium (B). A channel that charges by itself needs the client's
express and informed consent with its evidence (LFPC 76 Bis VIII), an account by a CLABE whose check
digit is right, or a card by the gateway's token: a card's number is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from rules.backoffice.asks import ChannelChange
from rules.capture.amounts import number
from rules.capture.scope import Refused
from rules.clients import Client, Promise
from rules.debit.mandates import CARDS, CHANNELS, CHARGED
from rules.identifiers import read_clabe
from rules.insurance.policies import Policy, Receipt
from rules.insurance.policy_states import COVERED
from rules.money import show_minor
from rules.paying.intents import FINAL
from rules.problems import Problem
from rules.text import find_card_code, find_pan, fold

CONSENTS = ("voice", "written", "electronic")
"""How a consent may be given."""

OPEN = frozenset({"pending", "overdue"})
"""Statuses of a receipt that is still to be paid."""

_CHANNELS = {
    word: channel
    for channel, words in {
        "agente": ("agente", "agent"),
        "tdc": ("tdc", "credito", "credit"),
        "tdd": ("tdd", "debito", "debit"),
        "domi": ("domi", "clabe", "domiciliacion"),
        "banco": ("banco", "ventanilla", "branch"),
        "spei": ("spei", "transferencia", "transfer"),
        "nomina": ("nomina", "payroll"),
        "linea": ("linea", "online"),
        "tpv": ("tpv", "terminal"),
    }.items()
    for word in words
}
_CONSENTS = {
    word: consent
    for consent, words in {
        "voice": ("voz", "voice"),
        "written": ("escrito", "written"),
        "electronic": ("electronico", "electronic"),
    }.items()
    for word in words
}
CLABE_DIGITS = 18
_BRANDS = frozenset({"visa", "mastercard", "amex", "carnet"})
_LIMITS = frozenset({"hasta", "max", "upto"})
_PAYERS = frozenset({"paga", "payer"})
_RECEIPT = re.compile(r"(?:r|rec|recibo|receipt)\.?([0-9]{1,3})")
_TOKEN = re.compile(r"(?=.*[a-zA-Z_])[\w.-]{6,80}")
_LAST4 = re.compile(r"[0-9]{4}")
_PAYROLL = re.compile(r"[0-9]{4,12}")


def owed(receipt: Receipt) -> int:
    """What is still to be paid of a receipt, minor units."""
    return receipt.total - receipt.paid - receipt.adjusted if receipt.status in OPEN else 0


def open_receipts(policy: Policy) -> tuple[Receipt, ...]:
    """The receipts of a policy that are still to be paid, the first due first."""
    return tuple(sorted((one for one in policy.receipts if owed(one) > 0), key=lambda one: one.due))


def read(text: str, client: Client, policy: Policy) -> ChannelChange:
    """What a line asks for: ``clabe 032180000118359719 rec3 voz #GRAB-1 hasta 1500 paga Luis Ruiz``.

    Without a receipt it is the first that can be charged without charging it twice.

    Raises:
        Refused: unknown_channel, unknown_word, unknown_receipt, bad_limit, card_number_in_note,
            nothing_to_charge.
    """
    words = text.split()
    channel = _CHANNELS.get(fold(words[0])) if words else None
    if channel is None:
        raise Refused("unknown_channel", words[0] if words else "")
    said = ChannelChange(to=channel, first_receipt=0)
    rest = words[1:]
    while rest:
        said = _take(said, rest, policy)
    if channel == "domi" and len(said.clabe) != CLABE_DIGITS and find_pan(said.clabe):
        raise Refused("card_number_in_note", "")
    if not said.first_receipt:
        free = first_free(client, policy, channel)
        if free is None:
            raise Refused("nothing_to_charge", "")
        said = replace(said, first_receipt=free.id)
    return said


def _take(said: ChannelChange, words: list[str], policy: Policy) -> ChannelChange:
    """The change with the first of some words, which is taken off them."""
    word = words.pop(0)
    plain = fold(word)
    if plain in _PAYERS:
        payer = " ".join(words)
        words.clear()
        return replace(said, payer=payer)
    if plain in _LIMITS:
        limit = number(words.pop(0)) if words else None
        if limit is None:
            raise Refused("bad_limit", word)
        return replace(said, amount_rule="up_to", limit=limit)
    if word.startswith("#"):
        return replace(said, evidence=word[1:])
    if plain in _CONSENTS:
        return replace(said, consent=_CONSENTS[plain])
    if named := _RECEIPT.fullmatch(plain):
        found = next((one.id for one in policy.receipts if one.number == int(named[1])), None)
        if found is None:
            raise Refused("unknown_receipt", word, number=named[1])
        return replace(said, first_receipt=found)
    return _instrument(said, word, plain)


def _instrument(said: ChannelChange, word: str, plain: str) -> ChannelChange:
    """The change with a part of the account or card: which parts there are depends on the channel."""
    digits = word.replace("-", "")
    if said.to == "domi" and digits.isdecimal():
        return replace(said, clabe=said.clabe + digits)
    if find_pan(word):
        raise Refused("card_number_in_note", "")
    if said.to in CARDS:
        if plain in _BRANDS:
            return replace(said, brand=plain)
        if _LAST4.fullmatch(word):
            return replace(said, last4=word)
        if _TOKEN.fullmatch(word) and not said.token:
            return replace(said, token=word)
    if said.to == "nomina" and _PAYROLL.fullmatch(word):
        return replace(said, token=word, last4=word[-4:])
    raise Refused("unknown_word", word)


def check_channel(asked: ChannelChange, client: Client, policy: Policy | None) -> Iterator[Problem]:
    """What forbids a change of channel, in the order in which it is best mended.

    Codes: those of `check_instrument`, unknown_policy, policy_not_covered, same_channel,
    unknown_receipt, receipt_closed, limit_below_receipt; twice_promise, twice_intent and twice_charge,
    whose params name the first receipt that is free.
    """
    yield from check_instrument(asked)
    if policy is None:
        yield Problem("unknown_policy")
        return
    if policy.status not in COVERED:
        yield Problem("policy_not_covered", {"status": policy.status})
    if _same(asked, client, policy):
        yield Problem("same_channel", {"channel": asked.to})
    yield from _receipt(asked, client, policy)


def check_instrument(asked: ChannelChange) -> Iterator[Problem]:
    """What is wrong with a change by itself, whatever the policy: account, card, consent, limit.

    Codes: card_number_in_note, card_code_in_note, unknown_channel, bad_limit, not_charged, clabe_length,
    bad_clabe, token_missing, payroll_missing, consent_missing, evidence_missing.
    """
    if any(find_pan(text) for text in (asked.token, asked.brand, asked.evidence, asked.payer)):
        yield Problem("card_number_in_note")
    elif any(find_card_code(text) for text in (asked.brand, asked.evidence, asked.payer)):
        yield Problem("card_code_in_note")
    if asked.to not in CHANNELS:
        yield Problem("unknown_channel")
    if asked.amount_rule not in ("receipt", "up_to") or (asked.amount_rule == "up_to") != (asked.limit > 0):
        yield Problem("bad_limit")
    if asked.to not in CHARGED:
        if asked.clabe or asked.token:
            yield Problem("not_charged", {"channel": asked.to})
        return
    if asked.to == "domi":
        clabe = read_clabe(asked.clabe)
        if len(asked.clabe) != CLABE_DIGITS:
            yield Problem("clabe_length", {"digits": str(len(asked.clabe))})
        elif not clabe.valid:
            yield Problem("bad_clabe", {"check": clabe.check_digit})
    elif not asked.token or not _LAST4.fullmatch(asked.last4):
        yield Problem("payroll_missing" if asked.to == "nomina" else "token_missing")
    if asked.consent not in CONSENTS:
        yield Problem("consent_missing")
    if not asked.evidence:
        yield Problem("evidence_missing")


def _same(asked: ChannelChange, client: Client, policy: Policy) -> bool:
    """Whether nothing would change: the same channel, and the same account or card where there is one."""
    if asked.to not in CHARGED:
        return asked.to == policy.channel
    ending = (asked.clabe or asked.last4)[-4:]
    wanted = (policy.account_id, asked.to, ending)
    return any(
        one.status == "active" and (one.account_id, one.channel, one.ending) == wanted
        for one in client.mandates
    )


def _receipt(asked: ChannelChange, client: Client, policy: Policy) -> Iterator[Problem]:
    receipt = next((one for one in policy.receipts if one.id == asked.first_receipt), None)
    if receipt is None:
        yield Problem("unknown_receipt", {"number": str(asked.first_receipt)})
        return
    free = first_free(client, policy, asked.to)
    params = {"number": str(receipt.number), "free": f"rec{free.number}" if free else "-"}
    if owed(receipt) <= 0:
        yield Problem("receipt_closed", params)
        return
    if why := twice(client, policy, asked.to).get(receipt.id):
        yield Problem(f"twice_{why}", params)
    if 0 < asked.limit < owed(receipt):
        yield Problem("limit_below_receipt", params | {"amount": show_minor(owed(receipt))})


def first_free(client: Client, policy: Policy, channel: str) -> Receipt | None:
    """The first open receipt that a new channel can begin with, None = there is none."""
    taken = twice(client, policy, channel)
    return next((one for one in open_receipts(policy) if one.id not in taken), None)


def twice(client: Client, policy: Policy, channel: str) -> dict[int, str]:
    """Receipts that would be collected twice if a new channel charged them, each with why.

    charge: the bank has one of the former channel. intent: a payment is under way. promise: the client
    is to pay it otherwise; what was promised by the new channel is what it charges.
    """
    found: dict[int, str] = {}
    open_ones = [(one.id, owed(one)) for one in open_receipts(policy)]
    for promise in client.promises:
        if promise.account_id == policy.account_id and _otherwise(promise, channel):
            left = promise.amount - promise.paid
            found |= dict.fromkeys(covered(open_ones, promise.receipts, left), "promise")
    for intent in client.intents:
        if intent.account_id == policy.account_id and intent.status not in FINAL:
            found |= dict.fromkeys(covered(open_ones, intent.receipts, intent.amount), "intent")
    for mandate in client.mandates:
        found |= dict.fromkeys(mandate.charging, "charge")
    return found


def _otherwise(promise: Promise, channel: str) -> bool:
    return promise.status == "open" and promise.channel != channel


def covered(receipts: Iterable[tuple[int, int]], named: Sequence[int], amount: int) -> tuple[int, ...]:
    """Ids of the receipts that an amount is to pay: those named, else the first due until it is spent.

    receipts: those that are open, the first due first: id, and what is owed of it.
    """
    if named:
        return tuple(named)
    found = []
    for receipt_id, rest in receipts:
        if amount <= 0:
            break
        found.append(receipt_id)
        amount -= rest
    return tuple(found)


def masked(asked: ChannelChange) -> ChannelChange:
    """The change as it may be shown and sent: of the account number only its last four, no token."""
    return replace(asked, clabe=hidden(asked.clabe), token="")


def hidden(account_number: str) -> str:
    """An account number with all but its last four digits hidden (pii.clabe.mask)."""
    return "*" * max(len(account_number) - 4, 0) + account_number[-4:]
