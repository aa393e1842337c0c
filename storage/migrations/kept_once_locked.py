"""Rows that stand for good once the row that they belong to is locked, held so by the database itself."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op


def kept_once_locked(table: str, parts: Sequence[str]) -> None:
    """From now on a row with status 'locked', and the rows of `parts` that name it, stay as they are.

    The parts name it as `run_id`; nothing is added to them, either.
    """
    if op.get_context().dialect.name == "sqlite":
        _in_sqlite(table, parts)
        return
    op.execute(
        f"""
        CREATE FUNCTION {table}_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is locked', TG_TABLE_NAME USING ERRCODE = '23001';
        END
        $$
        """
    )
    op.execute(
        f"""
        CREATE FUNCTION {table}_part() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM {table}
                WHERE status = 'locked' AND (
                    (TG_OP <> 'INSERT' AND id = OLD.run_id) OR (TG_OP <> 'DELETE' AND id = NEW.run_id)
                )
            ) THEN
                RAISE EXCEPTION '% is locked', TG_TABLE_NAME USING ERRCODE = '23001';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END
        $$
        """  # noqa: S608 - names of ours
    )
    op.execute(
        f"""
        CREATE TRIGGER {table}_locked BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW WHEN (OLD.status = 'locked') EXECUTE FUNCTION {table}_is_locked()
        """
    )
    for part in parts:
        op.execute(
            f"""
            CREATE TRIGGER {part}_locked BEFORE INSERT OR UPDATE OR DELETE ON {part}
            FOR EACH ROW EXECUTE FUNCTION {table}_part()
            """
        )
    for name in (table, *parts):
        op.execute(
            f"""
            CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_locked()
            """
        )


def _in_sqlite(table: str, parts: Sequence[str]) -> None:
    refused = "BEGIN SELECT RAISE(ABORT, '{} is locked'); END"
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"""
            CREATE TRIGGER {table}_locked_{change.lower()} BEFORE {change} ON {table}
            WHEN OLD.status = 'locked' {refused.format(table)}
            """
        )
    for part in parts:
        for change, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            runs = ", ".join(f"{row}.run_id" for row in rows)
            op.execute(
                f"""
                CREATE TRIGGER {part}_locked_{change.lower()} BEFORE {change} ON {part}
                WHEN EXISTS (SELECT 1 FROM {table} WHERE status = 'locked' AND id IN ({runs}))
                {refused.format(part)}
                """  # noqa: S608 - names of ours
            )
