"""People, portfolios, clients and their debts.

Revision: 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.models.base import BigInt, JsonText, UtcInstant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("daily_goal", BigInt, nullable=False),
        sa.Column("monthly_goal", BigInt, nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcInstant(), nullable=True),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.CheckConstraint(
            "role IN ('agent', 'lead', 'backoffice', 'admin', 'auditor')", name=op.f("ck_app_user_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("name", name=op.f("uq_app_user_name")),
    )
    op.create_table(
        "portfolio",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("creditor", sa.String(), nullable=False),
        sa.Column("firm", sa.String(), nullable=False),
        sa.Column("on_hold", sa.Boolean(), nullable=False),
        sa.Column("goal", BigInt, nullable=False),
        sa.Column("settings", JsonText, nullable=False),
        sa.CheckConstraint("country IN ('MX', 'US')", name=op.f("ck_portfolio_country")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio")),
        sa.UniqueConstraint("name", name=op.f("uq_portfolio_name")),
    )
    op.create_table(
        "store_mark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_store_mark")),
    )
    op.create_table(
        "agent_state",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.Column("last_code", sa.String(), nullable=False),
        sa.Column("last_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_agent_state_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_agent_state")),
    )
    op.create_table(
        "client",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("namespace", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("zones", JsonText, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("tax_id", sa.String(), nullable=False),
        sa.Column("national_id", sa.String(), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("treatment", sa.String(), nullable=False),
        sa.Column("do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("hold_until", UtcInstant(), nullable=True),
        sa.Column("hold_reason", sa.String(), nullable=False),
        sa.Column("not_before", UtcInstant(), nullable=True),
        sa.Column("version", BigInt, nullable=False),
        sa.CheckConstraint("country IN ('MX', 'US')", name=op.f("ck_client_country")),
        sa.CheckConstraint("kind IN ('person', 'company')", name=op.f("ck_client_kind")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_client_portfolio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("namespace", "ref", name=op.f("uq_client_namespace_ref")),
    )
    op.create_index("ix_client_portfolio_id", "client", ["portfolio_id"])
    op.create_table(
        "device",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("last_seq", BigInt, nullable=False),
        sa.Column("skew_ms", sa.Integer(), nullable=True),
        sa.Column("last_seen", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_device_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("access_hash", sa.String(), nullable=False),
        sa.Column("refresh_hash", sa.String(), nullable=False),
        sa.Column("access_expires", UtcInstant(), nullable=False),
        sa.Column("refresh_expires", UtcInstant(), nullable=False),
        sa.Column("rotated_at", UtcInstant(), nullable=True),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_sign_in_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("access_hash", name=op.f("uq_sign_in_session_access_hash")),
        sa.UniqueConstraint("refresh_hash", name=op.f("uq_sign_in_session_refresh_hash")),
    )
    op.create_index("ix_sign_in_session_family", "sign_in_session", ["family"])
    op.create_index("ix_sign_in_session_user_id", "sign_in_session", ["user_id"])
    op.create_table(
        "user_portfolio",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_user_portfolio_portfolio_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_user_portfolio_user_id")),
        sa.PrimaryKeyConstraint("user_id", "portfolio_id", name=op.f("pk_user_portfolio")),
    )
    op.create_table(
        "account",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("oldest_due", sa.Date(), nullable=True),
        sa.Column("overdue", BigInt, nullable=False),
        sa.Column("total", BigInt, nullable=False),
        sa.Column("minimum", BigInt, nullable=False),
        sa.Column("disputed", BigInt, nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'paid', 'charged_off', 'closed')", name=op.f("ck_account_status")
        ),
        sa.CheckConstraint("overdue >= 0 AND total >= 0 AND minimum >= 0", name=op.f("ck_account_amounts")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_account_client_id")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_account_portfolio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("portfolio_id", "ref", name=op.f("uq_account_portfolio_id_ref")),
    )
    op.create_index("ix_account_client_id", "account", ["client_id"])
    op.create_table(
        "contact_point",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('phone', 'email', 'address')", name=op.f("ck_contact_point_kind")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_contact_point_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("client_id", "kind", "value", name=op.f("uq_contact_point_client_id_kind_value")),
    )
    op.create_table(
        "payment",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("hour", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bucket", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_payment_account_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_payment_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("account_id", "reference", name=op.f("uq_payment_account_id_reference")),
    )
    op.create_index("ix_payment_account_id_at", "payment", ["account_id", "at"])
    op.create_table(
        "policy",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("insurer", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=True),
        sa.Column("sum_insured", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_policy_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("account_id", "number", name=op.f("uq_policy_account_id_number")),
    )
    op.create_table(
        "claim",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("policy_id", BigInt, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_claim_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("policy_id", "number", name=op.f("uq_claim_policy_id_number")),
    )
    op.create_table(
        "endorsement",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("policy_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("delta", BigInt, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('A', 'B', 'D')", name=op.f("ck_endorsement_kind")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_endorsement_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement")),
    )
    op.create_index("ix_endorsement_policy_id", "endorsement", ["policy_id"])
    op.create_table(
        "receipt",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("policy_id", BigInt, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("net", BigInt, nullable=False),
        sa.Column("surcharge", BigInt, nullable=False),
        sa.Column("fee", BigInt, nullable=False),
        sa.Column("tax", BigInt, nullable=False),
        sa.Column("total", BigInt, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("grace_ends", UtcInstant(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("cfdi", sa.String(), nullable=False),
        sa.CheckConstraint("total = net + surcharge + fee + tax", name=op.f("ck_receipt_sum")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_receipt_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("policy_id", "number", name=op.f("uq_receipt_policy_id_number")),
    )
