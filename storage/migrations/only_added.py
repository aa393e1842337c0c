"""Tables whose rows are only ever added, held so by the database itself."""

from __future__ import annotations

from alembic import op


def only_added(table: str) -> None:
    """From now on rows of a table are neither changed nor deleted, whatever the program says."""
    if op.get_context().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"""
                CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}
                BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END
                """
            )
        return
    op.execute(
        """
        CREATE OR REPLACE FUNCTION only_ever_added() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = '23001';
        END
        $$
        """
    )
    op.execute(
        f"""
        CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION only_ever_added()
        """
    )
    op.execute(
        f"""
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION only_ever_added()
        """
    )
