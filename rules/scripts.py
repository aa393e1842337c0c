"""Call scripts as graphs of nodes (data in `data/scripts.toml`), and the walk through one."""

from __future__ import annotations

import msgspec


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of a node: its words, the node it leads to ("" = ends the script) and
    the result code that it suggests ("" = none), with a reason code where it implies one.
    """

    es: str
    en: str
    next: str = ""
    code: str = ""
    reason: str = ""


class Node(msgspec.Struct, frozen=True, kw_only=True):
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
