"""Teams, assignment, directives, messages

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

ONLY_ADDED = ("assignment_order", "assignment_move")


def upgrade() -> None:
    _people()
    _leading()
    for table in ONLY_ADDED:
        only_added(table)
    _queue()


def _queue() -> None:
    op.add_column("ready", sa.Column("reserved_for", sa.Integer(), nullable=True))
    op.add_column("waiting", sa.Column("reserved_for", sa.Integer(), nullable=True))


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
        sa.Column("rest", sa.Integer(), server_default="0", nullable=False),
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
    op.create_table(
        "presence",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.Column("until", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_presence_user_id")),
        sa.PrimaryKeyConstraint("user_id", "since", name=op.f("pk_presence")),
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
        sa.Column("worked_by", sa.Integer(), nullable=True),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_assignment_client_id")),
        sa.ForeignKeyConstraint(["order_id"], ["assignment_order.id"], name=op.f("fk_assignment_order_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_assignment_user_id")),
        sa.ForeignKeyConstraint(["worked_by"], ["app_user.id"], name=op.f("fk_assignment_worked_by")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_user_id_worked_by", "assignment", ["user_id", "worked_by"], unique=False)
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
        sa.Column("answers", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('notice', 'urgent', 'coaching')", name=op.f("ck_message_kind")),
        sa.ForeignKeyConstraint(["answers"], ["message.id"], name=op.f("fk_message_answers")),
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
