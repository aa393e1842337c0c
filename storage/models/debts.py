"""Clients, their contact points, accounts, policies and what hangs on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, JsonText, UtcInstant


class ClientRow(SQLModel, table=True):
    """A person or company that owes. (namespace, ref) is the feeding system's identity.

    zones: JSON list of every IANA zone suggested by phone, address or declaration.
    not_before: earliest next try that the last result or skip asked for, None = no wish.
    suits: hours in which the client wants calls ("HH:MM-HH:MM"); stopped_media: media that
    the client asked to stop. version grows with each change of anything in the client's document.
    """

    __tablename__ = "client"
    __table_args__ = (
        UniqueConstraint("namespace", "ref"),
        CheckConstraint("kind IN ('person', 'company')", name="kind"),
        CheckConstraint("country IN ('MX', 'US')", name="country"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    portfolio_id: int = Field(foreign_key="portfolio.id", index=True)
    namespace: str
    ref: str
    kind: str = "person"
    name: str
    country: str
    zones: list[str] = Field(default_factory=list, sa_column=Column(JsonText, nullable=False))
    language: str = "es"
    tax_id: str = ""
    national_id: str = ""
    born: date | None = None
    state: str = ""
    address: str = ""
    treatment: str = ""
    do_not_contact: bool = False
    hold_until: datetime | None = Field(default=None, sa_type=UtcInstant)
    hold_reason: str = ""
    not_before: datetime | None = Field(default=None, sa_type=UtcInstant)
    suits: str = Field(default="", sa_column_kwargs={"server_default": ""})
    stopped_media: list[str] = Field(
        default_factory=list, sa_column=Column(JsonText, nullable=False, server_default="[]")
    )
    version: int = Field(default=1, sa_type=BigInt)


class ContactPoint(SQLModel, table=True):
    """A phone, e-mail or address with its source, status and permitted use."""

    __tablename__ = "contact_point"
    __table_args__ = (
        UniqueConstraint("client_id", "kind", "value"),
        CheckConstraint("kind IN ('phone', 'email', 'address')", name="kind"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    kind: str
    value: str
    label: str = ""
    status: str = "por_validar"
    use: str = "collect"
    zone: str | None = None
    source: str = "entidad"
    position: int = 0
    consents: dict[str, bool] = Field(
        default_factory=dict, sa_column=Column(JsonText, nullable=False, server_default="{}")
    )
    first_seen: date | None = None
    last_result: str = Field(default="", sa_column_kwargs={"server_default": ""})
    last_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class AccountRow(SQLModel, table=True):
    """One debt. Days and bucket are derived from oldest_due; money in minor units.

    components and details keep the order in which they were written (JSON, not JSONB). sheet: the
    contract or company behind it. deposit: the sum of its ledger entries that pay nothing yet.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "ref"),
        Index(
            "ix_account_deposit",
            "deposit",
            postgresql_where=text("deposit > 0"),
            sqlite_where=text("deposit > 0"),
        ),
        CheckConstraint("status IN ('open', 'paid', 'charged_off', 'closed')", name="status"),
        CheckConstraint("overdue >= 0 AND total >= 0 AND minimum >= 0", name="amounts"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    client_id: int = Field(foreign_key="client.id", index=True, sa_type=BigInt)
    portfolio_id: int = Field(foreign_key="portfolio.id")
    ref: str
    product: str
    name: str = ""
    currency: str
    status: str = "open"
    oldest_due: date | None = None
    overdue: int = Field(default=0, sa_type=BigInt)
    total: int = Field(default=0, sa_type=BigInt)
    minimum: int = Field(default=0, sa_type=BigInt)
    disputed: int = Field(default=0, sa_type=BigInt)
    components: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sheet: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JsonText, nullable=False, server_default="{}")
    )
    deposit: int = Field(default=0, sa_type=BigInt, sa_column_kwargs={"server_default": "0"})


