"""Money: the ledger of what was received, applied, moved and given back; payments under way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, JsonText, UtcInstant


class LedgerEntry(SQLModel, table=True):
    """A movement of money on an account, in minor units above 0; rows are only ever added.

    kind: a name of `rules.books.ledger.KINDS`, which says from where to where it went. receipt_id or
    component: what it was applied to, or taken from. payment_id: whose money it is. cause: id of the
    operation; the entries of one were written together. lowered: `rules.books.ledger.Lowered`.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_account_id", "account_id", "id"),
        Index("ix_ledger_entry_payment_id", "payment_id"),
        Index("ix_ledger_entry_receipt_id", "receipt_id"),
        Index("ix_ledger_entry_cause", "cause"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    at: datetime = Field(sa_type=UtcInstant)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    payment_id: int | None = Field(default=None, foreign_key="payment.id", sa_type=BigInt)
    receipt_id: int | None = Field(default=None, foreign_key="receipt.id", sa_type=BigInt)
    component: str = ""
    kind: str
    amount: int = Field(sa_type=BigInt)
    currency: str
    cause: str
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    why: str = ""
    lowered: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JsonText, nullable=False, server_default="{}")
    )


class MoneyOrder(SQLModel, table=True):
    """A movement that needs a second person: a refund, a transfer, a reversal.

    kind: refund, transfer, reversal. payee: who gets a refund: the payer. instruction: of another
    policyholder's money, the folio of what was written. status: open, approved, denied, done, failed.
    """

    __tablename__ = "money_order"
    __table_args__ = (
        Index("ix_money_order_status", "status"),
        Index("ix_money_order_account_id", "account_id"),
        Index("ix_money_order_payment_id", "payment_id"),
        CheckConstraint("kind IN ('refund', 'transfer', 'reversal')", name="kind"),
        CheckConstraint("status IN ('open', 'approved', 'denied', 'done', 'failed')", name="status"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: str = Field(primary_key=True)
    kind: str
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    payment_id: int | None = Field(default=None, foreign_key="payment.id", sa_type=BigInt)
    to_account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=BigInt)
    ask_id: str | None = Field(default=None, foreign_key="ask.id")
    amount: int = Field(sa_type=BigInt)
    currency: str
    payee: str = ""
    instruction: str = ""
    why: str
    asked_by: int = Field(foreign_key="app_user.id")
    asked: datetime = Field(sa_type=UtcInstant)
    status: str = "open"
    decided_by: int | None = Field(default=None, foreign_key="app_user.id")
    decided: datetime | None = Field(default=None, sa_type=UtcInstant)
    answer: str = ""


class PaymentIntent(SQLModel, table=True):
    """A payment under way; id is the fact's and the gateway's key. Fields as in `rules.paying.intents`.

    external: the gateway's own id. check_at: when the gateway is asked next; tries: how often it was.
    """

    __tablename__ = "payment_intent"
    __table_args__ = (
        Index("ix_payment_intent_client_id", "client_id"),
        Index("ix_payment_intent_status_check_at", "status", "check_at"),
        Index("ix_payment_intent_external", "gateway", "external"),
        CheckConstraint("method IN ('terminal', 'link')", name="method"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: str = Field(primary_key=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    agent: str = ""
    method: str
    gateway: str = ""
    amount: int = Field(sa_type=BigInt)
    currency: str
    receipts: list[int] = Field(
        default_factory=list, sa_column=Column(JsonText, nullable=False, server_default="[]")
    )
    point_id: int | None = Field(default=None, foreign_key="contact_point.id", sa_type=BigInt)
    asked: datetime = Field(sa_type=UtcInstant)
    changed: datetime = Field(sa_type=UtcInstant)
    status: str = "asked"
    external: str = ""
    url: str = ""
    expires: datetime | None = Field(default=None, sa_type=UtcInstant)
    check_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    tries: int = 0
    auth_code: str = ""
    last4: str = ""
    brand: str = ""
    terminal: str = ""
    reason: str = ""
    refunded: int = Field(default=0, sa_type=BigInt)


class GatewayNotice(SQLModel, table=True):
    """A notice (webhook) of a gateway that was taken in, once: body as it was verified."""

    __tablename__ = "gateway_notice"

    gateway: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    at: datetime = Field(sa_type=UtcInstant)
    intent_id: str = ""
    body: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonText, nullable=False))
