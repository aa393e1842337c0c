"""What is opened about a client and stays, changes of contact points, refusals, rules as data.

Revision: 0004, after 0003.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from storage.models.base import BigInt, JsonText, UtcInstant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


_DISPUTES = """
    INSERT INTO case_file (id, client_id, account_id, user_id, kind, opened, clock, amount, currency,
        tier, destination, reason, reference, party, note, agent, status, outcome, answer)
    SELECT i.id, a.client_id, a.id, i.user_id, 'dispute', i.at, '', a.disputed, a.currency,
        '', 'ACL', '', '', '', i.note, i.agent, 'open', '', ''
    FROM account a
    JOIN interaction i ON i.id = (
        SELECT e.event_id FROM effect e WHERE e.field = 'dispute:' || a.id ORDER BY e.id DESC LIMIT 1
    )
    WHERE a.disputed > 0
"""


def upgrade() -> None:
    op.create_table(
        "configuration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.Column("loaded_at", UtcInstant(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_configuration_portfolio_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_configuration")),
    )
    op.create_index(
        "ix_configuration_kind", "configuration", ["portfolio_id", "kind", "version"], unique=True
    )
    op.create_table(
        "refusal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("doing", sa.String(), nullable=False),
        sa.Column("inputs", JsonText, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_refusal_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_refusal_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
    )
    op.create_index("ix_refusal_client_id_at", "refusal", ["client_id", "at"], unique=False)
    op.create_table(
        "reveal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_reveal_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_reveal_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveal")),
    )
    op.create_index(op.f("ix_reveal_client_id"), "reveal", ["client_id"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("made", UtcInstant(), nullable=False),
        sa.Column("terms", JsonText, nullable=False),
        sa.Column("folio", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("delivered", UtcInstant(), nullable=True),
        sa.Column("medium", sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('issued', 'delivered', 'void')", name=op.f("ck_agreement_status")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_agreement_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_agreement_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_agreement_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index("ix_agreement_client_id", "agreement", ["client_id"], unique=False)
    op.create_index(op.f("ix_agreement_folio"), "agreement", ["folio"], unique=False)
    op.create_table(
        "approval_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked", UtcInstant(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("terms", JsonText, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answered", UtcInstant(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answer_note", sa.String(), nullable=False),
        sa.Column("counter", JsonText, nullable=True),
        sa.Column("expires", UtcInstant(), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'approved', 'denied', 'countered', 'used', 'withdrawn', 'expired')",
            name=op.f("ck_approval_request_status"),
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> user_id", name=op.f("ck_approval_request_two_people")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_approval_request_account_id")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["app_user.id"], name=op.f("fk_approval_request_answered_by")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_approval_request_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_approval_request_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
    )
    op.create_index(
        "ix_approval_request_client_id_status", "approval_request", ["client_id", "status"], unique=False
    )
    op.create_index(
        "ix_approval_request_status_expires", "approval_request", ["status", "expires"], unique=False
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("opened", UtcInstant(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'closed', 'void')", name=op.f("ck_case_file_status")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_case_file_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_case_file_client_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["app_user.id"], name=op.f("fk_case_file_closed_by")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_case_file_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
    )
    op.create_index("ix_case_file_client_id_status", "case_file", ["client_id", "status"], unique=False)
    op.create_index("ix_case_file_status_due", "case_file", ["status", "due"], unique=False)
    op.create_table(
        "inconsistency",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("found", UtcInstant(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_inconsistency_status")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_inconsistency_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_inconsistency_client_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["app_user.id"], name=op.f("fk_inconsistency_closed_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_inconsistency_owner_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_inconsistency_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inconsistency")),
    )
    op.create_index(
        "ix_inconsistency_client_id_status", "inconsistency", ["client_id", "status"], unique=False
    )
    op.create_table(
        "point_change",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("point_id", BigInt, nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("became", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_point_change_client_id")),
        sa.ForeignKeyConstraint(["point_id"], ["contact_point.id"], name=op.f("fk_point_change_point_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_point_change_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_change")),
    )
    op.create_index("ix_point_change_client_id_at", "point_change", ["client_id", "at"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("done_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'done', 'void')", name=op.f("ck_task_status")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_task_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_task_client_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_task_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_about"), "task", ["about"], unique=False)
    op.create_index("ix_task_client_id_status", "task", ["client_id", "status"], unique=False)
    op.create_index("ix_task_status_due", "task", ["status", "due"], unique=False)
    op.create_index("ix_task_user_id_status", "task", ["user_id", "status"], unique=False)
    op.create_table(
        "pause",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.Column("until", UtcInstant(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_pause_user_id")),
        sa.PrimaryKeyConstraint("user_id", "since", name=op.f("pk_pause")),
    )
    op.create_index(op.f("ix_pause_until"), "pause", ["until"], unique=False)
    op.create_index("ix_promise_user_id_due", "promise", ["user_id", "due"], unique=False)
    op.create_index("ix_callback_user_id_status", "callback", ["user_id", "status"], unique=False)
    op.create_index("ix_stat_total_user_id", "stat_total", ["user_id", "measure", "day"], unique=False)
    op.add_column("sign_in_session", sa.Column("seen_at", UtcInstant(), nullable=True))
    op.create_index(op.f("ix_sign_in_session_seen_at"), "sign_in_session", ["seen_at"], unique=False)
    op.add_column("lease", sa.Column("queue", sa.String(), server_default="", nullable=False))
    op.execute(
        sa.text(
            """
            INSERT INTO task (id, client_id, kind, due, about, note, status, outcome)
            SELECT 'search-' || client_id || '-1', client_id, 'skip_trace', :due, '', '', 'open', ''
            FROM waiting
            WHERE kind = 'unlocatable'
            """
        ).bindparams(sa.bindparam("due", datetime.now(UTC).date(), sa.Date()))
    )
    op.add_column("app_user", sa.Column("level", sa.String(), server_default="agent", nullable=False))
    op.add_column("app_user", sa.Column("required_minutes", sa.Integer(), server_default="0", nullable=False))
    op.add_column("client", sa.Column("suits", sa.String(), server_default="", nullable=False))
    op.add_column("client", sa.Column("stopped_media", JsonText, server_default="[]", nullable=False))
    op.add_column("contact_point", sa.Column("consents", JsonText, server_default="{}", nullable=False))
    op.add_column("contact_point", sa.Column("first_seen", sa.Date(), nullable=True))
    op.add_column("contact_point", sa.Column("last_result", sa.String(), server_default="", nullable=False))
    op.add_column("contact_point", sa.Column("last_at", UtcInstant(), nullable=True))
    op.add_column("interaction", sa.Column("identity", sa.String(), server_default="", nullable=False))
    op.add_column("interaction", sa.Column("missed", JsonText, server_default="[]", nullable=False))
    op.add_column("interaction", sa.Column("breach", sa.String(), server_default="", nullable=False))
    op.add_column("interaction", sa.Column("started_at", UtcInstant(), nullable=True))
    op.add_column(
        "portfolio", sa.Column("settings_version", sa.Integer(), server_default="1", nullable=False)
    )
    with op.batch_alter_table("review") as review:
        review.add_column(sa.Column("closed_by", sa.Integer(), nullable=True))
        review.add_column(sa.Column("closed_at", UtcInstant(), nullable=True))
        review.add_column(sa.Column("answer", sa.String(), server_default="", nullable=False))
        review.create_foreign_key(op.f("fk_review_closed_by"), "app_user", ["closed_by"], ["id"])
    # What is in dispute is the sum of the open disputes from now on.
    op.execute(_DISPUTES)
    op.execute("DELETE FROM effect WHERE field LIKE 'dispute:%'")
