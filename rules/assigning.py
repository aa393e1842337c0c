"""Orders to assign, recall or share out clients: what is asked, what a preview says, what was done."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from rules.questions import Question
from rules.ready import ready
from rules.tables import Table


class AssignmentAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which clients go to whom; POST /v1/assignments and /v1/assignments/preview.

    portfolio: by name. strategy, bucket: only who stands in this part of the queue, "" = all of it.
    from_agents, unassigned: only who is one of theirs, or nobody's; neither = whoever it is. clients:
    only these, by id. method: one of `rules.sharing.METHODS`. to_agents: by name. digest: of the preview
    that is to be carried out. why: what the order is given for; a preview needs neither of the two.
    """

    portfolio: str
    method: str
    strategy: str = ""
    bucket: str = ""
    from_agents: tuple[str, ...] = ()
    unassigned: bool = False
    clients: tuple[int, ...] = ()
    to_agents: tuple[str, ...] = ()
    digest: str = ""
    why: str = ""


class AssignmentPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What an order would do.

    digest: of these very moves. chosen: clients whom it is about. moves: those of them who change
    hands. unplaced: those whom nobody named can work. on_desk: those who are on a desk now, and
    move when they come back. totals: what each has before and after; the sums of both are the same.
    """

    digest: str
    chosen: int
    moves: int
    unplaced: int
    on_desk: int
    totals: Table


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """What an order has done.

    moved: clients who changed hands. on_desk: those of them who are on a desk now, and move when
    they come back. left: those who stayed, since they changed hands otherwise meanwhile.
    """

    id: str
    moved: int
    on_desk: int
    left: int


class PreviewAssignment(Question[AssignmentPreview], frozen=True, kw_only=True):
    """POST /v1/assignments/preview."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/assignments/preview"
    ANSWER: ClassVar[Any] = AssignmentPreview

    body: AssignmentAsk


class Assign(Question[Assigned], frozen=True, kw_only=True):
    """POST /v1/assignments."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/assignments"
    ANSWER: ClassVar[Any] = Assigned

    body: AssignmentAsk


class AssignmentsQuery(Question[Table], frozen=True, kw_only=True):
    """GET /v1/assignments: the newest orders, of a portfolio or of all; keys of rows are ids."""

    PATH: ClassVar[str] = "/v1/assignments"
    ANSWER: ClassVar[Any] = Table

    portfolio: str = ""


class MovesQuery(Question[Table], frozen=True, kw_only=True):
    """GET /v1/assignments/{id}/moves: the clients whom an order moved, and between whom."""

    PATH: ClassVar[str] = "/v1/assignments/{id}/moves"
    ANSWER: ClassVar[Any] = Table

    id: str


class LoadQuery(Question[Table], frozen=True, kw_only=True):
    """GET /v1/assignments/load: the agents of a portfolio, with what each has; keys of rows are names."""

    PATH: ClassVar[str] = "/v1/assignments/load"
    ANSWER: ClassVar[Any] = Table

    portfolio: str


ready(AssignmentAsk, AssignmentPreview, Assigned)
