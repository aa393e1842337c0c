"""What is done: facts as received, and the rows derived from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, false, text, true
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, JsonText, UtcInstant


class EventRow(SQLModel, table=True):
    """A fact as it came, with the hub's answer; never changed, never deleted."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("device", "seq"),
        CheckConstraint("status IN ('applied', 'late', 'conflict')", name="status"),
    )

    id: str = Field(primary_key=True)
    device: str
    seq: int = Field(sa_type=BigInt)
    user_id: int = Field(foreign_key="app_user.id")
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True, sa_type=BigInt)
    kind: str
    at: datetime = Field(sa_type=UtcInstant)
    received_at: datetime = Field(sa_type=UtcInstant, index=True)
    offset_ms: int | None = None
    lease_id: str | None = None
    lease_token: int | None = Field(default=None, sa_type=BigInt)
    body: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))
    body_hash: str
    status: str
    reason: str | None = None


class Interaction(SQLModel, table=True):
    """One line of a client's history: a result of a call, or one that was imported.

    id is the fact's id. at is corrected by the device's offset. flags as in the catalogue.
    day, hour: that instant in the portfolio's own zone, and bucket: the client's then; day
    None = brought in with a portfolio's history, and in no live figure. counted: False = no
    frequency rule counts this attempt, whatever its flags (a wrong number). strategy: the rule that
    held, with its version ("early.call@3"), off_strategy: what of it was not followed. identity,
    missed, breach: as in `rules.facts.ResultBody`.
    """

    __table_args__ = (
        Index("ix_interaction_client_id_at", "client_id", "at"),
        Index(
            "ix_interaction_day",
            "day",
            postgresql_where=text("day IS NOT NULL"),
            sqlite_where=text("day IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    at: datetime = Field(sa_type=UtcInstant)
    code: str
    flags: str = ""
    amount: int | None = Field(default=None, sa_type=BigInt)
    currency: str = ""
    due: date | None = None
    channel: str | None = None
    reason: str | None = None
    phone: str | None = None
    note: str = ""
    agent: str = ""
    retracted_by: str | None = None
    late: bool = False
    counted: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    day: date | None = None
    hour: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    bucket: str = Field(default="", sa_column_kwargs={"server_default": ""})
    identity: str = Field(default="", sa_column_kwargs={"server_default": ""})
    missed: list[str] = Field(
        default_factory=list, sa_column=Column(JsonText, nullable=False, server_default="[]")
    )
    breach: str = Field(default="", sa_column_kwargs={"server_default": ""})
    strategy: str = Field(default="", sa_column_kwargs={"server_default": ""})
    off_strategy: str = Field(default="", sa_column_kwargs={"server_default": ""})
    started_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class EffectRow(SQLModel, table=True):
    """What a fact set on its client, so that taking the fact back restores just that.

    field: "hold", "do_not_contact", "not_before", "phone:7", "dispute:3", "callback:<id>".
    was, became: the value before and after, as JSON. The effects on one field of a client
    form a chain in the order of id: one's `became` is the next one's `was`.
    """

    __tablename__ = "effect"
    __table_args__ = (Index("ix_effect_client_id_field_id", "client_id", "field", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    event_id: str = Field(index=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    field: str
    was: Any = Field(default=None, sa_column=Column(JsonText, nullable=True))
    became: Any = Field(default=None, sa_column=Column(JsonText, nullable=True))


class PromiseRow(SQLModel, table=True):
    """A promise to pay. A plan is several rows with one event_id and growing numbers."""

    __tablename__ = "promise"
    __table_args__ = (
        Index("ix_promise_client_id_status", "client_id", "status"),
        Index("ix_promise_status_due", "status", "due"),
        Index("ix_promise_user_id_due", "user_id", "due"),
        CheckConstraint("status IN ('open', 'kept', 'partial', 'broken', 'cancelled')", name="status"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: str = Field(primary_key=True)
    event_id: str = Field(index=True)
    number: int = 1
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int = Field(foreign_key="account.id", index=True, sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    made: datetime = Field(sa_type=UtcInstant)
    due: date
    amount: int = Field(sa_type=BigInt)
    currency: str
    channel: str | None = None
    status: str = "open"
    paid: int = Field(default=0, sa_type=BigInt)
    grace_days: int = 1
    agent: str = ""
    receipts: list[int] = Field(
        default_factory=list, sa_column=Column(JsonText, nullable=False, server_default="[]")
    )


class CallbackRow(SQLModel, table=True):
    """A call that a client asked for. user_id None = any agent of the portfolio.

    status: open, done (called again), cancelled (its fact was retracted).
    """

    __tablename__ = "callback"
    __table_args__ = (
        Index("ix_callback_client_id_status", "client_id", "status"),
        Index("ix_callback_user_id_status", "user_id", "status"),
    )

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    due_at: datetime = Field(sa_type=UtcInstant)
    phone: str | None = None
    note: str = ""
    status: str = "open"


class Review(SQLModel, table=True):
    """Something that waits for a lead: a conflict, a late fact, a broken promise.

    closed_by None while it is closed: it ended with what it is about. answer: who closed it on why.
    fact: of a refused fact, all of it as it came.
    """

    id: str = Field(primary_key=True)
    kind: str
    at: datetime = Field(sa_type=UtcInstant)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    event_id: str | None = None
    amount: int = Field(default=0, sa_type=BigInt)
    currency: str = ""
    reason: str = ""
    closed: bool = Field(default=False, index=True)
    closed_by: int | None = Field(default=None, foreign_key="app_user.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    answer: str = Field(default="", sa_column_kwargs={"server_default": ""})
    fact: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonText, nullable=True))


class ChangeRow(SQLModel, table=True):
    """The change feed.

    `xid` is PostgreSQL's transaction id (0 in SQLite): readers stop below the oldest
    transaction still running, so that a late commit is never skipped. deleted: the entity left
    the scope of whoever reads this. user_id: for this user alone, None = for all who read the
    portfolio. Old changes are pruned, and older cursors start again.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_xid_seq", "xid", "seq"),
        Index(
            "ix_change_user_id",
            "user_id",
            postgresql_where=text("user_id IS NOT NULL"),
            sqlite_where=text("user_id IS NOT NULL"),
        ),
    )

    seq: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    xid: int = Field(default=0, sa_type=BigInt)
    portfolio_id: int
    entity: str
    entity_id: str
    version: int = Field(sa_type=BigInt)
    deleted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    user_id: int | None = None


class StatDelta(SQLModel, table=True):
    """One step of a live figure, appended in the transaction of the fact that caused it.

    Folded into StatTotal by one hub at a time. user_id 0 = no one; day is the day in the
    portfolio's own zone, or 1970-01-01 for figures that carry no day (queue depths).
    """

    __tablename__ = "stat_delta"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    day: date
    hour: int
    portfolio_id: int
    bucket: str
    user_id: int = 0
    measure: str
    n: int = Field(sa_type=BigInt)


class StatTotal(SQLModel, table=True):
    """The folded live figures: the sum of all deltas with the same key."""

    __tablename__ = "stat_total"
    __table_args__ = (Index("ix_stat_total_user_id", "user_id", "measure", "day"),)

    day: date = Field(primary_key=True)
    hour: int = Field(primary_key=True)
    portfolio_id: int = Field(primary_key=True)
    bucket: str = Field(primary_key=True)
    user_id: int = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    n: int = Field(sa_type=BigInt)
