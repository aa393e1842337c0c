"""The people of a team as board and centre speak of them: shifts, skills, absences, goals."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from rules.questions import Question
from rules.ready import ready
from rules.shifts import Shift

AbsenceKind = Literal["vacation", "sick", "training", "leave", "other"]

MOST_MINOR = 10**14
"""No goal is larger, in minor units."""

Goal = Annotated[int, msgspec.Meta(ge=0, le=MOST_MINOR)]


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """Days on which somebody does not work, both included; cover: who sees to what is due meanwhile."""

    id: str
    kind: AbsenceKind
    since: date
    until: date
    cover: str = ""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as a lead looks after one.

    today: the day of the agent's home portfolio; required: minutes of connection that it asks
    for. required_minutes: of a day, where there are no shifts. Goals in minor units of
    `currency`, 0 = none. absences: present and to come, the next first.
    """

    name: str
    display_name: str
    team: str
    level: str
    currency: str
    daily_goal: int
    monthly_goal: int
    required_minutes: int
    today: date
    required: int
    shifts: tuple[Shift, ...] = ()
    skills: tuple[str, ...] = ()
    absences: tuple[Absence, ...] = ()

    @property
    def absent(self) -> Absence | None:
        """The absence of today."""
        return next((one for one in self.absences if one.since <= self.today <= one.until), None)


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/staff: the agents whom the reader leads, by name."""

    members: tuple[Member, ...]


class NewAbsence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days off, both included; cover: name of a colleague, "" = nobody."""

    kind: AbsenceKind
    since: date
    until: date
    cover: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """POST /v1/staff/{name}: what is to be otherwise; None = stays.

    shifts: of the whole week, () = none; skills: all of them. absence: one more; cancel: id of one
    that will not be. why: a word for the audit log.
    """

    team: str | None = None
    level: str | None = None
    daily_goal: Goal | None = None
    monthly_goal: Goal | None = None
    required_minutes: Annotated[int, msgspec.Meta(ge=0, le=24 * 60)] | None = None
    shifts: tuple[Shift, ...] | None = None
    skills: tuple[str, ...] | None = None
    absence: NewAbsence | None = None
    cancel: str | None = None
    why: str = ""


class StaffQuery(Question[Staff], frozen=True, kw_only=True):
    """GET /v1/staff."""

    PATH: ClassVar[str] = "/v1/staff"
    ANSWER: ClassVar[Any] = Staff


class ChangeMember(Question[Member], frozen=True, kw_only=True):
    """POST /v1/staff/{name}."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/staff/{name}"
    ANSWER: ClassVar[Any] = Member

    name: str
    body: Change


ready(Staff, Change)
