"""The queue: who is next, who waits for an hour, who is on which desk.

A client stands in exactly one of ready, waiting, lease, or in none (out of the queue).
worked_on: the day, in the portfolio's zone, on which a client in the queue was last worked.
What depends on the clock is in the lane; what depends on the client moves the row.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, UtcInstant


class Lane(SQLModel, table=True):
    """Portfolio x calling-hours zones: a lane is open or closed as a whole.

    zones: the IANA zones joined by "|", sorted; all must allow a call.
    """

    __table_args__ = (UniqueConstraint("portfolio_id", "zones"),)

    id: int | None = Field(default=None, primary_key=True)
    portfolio_id: int = Field(foreign_key="portfolio.id")
    country: str
    zones: str


class Ready(SQLModel, table=True):
    """Clients that may be handed out whenever their lane is open; highest score first.

    until: when the hours end that suit the client, who then waits for the next ones; None = any hour.
    reserved_for: who alone is given the client; None = whoever asks. No foreign key: `Assignment` has
    it, and to check one here would keep every hub waiting through an upgrade.
    """

    __table_args__ = (
        # For hubs of the version before; the next one takes it away.
        Index("ix_ready_lane_prio_client_id", "lane", "prio", "client_id"),
        Index(
            "ix_ready_unreserved",
            "lane",
            "prio",
            "client_id",
            postgresql_where=text("reserved_for IS NULL"),
            sqlite_where=text("reserved_for IS NULL"),
        ),
        Index(
            "ix_ready_unreserved_bucket",
            "lane",
            "bucket",
            "prio",
            "client_id",
            postgresql_where=text("reserved_for IS NULL"),
            sqlite_where=text("reserved_for IS NULL"),
        ),
        Index(
            "ix_ready_reserved",
            "reserved_for",
            "lane",
            "prio",
            "client_id",
            postgresql_where=text("reserved_for IS NOT NULL"),
            sqlite_where=text("reserved_for IS NOT NULL"),
        ),
        Index(
            "ix_ready_until",
            "until",
            postgresql_where=text("until IS NOT NULL"),
            sqlite_where=text("until IS NOT NULL"),
        ),
    )

    client_id: int = Field(primary_key=True, foreign_key="client.id", sa_type=BigInt)
    lane: int = Field(foreign_key="lane.id")
    prio: int = Field(sa_type=BigInt)
    bucket: str = "B0"
    worked_on: date | None = None
    until: datetime | None = Field(default=None, sa_type=UtcInstant)
    reserved_for: int | None = None


class Waiting(SQLModel, table=True):
    """Clients that come back at an instant: retry, promise check, lapse of a hold, callback.

    kind: waiting (goes to ready when due), callback (goes out first when due), or unlocatable
    (never due: stands here until there is a number to call). user_id: a callback asked for
    one agent. reserved_for: as of `Ready`; a callback is that person's, too.
    """

    __table_args__ = (
        Index("ix_waiting_kind_due_at", "kind", "due_at"),
        Index("ix_waiting_lane_kind_due_at", "lane", "kind", "due_at"),
        Index(
            "ix_waiting_callback",
            "user_id",
            "lane",
            "due_at",
            postgresql_where=text("kind = 'callback'"),
            sqlite_where=text("kind = 'callback'"),
        ),
        CheckConstraint("(kind = 'unlocatable') = (due_at IS NULL)", name="due_at"),
    )

    client_id: int = Field(primary_key=True, foreign_key="client.id", sa_type=BigInt)
    lane: int = Field(foreign_key="lane.id")
    kind: str
    due_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    prio: int = Field(default=0, sa_type=BigInt)
    bucket: str = "B0"
    event_id: str | None = None
    worked_on: date | None = None
    reserved_for: int | None = None


class LeaseRow(SQLModel, table=True):
    """A client on a desk. The primary key is what makes a double lease impossible.

    token: grows with every lease ever given (fencing). request_id: the same request gets
    the same leases again. queue: "" = to be called, "search" = to be searched for. offline: given
    for a while without a link. attempts_left: calls that the contact rules still allow, None =
    they set no number.
    """

    __tablename__ = "lease"
    __table_args__ = (
        Index("ix_lease_device_request_id", "device", "request_id"),
        Index("ix_lease_until", "until"),
    )

    client_id: int = Field(primary_key=True, foreign_key="client.id", sa_type=BigInt)
    lease_id: str = Field(unique=True)
    token: int = Field(sa_type=BigInt)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    device: str
    request_id: str
    granted_at: datetime = Field(sa_type=UtcInstant)
    until: datetime = Field(sa_type=UtcInstant)
    lane: int = Field(foreign_key="lane.id")
    prio: int = Field(default=0, sa_type=BigInt)
    bucket: str = "B0"
    callback_due: datetime | None = Field(default=None, sa_type=UtcInstant)
    queue: str = Field(default="", sa_column_kwargs={"server_default": ""})
    offline: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    attempts_left: int | None = None


class LeaseCounter(SQLModel, table=True):
    """The fencing counter where there are no sequences (SQLite); one row."""

    __tablename__ = "lease_counter"

    id: int = Field(primary_key=True)
    token: int = Field(sa_type=BigInt)