class PolicyRow(SQLModel, table=True):
    """An insurance policy behind an account; sheet: `rules.insurance.policies.PolicySheet`.

    lapsed_at: when cover ceased, while it is lapsed.
    """

    __tablename__ = "policy"
    __table_args__ = (UniqueConstraint("account_id", "number"), Index("ix_policy_number", "number"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    number: str
    kind: str
    insurer: str
    starts: date
    ends: date
    status: str
    channel: str
    frequency: str
    grace_days: int | None = None
    sum_insured: int = Field(default=0, sa_type=BigInt)
    lapsed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    sheet: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JsonText, nullable=False, server_default="{}")
    )


class ReceiptRow(SQLModel, table=True):
    """One premium instalment of a policy.

    paid: the sum of what its ledger entries applied to it; adjusted: let go within the tolerance.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        Index("ix_receipt_grace_ends", "status", "grace_ends"),
        Index(
            "ix_receipt_untaxed",
            "policy_id",
            postgresql_where=text("cfdi IN ('needed', 'requested')"),
            sqlite_where=text("cfdi IN ('needed', 'requested')"),
        ),
        CheckConstraint("total = net + surcharge + fee + tax", name="sum"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    policy_id: int = Field(foreign_key="policy.id", sa_type=BigInt)
    number: int
    of: int
    due: date
    net: int = Field(sa_type=BigInt)
    surcharge: int = Field(sa_type=BigInt)
    fee: int = Field(sa_type=BigInt)
    tax: int = Field(sa_type=BigInt)
    total: int = Field(sa_type=BigInt)
    status: str
    grace_ends: datetime | None = Field(default=None, sa_type=UtcInstant)
    paid_on: date | None = None
    cfdi: str = ""
    paid: int = Field(default=0, sa_type=BigInt, sa_column_kwargs={"server_default": "0"})
    adjusted: int = Field(default=0, sa_type=BigInt, sa_column_kwargs={"server_default": "0"})
    since: date | None = None
    until: date | None = None
    channel: str = Field(default="", sa_column_kwargs={"server_default": ""})
    method: str = Field(default="", sa_column_kwargs={"server_default": ""})


class EndorsementRow(SQLModel, table=True):
    """A change of a policy: A increase, B no movement, D decrease."""

    __tablename__ = "endorsement"
    __table_args__ = (CheckConstraint("kind IN ('A', 'B', 'D')", name="kind"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    policy_id: int = Field(foreign_key="policy.id", index=True, sa_type=BigInt)
    kind: str
    on: date
    delta: int = Field(default=0, sa_type=BigInt)
    note: str = ""
    folio: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ClaimRow(SQLModel, table=True):
    """A claim on a policy."""

    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("policy_id", "number"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    policy_id: int = Field(foreign_key="policy.id", sa_type=BigInt)
    number: str
    on: date
    status: str
    amount: int = Field(default=0, sa_type=BigInt)
    deductible: int = Field(default=0, sa_type=BigInt, sa_column_kwargs={"server_default": "0"})
    set_off: int = Field(default=0, sa_type=BigInt, sa_column_kwargs={"server_default": "0"})


class Payment(SQLModel, table=True):
    """Money received on an account; unique by its reference.

    day, hour: when, in the portfolio's own zone, and bucket: the client's then; day None =
    brought in with a portfolio's history, and in no live figure. user_id: who gets the credit.
    bounced_at: when it turned out that it did not hold; then its day is None. payer: whose money it is,
    "" = the client's.
    """

    __table_args__ = (
        UniqueConstraint("account_id", "reference"),
        Index("ix_payment_account_id_at", "account_id", "at"),
        Index("ix_payment_day", "day"),
        Index("ix_payment_reference", "reference"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    at: datetime = Field(sa_type=UtcInstant)
    amount: int = Field(sa_type=BigInt)
    currency: str
    channel: str = ""
    reference: str
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    day: date | None = None
    hour: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    bucket: str = Field(default="", sa_column_kwargs={"server_default": ""})
    bounced_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    payer: str = Field(default="", sa_column_kwargs={"server_default": ""})
