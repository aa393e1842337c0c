"""What happens to policies: their events, what is asked for them, by what they are charged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, JsonText, UtcInstant


class PolicyEventRow(SQLModel, table=True):
    """Something that happened to a policy; only ever added. Fields as in `rules.insurance.policies`.

    about: id of the request, payment or endorsement behind it, "" = none.
    """

    __tablename__ = "policy_event"
    __table_args__ = (Index("ix_policy_event_policy_id_at", "policy_id", "at"),)

    id: str = Field(primary_key=True)
    policy_id: int = Field(foreign_key="policy.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    at: datetime = Field(sa_type=UtcInstant)
    kind: str
    was: str = ""
    became: str = ""
    why: str = ""
    about: str = ""


class AskRow(SQLModel, table=True):
    """What was asked of the back office; id is the fact's, or made at the receipts desk.

    asks: `rules.backoffice.asks.Asked` with its kind. steps: the calculation that it rests on. amount: to
    be paid by the client (positive) or back (negative). due: the last day on which it is to be done.
    first_charge: how the first charge by a new channel went.
    """

    __tablename__ = "ask"
    __table_args__ = (
        Index("ix_ask_client_id_status", "client_id", "status"),
        Index("ix_ask_status_kind", "status", "kind"),
        Index("ix_ask_policy_id", "policy_id"),
        UniqueConstraint("folio"),
        CheckConstraint(
            "status IN ('open', 'approved', 'denied', 'done', 'failed', 'withdrawn')", name="status"
        ),
        CheckConstraint("answered_by IS NULL OR answered_by <> user_id", name="two_people"),
        CheckConstraint("done_by IS NULL OR done_by <> user_id", name="done_by_another"),
    )

    id: str = Field(primary_key=True)
    folio: str
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    policy_id: int | None = Field(default=None, foreign_key="policy.id", sa_type=BigInt)
    user_id: int = Field(foreign_key="app_user.id")
    agent: str = ""
    asked: datetime = Field(sa_type=UtcInstant)
    kind: str
    asks: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))
    note: str = ""
    amount: int = Field(default=0, sa_type=BigInt)
    currency: str = ""
    steps: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JsonText, nullable=False, server_default="[]")
    )
    status: str = "open"
    answered: datetime | None = Field(default=None, sa_type=UtcInstant)
    answered_by: int | None = Field(default=None, foreign_key="app_user.id")
    answer: str = ""
    due: date | None = None
    done: datetime | None = Field(default=None, sa_type=UtcInstant)
    done_by: int | None = Field(default=None, foreign_key="app_user.id")
    first_charge: str = ""


class MandateRow(SQLModel, table=True):
    """A mandate to charge. account_number: the CLABE, for the charge file alone; token: of a card.

    renewal_told: the day on which the client was told that the policy's renewal will be charged. why: a
    word on why it was taken back.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        Index("ix_mandate_account_id_status", "account_id", "status"),
        Index("ix_mandate_status_channel", "status", "channel"),
        CheckConstraint("status IN ('active', 'revoked', 'suspended')", name="status"),
    )

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    policy_id: int | None = Field(default=None, foreign_key="policy.id", sa_type=BigInt)
    ask_id: str | None = Field(default=None, foreign_key="ask.id")
    channel: str
    account_number: str = ""
    token: str = ""
    ending: str
    bank: str = ""
    payer: str = ""
    agreed: datetime = Field(sa_type=UtcInstant)
    consent: str = ""
    evidence: str = ""
    amount_rule: str = "receipt"
    limit_amount: int = Field(default=0, sa_type=BigInt)
    first_receipt: int | None = Field(default=None, foreign_key="receipt.id", sa_type=BigInt)
    status: str = "active"
    revoked: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_by: int | None = Field(default=None, foreign_key="app_user.id")
    last: str = ""
    renewal_told: date | None = None
    why: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ChargeBatch(SQLModel, table=True):
    """A charge file that left; digest: SHA-256 of it. status: made, answered."""

    __tablename__ = "charge_batch"
    __table_args__ = (
        UniqueConstraint("folio"),
        CheckConstraint("status IN ('made', 'answered')", name="status"),
    )

    id: str = Field(primary_key=True)
    folio: str
    portfolio_id: int = Field(foreign_key="portfolio.id", index=True)
    user_id: int = Field(foreign_key="app_user.id")
    made: datetime = Field(sa_type=UtcInstant)
    channel: str
    charges: int
    amount: int = Field(sa_type=BigInt)
    currency: str
    digest: str
    status: str = "made"


class Charge(SQLModel, table=True):
    """One charge of a batch: a receipt, or what is due of an account, tried by a mandate.

    status: sent (the bank has not said), charged, rejected, stopped (the mandate was revoked meanwhile).
    code: the bank's. attempt: 1 for the first try of the receipt. A receipt is never in two open charges.
    """

    __tablename__ = "charge"
    __table_args__ = (
        Index("ix_charge_batch_id", "batch_id"),
        Index("ix_charge_mandate_id", "mandate_id"),
        Index("ix_charge_receipt_id", "receipt_id"),
        Index("ix_charge_account_id", "account_id"),
        Index(
            "ix_charge_open",
            "receipt_id",
            unique=True,
            postgresql_where=text("status = 'sent'"),
            sqlite_where=text("status = 'sent'"),
        ),
        CheckConstraint("status IN ('sent', 'charged', 'rejected', 'stopped')", name="status"),
    )

    id: str = Field(primary_key=True)
    batch_id: str = Field(foreign_key="charge_batch.id")
    mandate_id: str = Field(foreign_key="mandate.id")
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    receipt_id: int | None = Field(default=None, foreign_key="receipt.id", sa_type=BigInt)
    reference: str = Field(index=True)
    amount: int = Field(sa_type=BigInt)
    currency: str
    attempt: int = 1
    status: str = "sent"
    code: str = ""
    at: datetime | None = Field(default=None, sa_type=UtcInstant)
    retry_on: datetime | None = Field(default=None, sa_type=UtcInstant)
