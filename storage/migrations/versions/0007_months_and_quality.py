"""Strategies, months, telephone calls, commissions, quality

Everything is added, nothing taken away: hubs of the version before go on working meanwhile.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.kept_once_locked import kept_once_locked
from storage.migrations.only_added import only_added
from storage.models.base import BigInt, JsonText, UtcInstant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ONLY_ADDED = (
    "commission_adjustment",
    "breach_clearing",
    "evaluation",
    "month_opening",
    "digest_log",
)


def upgrade() -> None:
    op.add_column("configuration", sa.Column("why", sa.String(), server_default="", nullable=False))
    _queue()
    _months()
    _commissions()
    _quality()
    for table in ONLY_ADDED:
        only_added(table)


def _queue() -> None:
    """A step after the columns that they are of, so that they can be made ahead."""
    anybodys, somebodys = sa.text("reserved_for IS NULL"), sa.text("reserved_for IS NOT NULL")
    op.create_index(
        "ix_ready_unreserved",
        "ready",
        ["lane", "prio", "client_id"],
        unique=False,
        if_not_exists=True,
        postgresql_where=anybodys,
        sqlite_where=anybodys,
    )
    op.create_index(
        "ix_ready_unreserved_bucket",
        "ready",
        ["lane", "bucket", "prio", "client_id"],
        unique=False,
        if_not_exists=True,
        postgresql_where=anybodys,
        sqlite_where=anybodys,
    )
    op.create_index(
        "ix_ready_reserved",
        "ready",
        ["reserved_for", "lane", "prio", "client_id"],
        unique=False,
        if_not_exists=True,
        postgresql_where=somebodys,
        sqlite_where=somebodys,
    )


def _months() -> None:
    op.create_table(
        "phone_call",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("talk", sa.Integer(), nullable=False),
        sa.Column("hold", sa.Integer(), nullable=False),
        sa.Column("wrap", sa.Integer(), nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_phone_call_direction")),
        sa.CheckConstraint(
            "outcome IN ('answered', 'abandoned', 'dropped', 'unanswered')",
            name=op.f("ck_phone_call_outcome"),
        ),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_phone_call_portfolio_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_phone_call_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
        sa.UniqueConstraint("portfolio_id", "reference", name=op.f("uq_phone_call_portfolio_id_reference")),
    )
    op.create_index("ix_phone_call_portfolio_id_day", "phone_call", ["portfolio_id", "day"], unique=False)
    op.create_table(
        "month_opening",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("overdue", BigInt, nullable=False),
        sa.Column("balance", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_month_opening_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_month_opening_client_id")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_month_opening_portfolio_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_month_opening_user_id")),
        sa.PrimaryKeyConstraint("month", "account_id", name=op.f("pk_month_opening")),
    )
    op.create_index(
        "ix_month_opening_portfolio_id", "month_opening", ["portfolio_id", "month", "bucket"], unique=False
    )
    op.create_index("ix_payment_day", "payment", ["day"], unique=False, if_not_exists=True)
    op.create_table(
        "digest_log",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent_to", sa.String(), nullable=False),
        sa.Column("contracts", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_log")),
    )
    op.create_index("ix_digest_log_room_day", "digest_log", ["room", "day"], unique=False)
    op.add_column("interaction", sa.Column("strategy", sa.String(), server_default="", nullable=False))
    op.add_column("interaction", sa.Column("off_strategy", sa.String(), server_default="", nullable=False))
    op.create_index(
        "ix_interaction_day",
        "interaction",
        ["day"],
        unique=False,
        if_not_exists=True,  # it is made ahead, without holding the hubs up
        postgresql_where=sa.text("day IS NOT NULL"),
        sqlite_where=sa.text("day IS NOT NULL"),
    )
    op.create_table(
        "bucket_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("overdue", BigInt, nullable=False),
        sa.Column("balance", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_bucket_day_portfolio_id")),
        sa.PrimaryKeyConstraint("day", "portfolio_id", "bucket", "currency", name=op.f("pk_bucket_day")),
    )


def _commissions() -> None:
    op.create_table(
        "commission_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("locked_at", UtcInstant(), nullable=True),
        sa.Column("locked_by", sa.Integer(), nullable=True),
        sa.Column("terms", JsonText, nullable=False),
        sa.CheckConstraint("status IN ('draft', 'locked')", name=op.f("ck_commission_run_status")),
        sa.CheckConstraint(
            "locked_by IS NULL OR locked_by <> made_by", name=op.f("ck_commission_run_two_people")
        ),
        sa.ForeignKeyConstraint(["locked_by"], ["app_user.id"], name=op.f("fk_commission_run_locked_by")),
        sa.ForeignKeyConstraint(["made_by"], ["app_user.id"], name=op.f("fk_commission_run_made_by")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_commission_run_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_run")),
        sa.UniqueConstraint("portfolio_id", "month", name=op.f("uq_commission_run_portfolio_id_month")),
    )
    op.create_table(
        "commission_item",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.CheckConstraint(
            "kind IN ('payment', 'evaluation', 'breach')", name=op.f("ck_commission_item_kind")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["commission_run.id"], name=op.f("fk_commission_item_run_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_commission_item_user_id")),
        sa.PrimaryKeyConstraint("run_id", "kind", "ref", name=op.f("pk_commission_item")),
    )
    op.create_table(
        "commission_line",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("goal", BigInt, nullable=False),
        sa.Column("recovered", BigInt, nullable=False),
        sa.Column("scores", BigInt, nullable=False),
        sa.Column("evaluated", sa.Integer(), nullable=False),
        sa.Column("breaches", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["commission_run.id"], name=op.f("fk_commission_line_run_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_commission_line_user_id")),
        sa.PrimaryKeyConstraint("run_id", "user_id", "currency", name=op.f("pk_commission_line")),
    )
    op.create_table(
        "commission_adjustment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["app_user.id"], name=op.f("fk_commission_adjustment_by_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["commission_run.id"], name=op.f("fk_commission_adjustment_run_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_commission_adjustment_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_adjustment")),
    )
    op.create_index(
        op.f("ix_commission_adjustment_run_id"), "commission_adjustment", ["run_id"], unique=False
    )
    op.create_table(
        "breach_clearing",
        sa.Column("interaction_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_breach_clearing_user_id")),
        sa.PrimaryKeyConstraint("interaction_id", name=op.f("pk_breach_clearing")),
    )
    kept_once_locked("commission_run", ("commission_item", "commission_line"))


def _quality() -> None:
    op.create_table(
        "quality_sample",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seed", BigInt, nullable=False),
        sa.Column("rule", JsonText, nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_quality_sample_portfolio_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_quality_sample_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_sample")),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("interaction_id", sa.String(), nullable=False),
        sa.Column("sample_id", sa.String(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("answers", JsonText, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("failed", JsonText, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["app_user.id"], name=op.f("fk_evaluation_by_user_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["quality_sample.id"], name=op.f("fk_evaluation_sample_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_evaluation_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    op.create_index(op.f("ix_evaluation_interaction_id"), "evaluation", ["interaction_id"], unique=False)
    op.create_index("ix_evaluation_user_id_day", "evaluation", ["user_id", "day"], unique=False)
    op.create_table(
        "quality_item",
        sa.Column("sample_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["sample_id"], ["quality_sample.id"], name=op.f("fk_quality_item_sample_id")),
        sa.PrimaryKeyConstraint("sample_id", "position", name=op.f("pk_quality_item")),
    )
    op.create_index(op.f("ix_quality_item_interaction_id"), "quality_item", ["interaction_id"], unique=False)
