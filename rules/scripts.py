"""Call scripts as graphs of nodes (data in `data/scripts.toml`), and the walk through one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from rules.clients import Account, Client
from rules.placeholders import fill

__all__ = [
    "STAGES",
    "Answer",
    "Node",
    "Objection",
    "Script",
    "Walk",
    "answer",
    "back",
    "choose",
    "fill",
    "load",
    "missed",
    "start",
]

STAGES = ("greeting", "identity", "reason", "negotiation", "closing")
"""The stages of a call, in their order."""

MOST_ANSWERS = 9
"""Answers are picked with the digits 1 to 9."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer of a node.

    next: the node it leads to, "" = it ends the script. code: the result that it suggests,
    "" = none; reason: the reason for default that it implies, "" = none.
    """

    es: str
    en: str
    next: str = ""
    code: str = ""
    reason: str = ""


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the call. stage: greeting, identity, reason, negotiation, closing.

    es, en: text with placeholders in braces. forced: must be visited before a
    right-party result. answers: picked by the digits 1-9 in order.
    """

    id: str
    stage: str
    es: str
    en: str
    forced: bool = False
    answers: tuple[Answer, ...] = ()


class Objection(msgspec.Struct, frozen=True, kw_only=True):
    """What the client may throw in at any node, and the reply; the call then returns."""

    id: str
    es: str
    en: str
    reply_es: str
    reply_en: str


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A call model: its nodes by id, the first node, and the objections that fit it."""

    id: str
    es: str
    en: str
    start: str
    nodes: dict[str, Node]
    objections: tuple[Objection, ...] = ()


class Walk(msgspec.Struct, frozen=True):
    """Where a call stands in its script: the present node, and all nodes visited, in order."""

    script_id: str
    node: str
    path: tuple[str, ...]


class _Objection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    es: str
    en: str
    reply_es: str
    reply_en: str
    scripts: tuple[str, ...] = ()


class _Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    es: str
    en: str
    start: str
    groups: tuple[str, ...]
    nodes: dict[str, dict[str, Any]] = {}


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: dict[str, dict[str, dict[str, Any]]]
    scripts: dict[str, _Script]
    objections: tuple[_Objection, ...]


def load(toml_text: str) -> tuple[Script, ...]:
    """Read the scripts from their TOML text; nodes that no answer leads to are left out.

    Raises:
        ValueError: not TOML, not of the scripts' shape, or a graph with a loose end.
    """
    try:
        data = msgspec.toml.decode(toml_text, type=_Data)
        return tuple(_script(name, entry, data) for name, entry in data.scripts.items())
    except (msgspec.DecodeError, KeyError) as error:
        raise ValueError(f"the call scripts can't be read: {error}") from error


def _script(name: str, entry: _Script, data: _Data) -> Script:
    merged: dict[str, dict[str, Any]] = {}
    for group in entry.groups:
        merged |= data.groups[group]
    merged |= entry.nodes
    nodes = {node: msgspec.convert({"id": node, **fields}, Node) for node, fields in merged.items()}
    objections = (
        Objection(id=each.id, es=each.es, en=each.en, reply_es=each.reply_es, reply_en=each.reply_en)
        for each in data.objections
        if not each.scripts or name in each.scripts
    )
    return Script(
        id=name,
        es=entry.es,
        en=entry.en,
        start=entry.start,
        nodes=_reachable(name, entry.start, nodes),
        objections=tuple(objections),
    )


def _reachable(script: str, first: str, nodes: dict[str, Node]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    ahead = [first]
    while ahead:
        name = ahead.pop(0)
        if name in found:
            continue
        if name not in nodes:
            raise ValueError(f"script {script}: an answer leads to {name!r}, which does not exist")
        node = found[name] = nodes[name]
        if node.stage not in STAGES or len(node.answers) > MOST_ANSWERS:
            raise ValueError(f"script {script}: node {name} has an unknown stage or too many answers")
        ahead += [choice.next for choice in node.answers if choice.next]
    return found


def choose(scripts: Sequence[Script], client: Client) -> Script | None:
    """The script that fits the client's most urgent account; None if there is none for it."""
    account = urgent(client)
    if account is None:
        return None
    wanted = _model(client, account)
    return next((script for script in scripts if script.id == wanted), None)


def urgent(client: Client) -> Account | None:
    """The account to speak about first: cover about to lapse, then the oldest arrears."""
    owing = [account for account in client.accounts if account.overdue > 0] or client.accounts
    in_grace = {policy.account_id for policy in client.policies if policy.status == "grace"}
    return max(
        owing, key=lambda account: (account.id in in_grace, account.days, account.overdue), default=None
    )


def _model(client: Client, account: Account) -> str:
    if client.country == "US":
        return "us"
    if account.product == "insurance":
        lapsed = any(
            policy.account_id == account.id and policy.status in ("lapsed", "cancelled")
            for policy in client.policies
        )
        return "insurance_lapsed" if lapsed else "insurance"
    if account.product == "timeshare":
        return "timeshare_cancellation" if _wants_out(client) else "timeshare"
    return "sme" if account.product == "sme" else "credit"


def _wants_out(client: Client) -> bool:
    """Whether the last word on it was a request to cancel, not that the client stays."""
    told = [
        entry for entry in client.history if entry.code in ("CANC", "RETN") and entry.status != "retracted"
    ]
    return bool(told) and max(told, key=lambda entry: entry.at).code == "CANC"


def start(script: Script) -> Walk:
    """The walk at the script's first node."""
    return Walk(script.id, script.start, (script.start,))


def answer(script: Script, walk: Walk, digit: int) -> Walk | None:
    """The walk after the answer with a digit (1 to 9); None if the node has no such answer.

    An answer that ends the script leaves the walk where it is.
    """
    answers = script.nodes[walk.node].answers
    if not 1 <= digit <= len(answers):
        return None
    following = answers[digit - 1].next
    return Walk(walk.script_id, following, (*walk.path, following)) if following else walk


def back(walk: Walk) -> Walk:
    """The walk one node back; at the first node it stays."""
    if len(walk.path) == 1:
        return walk
    return Walk(walk.script_id, walk.path[-2], walk.path[:-1])


def missed(script: Script, walk: Walk) -> tuple[str, ...]:
    """Forced nodes that were not visited, in the order of the call."""
    skipped = (node for node in script.nodes.values() if node.forced and node.id not in walk.path)
    return tuple(node.id for node in sorted(skipped, key=lambda node: STAGES.index(node.stage)))
