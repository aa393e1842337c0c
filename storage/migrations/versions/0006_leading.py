"""Strategies, assignment, directives, messages, months, commissions, quality, teams

Everything is added, nothing taken away: hubs of the version before go on working meanwhile.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.only_added import only_added
from storage.models.base import BigInt, JsonText, UtcInstant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ONLY_ADDED = ("assignment_order", "assignment_move", "commission_adjustment", "evaluation")


def upgrade() -> None:
    _people()
    _leading()
    _months()
    _quality()
    for table in ONLY_ADDED:
        only_added(table)


def _people() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cover_id", sa.Integer(), nullable=True),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("noted_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("until >= since", name=op.f("ck_absence_order")),
        sa.ForeignKeyConstraint(["cover_id"], ["app_user.id"], name=op.f("fk_absence_cover_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["app_user.id"], name=op.f("fk_absence_noted_by")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_absence_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_user_id"), "absence", ["user_id"], unique=False)
    op.create_table(
        "shift",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_shift_user_id")),
        sa.PrimaryKeyConstraint("user_id", "weekday", name=op.f("pk_shift")),
    )
    op.create_table(
        "skill",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_skill_user_id")),
        sa.PrimaryKeyConstraint("user_id", "skill", name=op.f("pk_skill")),
    )


def _leading() -> None:
    op.create_table(
        "assignment_order",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("before", JsonText, nullable=False),
        sa.Column("after", JsonText, nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_assignment_order_portfolio_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_assignment_order_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_order")),
    )
    op.create_index(op.f("ix_assignment_order_at"), "assignment_order", ["at"], unique=False)
    op.create_table(
        "directive",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("strategy", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("until", UtcInstant(), nullable=True),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('hold', 'first')", name=op.f("ck_directive_kind")),
        sa.ForeignKeyConstraint(["ended_by"], ["app_user.id"], name=op.f("fk_directive_ended_by")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_directive_portfolio_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_directive_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive")),
    )
    op.create_index(
        "ix_directive_in_force",
        "directive",
        ["portfolio_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "standing_matter",
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_standing_matter_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "kind", name=op.f("pk_standing_matter")),
    )
    op.create_table(
        "assignment",
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_assignment_client_id")),
        sa.ForeignKeyConstraint(["order_id"], ["assignment_order.id"], name=op.f("fk_assignment_order_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_assignment_user_id")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_user_id"), "assignment", ["user_id"], unique=False)
    op.create_table(
        "assignment_move",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("from_user_id", sa.Integer(), nullable=True),
        sa.Column("to_user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_assignment_move_client_id")),
        sa.ForeignKeyConstraint(
            ["from_user_id"], ["app_user.id"], name=op.f("fk_assignment_move_from_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["assignment_order.id"], name=op.f("fk_assignment_move_order_id")
        ),
        sa.ForeignKeyConstraint(["to_user_id"], ["app_user.id"], name=op.f("fk_assignment_move_to_user_id")),
        sa.PrimaryKeyConstraint("order_id", "client_id", name=op.f("pk_assignment_move")),
    )
    op.create_index(
        "ix_assignment_move_client_id", "assignment_move", ["client_id", "order_id"], unique=False
    )
    op.create_table(
        "message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=True),
        sa.CheckConstraint("kind IN ('notice', 'urgent', 'coaching')", name=op.f("ck_message_kind")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_message_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_message_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_at"), "message", ["at"], unique=False)
    op.create_index(op.f("ix_message_user_id"), "message", ["user_id"], unique=False)
    op.create_table(
        "message_receipt",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("delivered_at", UtcInstant(), nullable=True),
        sa.Column("read_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_receipt_message_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_message_receipt_user_id")),
        sa.PrimaryKeyConstraint("message_id", "user_id", name=op.f("pk_message_receipt")),
    )
    op.create_index("ix_message_receipt_user_id", "message_receipt", ["user_id", "read_at"], unique=False)


def _months() -> None:
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
        "commission_adjustment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
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
        "commission_line",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("goal", BigInt, nullable=False),
        sa.Column("recovered", BigInt, nullable=False),
        sa.Column("quality", sa.Integer(), nullable=True),
        sa.Column("breaches", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["commission_run.id"], name=op.f("fk_commission_line_run_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_commission_line_user_id")),
        sa.PrimaryKeyConstraint("run_id", "user_id", name=op.f("pk_commission_line")),
    )
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
    op.add_column("interaction", sa.Column("strategy", sa.String(), server_default="", nullable=False))
    op.add_column("interaction", sa.Column("off_strategy", sa.String(), server_default="", nullable=False))


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
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_evaluation_interaction_id")
        ),
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
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_quality_item_interaction_id")
        ),
        sa.ForeignKeyConstraint(["sample_id"], ["quality_sample.id"], name=op.f("fk_quality_item_sample_id")),
        sa.PrimaryKeyConstraint("sample_id", "position", name=op.f("pk_quality_item")),
    )
    op.create_index(op.f("ix_quality_item_interaction_id"), "quality_item", ["interaction_id"], unique=False)
