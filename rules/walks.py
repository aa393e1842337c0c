"""The walk through a call script: answers, objections, who was identified, what was not read."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from rules.catalogue import Result
from rules.clients import Client
from rules.identity import NEEDED
from rules.scripts import BACK, STAGES, Answer, Node, Script

OBJECTION = "?"
"""Begins the id of an objection in a path."""

PARAMETER = "script.missed"
"""The portfolio's setting: "warn" (as when absent) shows forced nodes that were skipped before a
result is saved, "force" wants a second Enter, too."""

_BY_OBJECTION = Answer(es="", en="")
"""Stands for the answer where an objection led the call on."""


class Walk(msgspec.Struct, frozen=True):
    """Where a call stands in its script.

    node: the present one. path: all nodes visited, in order, and between them the objections
    raised there as "?id". given: the answer that led to each node but the first. last: the
    answer at the present node that ended the script, None while it goes on.
    """

    script_id: str
    node: str
    path: tuple[str, ...]
    given: tuple[Answer, ...] = ()
    last: Answer | None = None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """All answers so far."""
        return (*self.given, self.last) if self.last else self.given

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the data that matched, each once."""
        return tuple(dict.fromkeys(name for choice in self.answers for name in choice.factors))

    @property
    def identity(self) -> str:
        """Confirmed once enough data matched; else failed or refused, if it was; else ""."""
        if len(self.factors) >= NEEDED:
            return "confirmed"
        said = [choice.identity for choice in self.answers if choice.identity in ("failed", "refused")]
        return said[-1] if said else ""

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes of the path, without the objections."""
        return tuple(name for name in self.path if not name.startswith(OBJECTION))


def forces(client: Client) -> bool:
    """Whether forced nodes that were skipped hold a save up once, by the portfolio's setting."""
    return client.rules.get(PARAMETER) == "force"


def start(script: Script) -> Walk:
    """The walk at the script's first node."""
    return Walk(script.id, script.start, (script.start,))


def offered(script: Script, walk: Walk) -> tuple[Answer, ...]:
    """The answers of the present node; data that matched already are not asked for again."""
    known = set(walk.factors)
    return tuple(
        choice
        for choice in script.nodes[walk.node].answers
        if not choice.factors or not known.issuperset(choice.factors)
    )


def answer(script: Script, walk: Walk, digit: int) -> Walk | None:
    """The walk after the answer with a digit (1 to 9); None if the node has no such answer.

    An answer that ends the script leaves the walk at its node; one that confirms the identity
    with too few data leaves it there, too, for another datum.
    """
    answers = offered(script, walk)
    if not 1 <= digit <= len(answers):
        return None
    given = answers[digit - 1]
    if not given.next:
        return msgspec.structs.replace(walk, last=given)
    after = _gone(walk, _next(walk, given), given)
    if given.identity == "confirmed" and after.identity != "confirmed":
        return _gone(walk, walk.node, given)
    return after


def _next(walk: Walk, given: Answer) -> str:
    if given.next != BACK:
        return given.next
    return next((name for name in reversed(walk.nodes) if name != walk.node), walk.node)


def _gone(walk: Walk, node: str, given: Answer) -> Walk:
    return Walk(walk.script_id, node, (*walk.path, node), (*walk.given, given))


def back(walk: Walk) -> Walk:
    """The walk one node back, with what was said since taken back; at the first node it stays."""
    nodes = walk.nodes
    if len(nodes) == 1:
        return msgspec.structs.replace(walk, last=None)
    path = walk.path
    while path[-1].startswith(OBJECTION):
        path = path[:-1]
    return Walk(walk.script_id, nodes[-2], path[:-1], walk.given[:-1])


def objected(script: Script, walk: Walk, place: int) -> Walk:
    """The walk after an objection of the script was opened, by its place (from 0)."""
    objection = script.objections[place]
    name = f"{OBJECTION}{objection.id}"
    noted = walk if walk.path[-1] == name else msgspec.structs.replace(walk, path=(*walk.path, name))
    return _gone(noted, objection.next, _BY_OBJECTION) if objection.next else noted


def missed(script: Script, walk: Walk, result: Result) -> tuple[str, ...]:
    """Forced nodes that were not read although a result calls for them, in the order of the call.

    Only a result with the right party (flag R) calls for any: those on every way of the script
    from its start to that result. A conversation about the debt (flag V) calls for those on
    every way from where the call stands, if one leads there still.
    """
    if not result.has("R"):
        return ()
    said = any(given.code == result.code for given in walk.answers)
    if said and walk.last is not None:
        return ()  # the script ended with it
    ahead = _needed(script, walk.node, result.code, said=said) if result.has("V") else None
    if ahead is None:
        ahead = _needed(script, script.start, result.code, said=False) or ()
    skipped = [node for node in ahead if node.id not in walk.path]
    # The close has no answers, and comes last in its stage.
    in_order = sorted(skipped, key=lambda node: (STAGES.index(node.stage), not node.answers))
    return tuple(node.id for node in in_order)


def _needed(script: Script, origin: str, code: str, *, said: bool) -> tuple[Node, ...] | None:
    """The forced nodes on every way from a node to a result; None if there is no way.

    A code that no answer names may be said anywhere on the way to the script's close.
    """
    named = any(choice.code == code for node in script.nodes.values() for choice in node.answers)
    start_at = (origin, said or not named)
    if not _leads(script, start_at, code):
        return None
    forced = (node for node in script.nodes.values() if node.forced)
    return tuple(node for node in forced if not _leads(script, start_at, code, without=node.id))


def _leads(script: Script, origin: tuple[str, bool], code: str, *, without: str = "") -> bool:
    """Whether a way leads to a result: to an answer that ends with its code, or by one to the close.

    A place on the way is a node, and whether the code has been said.
    """
    seen, ahead = {origin}, [origin]
    while ahead:
        name, said = ahead.pop()
        if name == without:
            continue
        answers = script.nodes[name].answers
        if (said and not answers) or any(one.code == code and not one.next for one in answers):
            return True
        for choice in answers:
            place = (choice.next, said or choice.code == code)
            if choice.next not in ("", BACK) and place not in seen:
                seen.add(place)
                ahead.append(place)
    return False


def names(script: Script, ids: tuple[str, ...], language: str) -> Iterator[str]:
    """What forced nodes are called in a language ("es" or "en")."""
    for name in ids:
        node = script.nodes[name]
        yield node.name_en if language == "en" else node.name_es
