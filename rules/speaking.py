"""Who of a company was spoken to: right-party contact needs a role that may discuss the debt."""

from __future__ import annotations

from collections.abc import Iterator

from rules import companies
from rules.catalogue import Result
from rules.clients import Account
from rules.facts import ResultBody
from rules.problems import Problem

RIGHT_PARTY = "R"
"""Flag of results that say that the right party was spoken to."""


def check(result: Result, body: ResultBody, account: Account | None) -> Iterator[Problem]:
    """What forbids a result about a company's account.

    Codes: contact_missing (a right-party contact does not say with whom), unknown_contact, and
    not_right_party (the role may not discuss the debt; a talk with a guarantor is a third party's).
    Companies whose sheet names nobody who may speak for them are let through.
    """
    company = account.company if account is not None else None
    if company is None or RIGHT_PARTY not in result.flags:
        return
    default = companies.spokesperson(company)
    if default is None:
        return
    if not body.contact:
        yield Problem("contact_missing", {"name": default.name})
        return
    contact = companies.named(company, body.contact)
    if contact is None:
        yield Problem("unknown_contact", {"contact": body.contact})
    elif not companies.is_right_party(contact):
        yield Problem("not_right_party", {"name": contact.name, "right": default.name})
