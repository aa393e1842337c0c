"""Conditions on the nodes and answers of a call script: a closed set, with no code in the data.

Each is true or false of one client and the account that the call is about.

first_contact, later_contact: whether the debt has been discussed with the client before
(12 CFR 1006.18(e)). tier:T1, tier:T2: inside or after the legal period in which a timeshare
contract may be revoked (LFPC 56), counted from its signature to the request. third_paid:
more than a third of a timeshare's price is paid (LFPC 71). minimum: the account has a
minimum payment. bucket<N, bucket>=N: the bucket's number, charged off being 7. claim: the policy has a claim.
splittable: its premium could be paid more often. factor:NAME: the client can be identified by
that datum (`rules.identity.FACTORS`). detail:KEY: the account's sheet has that line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache

from rules.buckets import BUCKETS, account_bucket
from rules.cancellations import tier
from rules.clients import Account, Client
from rules.identity import FACTORS, factors
from rules.insurance.policies import Policy
from rules.money import to_minor
from rules.signing import signed_on
from rules.zones import local_day

Condition = Callable[[Client, Account], bool]

_BUCKET = re.compile(r"bucket(<|>=)([1-9])")
_AMOUNT = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


@cache
def condition(name: str) -> Condition:
    """The condition of a name.

    Raises:
        ValueError: there is none.
    """
    if name in _PLAIN:
        return _PLAIN[name]
    if found := _BUCKET.fullmatch(name):
        below, limit = found[1] == "<", int(found[2])
        return lambda client, account: (_bucket(client, account) < limit) is below
    kind, _, what = name.partition(":")
    if kind == "factor" and what in FACTORS:
        return lambda client, account: any(one.name == what for one in factors(client, account))
    if kind == "detail" and what:
        return lambda _, account: bool(_detail(account, what))
    raise ValueError(f"no condition is called {name!r}")


def holds(names: tuple[str, ...], client: Client, account: Account) -> bool:
    """Whether all conditions of these names hold."""
    return all(condition(name)(client, account) for name in names)


def _discussed(client: Client, _: Account) -> bool:
    return bool(client.promises) or any(attempt.conversation for attempt in client.attempts)


def _tier(client: Client, account: Account) -> str:
    """T1 only where the signature is known: nobody is told of a right by guess."""
    signed = signed_on(account)
    return tier(signed, _requested(client)) if signed is not None else "T2"


def _requested(client: Client) -> date:
    """The day of the request to cancel: the first one that stands, else today."""
    asked = [entry.at for entry in client.history if entry.code == "CANC" and entry.status != "retracted"]
    return local_day(min(asked), client.zones[0]) if asked and client.zones else _today(client)


def _third_paid(_: Client, account: Account) -> bool:
    found = _AMOUNT.search(_detail(account, "price"))
    price = to_minor(Decimal(found[0].replace(",", ""))) if found else 0
    owed = sum(account.components.get(name, 0) for name in ("capital_vencido", "capital_vigente"))
    return price > 0 and 3 * (price - owed) > price


def _bucket(client: Client, account: Account) -> int:
    """The bucket as a number: B0 is 0, charged off is the last."""
    return BUCKETS.index(account_bucket(account, _today(client)))


def _today(client: Client) -> date:
    return local_day(client.as_of, client.zones[0] if client.zones else "UTC")


def _detail(account: Account, key: str) -> str:
    return next((detail.value for detail in account.details if detail.key == key), "")


def _policy(client: Client, account: Account) -> Policy | None:
    return next((policy for policy in client.policies if policy.account_id == account.id), None)


def _claim(client: Client, account: Account) -> bool:
    policy = _policy(client, account)
    return policy is not None and bool(policy.claims)


def _splittable(client: Client, account: Account) -> bool:
    policy = _policy(client, account)
    return policy is not None and policy.frequency != "monthly"


_PLAIN: dict[str, Condition] = {
    "first_contact": lambda client, account: not _discussed(client, account),
    "later_contact": _discussed,
    "tier:T1": lambda client, account: _tier(client, account) == "T1",
    "tier:T2": lambda client, account: _tier(client, account) == "T2",
    "third_paid": _third_paid,
    "minimum": lambda _, account: account.minimum > 0,
    "claim": _claim,
    "splittable": _splittable,
}
