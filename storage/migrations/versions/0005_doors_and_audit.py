"""Second factors, devices that can be revoked, offline leases, the audit log

Everything is added, nothing taken away: hubs of the version before go on working meanwhile.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.only_added import only_added
from storage.models.base import BigInt, JsonText, UtcInstant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("xid", BigInt, nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", JsonText, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index("ix_audit_xid_id", "audit", ["xid", "id"], unique=False)
    op.create_index("ix_audit_subject", "audit", ["subject"], unique=False)
    op.create_table(
        "audit_seal",
        sa.Column("position", BigInt, autoincrement=False, nullable=False),
        sa.Column("audit_id", BigInt, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_audit_seal_audit_id")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("name_hash", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcInstant(), nullable=False),
        sa.Column("locked_until", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_sign_in_failure")),
    )
    op.add_column("app_user", sa.Column("totp_secret", sa.String(), nullable=True))
    op.add_column("app_user", sa.Column("totp_used", BigInt, server_default="0", nullable=False))
    op.add_column("app_user", sa.Column("password_set_at", UtcInstant(), nullable=True))
    op.add_column("device", sa.Column("label", sa.String(), server_default="", nullable=False))
    op.add_column("device", sa.Column("registered_at", UtcInstant(), nullable=True))
    op.add_column("device", sa.Column("revoked_at", UtcInstant(), nullable=True))
    op.add_column("device", sa.Column("secret", sa.String(), nullable=True))
    op.add_column("device", sa.Column("waiting", sa.Integer(), server_default="0", nullable=False))
    op.add_column("device", sa.Column("waiting_since", UtcInstant(), nullable=True))
    op.add_column("lease", sa.Column("offline", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("lease", sa.Column("attempts_left", sa.Integer(), nullable=True))
    # Read backwards it gives the best first, and a row comparison can begin in its midst.
    op.create_index(
        "ix_ready_lane_prio_client_id",
        "ready",
        ["lane", "prio", "client_id"],
        unique=False,
        if_not_exists=True,
    )
    op.drop_index("ix_ready_lane_prio", table_name="ready")
    op.add_column("ready", sa.Column("until", UtcInstant(), nullable=True))
    op.create_index(
        "ix_ready_until",
        "ready",
        ["until"],
        unique=False,
        if_not_exists=True,
        postgresql_where=sa.text("until IS NOT NULL"),
        sqlite_where=sa.text("until IS NOT NULL"),
    )
    op.create_index(
        "ix_waiting_callback",
        "waiting",
        ["user_id", "lane", "due_at"],
        unique=False,
        if_not_exists=True,  # it is made ahead, without holding the hubs up
        postgresql_where=sa.text("kind = 'callback'"),
        sqlite_where=sa.text("kind = 'callback'"),
    )
    op.add_column("review", sa.Column("fact", JsonText, nullable=True))
    op.add_column("change", sa.Column("deleted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("change", sa.Column("user_id", sa.Integer(), nullable=True))
    op.create_index(
        "ix_change_user_id",
        "change",
        ["user_id"],
        unique=False,
        if_not_exists=True,
        postgresql_where=sa.text("user_id IS NOT NULL"),
        sqlite_where=sa.text("user_id IS NOT NULL"),
    )
    for table in ("audit", "audit_seal", "event"):
        only_added(table)
