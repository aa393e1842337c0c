"""Which rule takes a client, and how that is written with a fact: "rule@3", "rule:arm@3"."""

from __future__ import annotations

import re
from hashlib import blake2b

import msgspec

from rules.clients import Client
from rules.strategies.conditions import Scene
from rules.strategies.plans import WHOLE, Arm, Plan, Rule, Strategy

_NAME = "[a-z0-9][a-z0-9_-]{0,29}"
_WRITTEN = re.compile(rf"(?P<rule>{_NAME})(?::(?P<arm>{_NAME}))?@(?P<version>[1-9][0-9]{{0,8}})")


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """What the strategy in force says of one client. es, en: what the rule is called."""

    rule: str
    version: int
    plan: Plan
    arm: str = ""
    es: str = ""
    en: str = ""

    @property
    def written(self) -> str:
        """As facts keep it."""
        return f"{self.rule}{':' if self.arm else ''}{self.arm}@{self.version}"


class Written(msgspec.Struct, frozen=True):
    """The written form taken apart."""

    rule: str
    arm: str
    version: int


def parted(text: str) -> Written | None:
    """The rule, arm and version of a written form; None when it is none."""
    found = _WRITTEN.fullmatch(text)
    return Written(found["rule"], found["arm"] or "", int(found["version"])) if found else None


def assign(strategy: Strategy, scene: Scene) -> Assigned:
    """The first rule whose conditions all fit, and the client's arm of it; the last rule fits everybody."""
    rule = next(rule for rule in strategy.rules if all(fits(scene) for fits in rule.tests))
    arm = _arm(strategy, rule, scene.client) if rule.arms else None
    return Assigned(
        rule=rule.name,
        arm=arm.name if arm else "",
        version=strategy.version,
        plan=arm.plan if arm else rule.plan,
        es=rule.es,
        en=rule.en,
    )


def _arm(strategy: Strategy, rule: Rule, client: Client) -> Arm:
    """By the client's place from 0 to 99, the same in every version: only other shares move a client."""
    place = lot(strategy.name, client.ref or str(client.id))
    reached = 0
    for arm in rule.arms:
        reached += arm.share
        if place < reached:
            return arm
    return rule.arms[-1]


def lot(strategy: str, ref: str) -> int:
    """A client's place among `WHOLE`, drawn by the strategy's name and the client's reference alone."""
    digest = blake2b(f"{strategy}\0{ref}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % WHOLE
