"""The queue, what is done, the change feed and the live figures.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.models.base import BigInt, JsonText, UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("seq", BigInt, nullable=False),
        sa.Column("xid", BigInt, nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
    )
    op.create_index("ix_change_xid_seq", "change", ["xid", "seq"])
    op.create_table(
        "lease_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease_counter")),
    )
    op.create_table(
        "stat_delta",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("n", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_delta")),
    )
    op.create_table(
        "stat_total",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("n", BigInt, nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "hour", "portfolio_id", "bucket", "user_id", "measure", name=op.f("pk_stat_total")
        ),
    )
    op.create_table(
        "lane",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("zones", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_lane_portfolio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
        sa.UniqueConstraint("portfolio_id", "zones", name=op.f("uq_lane_portfolio_id_zones")),
    )
    op.create_table(
        "callback",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("due_at", UtcInstant(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_callback_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_callback_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    op.create_index("ix_callback_client_id_status", "callback", ["client_id", "status"])
    op.create_table(
        "effect",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("was", JsonText, nullable=True),
        sa.Column("became", JsonText, nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_effect_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
    )
    op.create_index("ix_effect_client_id_field_id", "effect", ["client_id", "field", "id"])
    op.create_index("ix_effect_event_id", "effect", ["event_id"])
    op.create_table(
        "event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("seq", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("client_id", BigInt, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("received_at", UtcInstant(), nullable=False),
        sa.Column("offset_ms", sa.Integer(), nullable=True),
        sa.Column("lease_id", sa.String(), nullable=True),
        sa.Column("lease_token", BigInt, nullable=True),
        sa.Column("body", JsonText, nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("status IN ('applied', 'late', 'conflict')", name=op.f("ck_event_status")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_event_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_event_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("device", "seq", name=op.f("uq_event_device_seq")),
    )
    op.create_index("ix_event_client_id", "event", ["client_id"])
    op.create_index("ix_event_received_at", "event", ["received_at"])
    op.create_table(
        "lease",
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("lease_id", sa.String(), nullable=False),
        sa.Column("token", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("granted_at", UtcInstant(), nullable=False),
        sa.Column("until", UtcInstant(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("prio", BigInt, nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("callback_due", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_lease_client_id")),
        sa.ForeignKeyConstraint(["lane"], ["lane.id"], name=op.f("fk_lease_lane")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_lease_user_id")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_lease")),
        sa.UniqueConstraint("lease_id", name=op.f("uq_lease_lease_id")),
    )
    op.create_index("ix_lease_device_request_id", "lease", ["device", "request_id"])
    op.create_index("ix_lease_until", "lease", ["until"])
    op.create_index("ix_lease_user_id", "lease", ["user_id"])
    op.create_table(
        "ready",
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("prio", BigInt, nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_ready_client_id")),
        sa.ForeignKeyConstraint(["lane"], ["lane.id"], name=op.f("fk_ready_lane")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_ready")),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_review_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_review_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index("ix_review_closed", "review", ["closed"])
    op.create_table(
        "waiting",
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("prio", BigInt, nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_waiting_client_id")),
        sa.ForeignKeyConstraint(["lane"], ["lane.id"], name=op.f("fk_waiting_lane")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_waiting_user_id")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_waiting")),
    )
    op.create_index("ix_waiting_kind_due_at", "waiting", ["kind", "due_at"])
    op.create_index("ix_waiting_lane_kind_due_at", "waiting", ["lane", "kind", "due_at"])
    op.create_table(
        "interaction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("flags", sa.String(), nullable=False),
        sa.Column("amount", BigInt, nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("retracted_by", sa.String(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("hour", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bucket", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_interaction_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_interaction_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_interaction_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
    )
    op.create_index("ix_interaction_client_id_at", "interaction", ["client_id", "at"])
    op.create_table(
        "promise",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("made", UtcInstant(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("paid", BigInt, nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'kept', 'partial', 'broken', 'cancelled')", name=op.f("ck_promise_status")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_promise_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_promise_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_promise_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_promise_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_index("ix_promise_account_id", "promise", ["account_id"])
    op.create_index("ix_promise_client_id_status", "promise", ["client_id", "status"])
    op.create_index("ix_promise_event_id", "promise", ["event_id"])
    op.create_index("ix_promise_status_due", "promise", ["status", "due"])
    op.create_index("ix_ready_lane_prio", "ready", ["lane", sa.text("prio DESC"), "client_id"])
    op.execute("INSERT INTO lease_counter (id, token) VALUES (1, 0)")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE lease_token OWNED BY lease.token")
        for table in ("ready", "waiting", "lease", "stat_delta"):  # small and always moving
            op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.01)")
