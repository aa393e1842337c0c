"""The day on which a timeshare contract was signed, from which the time to revoke runs (LFPC 56)."""

from __future__ import annotations

from datetime import date

from rules.clients import Account

SIGNED = "signed_on"
"""Detail of an account that holds the day, where there is no sheet of the contract."""


def signed_on(account: Account) -> date | None:
    """The day of the signature; None = it is not known: nobody is told of a right by guess."""
    if account.contract is not None:
        return account.contract.signed_on
    written = next((detail.value for detail in account.details if detail.key == SIGNED), "")
    try:
        return date.fromisoformat(written)
    except ValueError:  # what a file says in a detail is text, and may be no date
        return None
