"""What is opened about a client and stays: cases, requests, agreements, tasks, inconsistencies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, JsonText, UtcInstant


class CaseRow(SQLModel, table=True):
    """A record that a result opened; id is that fact's. Fields as in `rules.clients.Case`."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_client_id_status", "client_id", "status"),
        Index("ix_case_file_status_due", "status", "due"),
        CheckConstraint("status IN ('open', 'closed', 'void')", name="status"),
    )

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    kind: str
    opened: datetime = Field(sa_type=UtcInstant)
    due: date | None = None
    clock: str = ""
    amount: int = Field(default=0, sa_type=BigInt)
    currency: str = ""
    tier: str = ""
    destination: str = ""
    reason: str = ""
    reference: str = ""
    party: str = ""
    note: str = ""
    agent: str = ""
    status: str = "open"
    outcome: str = ""
    answer: str = ""
    closed_by: int | None = Field(default=None, foreign_key="app_user.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class RequestRow(SQLModel, table=True):
    """A request for approval; id is the fact's. Who asked can't be who answered.

    expires: when the question, and once it is granted the answer, stands no more.
    """

    __tablename__ = "approval_request"
    __table_args__ = (
        Index("ix_approval_request_client_id_status", "client_id", "status"),
        Index("ix_approval_request_status_expires", "status", "expires"),
        CheckConstraint(
            "status IN ('open', 'approved', 'denied', 'countered', 'used', 'withdrawn', 'expired')",
            name="status",
        ),
        CheckConstraint("answered_by IS NULL OR answered_by <> user_id", name="two_people"),
    )

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    user_id: int = Field(foreign_key="app_user.id")
    asked: datetime = Field(sa_type=UtcInstant)
    level: str
    terms: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))
    reason: str = ""
    note: str = ""
    agent: str = ""
    status: str = "open"
    answered: datetime | None = Field(default=None, sa_type=UtcInstant)
    answered_by: int | None = Field(default=None, foreign_key="app_user.id")
    answer_note: str = ""
    counter: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonText, nullable=True))
    expires: datetime = Field(sa_type=UtcInstant)


class AgreementRow(SQLModel, table=True):
    """A written agreement; id is the id of the result that made it.

    status void: it was taken back (so was the result), or a newer one took its place.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        Index("ix_agreement_client_id", "client_id"),
        CheckConstraint("status IN ('issued', 'delivered', 'void')", name="status"),
    )

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    made: datetime = Field(sa_type=UtcInstant)
    terms: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))
    folio: str = Field(index=True)
    agent: str = ""
    text: str
    digest: str
    status: str = "issued"
    delivered: datetime | None = Field(default=None, sa_type=UtcInstant)
    medium: str = ""


class InconsistencyRow(SQLModel, table=True):
    """Data that can't be right. user_id None = found by a check; one open row per issue and account.

    closed_by None while it is closed: the data came right by themselves. answer: who closed it on why.
    """

    __tablename__ = "inconsistency"
    __table_args__ = (
        Index("ix_inconsistency_client_id_status", "client_id", "status"),
        CheckConstraint("status IN ('open', 'closed')", name="status"),
    )

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    owner_id: int | None = Field(default=None, foreign_key="app_user.id")
    issue: str
    found: datetime = Field(sa_type=UtcInstant)
    evidence: str = ""
    note: str = ""
    agent: str = ""
    status: str = "open"
    answer: str = ""
    closed_by: int | None = Field(default=None, foreign_key="app_user.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class TaskRow(SQLModel, table=True):
    """Something to be done about a client by a day; about: the id of what it is about."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_client_id_status", "client_id", "status"),
        Index("ix_task_status_due", "status", "due"),
        Index("ix_task_user_id_status", "user_id", "status"),
        CheckConstraint("status IN ('open', 'done', 'void')", name="status"),
    )

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    kind: str
    due: date
    about: str = Field(default="", index=True)
    note: str = ""
    status: str = "open"
    outcome: str = ""
    done_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class PointChangeRow(SQLModel, table=True):
    """One change of a contact point: old value, new value, who, when and on whose word."""

    __tablename__ = "point_change"
    __table_args__ = (Index("ix_point_change_client_id_at", "client_id", "at"),)

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    point_id: int | None = Field(default=None, foreign_key="contact_point.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    at: datetime = Field(sa_type=UtcInstant)
    point: str
    action: str
    was: str = ""
    became: str = ""
    agent: str = ""
    source: str = ""


class RefusalRow(SQLModel, table=True):
    """A contact rule that refused, with the version of the parameters and its inputs."""

    __tablename__ = "refusal"
    __table_args__ = (Index("ix_refusal_client_id_at", "client_id", "at"),)

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    at: datetime = Field(sa_type=UtcInstant)
    rule: str
    version: str = ""
    doing: str
    inputs: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonText, nullable=False))


class RevealRow(SQLModel, table=True):
    """Balances shown before identity was confirmed: who, when, why."""

    __tablename__ = "reveal"

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True, sa_type=BigInt)
    user_id: int = Field(foreign_key="app_user.id")
    at: datetime = Field(sa_type=UtcInstant)
    reason: str


class Configuration(SQLModel, table=True):
    """Rules as data: one version of the results, scripts, contact rules or authority in force.

    portfolio_id None = the house's. text: the TOML as it was loaded; why: the reason that was
    given. The newest version of a kind whose `since` has come is in force.
    """

    __table_args__ = (Index("ix_configuration_kind", "portfolio_id", "kind", "version", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    portfolio_id: int | None = Field(default=None, foreign_key="portfolio.id")
    kind: str
    version: int
    since: datetime = Field(sa_type=UtcInstant)
    loaded_at: datetime = Field(sa_type=UtcInstant)
    loaded_by: str = ""
    text: str
    why: str = Field(default="", sa_column_kwargs={"server_default": ""})
