"""Call scripts as graphs of nodes (data in `data/scripts.toml`), and which one fits a client."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from operator import is_
from typing import Any

import msgspec

from rules.clients import Account, Client
from rules.conditions import condition, holds
from rules.identity import FACTORS, STATES
from rules.ready import ready

__all__ = [
    "BACK",
    "STAGES",
    "Answer",
    "Node",
    "Objection",
    "Script",
    "choose",
    "fitted",
    "load",
    "read",
    "regular",
    "urgent",
]

STAGES = ("greeting", "identity", "reason", "negotiation", "closing")
"""The stages of a call, in their order."""

MOST_ANSWERS = 9
"""Answers are picked with the digits 1 to 9."""

BACK = "back"
"""As the next node of an answer: the node from which the call came here."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer of a node.

    next: the node it leads to, `BACK` = the one before, "" = it ends the script. code: the
    result that it suggests, "" = none; reason, destination, medium: what it implies of that
    result, "" = nothing. identity: what it says about who is on the line (`identity.STATES`), "" =
    nothing; "confirmed" leads on only once enough data have matched. factors: data that
    matched. when: conditions (`rules.conditions`) under which it is offered.
    """

    es: str
    en: str
    next: str = ""
    code: str = ""
    reason: str = ""
    destination: str = ""
    medium: str = ""
    identity: str = ""
    factors: tuple[str, ...] = ()
    when: tuple[str, ...] = ()


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the call. stage: greeting, identity, reason, negotiation, closing.

    es, en: text with placeholders in braces. forced: must be read on the way to a result
    with the right party; name_es, name_en: what a forced node is called. answers: picked by
    the digits 1-9 in order. when: conditions under which the node is read; where they do not
    hold, the call goes to `otherwise` in its place.
    """

    id: str
    stage: str
    es: str
    en: str
    forced: bool = False
    name_es: str = ""
    name_en: str = ""
    answers: tuple[Answer, ...] = ()
    when: tuple[str, ...] = ()
    otherwise: str = ""


class Objection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the client may throw in at any node, and the reply; the call then returns.

    One with a `next` has no reply of its own: the call goes to that node.
    """

    id: str
    es: str
    en: str
    reply_es: str = ""
    reply_en: str = ""
    next: str = ""
    scripts: tuple[str, ...] = ()


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A call model: its nodes by id, the first node, and the objections that fit it."""

    id: str
    es: str
    en: str
    start: str
    nodes: dict[str, Node]
    objections: tuple[Objection, ...] = ()


class _Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    es: str
    en: str
    start: str
    groups: tuple[str, ...]
    nodes: dict[str, dict[str, Any]] = {}


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: dict[str, dict[str, dict[str, Any]]]
    scripts: dict[str, _Script]
    objections: tuple[Objection, ...]


ready(_Data, Node)


