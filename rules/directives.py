"""Directives of a lead: parts of a queue that are held back, or called before everything else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from rules.buckets import parted
from rules.questions import Done, Question
from rules.ready import ready
from rules.tables import Table

HOLD, FIRST = "hold", "first"
KINDS = (HOLD, FIRST)


class Directive(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a part of a portfolio's queue.

    kind: hold (nobody is handed out from it) or first (it comes before everything else but
    callbacks that are due). strategy: name of a rule; bucket; "" = all of them. until: when it ends by
    itself, None = when somebody ends it.
    """

    kind: str
    strategy: str = ""
    bucket: str = ""
    until: datetime | None = None

    def concerns(self, segment: str) -> bool:
        """Whether a segment of the queue is in the part."""
        bucket, strategy = parted(segment)
        return self.bucket in ("", bucket) and self.strategy in ("", strategy)

    @property
    def whole(self) -> bool:
        """Whether it is about all of the portfolio."""
        return not self.strategy and not self.bucket

    def in_force(self, now: datetime) -> bool:
        """Whether it has not ended by itself."""
        return self.until is None or now < self.until


def standing(directives: Iterable[Directive], segment: str) -> str:
    """What holds for a segment: hold, first or "" = neither. What is held is held, whatever comes first."""
    kinds = {one.kind for one in directives if one.concerns(segment)}
    return HOLD if HOLD in kinds else FIRST if FIRST in kinds else ""


def all_held(directives: Iterable[Directive]) -> bool:
    """Whether all of a portfolio is held back."""
    return any(one.kind == HOLD and one.whole for one in directives)


class DirectiveOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/directives: portfolio by name; strategy, bucket, kind and until as of `Directive`.

    notice: what the agents of the portfolio read of it, "" = nothing.
    """

    portfolio: str
    kind: str
    why: str
    strategy: str = ""
    bucket: str = ""
    until: datetime | None = None
    notice: str = ""


class DirectiveEnding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/directives/{id}/end: why it ends before its time; notice as of `DirectiveOrder`."""

    why: str
    notice: str = ""


class DirectivesQuery(Question[Table], frozen=True, kw_only=True):
    """GET /v1/directives: those in force, then those that have ended of late. Keys of rows are ids."""

    PATH: ClassVar[str] = "/v1/directives"
    ANSWER: ClassVar[Any] = Table


class GiveDirective(Question[Done], frozen=True, kw_only=True):
    """POST /v1/directives."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/directives"
    ANSWER: ClassVar[Any] = Done

    body: DirectiveOrder


class EndDirective(Question[Done], frozen=True, kw_only=True):
    """POST /v1/directives/{id}/end."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/directives/{id}/end"
    ANSWER: ClassVar[Any] = Done

    id: str
    body: DirectiveEnding


ready(DirectiveOrder, DirectiveEnding, Done, Table)
