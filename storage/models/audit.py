"""Who read, wrote, exported, approved and changed what: appended, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.models.base import BigInt, JsonText, UtcInstant


class AuditEntry(SQLModel, table=True):
    """One thing that somebody did, in the transaction in which it was done.

    actor: the user's name, or the command that acted. action: a code ("leased", "recorded",
    "exported", "answered"...). subject: what it was about, "client:12", "request:ab…". detail: the
    rest, without personal data. xid as in `ChangeRow`.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_xid_id", "xid", "id"), Index("ix_audit_subject", "subject"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    xid: int = Field(default=0, sa_type=BigInt)
    at: datetime = Field(sa_type=UtcInstant, index=True)
    actor: str
    device: str = ""
    action: str
    subject: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonText, nullable=False))


class AuditSeal(SQLModel, table=True):
    """The chain over the entries, in the order of their commits, one link each.

    hash: SHA-256 over the hash before it and the entry's content. A chain beside the entries, so
    that those who write them need not wait for each other.
    """

    __tablename__ = "audit_seal"

    position: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    audit_id: int = Field(unique=True, sa_type=BigInt)
    hash: str
