"""The back office: tax receipts (CFDI) that are followed up, and reconciliations with accounting."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, JsonText, UtcInstant


class TaxReceipt(SQLModel, table=True):
    """A CFDI that is needed, asked for, stamped or sent.

    kind: invoice (of a receipt) or complement (of a payment on a receipt). method: PUE or PPD, of an
    invoice. status: needed, requested, stamped, sent, cancelled. due: last day by rule. figures: what
    it has to say; stated: what it says, once it is stamped (`rules.tax.tax_checks.Stamped`). xml: as it was
    stamped; digest: SHA-256 of it. differences: codes of what does not fit, with what was expected and
    found; differs: how many.
    """

    __tablename__ = "tax_receipt"
    __table_args__ = (
        Index("ix_tax_receipt_status_due", "status", "due"),
        Index("ix_tax_receipt_account_id", "account_id"),
        Index("ix_tax_receipt_receipt_id", "receipt_id"),
        Index("ix_tax_receipt_uuid", "uuid"),
        Index(
            "ix_tax_receipt_differs",
            "due",
            postgresql_where=text("differs > 0"),
            sqlite_where=text("differs > 0"),
        ),
        CheckConstraint("kind IN ('invoice', 'complement')", name="kind"),
        CheckConstraint("status IN ('needed', 'requested', 'stamped', 'sent', 'cancelled')", name="status"),
    )

    id: str = Field(primary_key=True)
    portfolio_id: int = Field(foreign_key="portfolio.id", index=True)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInt)
    receipt_id: int | None = Field(default=None, foreign_key="receipt.id", sa_type=BigInt)
    payment_id: int | None = Field(default=None, foreign_key="payment.id", sa_type=BigInt)
    kind: str
    method: str = ""
    amount: int = Field(sa_type=BigInt)
    currency: str
    made: datetime = Field(sa_type=UtcInstant)
    due: date | None = None
    status: str = "needed"
    requested: datetime | None = Field(default=None, sa_type=UtcInstant)
    requested_by: int | None = Field(default=None, foreign_key="app_user.id")
    stamped: datetime | None = Field(default=None, sa_type=UtcInstant)
    sent: datetime | None = Field(default=None, sa_type=UtcInstant)
    sent_to: str = ""
    uuid: str = ""
    figures: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JsonText, nullable=False, server_default="{}")
    )
    stated: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JsonText, nullable=False, server_default="{}")
    )
    xml: str = ""
    digest: str = ""
    differences: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JsonText, nullable=False, server_default="[]")
    )
    differs: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Reconciliation(SQLModel, table=True):
    """A comparison of what was collected with what accounting reports. totals: by status, and sums.

    sources: names, digests and columns of the two sides. status: loading (its rows are on their way),
    open, closed.
    """

    __table_args__ = (CheckConstraint("status IN ('loading', 'open', 'closed')", name="status"),)

    id: str = Field(primary_key=True)
    portfolio_id: int = Field(foreign_key="portfolio.id", index=True)
    user_id: int = Field(foreign_key="app_user.id")
    name: str
    made: datetime = Field(sa_type=UtcInstant)
    currency: str
    tolerance: int = Field(sa_type=BigInt)
    since: date | None = None
    until: date | None = None
    sources: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))
    totals: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))
    status: str = "open"
    closed: datetime | None = Field(default=None, sa_type=UtcInstant)
    closed_by: int | None = Field(default=None, foreign_key="app_user.id")


class ReconciliationRow(SQLModel, table=True):
    """A key of a reconciliation: what each side says of it, and how a difference was settled."""

    __tablename__ = "reconciliation_row"
    __table_args__ = (Index("ix_reconciliation_row_status", "run_id", "status"),)

    run_id: str = Field(primary_key=True, foreign_key="reconciliation.id")
    number: int = Field(primary_key=True)
    key: str
    status: str
    collected: int = Field(sa_type=BigInt)
    accounted: int = Field(sa_type=BigInt)
    detail: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JsonText, nullable=False, server_default="{}")
    )
    resolution: str = ""
    why: str = ""
    resolved: datetime | None = Field(default=None, sa_type=UtcInstant)
    resolved_by: int | None = Field(default=None, foreign_key="app_user.id")
