"""Negotiation: the ladder of offers for a debt, from reason, product, bucket and authority.

The order is data (`data/negotiation.toml`): what the reason asks for first, then the house's
own ladder. Disputed money is never asked for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import msgspec

from rules.authority import LEVELS, Authority, in_force
from rules.buckets import BUCKETS, COLLECTED, account_bucket
from rules.capacity import Capacity
from rules.clients import Account, Client
from rules.demand import due, payable
from rules.offers import granted, make
from rules.promises import open_promise
from rules.ready import ready
from rules.steps import Offer, Scene, Step

__all__ = ["Negotiation", "Offer", "Reason", "hints", "ladder", "load", "read"]


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reason for default asks for.

    steps: what is offered first, by name. demand: all, rest (only where a part is in
    dispute, for what is not) or none. es, en: what to ask for and what to avoid.
    """

    steps: tuple[str, ...]
    demand: Literal["all", "rest", "none"] = "all"
    es: str = ""
    en: str = ""


class Negotiation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The negotiation's data: authority, steps by name, ladders by product and by reason.

    restructure_rates: monthly rate by product, in hundredths of a percent. never: kinds of
    steps that are not made for a product.
    """

    authority: Authority
    restructure_rates: dict[str, int]
    steps: dict[str, Step]
    ladders: dict[str, tuple[str, ...]]
    never: dict[str, tuple[str, ...]]
    by_reason: dict[str, Reason]


ready(Negotiation)


def load(toml_text: str) -> Negotiation:
    """Read the negotiation's data from its TOML text.

    Raises:
        ValueError: not TOML, not of this shape, or a level, bucket or step that does not exist.
    """
    try:
        return read(tomllib.loads(toml_text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"the negotiation's data can't be read: {error}") from error


def read(raw: dict[str, Any]) -> Negotiation:
    """Read the negotiation's data from the tables of its TOML text.

    Raises:
        ValueError: as `load`.
    """
    try:
        data = msgspec.convert(raw, Negotiation)
    except msgspec.ValidationError as error:
        raise ValueError(f"the negotiation's data can't be read: {error}") from error
    if tuple(data.authority.levels) != LEVELS:
        raise ValueError(f"the levels of authority must be {', '.join(LEVELS)}, in this order")
    if unknown := set(data.authority.buckets) - set(BUCKETS):
        raise ValueError(f"unknown buckets: {', '.join(sorted(unknown))}")
    named = {name for steps in data.ladders.values() for name in steps}
    named |= {name for reason in data.by_reason.values() for name in reason.steps}
    if unknown := named - set(data.steps):
        raise ValueError(f"unknown steps: {', '.join(sorted(unknown))}")
    return data


def ladder(
    client: Client,
    account: Account,
    data: Negotiation,
    *,
    today: date,
    level: str,
    reason: str = "",
    capacity: Capacity | None = None,
    last_promise: date | None = None,
    language: str = "es",
    menu: tuple[str, ...] = (),
) -> tuple[Offer, ...]:
    """The offers for an account, best first; those that a request was granted stand on top.

    Args:
        client: whose account it is.
        account: the debt; what is in dispute of it is left out.
        data: steps, ladders and limits.
        today: the client's own day.
        level: the agent's authority.
        reason: why it was not paid, a name of the catalogue; "" = not known.
        capacity: what the client can set aside; offers above it are marked.
        last_promise: the last day that a promise may name; None = any.
        language: of the words in the lines, es or en.
        menu: names of the only steps with money that a strategy offers, in its order; none = all.
    """
    scene = Scene(
        client=client,
        account=account,
        authority=data.authority,
        rates=data.restructure_rates,
        today=today,
        level=level,
        reason=reason,
        capacity=capacity,
        last_promise=last_promise,
        language=language,
    )
    offers = [*_granted(scene)]
    seen = {_figures(offer) for offer in offers}
    for name in _order(data, scene, menu):
        offer = make(data.steps[name], scene)
        if offer is not None and _figures(offer) not in seen:
            seen.add(_figures(offer))
            offers.append(offer)
    return tuple(offers)


def hints(client: Client, account: Account, reason: str, data: Negotiation) -> tuple[str, ...]:
    """What to know before any offer, as codes.

    nothing_due, all_disputed, part_disputed, clarification_first (the reason disputes the
    debt, and nobody has said which part), no_demand, promise_open.
    """
    found = []
    entry = data.by_reason.get(reason)
    if account.overdue <= 0:
        found.append("nothing_due")
    elif account.disputed:
        found.append("all_disputed" if account.disputed >= account.overdue else "part_disputed")
    elif entry and entry.demand == "rest":
        found.append("clarification_first")
    if entry and entry.demand == "none":
        found.append("no_demand")
    if open_promise(client, account.id) is not None:
        found.append("promise_open")
    return tuple(found)


def _figures(offer: Offer) -> tuple[object, ...]:
    """What makes two offers the same to the client."""
    terms = offer.terms
    return terms.to_pay, terms.payments, offer.line if not terms.to_pay else ""


def _order(data: Negotiation, scene: Scene, menu: tuple[str, ...]) -> Iterator[str]:
    """Names of the steps: the reason's own, then the house's for the product, each once.

    A strategy's menu stands in their place; where a case may be referred to stays.
    """
    entry = data.by_reason.get(scene.reason, Reason(steps=()))
    house = data.ladders.get(scene.account.product, data.ladders["default"])
    demand = entry.demand == "all" or (entry.demand == "rest" and scene.account.disputed > 0)
    usual = dict.fromkeys((*entry.steps, *(house if demand else ())))
    if menu:
        free = [name for name in usual if data.steps[name].kind in ("refer", "remedial")]
        usual = dict.fromkeys((*(name for name in menu if name in data.steps), *free))
    for name in usual:
        step = data.steps[name]
        if step.kind in data.never.get(scene.account.product, ()):
            continue
        if step.kind not in ("refer", "remedial") and not (demand and _collected(scene)):
            continue
        if BUCKETS.index(account_bucket(scene.account, scene.today)) < BUCKETS.index(step.since):
            continue
        yield name


def _collected(scene: Scene) -> bool:
    account = scene.account
    return account.status in COLLECTED and due(account) > 0 and payable(account) > 0


def _granted(scene: Scene) -> Iterator[Offer]:
    for request in scene.client.requests:
        if request.account_id == scene.account.id and (terms := in_force(request, scene.today)):
            yield granted(request, terms, scene)
