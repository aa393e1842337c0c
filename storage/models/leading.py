"""What leads decide: who works which client, what is held back or called first, words to agents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, JsonText, UtcInstant


class Assignment(SQLModel, table=True):
    """Whose client it is at present; no row: whoever is next in the queue calls.

    worked_by: who is given the client now: the owner, who covers an absent owner, or None =
    anybody while there is neither.
    """

    __table_args__ = (Index("ix_assignment_user_id_worked_by", "user_id", "worked_by"),)

    client_id: int = Field(primary_key=True, foreign_key="client.id", sa_type=BigInt)
    user_id: int = Field(foreign_key="app_user.id")
    worked_by: int | None = Field(default=None, foreign_key="app_user.id")
    since: datetime = Field(sa_type=UtcInstant)
    order_id: str = Field(foreign_key="assignment_order.id")


class AssignmentOrder(SQLModel, table=True):
    """One decision to assign, recall or share out clients: who, when, how and why; never changed.

    method: one, recall, round_robin, balance, skill, keep_owner. before, after: clients and
    balance of each agent as the preview showed them.
    """

    __tablename__ = "assignment_order"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcInstant, index=True)
    user_id: int = Field(foreign_key="app_user.id")
    portfolio_id: int = Field(foreign_key="portfolio.id")
    method: str
    why: str = ""
    before: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))
    after: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))


class AssignmentMove(SQLModel, table=True):
    """One client that an order moved; None = nobody's. Never changed."""

    __tablename__ = "assignment_move"
    __table_args__ = (Index("ix_assignment_move_client_id", "client_id", "order_id"),)

    order_id: str = Field(primary_key=True, foreign_key="assignment_order.id")
    client_id: int = Field(primary_key=True, foreign_key="client.id", sa_type=BigInt)
    from_user_id: int | None = Field(default=None, foreign_key="app_user.id")
    to_user_id: int | None = Field(default=None, foreign_key="app_user.id")


class Directive(SQLModel, table=True):
    """A part of the queue that is held back or called first, from `at` until it ends.

    strategy, bucket: "" = all of the portfolio's. until None = until somebody ends it.
    """

    __table_args__ = (
        CheckConstraint("kind IN ('hold', 'first')", name="kind"),
        Index(
            "ix_directive_in_force",
            "portfolio_id",
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    portfolio_id: int = Field(foreign_key="portfolio.id")
    strategy: str = ""
    bucket: str = ""
    kind: str
    why: str = ""
    at: datetime = Field(sa_type=UtcInstant)
    user_id: int = Field(foreign_key="app_user.id")
    until: datetime | None = Field(default=None, sa_type=UtcInstant)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    ended_by: int | None = Field(default=None, foreign_key="app_user.id")


class Message(SQLModel, table=True):
    """A word from one person to others; coaching stays between its writer and its one reader.

    audience: "user:NAME", "team:NAME" or "all", as it was addressed; "leads" of what an agent
    writes to whoever leads the agent. client_id: what it is about. answers: the message that it answers.
    """

    __table_args__ = (CheckConstraint("kind IN ('notice', 'urgent', 'coaching')", name="kind"),)

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcInstant, index=True)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    kind: str = "notice"
    audience: str
    text: str
    client_id: int | None = Field(default=None, foreign_key="client.id", sa_type=BigInt)
    answers: str | None = Field(default=None, foreign_key="message.id")


class MessageReceipt(SQLModel, table=True):
    """One reader of a message: when it reached the workstation and when it was read there."""

    __tablename__ = "message_receipt"
    __table_args__ = (Index("ix_message_receipt_user_id", "user_id", "read_at"),)

    message_id: str = Field(primary_key=True, foreign_key="message.id")
    user_id: int = Field(primary_key=True, foreign_key="app_user.id")
    delivered_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    read_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class StandingMatter(SQLModel, table=True):
    """How much of a portfolio lacks something at `at`: unassigned clients, accounts without a next action.

    Counted by a hub now and then, so that boards need not.
    """

    __tablename__ = "standing_matter"

    portfolio_id: int = Field(primary_key=True, foreign_key="portfolio.id")
    kind: str = Field(primary_key=True)
    n: int
    amount: int = Field(default=0, sa_type=BigInt)
    since: datetime = Field(sa_type=UtcInstant)
    at: datetime = Field(sa_type=UtcInstant)
