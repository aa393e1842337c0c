"""Sharing clients out among agents: who gets whom, and what each has before and after.

Everything is decided by what is given and nothing by chance: the same clients and agents give
the same moves, so that what was previewed is what is done.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from rules.buckets import BUCKETS

ONE, RECALL, ROUND_ROBIN, BALANCE, SKILL, KEEP_OWNER = (
    "one",
    "recall",
    "round_robin",
    "balance",
    "skill",
    "keep_owner",
)
METHODS = (ONE, RECALL, ROUND_ROBIN, BALANCE, SKILL, KEEP_OWNER)
"""one: all to one agent. recall: they are nobody's. round_robin: by turns. balance: the largest first,
each to whom has the least money so far. skill: by turns among those who can work the client. keep_owner:
who is somebody's stays so, the others by turns."""

LANGUAGES = ("es", "en")
PRODUCTS = ("card", "loan", "sme", "insurance", "timeshare")


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A client to share out.

    owner: id of the agent whose client it is, None = nobody's. balance: minor units by currency.
    language, product, bucket: what an agent must be able to work, "" = no matter.
    """

    id: int
    owner: int | None = None
    balance: dict[str, int] = {}
    language: str = ""
    product: str = ""
    bucket: str = ""


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who may be given clients.

    skills: languages, products and buckets that the agent works; none of a kind = all of that
    kind. absent: gets nobody. balance: what the agent has besides the clients to share out.
    """

    id: int
    skills: frozenset[str] = frozenset()
    absent: bool = False
    balance: dict[str, int] = {}

    def can_work(self, client: Client) -> bool:
        """Whether the agent's skills fit the client."""
        needs = ((client.language, LANGUAGES), (client.product, PRODUCTS), (client.bucket, BUCKETS))
        return all(
            not need or need in self.skills or self.skills.isdisjoint(of_this_kind)
            for need, of_this_kind in needs
        )


class Move(msgspec.Struct, frozen=True):
    """A client who changes hands; None = nobody's."""

    client: int
    before: int | None
    after: int | None


class Holding(msgspec.Struct, kw_only=True):
    """How many clients somebody has, and their balance by currency in minor units."""

    clients: int = 0
    balance: dict[str, int] = {}

    def add(self, client: Client) -> None:
        """Count a client in."""
        self.clients += 1
        self.balance = added(self.balance, client.balance)


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What sharing comes to: the moves by the client's id, and how many could be given to nobody."""

    moves: tuple[Move, ...]
    unplaced: int = 0


class NobodyToShareWith(ValueError):
    """No agent is named, or each of them is absent."""


def added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Sums by currency."""
    return {key: one.get(key, 0) + other.get(key, 0) for key in sorted({*one, *other})}


def share(method: str, clients: Iterable[Client], agents: Sequence[Agent]) -> Shared:
    """Say who gets whom; clients who stay whose they are make no move.

    Args:
        method: one of `METHODS`; `ONE` takes the first agent who is there, `RECALL` none.
        clients: those to share out.
        agents: those to share them out among; who is absent gets nobody.

    Raises:
        NobodyToShareWith: the method needs an agent, and none is there.
        KeyError: there is no such method.
    """
    ordered = sorted(clients, key=lambda client: client.id)
    there = [agent for agent in agents if not agent.absent]
    if method != RECALL and not there:
        raise NobodyToShareWith
    given = _METHODS[method](ordered, there)
    moves = tuple(
        Move(client.id, client.owner, given[client.id])
        for client in ordered
        if client.id in given and given[client.id] != client.owner
    )
    return Shared(moves=moves, unplaced=len(ordered) - len(given))


Given = dict[int, int | None]
"""Client to agent; who is not in it could be given to nobody and stays whose it is."""


def _one(clients: list[Client], agents: list[Agent]) -> Given:
    return {client.id: agents[0].id for client in clients}


def _recall(clients: list[Client], _: list[Agent]) -> Given:
    return {client.id: None for client in clients}


def _round_robin(clients: list[Client], agents: list[Agent]) -> Given:
    return {client.id: agents[turn % len(agents)].id for turn, client in enumerate(clients)}


def _balance(clients: list[Client], agents: list[Agent]) -> Given:
    """Currencies are never added together: each is shared out by itself."""
    load = {agent.id: Counter(agent.balance) for agent in agents}
    place = {agent.id: number for number, agent in enumerate(agents)}
    count: Counter[int] = Counter()
    given: Given = {}
    by_currency: defaultdict[str, list[Client]] = defaultdict(list)
    for client in clients:
        by_currency[max(sorted(client.balance), key=client.balance.__getitem__, default="")].append(client)
    for currency in sorted(by_currency):
        for client in sorted(by_currency[currency], key=lambda one: (-one.balance.get(currency, 0), one.id)):
            least = min(load, key=lambda agent: (load[agent][currency], count[agent], place[agent]))
            given[client.id] = least
            load[least].update(client.balance)
            count[least] += 1
    return given


def _skill(clients: list[Client], agents: list[Agent]) -> Given:
    count: Counter[int] = Counter()
    given: Given = {}
    able: dict[tuple[str, str, str], list[int]] = {}
    for client in clients:
        needs = (client.language, client.product, client.bucket)
        if needs not in able:
            able[needs] = [agent.id for agent in agents if agent.can_work(client)]
        if able[needs]:
            least = min(able[needs], key=count.__getitem__)
            given[client.id] = least
            count[least] += 1
    return given


def _keep_owner(clients: list[Client], agents: list[Agent]) -> Given:
    kept: Given = {client.id: client.owner for client in clients if client.owner is not None}
    return kept | _round_robin([client for client in clients if client.owner is None], agents)


_METHODS = {
    ONE: _one,
    RECALL: _recall,
    ROUND_ROBIN: _round_robin,
    BALANCE: _balance,
    SKILL: _skill,
    KEEP_OWNER: _keep_owner,
}


def holdings(clients: Iterable[Client], moves: Iterable[Move] = ()) -> dict[int | None, Holding]:
    """What each owner, None = nobody, has of some clients once some moves are made."""
    after = {move.client: move.after for move in moves}
    found: defaultdict[int | None, Holding] = defaultdict(Holding)
    for client in clients:
        found[after.get(client.id, client.owner)].add(client)
    return dict(found)
