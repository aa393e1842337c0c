"""Portfolios, the people who work them, their devices and sessions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, JsonText, UtcInstant


class Portfolio(SQLModel, table=True):
    """A book of debts of one creditor kind: decides country, currency and rules.

    settings: overrides of rule parameters (bucket scheme, caps, grace days, firm's
    address...), name to value.
    """

    __table_args__ = (CheckConstraint("country IN ('MX', 'US')", name="country"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    product: str
    country: str
    currency: str
    language: str = "es"
    creditor: str = ""
    firm: str = ""
    on_hold: bool = False
    goal: int = Field(default=0, sa_type=BigInt)
    settings: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonText, nullable=False))
    settings_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class AppUser(SQLModel, table=True):
    """A person who signs in. password_hash is argon2id; goals in minor units.

    level: authority to grant terms, a name of `rules.authority.LEVELS`.
    required_minutes: least connection time of a day, 0 = none set. totp_secret: base32 secret of
    the second factor, None = none set up; totp_used: the last time step that was accepted, so that
    no code is taken twice. failed_sign_ins, locked_until: of the version before; failures are
    counted by name in `SignInFailure`.
    """

    __tablename__ = "app_user"
    __table_args__ = (
        CheckConstraint("role IN ('agent', 'lead', 'backoffice', 'admin', 'auditor')", name="role"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    display_name: str = ""
    role: str
    team: str = ""
    password_hash: str
    disabled: bool = False
    language: str = "es"
    daily_goal: int = Field(default=0, sa_type=BigInt)
    monthly_goal: int = Field(default=0, sa_type=BigInt)
    level: str = Field(default="agent", sa_column_kwargs={"server_default": "agent"})
    required_minutes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    failed_sign_ins: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcInstant)
    totp_secret: str | None = None
    totp_used: int = Field(default=0, sa_type=BigInt, sa_column_kwargs={"server_default": "0"})
    password_set_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    created_at: datetime = Field(sa_type=UtcInstant)


class UserPortfolio(SQLModel, table=True):
    """Which portfolios a user may work; no row at all = every portfolio."""

    __tablename__ = "user_portfolio"

    user_id: int = Field(primary_key=True, foreign_key="app_user.id")
    portfolio_id: int = Field(primary_key=True, foreign_key="portfolio.id")


class Device(SQLModel, table=True):
    """A workstation: the last sequence number taken from it and its clock's skew.

    label: what its user calls it. secret: opens the device's own store, handed out at sign-in
    alone. revoked_at: from then on nobody signs in from it, and it is told to wipe itself.
    waiting, waiting_since: facts in its outbox and the oldest one's instant, as it last said.
    """

    id: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="app_user.id")
    last_seq: int = Field(default=0, sa_type=BigInt)
    skew_ms: int | None = None
    last_seen: datetime = Field(sa_type=UtcInstant)
    label: str = Field(default="", sa_column_kwargs={"server_default": ""})
    registered_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    secret: str | None = None
    waiting: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    waiting_since: datetime | None = Field(default=None, sa_type=UtcInstant)


class SignInFailure(SQLModel, table=True):
    """Wrong passwords in a row for a name, whether or not there is such a user.

    name_hash: SHA-256 of the name, since people type passwords where the name belongs.
    """

    __tablename__ = "sign_in_failure"

    name_hash: str = Field(primary_key=True)
    failures: int = 0
    last_at: datetime = Field(sa_type=UtcInstant)
    locked_until: datetime | None = Field(default=None, sa_type=UtcInstant)


class SignInSession(SQLModel, table=True):
    """One pair of tokens of a signed-in session. Only SHA-256 hashes of them are kept.

    Refreshing adds a row of the same family and dates the old one's `rotated_at`; a
    rotated token that comes back revokes the family. seen_at: when the workstation was last
    heard under it, to the minute.
    """

    __tablename__ = "sign_in_session"

    id: str = Field(primary_key=True)
    family: str = Field(index=True)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    device: str
    access_hash: str = Field(unique=True)
    refresh_hash: str = Field(unique=True)
    access_expires: datetime = Field(sa_type=UtcInstant)
    refresh_expires: datetime = Field(sa_type=UtcInstant)
    rotated_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked: bool = False
    seen_at: datetime | None = Field(default=None, index=True, sa_type=UtcInstant)


class AgentState(SQLModel, table=True):
    """What each agent is doing now, as last told by a fact (row per user)."""

    __tablename__ = "agent_state"

    user_id: int = Field(primary_key=True, foreign_key="app_user.id")
    state: str = "offline"
    since: datetime = Field(sa_type=UtcInstant)
    last_code: str = ""
    last_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class Pause(SQLModel, table=True):
    """Unproductive time of an agent: a break, a meal, signed off; until None = it goes on."""

    user_id: int = Field(primary_key=True, foreign_key="app_user.id")
    since: datetime = Field(primary_key=True, sa_type=UtcInstant)
    until: datetime | None = Field(default=None, index=True, sa_type=UtcInstant)
    state: str


class Presence(SQLModel, table=True):
    """When an agent's workstation was signed in and heard: what is left of sessions that are gone."""

    user_id: int = Field(primary_key=True, foreign_key="app_user.id")
    since: datetime = Field(primary_key=True, sa_type=UtcInstant)
    until: datetime = Field(sa_type=UtcInstant)


class Shift(SQLModel, table=True):
    """When a person works on a weekday (0 = Monday), "HH:MM" in the zone of their home portfolio.

    rest: minutes of it in which no connection is required, a meal for one.
    """

    user_id: int = Field(primary_key=True, foreign_key="app_user.id")
    weekday: int = Field(primary_key=True)
    starts: str
    ends: str
    rest: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Absence(SQLModel, table=True):
    """Days on which a person does not work, both included; cover: who looks after the clients meanwhile."""

    __table_args__ = (CheckConstraint("until >= since", name="order"),)

    id: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    since: date
    until: date
    kind: str
    cover_id: int | None = Field(default=None, foreign_key="app_user.id")
    noted_by: int | None = Field(default=None, foreign_key="app_user.id")
    noted_at: datetime = Field(sa_type=UtcInstant)


class Skill(SQLModel, table=True):
    """What a person can work: a language, a product, a bucket, a kind of case."""

    user_id: int = Field(primary_key=True, foreign_key="app_user.id")
    skill: str = Field(primary_key=True)


class StoreMark(SQLModel, table=True):
    """Facts about the store itself by name: epoch, training..."""

    __tablename__ = "store_mark"

    name: str = Field(primary_key=True)
    value: str
