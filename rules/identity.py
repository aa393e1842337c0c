"""Who is on the line: the data that confirm it, and whether money is hidden until they do.

Two of them are asked for, and no full secret ever (parameter pii.identity.factors; LFPDPPP
arts. 18 and 20 for what is hidden before).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

import msgspec

from rules.clients import Account, Client

FACTORS = ("full_name", "birth_date", "account_ending", "tax_id_ending", "postcode", "policy_number")
"""Data that a client can be identified by."""

NEEDED = 2
"""How many of them must match."""

STATES = ("confirmed", "failed", "refused")
"""What the answers of a call can say about the identity."""

REVEAL_REASONS = ("client_known", "client_called", "preparing", "third_party_rule", "supervisor")
"""Why an agent may look at money before identity is confirmed.

client_known: identified in a call earlier today. client_called: called in, and was identified
on the way. preparing: prepares the call. third_party_rule: a guarantor or representative was
identified. supervisor: a lead asked for it.
"""

REVEALED = "revealed:"
"""Begins the identity of a result that was made with money shown for one of those reasons."""

PARAMETER = "script.identity"
"""The portfolio's setting: "force" (as when absent) hides money until then, "off" never does."""

ENDING = 4
"""Characters of an account or policy number that are compared."""

_POSTCODE = re.compile(r"\b[0-9]{5}\b")


class Factor(msgspec.Struct, frozen=True):
    """One datum to compare: its name, and no more of its value than is to be compared.

    birth_date is an ISO date; numbers are their last characters. policy_number is of a policy
    that the call is not about; the number of its own is account_ending.
    """

    name: str
    expected: str


def factors(client: Client, account: Account | None) -> tuple[Factor, ...]:
    """What this client can be identified by, in the order of `FACTORS`."""
    return tuple(Factor(name, expected) for name, expected in _known(client, account) if expected)


def hides(client: Client) -> bool:
    """Whether the client's money is hidden until identity is confirmed."""
    return client.rules.get(PARAMETER) != "off"


def ending(client: Client, account: Account) -> str:
    """The end of the number that the client knows the account by: of the card, the policy, the contract."""
    card = (detail.value for detail in account.details if detail.key == "card_ending")
    policy = (one.number[-ENDING:] for one in client.policies if one.account_id == account.id)
    return next(chain(card, policy), account.number[-ENDING:])


def _known(client: Client, account: Account | None) -> Iterator[tuple[str, str]]:
    own = ending(client, account) if account else ""
    others = (policy.number[-ENDING:] for policy in client.policies)
    yield "full_name", client.name
    yield "birth_date", client.born.isoformat() if client.born else ""
    yield "account_ending", own
    yield "tax_id_ending", _tax_id_ending(client)
    yield "postcode", _postcode(client)
    yield "policy_number", next((other for other in others if other != own), "")


def _tax_id_ending(client: Client) -> str:
    """The three characters after the date of an RFC (homoclave), or a US number's last four."""
    if client.country == "MX":
        return client.tax_id[-3:] if len(client.tax_id) in (12, 13) else ""
    number = client.tax_id or client.national_id
    return number[-ENDING:] if len(number) > ENDING else ""


def _postcode(client: Client) -> str:
    for text in (client.address, *(address.text for address in client.addresses)):
        if found := _POSTCODE.findall(text):
            return str(found[-1])
    return ""
