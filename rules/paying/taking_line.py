"""The line on which a payment is taken: ``rec2 liga e1``, ``tpv 1500``, ``ok 123456 4242 visa``, ``fin``.

Words in any order, Spanish or English. Nothing of a card is typed but what a terminal prints: the
authorisation code, the last four digits, the brand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rules import points
from rules.capture.amounts import number
from rules.capture.scope import Refused
from rules.clients import Account, Client
from rules.consistency import Problem
from rules.insurance.policies import Receipt
from rules.paying import taking
from rules.paying.facts import IntentBody, IntentEndBody, TerminalResultBody
from rules.paying.intents import Intent
from rules.text import find_card_code, find_pan, fold

_METHODS = {
    **dict.fromkeys(("liga", "link", "enlace", "l"), "link"),
    **dict.fromkeys(("tpv", "terminal", "pos", "t"), "terminal"),
}
_APPROVED = ("ok", "aprobada", "approved", "si", "yes")
_DECLINED = ("no", "rechazada", "declined")
_END = ("fin", "end", "cancela", "cancel")
_ALL = ("todo", "todos", "all")
_RECEIPTS = re.compile(r"(?:rec|r)((?:\d{1,3}(?:-\d{1,3})?,)*\d{1,3}(?:-\d{1,3})?|todo|todos|all)")
_POINT = re.compile(r"([et])(\d{1,2})")
_LAST4 = re.compile(r"\d{4}")


def read(text: str, client: Client, account: Account) -> IntentBody | TerminalResultBody | IntentEndBody:
    """What a line says.

    Without receipts and amount, what is due is asked for: the overdue receipts, else the next one; of
    an account without receipts what is overdue.

    Raises:
        Refused: method_needed, said_twice, bad_word, unknown_receipt, nothing_due, unknown_point,
            nothing_under_way, card_number_in_note, card_code_in_note, or a code of `rules.paying.taking`.
    """
    if find_pan(text):
        raise Refused("card_number_in_note", text)
    if find_card_code(text):
        raise Refused("card_code_in_note", text)
    words = [fold(word) for word in text.split()]
    if words and words[0] in _APPROVED + _DECLINED:
        return _checked_result(_result(words, client, account), client)
    if words and words[0] in _END:
        return IntentEndBody(client_id=client.id, intent_id=_under_way(client, account, words[0]).id)
    body = _intent(words, client, account)
    _refuse(taking.check(body, client), text)
    return body


def under_way(client: Client, account: Account) -> tuple[Intent, ...]:
    """What is under way on an account, newest first."""
    found = [one for one in client.intents if one.account_id == account.id and one.status in taking.UNDER_WAY]
    return tuple(sorted(found, key=lambda one: one.asked, reverse=True))


def due_now(client: Client, account: Account) -> tuple[Receipt, ...]:
    """The receipts that are asked for when none is named: the overdue ones, else the next."""
    known = taking.open_receipts(client, account.id)
    return tuple(one for one in known if one.status == "overdue") or known[:1]


def _intent(words: list[str], client: Client, account: Account) -> IntentBody:
    method = point_id = None
    amount: int | None = None
    named: tuple[Receipt, ...] | None = None
    for word in words:
        if word in _METHODS:
            if method is not None:
                raise Refused("said_twice", word)
            method = _METHODS[word]
        elif (found := _RECEIPTS.fullmatch(word)) is not None:
            named = _receipts(found[1], word, client, account)
        elif (found := _POINT.fullmatch(word)) is not None:
            point_id = _point(found[1], int(found[2]), word, client)
        elif (value := number(word)) is not None:
            if amount is not None:
                raise Refused("said_twice", word)
            amount = value
        else:
            raise Refused("bad_word", word)
    if method is None:
        raise Refused("method_needed", "")
    if named is None and amount is None:
        named = due_now(client, account)
    if amount is None:
        amount = sum(taking.outstanding(one) for one in named or ()) or account.overdue
    if amount <= 0:
        raise Refused("nothing_due", "")
    return IntentBody(
        client_id=client.id,
        account_id=account.id,
        method=method,
        amount=amount,
        currency=account.currency,
        receipts=tuple(one.id for one in named or ()),
        point_id=point_id if method == "link" else None,
    )


def _receipts(which: str, word: str, client: Client, account: Account) -> tuple[Receipt, ...]:
    """Receipts by number: ``2``, ``2,3``, ``2-4``, or all of them."""
    known = taking.open_receipts(client, account.id)
    if which in _ALL:
        if not known:
            raise Refused("unknown_receipt", word)
        return known
    numbers: list[int] = []
    for part in which.split(","):
        first, dash, last = part.partition("-")
        numbers += range(int(first), int(last) + 1) if dash else (int(first),)
    by_number = {one.number: one for one in known}
    missing = next((one for one in numbers if one not in by_number), None)
    if missing is not None or not numbers:
        raise Refused("unknown_receipt", word, *(f"rec{one}" for one in list(by_number)[:4]))
    return tuple(by_number[one] for one in dict.fromkeys(numbers))


def _point(kind: str, place: int, word: str, client: Client) -> str:
    """The id of the n-th e-mail (``e1``) or phone (``t1``) to which a link may be sent."""
    wanted = "email" if kind == "e" else "phone"
    known = [one for one in taking.sendable(client) if points.kind(one) == wanted]
    if not 1 <= place <= len(known):
        raise Refused("unknown_point", word)
    return known[place - 1].id


def _result(words: list[str], client: Client, account: Account) -> TerminalResultBody:
    outcome = "approved" if words[0] in _APPROVED else "declined"
    intent = _under_way(client, account, words[0], "terminal")
    code = last4 = ""
    brand: list[str] = []
    for word in words[1:]:
        if not code and any(letter.isdigit() for letter in word):
            code = word.upper()
        elif not last4 and _LAST4.fullmatch(word):
            last4 = word
        elif word.isalpha():
            brand.append(word)
        else:
            raise Refused("bad_word", word)
    return TerminalResultBody(
        client_id=client.id,
        intent_id=intent.id,
        outcome=outcome,
        auth_code=code,
        last4=last4,
        brand=" ".join(brand),
    )


def _checked_result(body: TerminalResultBody, client: Client) -> TerminalResultBody:
    _refuse(taking.check_result(body, client), body.outcome)
    return body


def _under_way(client: Client, account: Account, word: str, method: str = "") -> Intent:
    found = [one for one in under_way(client, account) if method in ("", one.method)]
    if not found:
        raise Refused("nothing_under_way", word)
    return found[0]


def _refuse(problems: Iterable[Problem], text: str) -> None:
    for problem in problems:
        raise Refused(problem.code, text, **problem.params)
