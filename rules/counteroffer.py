"""A counter-offer typed in one line: ``7500``, ``7500 3xq``, ``500+3x``, ``7500 vie``."""

from __future__ import annotations

from datetime import date, datetime

from rules.capture.amounts import number
from rules.capture.dates import day
from rules.capture.plans import instalments, plan
from rules.capture.scope import Refused, Scope
from rules.capture.tokens import cut
from rules.capture.values import CaptureContext, PlanReading
from rules.catalogue import Catalogue
from rules.clients import Account
from rules.facts import Instalment, Terms
from rules.requests import instead


def read(line: str, asked: Terms, account: Account, country: str, now: datetime) -> Terms:
    """The terms that a line offers instead of those asked for; what it leaves out stays as asked.

    Args:
        line: an amount, a plan and a first day, each once at most, in any order.
        asked: the terms of the request.
        account: the debt they are about.
        country: MX or US; its business days count.
        now: the present moment in the client's zone.

    Raises:
        Refused: a word can't be read, is there twice, or the payments can't be made.
    """
    scope = Scope(CaptureContext(now=now, country=country), Catalogue({}, {}, {}, {}, {}))
    to_pay: int | None = None
    first: date | None = None
    parts: PlanReading | None = None
    for token in cut(f"c {line}").fields:  # a line begins with a code; here none is needed
        if (found := plan(token.word)) is not None and parts is None:
            parts = found
        elif (amount := number(token.word)) is not None and to_pay is None:
            to_pay = amount
        elif (on := day(token.word, scope)) is not None and first is None:
            first = on
        else:
            raise Refused("token_unknown", token.typed, "7500", "7500 3xq")
    first = first or _first(asked, scope.today)
    if parts is not None and parts.amounts:
        to_pay = sum(parts.amounts)
    to_pay = to_pay if to_pay is not None else asked.to_pay
    if to_pay > account.total and asked.kind != "restructure":
        raise Refused("amount_over_total", line.strip(), total=f"{account.total // 100:,}")
    return instead(asked, account, to_pay, _payments(parts, asked, to_pay, first, country))


def _first(asked: Terms, today: date) -> date:
    return max(asked.payments[0].due, today) if asked.payments else today


def _payments(
    parts: PlanReading | None, asked: Terms, to_pay: int, first: date, country: str
) -> tuple[Instalment, ...]:
    if parts is None:
        return (Instalment(due=first, amount=to_pay),)
    try:
        return instalments(parts, to_pay, first, country)
    except ValueError as error:
        raise Refused("plan_too_small", str(parts.count), amount=f"{to_pay // 100:,}") from error
