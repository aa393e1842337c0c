"""Written agreements: which results issue one, its folio, and the tasks that it leaves."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from rules import folios
from rules.calendars import add_business_days
from rules.catalogue import Result
from rules.clients import Account, Agreement, Client, Task
from rules.facts import ResultBody, Terms
from rules.requests import is_granted, offered
from rules.terms import agreed

DELIVERY_BUSINESS_DAYS = 1
"""In how many business days an agreement is to be handed over (house value)."""

PREFIX = "CV"
"""How folios of agreements begin."""


def issued(
    fact_id: str,
    result: Result,
    body: ResultBody,
    client: Client,
    account: Account | None,
    at: datetime,
    agent: str,
    today: date,
) -> Agreement | None:
    """The agreement that a result issues; None for results that agree on nothing."""
    terms = terms_of(result, body, client, account, today) if account else None
    if account is None or terms is None or not terms.payments:
        return None
    return Agreement(
        id=fact_id, account_id=account.id, made=at, terms=terms, folio=folio(fact_id), agent=agent
    )


def terms_of(result: Result, body: ResultBody, client: Client, account: Account, today: date) -> Terms | None:
    """What a result agrees on: as it was granted, where it rests on a request to the cent."""
    found = agreed(result, body, client, account, today)
    if not is_granted(client, body.request_id):
        return found
    granted = offered(next(one for one in client.requests if one.id == body.request_id))
    if result.effect == "restructure":
        return granted
    if found is None or granted.to_pay != found.to_pay:
        return found
    return msgspec.structs.replace(found, kind=granted.kind, waived=granted.waived)


def folio(fact_id: str) -> str:
    """A folio to be read aloud, such as ``CV-4K7Q2-M9XTB``; its last character checks the others."""
    return folios.made(PREFIX, fact_id)


def is_folio(text: str) -> bool:
    """Whether a text is a folio whose check character is right."""
    return folios.is_folio(text, PREFIX)


def replaced(client: Client, agreement: Agreement) -> tuple[str, ...]:
    """Ids of the earlier agreements on its account: none of them is in force any more.

    Those that were replaced before are among them, so that they do not come back when what
    replaced them is taken back.
    """
    return tuple(
        one.id
        for one in client.agreements
        if one.account_id == agreement.account_id and one.id != agreement.id
    )


def left_over(client: Client, replaced: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of the open tasks of agreements that are replaced: they are not to be done any more."""
    return tuple(task.id for task in client.tasks if task.status == "open" and task.about in replaced)


def tasks(agreement: Agreement, client: Client, today: date) -> tuple[Task, ...]:
    """What it asks for: to be handed over, in Mexico to the lender, too (mx.agreement.to_lender)."""
    kinds = ("deliver_agreement", "copy_to_lender") if client.country == "MX" else ("deliver_agreement",)
    due = add_business_days(today, DELIVERY_BUSINESS_DAYS, client.country)
    return tuple(
        Task(
            id=f"{agreement.id}:{kind}",
            kind=kind,
            due=due,
            account_id=agreement.account_id,
            about=agreement.id,
            note=agreement.folio,
            agent=agreement.agent,
        )
        for kind in kinds
    )
