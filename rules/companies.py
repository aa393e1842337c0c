"""Companies that owe: who speaks for them, who answers with them, what secures the credit."""

from __future__ import annotations

from datetime import date

from rules.rates import Ratio
from rules.wire import Wire
from rules.words import mark


class Contact(Wire, frozen=True):
    """Somebody of the company or beside it.

    role: legal_representative, authorised, guarantor (aval), joint_obligor (obligado solidario),
    administration, other. phone: E.164, "" = none known. natural: a natural person (whom the US rules
    protect). right: the power of attorney or deed that shows the role.
    """

    name: str
    role: str
    phone: str = ""
    email: str = ""
    natural: bool = True
    right: str = ""


class Collateral(Wire, frozen=True):
    """What secures the credit: kind (mortgage, pledge, fund, none), in words, minor units of its value."""

    kind: str
    what: str
    value: int = 0
    valued_on: date | None = None


class Exposure(Wire, frozen=True):
    """What another company of the same group owes here: minor units of the account's currency."""

    company: str
    account: str
    total: int
    overdue: int
    days: int = 0


class Company(Wire, frozen=True):
    """The sheet of a company's credit; money in minor units of its account's currency.

    line: what kind of credit; limit, drawn: of the line. group: the group's name, "" = none;
    exposure: its other companies' debts.
    """

    legal_name: str
    tax_id: str
    line: str
    limit: int
    drawn: int
    contacts: tuple[Contact, ...] = ()
    collateral: tuple[Collateral, ...] = ()
    group: str = ""
    exposure: tuple[Exposure, ...] = ()
    incorporated_on: date | None = None
    activity: str = ""


RIGHT = ("legal_representative", "authorised")
"""Roles with whom the debt may be discussed as with the debtor."""

ANSWERABLE = ("guarantor", "joint_obligor")
"""Roles that answer for the debt with their own; about it only by the consent rules of guarantors."""

ROLES = {
    "legal_representative": mark("legal representative"),
    "authorised": mark("authorised contact"),
    "guarantor": mark("guarantor"),
    "joint_obligor": mark("joint obligor"),
    "administration": mark("administration"),
    "other": mark("other contact"),
}
"""Role to its words."""

LINES = {
    "working_capital": mark("working capital"),
    "leasing": mark("leasing"),
    "simple_credit": mark("simple credit"),
    "revolving": mark("revolving credit"),
    "factoring": mark("factoring"),
}
"""Kinds of credit lines to their words; any other is shown as it came."""

COLLATERALS = {
    "mortgage": mark("mortgage"),
    "pledge": mark("pledge"),
    "fund": mark("guarantee fund"),
    "none": mark("no collateral"),
}
"""Kinds of collateral to their words."""


def is_right_party(contact: Contact) -> bool:
    """Whether speaking with this contact is right-party contact."""
    return contact.role in RIGHT


def spokesperson(company: Company) -> Contact | None:
    """Who is taken to have spoken unless it is said otherwise; None = the sheet knows nobody who may.

    The first legal representative, else the first authorised contact.
    """
    found = (one for role in RIGHT for one in company.contacts if one.role == role)
    return next(found, None)


def written(contact: Contact) -> str:
    """A contact as facts keep it: ``role:name``."""
    return f"{contact.role}:{contact.name}"


def named(company: Company, said: str) -> Contact | None:
    """The contact that a fact names, None = the sheet has no such one."""
    return next((one for one in company.contacts if written(one) == said), None)


def exposure(company: Company, total: int, overdue: int) -> tuple[int, int]:
    """What the whole group owes here, this company's account included: total and overdue, minor units."""
    return (
        total + sum(one.total for one in company.exposure),
        overdue + sum(one.overdue for one in company.exposure),
    )


def drawn(company: Company) -> Ratio:
    """How much of the line is drawn."""
    return Ratio(company.drawn, company.limit)


def covered(company: Company, total: int) -> Ratio:
    """How much of the debt the collateral is worth."""
    return Ratio(sum(one.value for one in company.collateral), total)
