"""What waits at the receipts desk: a count for each of its pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

import msgspec

from rules.questions import Question
from rules.ready import ready

PAGES = ("policies", "payments", "asks", "intents", "charges", "cfdi", "reconcile")
"""Pages of the receipts desk on which something may wait."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What waits on a page of the receipts desk.

    count: matters; late: of them past their day, or soon so that it is an alarm. amounts: minor units
    by currency that they are about. next_due: the day of the most urgent one.
    """

    page: str
    count: int
    late: int = 0
    amounts: dict[str, int] = {}
    next_due: date | None = None


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/office: what waits, in the order of `PAGES`."""

    waiting: tuple[Waiting, ...]
    at: datetime


class OfficeQuery(Question[Office], frozen=True, kw_only=True):
    """GET /v1/office."""

    PATH: ClassVar[str] = "/v1/office"
    ANSWER: ClassVar[Any] = Office


ready(Office)
