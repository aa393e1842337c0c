"""Runs of commissions as board, desk and centre speak of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar

import msgspec

from rules.commission import Terms
from rules.questions import Done, Question
from rules.ready import ready

MOST_MINOR = 10**14
"""No adjustment is larger, in minor units."""


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """What the lines of a run come to in one currency.

    people: how many lines. adjusted: minor units after it was locked.
    """

    currency: str
    people: int
    recovered: int
    amount: int
    adjusted: int = 0


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The commissions of a portfolio and month (its first day).

    status: draft, or locked for good. made_by, locked_by: names of users. version: of the
    portfolio's terms, 0 = the house's.
    """

    id: str
    portfolio: str
    month: date
    status: str
    made_at: datetime
    made_by: str
    terms: Terms
    version: int = 0
    locked_at: datetime | None = None
    locked_by: str = ""
    sums: tuple[Sum, ...] = ()


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/commissions: the newest month first; and the portfolios that runs can be made of."""

    runs: tuple[Run, ...]
    portfolios: tuple[str, ...]


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/commissions: make the draft of a portfolio and month, in the place of an earlier one."""

    portfolio: str
    month: date


class Locking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/commissions/{run}/lock. made_at: of the draft that was looked at."""

    made_at: datetime


class Adjusting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/commissions/{run}/adjustments: minor units more or less for an agent, and why.

    currency: "" = the portfolio's.
    """

    agent: str
    amount: Annotated[int, msgspec.Meta(ge=-MOST_MINOR, le=MOST_MINOR)]
    why: str
    currency: str = ""


class Clearing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/breaches/{call}/clear: why the call was not against the rule."""

    why: str


class Adjusted(msgspec.Struct, frozen=True, kw_only=True):
    """An adjustment as its agent reads it."""

    at: datetime
    amount: int
    why: str


class Earning(msgspec.Struct, frozen=True, kw_only=True):
    """One agent's line of a locked run, with what was adjusted after; `total` is what is paid.

    scores, evaluated: sum of the scores, in hundredths of a percent, and how many calls they are of.
    """

    portfolio: str
    month: date
    currency: str
    goal: int
    recovered: int
    scores: int
    evaluated: int
    breaches: int
    rate: int
    amount: int
    adjustments: tuple[Adjusted, ...] = ()

    @property
    def total(self) -> int:
        """Minor units to be paid: the line and its adjustments."""
        return self.amount + sum(one.amount for one in self.adjustments)


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/commissions/mine: the reader's own lines of locked runs, the newest month first."""

    earnings: tuple[Earning, ...]


class RunsQuery(Question[Runs], frozen=True, kw_only=True):
    """GET /v1/commissions."""

    PATH: ClassVar[str] = "/v1/commissions"
    ANSWER: ClassVar[Any] = Runs


class MakeDraft(Question[Run], frozen=True, kw_only=True):
    """POST /v1/commissions."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/commissions"
    ANSWER: ClassVar[Any] = Run

    body: Draft


class LockRun(Question[Run], frozen=True, kw_only=True):
    """POST /v1/commissions/{run}/lock."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/commissions/{run}/lock"
    ANSWER: ClassVar[Any] = Run

    run: str
    body: Locking


class Adjust(Question[Run], frozen=True, kw_only=True):
    """POST /v1/commissions/{run}/adjustments."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/commissions/{run}/adjustments"
    ANSWER: ClassVar[Any] = Run

    run: str
    body: Adjusting


class ClearBreach(Question[Done], frozen=True, kw_only=True):
    """POST /v1/breaches/{call}/clear."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/breaches/{call}/clear"
    ANSWER: ClassVar[Any] = None

    call: str
    body: Clearing


ready(Runs, Draft, Locking, Adjusting, Clearing, Statement)
