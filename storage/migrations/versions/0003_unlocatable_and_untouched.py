"""A queue of its own for those without a number, and the day on which the queued were worked.

Revision: 0003, after 0002.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from storage.models.base import UtcInstant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ready", sa.Column("worked_on", sa.Date(), nullable=True))
    with op.batch_alter_table("waiting") as waiting:
        waiting.add_column(sa.Column("worked_on", sa.Date(), nullable=True))
        waiting.alter_column("due_at", existing_type=UtcInstant(), nullable=True)
        waiting.create_check_constraint(
            op.f("ck_waiting_due_at"), "(kind = 'unlocatable') = (due_at IS NULL)"
        )
    _say_when_worked("ready")
    _say_when_worked("waiting")
    _queue_the_forgotten()


def _say_when_worked(table: str) -> None:
    op.execute(
        f"""
        UPDATE {table} SET worked_on = (
            SELECT max(i.day) FROM interaction i
            WHERE i.client_id = {table}.client_id AND i.retracted_by IS NULL
        )
        """  # noqa: S608 - our own table names
    )
    op.execute(
        f"""
        INSERT INTO stat_delta (day, hour, portfolio_id, bucket, user_id, measure, n)
        SELECT q.worked_on, 0, l.portfolio_id, q.bucket, 0, 'requeued', count(*)
        FROM {table} q
        JOIN lane l ON l.id = q.lane
        WHERE q.worked_on IS NOT NULL
        GROUP BY q.worked_on, l.portfolio_id, q.bucket
        """  # noqa: S608 - our own table names
    )


def _queue_the_forgotten() -> None:
    """Who owes and stands nowhere waits for the next sweep, which says where they belong."""
    due_at = datetime(1970, 1, 1, tzinfo=UTC)
    op.execute(
        sa.text(
            """
            INSERT INTO waiting (client_id, lane, kind, due_at, prio, bucket)
            SELECT c.id, (SELECT min(l.id) FROM lane l WHERE l.portfolio_id = c.portfolio_id),
                'waiting', :due_at, 0, 'B0'
            FROM client c
            WHERE EXISTS (SELECT 1 FROM account a WHERE a.client_id = c.id AND a.overdue > 0)
                AND EXISTS (SELECT 1 FROM lane l WHERE l.portfolio_id = c.portfolio_id)
                AND NOT EXISTS (SELECT 1 FROM ready q WHERE q.client_id = c.id)
                AND NOT EXISTS (SELECT 1 FROM waiting q WHERE q.client_id = c.id)
                AND NOT EXISTS (SELECT 1 FROM lease q WHERE q.client_id = c.id)
            """
        ).bindparams(sa.bindparam("due_at", due_at, UtcInstant()))
    )
    op.execute(
        sa.text(
            """
            INSERT INTO stat_delta (day, hour, portfolio_id, bucket, user_id, measure, n)
            SELECT :timeless, 0, l.portfolio_id, q.bucket, 0, 'waiting', count(*)
            FROM waiting q
            JOIN lane l ON l.id = q.lane
            WHERE q.due_at = :due_at
            GROUP BY l.portfolio_id, q.bucket
            """
        ).bindparams(
            sa.bindparam("due_at", due_at, UtcInstant()), sa.bindparam("timeless", due_at.date(), sa.Date())
        )
    )