def load(toml_text: str) -> tuple[Script, ...]:
    """Read the scripts from their TOML text; nodes that nothing leads to are left out.

    Raises:
        ValueError: not TOML, not of the scripts' shape, an unknown condition, or a graph with
            a loose end.
    """
    try:
        return read(tomllib.loads(toml_text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"the call scripts can't be read: {error}") from error


def read(raw: dict[str, Any]) -> tuple[Script, ...]:
    """Read the scripts from the tables of their TOML text.

    Raises:
        ValueError: as `load`.
    """
    try:
        data = msgspec.convert(raw, _Data)
        return tuple(_script(name, entry, data) for name, entry in data.scripts.items())
    except (msgspec.ValidationError, KeyError) as error:
        raise ValueError(f"the call scripts can't be read: {error}") from error


def _script(name: str, entry: _Script, data: _Data) -> Script:
    merged: dict[str, dict[str, Any]] = {}
    for group in entry.groups:
        merged |= data.groups[group]
    merged |= entry.nodes
    nodes = {node: msgspec.convert({"id": node, **fields}, Node) for node, fields in merged.items()}
    objections = tuple(each for each in data.objections if not each.scripts or name in each.scripts)
    script = Script(id=name, es=entry.es, en=entry.en, start=entry.start, nodes=nodes, objections=objections)
    try:
        script = msgspec.structs.replace(script, nodes=_reachable(script))
        for node in script.nodes.values():
            _check(node, script.nodes)
    except ValueError as error:
        raise ValueError(f"script {name}: {error}") from error
    return script


def _reachable(script: Script) -> dict[str, Node]:
    """The nodes that can be come to, the nearest to the start first."""
    found: dict[str, Node] = {}
    ahead = [script.start, *(each.next for each in script.objections if each.next)]
    while ahead:
        name = ahead.pop(0)
        if name in found:
            continue
        if name not in script.nodes:
            raise ValueError(f"something leads to {name!r}, which does not exist")
        found[name] = script.nodes[name]
        ahead += _following(found[name])
    return found


def _following(node: Node) -> Iterator[str]:
    yield from (choice.next for choice in node.answers if choice.next not in ("", BACK))
    if node.otherwise:
        yield node.otherwise


def _check(node: Node, nodes: Mapping[str, Node]) -> None:
    if node.stage not in STAGES or len(node.answers) > MOST_ANSWERS:
        raise ValueError(f"node {node.id} has an unknown stage or too many answers")
    if node.forced and not (node.name_es and node.name_en):
        raise ValueError(f"node {node.id} is forced and has no name")
    if bool(node.when) is not bool(node.otherwise):
        raise ValueError(f"node {node.id} needs both when and otherwise, or neither")
    for names in (node.when, *(choice.when for choice in node.answers)):
        for name in names:
            condition(name)
    for choice in node.answers:
        if choice.identity not in ("", *STATES) or not set(choice.factors) <= set(FACTORS):
            raise ValueError(f"node {node.id} has an answer with an unknown identity or factor")
    passed, other = {node.id}, node.otherwise
    while other:
        if other in passed:
            raise ValueError(f"node {node.id} leads past itself without end")
        passed.add(other)
        other = nodes[other].otherwise


def choose(scripts: Sequence[Script], client: Client, instead: str = "") -> Script | None:
    """The script for the client's most urgent account, as it applies; None if there is none.

    instead: id of the script that a strategy puts in the place of the product's regular one; where
    the client's situation calls for another (a lapsed policy, a cancellation), that one stays.
    """
    account = urgent(client)
    if account is None:
        return None
    wanted = _model(client, account)
    if instead and wanted == regular(client.country, account.product):
        wanted = instead
    found = next((script for script in scripts if script.id == wanted), None)
    return fitted(found, client, account) if found else None


def fitted(script: Script, client: Client, account: Account) -> Script:
    """The script with the conditions settled: only nodes and answers that apply."""

    def place(name: str) -> str:
        while not holds(script.nodes[name].when, client, account):
            name = script.nodes[name].otherwise
        return name

    def settled(node: Node) -> Node:
        answers = tuple(
            choice if choice.next in ("", BACK) else _leading(choice, place(choice.next))
            for choice in node.answers
            if holds(choice.when, client, account)
        )
        same = len(answers) == len(node.answers) and all(map(is_, answers, node.answers))
        if same and not node.when:
            return node
        return msgspec.structs.replace(node, answers=answers, when=(), otherwise="")

    nodes = {name: settled(node) for name, node in script.nodes.items()}
    settled_script = msgspec.structs.replace(script, start=place(script.start), nodes=nodes)
    return msgspec.structs.replace(settled_script, nodes=_reachable(settled_script))


def _leading(choice: Answer, to: str) -> Answer:
    return choice if choice.next == to else msgspec.structs.replace(choice, next=to)


def urgent(client: Client) -> Account | None:
    """The account to speak about first: cover about to lapse, then the oldest arrears."""
    owing = [account for account in client.accounts if account.overdue > 0] or client.accounts
    in_grace = {policy.account_id for policy in client.policies if policy.status == "grace"}
    return max(
        owing, key=lambda account: (account.id in in_grace, account.days, account.overdue), default=None
    )


def regular(country: str, product: str) -> str:
    """Id of the script of a product in a country, where nothing about the client calls for another."""
    if country == "US":
        return "us"
    return product if product in ("insurance", "timeshare", "sme") else "credit"


def _model(client: Client, account: Account) -> str:
    plain = regular(client.country, account.product)
    if plain == "insurance":
        lapsed = any(
            policy.account_id == account.id and policy.status in ("lapsed", "cancelled")
            for policy in client.policies
        )
        return "insurance_lapsed" if lapsed else plain
    return "timeshare_cancellation" if plain == "timeshare" and _wants_out(client) else plain


def _wants_out(client: Client) -> bool:
    """Whether the last word on it was a request to cancel, not that the client stays."""
    told = [
        entry for entry in client.history if entry.code in ("CANC", "RETN") and entry.status != "retracted"
    ]
    return bool(told) and max(told, key=lambda entry: entry.at).code == "CANC"
