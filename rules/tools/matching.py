"""Reconciliation runs: rows by status, totals that add up, how differences end; questions about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar

import msgspec

from rules.questions import Done, Question
from rules.ready import ready
from rules.tables import Table
from rules.tools.reconciliation import TOLERANCE, status
from rules.words import mark

STATUSES = {
    "difference": mark("different"),
    "duplicate": mark("duplicate"),
    "not_accounted": mark("not accounted"),
    "not_collected": mark("not collected"),
    "tolerance": mark("within tolerance"),
    "matched": mark("matched"),
}
"""Status of a row to its words; what has to be settled comes first."""

SETTLED = ("tolerance", "matched")
"""Statuses that need nobody."""

RESOLUTIONS = {
    "accounting": mark("accounting corrects it"),
    "ours": mark("we correct it"),
    "period": mark("of another period"),
    "accepted": mark("accepted as it is"),
}
"""How a row that does not match is settled, in the order of their keys."""

KEY_FORMS = ("receipt", "reference")
"""What rows of the store are known by: policy and receipt (P1-R1), or the payment's reference."""

MOST_ROWS = 200_000
PART = 4_000
"""Rows that are sent at a time: well below the hub's limit of a body."""

Minor = Annotated[int, msgspec.Meta(ge=-(10**14), le=10**14)]


class Pair(msgspec.Struct, frozen=True, array_like=True):
    """A key with what each side says of it: the sum in minor units, and in how many rows it says so."""

    key: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    collected: Minor
    ours: Annotated[int, msgspec.Meta(ge=0)]
    accounted: Minor
    theirs: Annotated[int, msgspec.Meta(ge=0)]

    def status(self, tolerance: int = TOLERANCE) -> str:
        """One of `STATUSES`."""
        return status(self.collected, self.ours, self.accounted, self.theirs, tolerance)


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a status: how many, what each side says in minor units, and how many wait for somebody."""

    status: str
    rows: int
    collected: int
    accounted: int
    waiting: int = 0


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A side that came from a file: its name, SHA-256 and columns.

    side: collected or accounted. rows: read; left_out: of them, without a key or an amount.
    """

    side: str
    name: str
    digest: str
    keys: tuple[str, ...]
    amount: str
    rows: int
    left_out: int = 0


class NewRun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/reconciliations. id: a new one of the caller's, so that asking twice makes one.

    key_form: of `KEY_FORMS`: the collected side is what the store has of since to until; "" = it is a file's.
    again: although the same files were reconciled before.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9-]{8,64}$")]
    portfolio: str
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    files: tuple[File, ...]
    tolerance: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = TOLERANCE
    key_form: str = ""
    since: date | None = None
    until: date | None = None
    again: bool = False


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/reconciliations/{run}/rows: some pairs; first: the number of the first of them, from 1."""

    first: Annotated[int, msgspec.Meta(ge=1)]
    pairs: Annotated[tuple[Pair, ...], msgspec.Meta(max_length=PART)]


class Whole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/reconciliations/{run}/match: every part was sent; rows: how many pairs they held."""

    rows: int


class Resolving(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/reconciliations/{run}/resolve: rows by number, or with none all that wait of a status.

    resolution: of `RESOLUTIONS`; "" takes an earlier one back.
    """

    resolution: str
    why: Annotated[str, msgspec.Meta(max_length=1000)]
    numbers: Annotated[tuple[int, ...], msgspec.Meta(max_length=PART)] = ()
    status: str = ""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A reconciliation. status: loading, open or closed. totals in the order of `STATUSES`."""

    id: str
    portfolio: str
    name: str
    made: datetime
    made_by: str
    currency: str
    tolerance: int
    status: str
    files: tuple[File, ...]
    totals: tuple[Total, ...] = ()
    key_form: str = ""
    since: date | None = None
    until: date | None = None
    closed: datetime | None = None
    closed_by: str = ""

    @property
    def waiting(self) -> int:
        """Rows that wait for somebody."""
        return sum(one.waiting for one in self.totals)


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/reconciliations: the newest first; and the portfolios that one can be made of."""

    runs: tuple[Run, ...]
    portfolios: tuple[str, ...]


def totals(pairs: Iterable[Pair], tolerance: int = TOLERANCE) -> tuple[Total, ...]:
    """Totals by status: each pair is in exactly one, so that they sum to both sides."""
    found: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.status(tolerance)].append(pair)
    return tuple(
        Total(
            status=name,
            rows=len(found[name]),
            collected=sum(pair.collected for pair in found[name]),
            accounted=sum(pair.accounted for pair in found[name]),
            waiting=0 if name in SETTLED else len(found[name]),
        )
        for name in STATUSES
    )


def paired(collected: Iterable[tuple[str, int]], accounted: Iterable[tuple[str, int]]) -> tuple[Pair, ...]:
    """The rows of both sides, (key, minor units), put together by key; in the order of the keys."""
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for place, rows in ((0, collected), (2, accounted)):
        for key, amount in rows:
            sums[key][place] += amount
            sums[key][place + 1] += 1
    return tuple(Pair(key, *sums[key]) for key in sorted(sums))


def beside(accounted: Iterable[Pair], ours: Mapping[str, tuple[int, int]]) -> tuple[Pair, ...]:
    """Accounting's pairs with our side's sums and counts by key; in the order of the keys."""
    theirs = {pair.key: (pair.accounted, pair.theirs) for pair in accounted}
    nothing = (0, 0)
    return tuple(
        Pair(key, *ours.get(key, nothing), *theirs.get(key, nothing))
        for key in sorted(ours.keys() | theirs.keys())
    )


# Questions


class RunsQuery(Question[Runs], frozen=True, kw_only=True):
    """GET /v1/reconciliations."""

    PATH: ClassVar[str] = "/v1/reconciliations"
    ANSWER: ClassVar[Any] = Runs


class OpenRun(Question[Run], frozen=True, kw_only=True):
    """POST /v1/reconciliations."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/reconciliations"
    ANSWER: ClassVar[Any] = Run

    body: NewRun


class SendPart(Question[Done], frozen=True, kw_only=True):
    """POST /v1/reconciliations/{run}/rows."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/reconciliations/{run}/rows"
    ANSWER: ClassVar[Any] = Done

    run: str
    body: Part


class MatchRun(Question[Run], frozen=True, kw_only=True):
    """POST /v1/reconciliations/{run}/match."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/reconciliations/{run}/match"
    ANSWER: ClassVar[Any] = Run

    run: str
    body: Whole


class RunRowsQuery(Question[Table], frozen=True, kw_only=True):
    """GET /v1/reconciliations/{run}/rows: `PART` rows of a status ("" = all) after `skip` others.

    Those that wait for somebody come first.
    """

    PATH: ClassVar[str] = "/v1/reconciliations/{run}/rows"
    ANSWER: ClassVar[Any] = Table

    run: str
    status: str = ""
    skip: int = 0


class ResolveRows(Question[Run], frozen=True, kw_only=True):
    """POST /v1/reconciliations/{run}/resolve."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/reconciliations/{run}/resolve"
    ANSWER: ClassVar[Any] = Run

    run: str
    body: Resolving


class CloseRun(Question[Run], frozen=True, kw_only=True):
    """POST /v1/reconciliations/{run}/close."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/reconciliations/{run}/close"
    ANSWER: ClassVar[Any] = Run

    run: str


ready(NewRun, Part, Whole, Resolving, Runs)
