"""What figures of weeks and months are made of: openings, telephone calls, commissions, quality."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, JsonText, UtcInstant


class MonthOpening(SQLModel, table=True):
    """An account as a month began: what roll rates and recovery are measured against; never changed.

    month: its first day. user_id: whose the client was then, None = nobody's.
    """

    __tablename__ = "month_opening"
    __table_args__ = (Index("ix_month_opening_portfolio_id", "portfolio_id", "month", "bucket"),)

    month: date = Field(primary_key=True)
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=BigInt)
    client_id: int = Field(foreign_key="client.id", sa_type=BigInt)
    portfolio_id: int = Field(foreign_key="portfolio.id")
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    product: str
    bucket: str
    currency: str
    overdue: int = Field(sa_type=BigInt)
    balance: int = Field(sa_type=BigInt)


class BucketDay(SQLModel, table=True):
    """Accounts of a bucket as a day began: how many, what is overdue and owed; never changed."""

    __tablename__ = "bucket_day"

    day: date = Field(primary_key=True)
    portfolio_id: int = Field(primary_key=True, foreign_key="portfolio.id")
    bucket: str = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    accounts: int
    overdue: int = Field(sa_type=BigInt)
    balance: int = Field(sa_type=BigInt)


class DigestLog(SQLModel, table=True):
    """A digest of cancellations that left for a sales room: who sent which, where; never changed.

    digest: SHA-256 of the text that was sent.
    """

    __tablename__ = "digest_log"
    __table_args__ = (Index("ix_digest_log_room_day", "room", "day"),)

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcInstant)
    actor: str
    room: str
    day: date
    sent_to: str = ""
    contracts: int
    digest: str


class PhoneCall(SQLModel, table=True):
    """One call as the telephone system tells it; unique by its reference there. Times in seconds.

    direction: in or out. outcome: answered, abandoned, or dropped (a dialler's call that a person
    answered and no agent took). code: the catalogue's code for its status there, "" = none.
    day, hour: in the portfolio's own zone.
    """

    __tablename__ = "phone_call"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "reference"),
        Index("ix_phone_call_portfolio_id_day", "portfolio_id", "day"),
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        CheckConstraint("outcome IN ('answered', 'abandoned', 'dropped', 'unanswered')", name="outcome"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    portfolio_id: int = Field(foreign_key="portfolio.id")
    reference: str
    at: datetime = Field(sa_type=UtcInstant)
    day: date
    hour: int
    direction: str
    outcome: str
    user_id: int | None = Field(default=None, foreign_key="app_user.id")
    code: str = ""
    campaign: str = ""
    number: str = ""
    wait: int = 0
    talk: int = 0
    hold: int = 0
    wrap: int = 0


class CommissionRun(SQLModel, table=True):
    """Commissions of a portfolio and month (its first day). Once locked nothing of it changes any more.

    terms: what was paid for what, as it was. Who locked it is not who made it.
    """

    __tablename__ = "commission_run"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "month"),
        CheckConstraint("status IN ('draft', 'locked')", name="status"),
        CheckConstraint("locked_by IS NULL OR locked_by <> made_by", name="two_people"),
    )

    id: str = Field(primary_key=True)
    portfolio_id: int = Field(foreign_key="portfolio.id")
    month: date
    status: str = "draft"
    made_at: datetime = Field(sa_type=UtcInstant)
    made_by: int = Field(foreign_key="app_user.id")
    locked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    locked_by: int | None = Field(default=None, foreign_key="app_user.id")
    terms: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))


class CommissionItem(SQLModel, table=True):
    """One fact that a run counts: what its lines are the sums of, and the rows behind their numbers.

    kind: payment, evaluation or breach; ref: its id. amount: of a payment minor units, of an
    evaluation its score in hundredths of a percent, of a breach 0.
    """

    __tablename__ = "commission_item"
    __table_args__ = (CheckConstraint("kind IN ('payment', 'evaluation', 'breach')", name="kind"),)

    run_id: str = Field(primary_key=True, foreign_key="commission_run.id")
    kind: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="app_user.id")
    currency: str = ""
    amount: int = Field(default=0, sa_type=BigInt)


class CommissionLine(SQLModel, table=True):
    """What one agent earns in a run in one currency.

    scores, evaluated: sum of the scores of the calls that were heard, and how many. rate: of
    the tier reached, in hundredths of a percent.
    """

    __tablename__ = "commission_line"

    run_id: str = Field(primary_key=True, foreign_key="commission_run.id")
    user_id: int = Field(primary_key=True, foreign_key="app_user.id")
    currency: str = Field(primary_key=True)
    goal: int = Field(sa_type=BigInt)
    recovered: int = Field(sa_type=BigInt)
    scores: int = Field(default=0, sa_type=BigInt)
    evaluated: int = 0
    breaches: int = 0
    rate: int = 0
    amount: int = Field(sa_type=BigInt)


class CommissionAdjustment(SQLModel, table=True):
    """An amount more or less after a run was locked: a row of its own, never changed."""

    __tablename__ = "commission_adjustment"

    id: str = Field(primary_key=True)
    run_id: str = Field(foreign_key="commission_run.id", index=True)
    user_id: int = Field(foreign_key="app_user.id")
    currency: str
    amount: int = Field(sa_type=BigInt)
    why: str
    at: datetime = Field(sa_type=UtcInstant)
    by_user_id: int = Field(foreign_key="app_user.id")


class BreachClearing(SQLModel, table=True):
    """A call against a rule that a lead found to be none, and why; never changed."""

    __tablename__ = "breach_clearing"

    interaction_id: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="app_user.id")
    at: datetime = Field(sa_type=UtcInstant)
    why: str


class QualitySample(SQLModel, table=True):
    """Calls drawn to be listened to: the rule and the seed that give the same ones again."""

    __tablename__ = "quality_sample"

    id: str = Field(primary_key=True)
    portfolio_id: int = Field(foreign_key="portfolio.id")
    at: datetime = Field(sa_type=UtcInstant)
    user_id: int = Field(foreign_key="app_user.id")
    seed: int = Field(sa_type=BigInt)
    rule: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))


class QualityItem(SQLModel, table=True):
    """One call of a sample, in the order in which it was drawn."""

    __tablename__ = "quality_item"

    sample_id: str = Field(primary_key=True, foreign_key="quality_sample.id")
    position: int = Field(primary_key=True)
    interaction_id: str = Field(index=True)


class Evaluation(SQLModel, table=True):
    """A call as a lead heard it; never changed, a newer one of the same call counts instead.

    answers: item to "yes", "no" or "na". score: hundredths of a percent; 0 where a critical item failed.
    """

    __table_args__ = (Index("ix_evaluation_user_id_day", "user_id", "day"),)

    id: str = Field(primary_key=True)
    interaction_id: str = Field(index=True)
    sample_id: str | None = Field(default=None, foreign_key="quality_sample.id")
    user_id: int = Field(foreign_key="app_user.id")
    day: date
    at: datetime = Field(sa_type=UtcInstant)
    by_user_id: int = Field(foreign_key="app_user.id")
    form: str
    answers: dict[str, str] = Field(sa_column=Column(JsonText, nullable=False))
    score: int
    failed: list[str] = Field(default_factory=list, sa_column=Column(JsonText, nullable=False))
    note: str = ""
