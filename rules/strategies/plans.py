"""A strategy as data: its rules in order, what each says of the work, and every fault in it.

``[strategy]`` names it. Each ``[rules.NAME]`` is a rule, in the order of the file; the first whose
`when` fits takes the client, and the last has none, so that it takes whoever is left.
``[rules.NAME.arms.NAME]`` splits a rule's clients by shares, each arm with what it does differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

import msgspec

from rules.strategies.conditions import Test, test

KIND = "strategy"
"""The kind of rules, as a portfolio's versions are kept by."""

CHANNELS = ("call", "sms", "whatsapp", "email", "letter", "visit")
BOOSTED = ("money", "days", "last_contact", "rolls")
"""Parts of the queue's score that a rule may make heavier or lighter."""

MOST_POINTS = 300
"""What a strategy may add to a score or take off it at most: cover that ends today and broken
promises stay first (`rules.queue`)."""

MOST_RULES = 60
WHOLE = 100
"""Shares of a rule's arms are percentages of its clients."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
_PLAN = ("channels", "hours", "per_day", "per_week", "script", "offers", "points", "boost")
_RULE = ("es", "en", "when", "arms", *_PLAN)
_ARM = ("share", *_PLAN)

Path = tuple[str, ...]
Faults = list[tuple[Path, str]]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says of the work.

    channels: by which the client is spoken to, the first first. hours: local hours in which
    to call, as "HH:MM-HH:MM", "" = any allowed one. per_day, per_week: calls at most, 0 = as many
    as the contact rules allow. script: id of the script, "" = the product's. offers: names of the
    steps of the negotiation that may be offered, in order, none = the house's ladder. points: added
    to the score. boost: percent added of a part of the score.
    """

    channels: tuple[str, ...] = ("call",)
    hours: str = ""
    per_day: int = 0
    per_week: int = 0
    script: str = ""
    offers: tuple[str, ...] = ()
    points: int = 0
    boost: dict[str, int] = {}

    @property
    def calls(self) -> bool:
        """Whether clients are called at all."""
        return "call" in self.channels

    @property
    def slot(self) -> tuple[time, time] | None:
        """The hours as times, None = any."""
        if not self.hours:
            return None
        start, end = self.hours.split("-")
        return time.fromisoformat(start), time.fromisoformat(end)

    def worth(self, parts: Mapping[str, int]) -> int:
        """Points for a score with these parts: within `MOST_POINTS` either way."""
        added = self.points + sum(parts.get(name, 0) * share // 100 for name, share in self.boost.items())
        return max(-MOST_POINTS, min(added, MOST_POINTS))


class Arm(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a rule's clients, by percent, and their plan."""

    name: str
    share: int
    plan: Plan


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule. when: its conditions as written, by field. tests: the same, ready to be asked."""

    name: str
    es: str
    en: str
    when: dict[str, Any]
    tests: tuple[Test, ...]
    plan: Plan
    arms: tuple[Arm, ...] = ()


class Strategy(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a portfolio in force. version: as the centre counts them, 0 = not loaded yet."""

    name: str
    es: str
    en: str
    rules: tuple[Rule, ...]
    version: int = 0

    def rule(self, name: str) -> Rule | None:
        """A rule by its name."""
        return next((rule for rule in self.rules if rule.name == name), None)


def read(data: dict[str, Any]) -> Strategy | None:
    """The strategy in the tables of a file; None where it has no rules: then none is in force.

    Raises:
        ValueError: the first of its faults.
    """
    strategy, found = _read(data)
    if found:
        path, reason = found[0]
        raise ValueError(f"{'.'.join(path)}: {reason}")
    return strategy if strategy.rules else None


def faults(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every fault of a file, with where it stands."""
    yield from _read(data)[1]


def _read(data: dict[str, Any]) -> tuple[Strategy, Faults]:
    found: Faults = []
    head = data.get("strategy", {})
    rules: dict[str, Any] = data.get("rules", {})
    if not isinstance(head, dict) or not isinstance(rules, dict):
        table = "strategy" if not isinstance(head, dict) else "rules"
        return Strategy(name="", es="", en="", rules=()), [((table,), _must_be(table))]
    _unknown(head, ("name", "es", "en"), ("strategy",), found)
    name = _text(head, "name", ("strategy",), found)
    if rules and not _NAME.fullmatch(name):
        found.append((("strategy", "name"), f"the strategy's name is {name!r}; {_NAMED}"))
    made = tuple(_rule(rule, entry, found) for rule, entry in rules.items())
    if len(made) > MOST_RULES:
        found.append((("rules",), f"{len(made)} rules; {MOST_RULES} at most"))
    _catch_all(made, found)
    es, en = (_text(head, side, ("strategy",), found) or name for side in ("es", "en"))
    return Strategy(name=name, es=es, en=en, rules=made), found


_NAMED = "use up to 30 small letters, digits, - and _"


def _must_be(table: str) -> str:
    return f"{table} must be a table: [{table}]" if table == "strategy" else "rules are tables: [rules.NAME]"


def _catch_all(rules: tuple[Rule, ...], found: Faults) -> None:
    for rule in rules[:-1]:
        if not rule.when:
            reason = f"rule {rule.name} fits everybody, so that no rule after it ever does: put it last"
            found.append((("rules", rule.name), reason))
    if rules and rules[-1].when:
        reason = f"the last rule, {rules[-1].name}, has conditions; add one without, for whoever is left"
        found.append((("rules", rules[-1].name), reason))


def _rule(name: str, entry: Any, found: Faults) -> Rule:
    path = ("rules", name)
    if not _NAME.fullmatch(name):
        found.append((path, f"a rule is called {name!r}; {_NAMED}"))
    if not isinstance(entry, dict):
        found.append((path, f"rule {name} must be a table: [rules.{name}]"))
        entry = {}
    _unknown(entry, _RULE, path, found)
    when = entry.get("when", {})
    if not isinstance(when, dict):
        found.append(((*path, "when"), "when must be a table of fields"))
        when = {}
    tests = []
    for field, wanted in when.items():
        try:
            tests.append(test(field, wanted))
        except ValueError as error:
            found.append(((*path, "when", field), str(error)))
    plan = _plan(entry, Plan(), path, found)
    return Rule(
        name=name,
        es=_text(entry, "es", path, found) or name,
        en=_text(entry, "en", path, found) or name,
        when=when,
        tests=tuple(tests),
        plan=plan,
        arms=_arms(entry.get("arms", {}), plan, path, found),
    )


def _arms(entries: Any, plan: Plan, path: Path, found: Faults) -> tuple[Arm, ...]:
    if not isinstance(entries, dict):
        found.append(((*path, "arms"), "arms are tables: [rules.NAME.arms.NAME]"))
        return ()
    arms: list[Arm] = []
    for name, entry in entries.items():
        at = (*path, "arms", name)
        if not isinstance(entry, dict) or not _NAME.fullmatch(name):
            found.append((at, f"an arm is a table with a name; {_NAMED}"))
            continue
        _unknown(entry, _ARM, at, found)
        share = _number(entry, "share", at, found, 1, WHOLE - 1)
        arms.append(Arm(name=name, share=share, plan=_plan(entry, plan, at, found)))
    if entries and (len(entries) < 2 or sum(arm.share for arm in arms) != WHOLE):
        total = sum(arm.share for arm in arms)
        found.append(((*path, "arms"), f"the shares of two arms or more make {WHOLE}; these make {total}"))
    return tuple(arms)


def _plan(entry: dict[str, Any], base: Plan, path: Path, found: Faults) -> Plan:
    """What an entry says over a base: the rule's own over nothing, an arm's over its rule's."""
    changed: dict[str, Any] = {}
    if "channels" in entry:
        changed["channels"] = _names(entry, "channels", path, found, CHANNELS)
    if "hours" in entry:
        changed["hours"] = _hours(entry["hours"], (*path, "hours"), found)
    for name in ("per_day", "per_week"):
        if name in entry:
            changed[name] = _number(entry, name, path, found, 1, 100)
    if "script" in entry:
        changed["script"] = _text(entry, "script", path, found)
    if "offers" in entry:
        changed["offers"] = _names(entry, "offers", path, found)
    if "points" in entry:
        changed["points"] = _number(entry, "points", path, found, -MOST_POINTS, MOST_POINTS)
    if "boost" in entry:
        changed["boost"] = _boost(entry["boost"], (*path, "boost"), found)
    plan = msgspec.structs.replace(base, **changed)
    if plan.per_day and plan.per_week and plan.per_day > plan.per_week:
        reason = f"{plan.per_day} calls a day are more than {plan.per_week} a week"
        found.append(((*path, "per_day"), reason))
    return plan


def _boost(given: Any, path: Path, found: Faults) -> dict[str, int]:
    if not isinstance(given, dict):
        found.append((path, "boost is a table of parts of the score, such as { money = 50 }"))
        return {}
    boost = {}
    for name in given:
        if name not in BOOSTED:
            found.append(((*path, name), f"unknown part of the score {name!r}; known: {', '.join(BOOSTED)}"))
        else:
            boost[name] = _number(given, name, path, found, -100, 300)
    return boost


def _hours(given: Any, path: Path, found: Faults) -> str:
    start, _, end = given.partition("-") if isinstance(given, str) else ("", "", "")
    try:
        slot = time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    except ValueError:
        slot = None
    if slot is None or slot[0] >= slot[1] or any(one.tzinfo for one in slot):
        found.append((path, f'hours is {given!r}; write local hours such as "09:00-12:00"'))
        return ""
    return f"{slot[0]:%H:%M}-{slot[1]:%H:%M}"


def _names(
    entry: dict[str, Any], name: str, path: Path, found: Faults, known: tuple[str, ...] = ()
) -> tuple[str, ...]:
    given = entry[name]
    if not isinstance(given, list) or not given or not all(isinstance(one, str) for one in given):
        found.append(((*path, name), f"{name} is {given!r}; write a list of names"))
        return ()
    unknown = [one for one in given if known and one not in known]
    if unknown:
        reason = f"unknown {name}: {', '.join(unknown)}; known: {', '.join(known)}"
        found.append(((*path, name), reason))
    return tuple(dict.fromkeys(given))


def _number(entry: dict[str, Any], name: str, path: Path, found: Faults, least: int, most: int) -> int:
    value = entry.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        found.append(((*path, name), f"{name} is {value!r}; write a whole number from {least} to {most}"))
        return 0
    return value


def _text(entry: dict[str, Any], name: str, path: Path, found: Faults) -> str:
    value = entry.get(name, "")
    if not isinstance(value, str) or len(value) > 100:
        found.append(((*path, name), f"{name} is {value!r}; write a text of up to 100 letters"))
        return ""
    return value.strip()


def _unknown(entry: dict[str, Any], known: tuple[str, ...], path: Path, found: Faults) -> None:
    for name in entry:
        if name not in known:
            found.append(((*path, name), f"unknown field {name!r}; known: {', '.join(known)}"))
