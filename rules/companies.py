"""Companies that owe: who speaks for them, who answers with them, what secures the credit."""

from __future__ import annotations

from datetime import date

from rules.wire import Wire


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
