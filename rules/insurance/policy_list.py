"""The policies of a portfolio as the receipts desk lists them, what lapses next first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from rules.clients import Client
from rules.questions import Question
from rules.ready import ready
from rules.tables import Column, Row, Table
from rules.wire import Wire

MOST_ROWS = 1000
"""Policies that a list holds at most."""


class PolicyRow(Wire, frozen=True):
    """A policy on the list.

    client: masked. overdue: minor units of its receipts that are past due or lapsed, and count how many
    those are. grace_ends: when cover ends for want of them. status, channel, frequency: codes.
    """

    id: int
    number: str
    client: str
    portfolio: str
    insurer: str
    kind: str
    status: str
    channel: str
    frequency: str
    currency: str
    ends: date
    count: int = 0
    overdue: int = 0
    grace_ends: datetime | None = None
    lapsed_at: datetime | None = None


class PolicyRows(Wire, frozen=True):
    """Answer of GET /v1/policies. more: there are others, `rows` has the first."""

    rows: tuple[PolicyRow, ...]
    at: datetime
    more: bool = False


class PoliciesQuery(Question[PolicyRows], frozen=True, kw_only=True):
    """GET /v1/policies: those of a status and channel whose number, client or insurer holds a text."""

    PATH: ClassVar[str] = "/v1/policies"
    ANSWER: ClassVar[Any] = PolicyRows
    find: str = ""
    status: str = ""
    channel: str = ""


class PolicyWhole(Wire, frozen=True):
    """Answer of GET /v1/policies/{policy_id}: the document of its client, and where that is."""

    policy_id: int
    client: Client
    zone: str


class PolicyQuery(Question[PolicyWhole], frozen=True, kw_only=True):
    """GET /v1/policies/{policy_id}."""

    PATH: ClassVar[str] = "/v1/policies/{policy_id}"
    ANSWER: ClassVar[Any] = PolicyWhole
    policy_id: int


_COLUMNS = (
    Column(key="number", title="policy"),
    Column(key="client", title="client"),
    Column(key="portfolio", title="portfolio"),
    Column(key="insurer", title="insurer"),
    Column(key="kind", title="kind", kind="code"),
    Column(key="status", title="status", kind="code"),
    Column(key="grace_ends", title="cover ends", kind="instant"),
    Column(key="count", title="unpaid receipts", kind="count"),
    Column(key="overdue", title="overdue", kind="money"),
    Column(key="channel", title="channel", kind="code"),
    Column(key="frequency", title="frequency", kind="code"),
    Column(key="ends", title="ends", kind="date"),
)


def table(found: PolicyRows) -> Table:
    """The list as a table, for a file."""
    rows = tuple(
        Row(
            key=str(one.id),
            currency=one.currency,
            cells=(
                one.number,
                one.client,
                one.portfolio,
                one.insurer,
                one.kind,
                one.status,
                one.grace_ends.isoformat() if one.grace_ends else None,
                one.count,
                one.overdue,
                one.channel,
                one.frequency,
                one.ends.isoformat(),
            ),
        )
        for one in found.rows
    )
    return Table(
        name="policies",
        title="Policies and receipts",
        columns=_COLUMNS,
        rows=rows,
        at=found.at,
        more=found.more,
    )


ready(PolicyRows, PolicyWhole)
