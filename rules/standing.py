"""What portfolios lack while nobody looks: clients who are nobody's, and debts without a next step."""

from __future__ import annotations

from typing import Any, ClassVar

from rules.questions import Question
from rules.tables import Table

UNASSIGNED, NO_NEXT_ACTION = "unassigned", "no_next_action"
KINDS = (UNASSIGNED, NO_NEXT_ACTION)


class StandingQuery(Question[Table], frozen=True, kw_only=True):
    """GET /v1/standing/{kind}: the clients of a portfolio who lack an owner or a next step."""

    PATH: ClassVar[str] = "/v1/standing/{kind}"
    ANSWER: ClassVar[Any] = Table

    kind: str
    portfolio: str
