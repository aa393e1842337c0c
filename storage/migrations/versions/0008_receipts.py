"""Policies whole, the ledger of money, payments under way, tax receipts, reconciliations

Everything is added, nothing taken away: hubs of the version before go on working meanwhile.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.only_added import only_added
from storage.models.base import BigInt, JsonText, UtcInstant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ONLY_ADDED = ("ledger_entry", "policy_event", "gateway_notice")


def upgrade() -> None:
    _columns()
    _policies()
    _money()
    _office()
    for table in ONLY_ADDED:
        only_added(table)


def _columns() -> None:
    op.add_column("account", sa.Column("sheet", JsonText, server_default="{}", nullable=False))
    op.add_column("account", sa.Column("deposit", BigInt, server_default="0", nullable=False))
    op.add_column("claim", sa.Column("deductible", BigInt, server_default="0", nullable=False))
    op.add_column("claim", sa.Column("set_off", BigInt, server_default="0", nullable=False))
    op.add_column("endorsement", sa.Column("folio", sa.String(), server_default="", nullable=False))
    op.add_column("policy", sa.Column("lapsed_at", UtcInstant(), nullable=True))
    op.add_column("policy", sa.Column("sheet", JsonText, server_default="{}", nullable=False))
    op.create_index("ix_policy_number", "policy", ["number"], unique=False, if_not_exists=True)
    op.add_column("promise", sa.Column("receipts", JsonText, server_default="[]", nullable=False))
    op.create_index(
        "ix_account_deposit",
        "account",
        ["deposit"],
        unique=False,
        if_not_exists=True,
        postgresql_where=sa.text("deposit > 0"),
        sqlite_where=sa.text("deposit > 0"),
    )
    op.create_index("ix_payment_reference", "payment", ["reference"], unique=False, if_not_exists=True)
    op.add_column("payment", sa.Column("bounced_at", UtcInstant(), nullable=True))
    op.add_column("payment", sa.Column("payer", sa.String(), server_default="", nullable=False))
    op.add_column("receipt", sa.Column("paid", BigInt, server_default="0", nullable=False))
    op.add_column("receipt", sa.Column("adjusted", BigInt, server_default="0", nullable=False))
    op.add_column("receipt", sa.Column("since", sa.Date(), nullable=True))
    op.add_column("receipt", sa.Column("until", sa.Date(), nullable=True))
    op.add_column("receipt", sa.Column("channel", sa.String(), server_default="", nullable=False))
    op.add_column("receipt", sa.Column("method", sa.String(), server_default="", nullable=False))
    op.create_index(
        "ix_receipt_untaxed",
        "receipt",
        ["policy_id"],
        unique=False,
        if_not_exists=True,
        postgresql_where=sa.text("cfdi IN ('needed', 'requested')"),
        sqlite_where=sa.text("cfdi IN ('needed', 'requested')"),
    )
    op.create_index(
        "ix_receipt_grace_ends", "receipt", ["status", "grace_ends"], unique=False, if_not_exists=True
    )


def _policies() -> None:
    op.create_table(
        "charge_batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("folio", sa.String(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made", UtcInstant(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("charges", sa.Integer(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('made', 'answered')", name="ck_charge_batch_status"),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name="fk_charge_batch_portfolio_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_charge_batch_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_charge_batch"),
        sa.UniqueConstraint("folio", name="uq_charge_batch_folio"),
    )
    op.create_index("ix_charge_batch_portfolio_id", "charge_batch", ["portfolio_id"], unique=False)
    op.create_table(
        "ask",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("folio", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("policy_id", BigInt, nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("asked", UtcInstant(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asks", JsonText, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("steps", JsonText, server_default="[]", nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answered", UtcInstant(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done", UtcInstant(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("first_charge", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'approved', 'denied', 'done', 'failed', 'withdrawn')", name="ck_ask_status"
        ),
        sa.CheckConstraint("answered_by IS NULL OR answered_by <> user_id", name="ck_ask_two_people"),
        sa.CheckConstraint("done_by IS NULL OR done_by <> user_id", name="ck_ask_done_by_another"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_ask_account_id"),
        sa.ForeignKeyConstraint(["answered_by"], ["app_user.id"], name="fk_ask_answered_by"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_ask_client_id"),
        sa.ForeignKeyConstraint(["done_by"], ["app_user.id"], name="fk_ask_done_by"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_ask_policy_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_ask_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ask"),
        sa.UniqueConstraint("folio", name="uq_ask_folio"),
    )
    op.create_index("ix_ask_client_id_status", "ask", ["client_id", "status"], unique=False)
    op.create_index("ix_ask_policy_id", "ask", ["policy_id"], unique=False)
    op.create_index("ix_ask_status_kind", "ask", ["status", "kind"], unique=False)
    op.create_table(
        "policy_event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("policy_id", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("became", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_policy_event_policy_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_policy_event_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_event"),
    )
    op.create_index("ix_policy_event_policy_id_at", "policy_event", ["policy_id", "at"], unique=False)
    op.create_table(
        "mandate",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("policy_id", BigInt, nullable=True),
        sa.Column("ask_id", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account_number", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("agreed", UtcInstant(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("amount_rule", sa.String(), nullable=False),
        sa.Column("limit_amount", BigInt, nullable=False),
        sa.Column("first_receipt", BigInt, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("revoked", UtcInstant(), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.Column("last", sa.String(), nullable=False),
        sa.Column("renewal_told", sa.Date(), nullable=True),
        sa.Column("why", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("status IN ('active', 'revoked', 'suspended')", name="ck_mandate_status"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_mandate_account_id"),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name="fk_mandate_ask_id"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_mandate_client_id"),
        sa.ForeignKeyConstraint(["first_receipt"], ["receipt.id"], name="fk_mandate_first_receipt"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_mandate_policy_id"),
        sa.ForeignKeyConstraint(["revoked_by"], ["app_user.id"], name="fk_mandate_revoked_by"),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
    )
    op.create_index("ix_mandate_account_id_status", "mandate", ["account_id", "status"], unique=False)
    op.create_index("ix_mandate_status_channel", "mandate", ["status", "channel"], unique=False)
    op.create_table(
        "charge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("mandate_id", sa.String(), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("receipt_id", BigInt, nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=True),
        sa.Column("retry_on", UtcInstant(), nullable=True),
        sa.CheckConstraint("status IN ('sent', 'charged', 'rejected', 'stopped')", name="ck_charge_status"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_charge_account_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["charge_batch.id"], name="fk_charge_batch_id"),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name="fk_charge_mandate_id"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_charge_receipt_id"),
        sa.PrimaryKeyConstraint("id", name="pk_charge"),
    )
    op.create_index("ix_charge_account_id", "charge", ["account_id"], unique=False)
    op.create_index("ix_charge_batch_id", "charge", ["batch_id"], unique=False)
    op.create_index("ix_charge_mandate_id", "charge", ["mandate_id"], unique=False)
    op.create_index(
        "ix_charge_open",
        "charge",
        ["receipt_id"],
        unique=True,
        postgresql_where=sa.text("status = 'sent'"),
        sqlite_where=sa.text("status = 'sent'"),
    )
    op.create_index("ix_charge_receipt_id", "charge", ["receipt_id"], unique=False)
    op.create_index("ix_charge_reference", "charge", ["reference"], unique=False)


def _money() -> None:
    op.create_table(
        "gateway_notice",
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("intent_id", sa.String(), nullable=False),
        sa.Column("body", JsonText, nullable=False),
        sa.PrimaryKeyConstraint("gateway", "id", name="pk_gateway_notice"),
    )
    op.create_table(
        "payment_intent",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("receipts", JsonText, server_default="[]", nullable=False),
        sa.Column("point_id", BigInt, nullable=True),
        sa.Column("asked", UtcInstant(), nullable=False),
        sa.Column("changed", UtcInstant(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("external", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("expires", UtcInstant(), nullable=True),
        sa.Column("check_at", UtcInstant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("auth_code", sa.String(), nullable=False),
        sa.Column("last4", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("refunded", BigInt, nullable=False),
        sa.CheckConstraint("method IN ('terminal', 'link')", name="ck_payment_intent_method"),
        sa.CheckConstraint("amount > 0", name="ck_payment_intent_amount"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_payment_intent_account_id"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_payment_intent_client_id"),
        sa.ForeignKeyConstraint(["point_id"], ["contact_point.id"], name="fk_payment_intent_point_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_payment_intent_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_payment_intent"),
    )
    op.create_index("ix_payment_intent_client_id", "payment_intent", ["client_id"], unique=False)
    op.create_index("ix_payment_intent_external", "payment_intent", ["gateway", "external"], unique=False)
    op.create_index(
        "ix_payment_intent_status_check_at", "payment_intent", ["status", "check_at"], unique=False
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("payment_id", BigInt, nullable=True),
        sa.Column("receipt_id", BigInt, nullable=True),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("lowered", JsonText, server_default="{}", nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_ledger_entry_amount"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_ledger_entry_account_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_ledger_entry_payment_id"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_ledger_entry_receipt_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_ledger_entry_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entry"),
    )
    op.create_index("ix_ledger_entry_account_id", "ledger_entry", ["account_id", "id"], unique=False)
    op.create_index("ix_ledger_entry_cause", "ledger_entry", ["cause"], unique=False)
    op.create_index("ix_ledger_entry_payment_id", "ledger_entry", ["payment_id"], unique=False)
    op.create_index("ix_ledger_entry_receipt_id", "ledger_entry", ["receipt_id"], unique=False)
    op.create_table(
        "money_order",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("payment_id", BigInt, nullable=True),
        sa.Column("to_account_id", BigInt, nullable=True),
        sa.Column("ask_id", sa.String(), nullable=True),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("payee", sa.String(), nullable=False),
        sa.Column("instruction", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked", UtcInstant(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided", UtcInstant(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('refund', 'transfer', 'reversal')", name="ck_money_order_kind"),
        sa.CheckConstraint(
            "status IN ('open', 'approved', 'denied', 'done', 'failed')", name="ck_money_order_status"
        ),
        sa.CheckConstraint("amount > 0", name="ck_money_order_amount"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="ck_money_order_two_people"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_money_order_account_id"),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name="fk_money_order_ask_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["app_user.id"], name="fk_money_order_asked_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["app_user.id"], name="fk_money_order_decided_by"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_money_order_payment_id"),
        sa.ForeignKeyConstraint(["to_account_id"], ["account.id"], name="fk_money_order_to_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_money_order"),
    )
    op.create_index("ix_money_order_account_id", "money_order", ["account_id"], unique=False)
    op.create_index("ix_money_order_payment_id", "money_order", ["payment_id"], unique=False)
    op.create_index("ix_money_order_status", "money_order", ["status"], unique=False)


def _office() -> None:
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made", UtcInstant(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("tolerance", BigInt, nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("sources", JsonText, nullable=False),
        sa.Column("totals", JsonText, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed", UtcInstant(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("status IN ('loading', 'open', 'closed')", name="ck_reconciliation_status"),
        sa.ForeignKeyConstraint(["closed_by"], ["app_user.id"], name="fk_reconciliation_closed_by"),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name="fk_reconciliation_portfolio_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_reconciliation_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reconciliation"),
    )
    op.create_index("ix_reconciliation_portfolio_id", "reconciliation", ["portfolio_id"], unique=False)
    op.create_table(
        "reconciliation_row",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("collected", BigInt, nullable=False),
        sa.Column("accounted", BigInt, nullable=False),
        sa.Column("detail", JsonText, server_default="{}", nullable=False),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("resolved", UtcInstant(), nullable=True),
        sa.Column("resolved_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["resolved_by"], ["app_user.id"], name="fk_reconciliation_row_resolved_by"),
        sa.ForeignKeyConstraint(["run_id"], ["reconciliation.id"], name="fk_reconciliation_row_run_id"),
        sa.PrimaryKeyConstraint("run_id", "number", name="pk_reconciliation_row"),
    )
    op.create_index("ix_reconciliation_row_status", "reconciliation_row", ["run_id", "status"], unique=False)
    op.create_table(
        "tax_receipt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("client_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("receipt_id", BigInt, nullable=True),
        sa.Column("payment_id", BigInt, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("made", UtcInstant(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("requested", UtcInstant(), nullable=True),
        sa.Column("requested_by", sa.Integer(), nullable=True),
        sa.Column("stamped", UtcInstant(), nullable=True),
        sa.Column("sent", UtcInstant(), nullable=True),
        sa.Column("sent_to", sa.String(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("figures", JsonText, server_default="{}", nullable=False),
        sa.Column("stated", JsonText, server_default="{}", nullable=False),
        sa.Column("xml", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("differences", JsonText, server_default="[]", nullable=False),
        sa.Column("differs", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("kind IN ('invoice', 'complement')", name="ck_tax_receipt_kind"),
        sa.CheckConstraint(
            "status IN ('needed', 'requested', 'stamped', 'sent', 'cancelled')", name="ck_tax_receipt_status"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_tax_receipt_account_id"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_tax_receipt_client_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_tax_receipt_payment_id"),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name="fk_tax_receipt_portfolio_id"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_tax_receipt_receipt_id"),
        sa.ForeignKeyConstraint(["requested_by"], ["app_user.id"], name="fk_tax_receipt_requested_by"),
        sa.PrimaryKeyConstraint("id", name="pk_tax_receipt"),
    )
    op.create_index("ix_tax_receipt_account_id", "tax_receipt", ["account_id"], unique=False)
    op.create_index("ix_tax_receipt_portfolio_id", "tax_receipt", ["portfolio_id"], unique=False)
    op.create_index("ix_tax_receipt_receipt_id", "tax_receipt", ["receipt_id"], unique=False)
    op.create_index("ix_tax_receipt_status_due", "tax_receipt", ["status", "due"], unique=False)
    op.create_index("ix_tax_receipt_uuid", "tax_receipt", ["uuid"], unique=False)
    op.create_index(
        "ix_tax_receipt_differs",
        "tax_receipt",
        ["due"],
        unique=False,
        postgresql_where=sa.text("differs > 0"),
        sqlite_where=sa.text("differs > 0"),
    )
