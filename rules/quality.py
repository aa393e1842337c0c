"""Quality of calls: the form that a call is heard with, its score, and which calls are drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from rules.rates import WHOLE, Ratio, portion
from rules.ready import ready

Said = Literal["yes", "no", "na"]
"""What a lead says of an item: done, not done, did not apply."""


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to listen for. critical: if it was not done, the call scores 0. es, en: its words."""

    weight: int
    es: str
    en: str
    critical: bool = False


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form: its version and its items by key, in the order in which they are heard."""

    version: str
    items: dict[str, Item]


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the kind."""

    form: Form


class Score(msgspec.Struct, frozen=True):
    """How a call did. reached: weight done of the weight that applied. failed: critical items not done.

    points: hundredths of a percent, 0 as soon as a critical item failed.
    """

    reached: Ratio
    failed: tuple[str, ...]

    @property
    def points(self) -> int:
        """The score in hundredths of a percent, rounded once."""
        if self.failed or not self.reached.denominator:
            return 0
        return portion(WHOLE, self.reached.numerator, self.reached.denominator)


class FormRefused(ValueError):
    """The answers do not fit the form: `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


ready(Data, Form)


def read(data: Mapping[str, Any]) -> Form:
    """The form of a file's data.

    Raises:
        ValueError: it lacks something, or an item has no weight; says which.
    """
    form = msgspec.convert(dict(data), Data).form
    if not form.items:
        raise ValueError("form.items: a form needs at least one item")
    for key, item in form.items.items():
        if item.weight <= 0:
            raise ValueError(f"form.items.{key}.weight is {item.weight}; write a whole number above 0")
    return form


def score(form: Form, answers: Mapping[str, str]) -> Score:
    """Score a call by the answers to every item.

    Raises:
        FormRefused: unknown_item, missing_item, bad_answer, or nothing_applies.
    """
    if answers.keys() - form.items.keys():
        raise FormRefused("unknown_item")
    if form.items.keys() - answers.keys():
        raise FormRefused("missing_item")
    if set(answers.values()) - {"yes", "no", "na"}:
        raise FormRefused("bad_answer")
    applied = {key: item for key, item in form.items.items() if answers[key] != "na"}
    if not applied:
        raise FormRefused("nothing_applies")
    done = sum(item.weight for key, item in applied.items() if answers[key] == "yes")
    failed = tuple(key for key, item in applied.items() if item.critical and answers[key] == "no")
    return Score(Ratio(done, sum(item.weight for item in applied.values())), failed)


def drawn(calls: Iterable[str], seed: int, number: int) -> tuple[str, ...]:
    """Draw some calls by a seed: the same calls and seed give the same ones in the same order.

    A call that is added or taken away changes no other's place in the draw.
    """

    def place(call: str) -> bytes:
        return hashlib.blake2b(f"{seed}:{call}".encode(), digest_size=16).digest()

    return tuple(sorted(set(calls), key=place)[:number])
