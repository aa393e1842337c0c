"""How alembic reaches the store: over the connection that `schema.upgrade` hands in."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from storage.models import every  # noqa: F401 - it fills the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    user_module_prefix="storage.models.base.",
)
with context.begin_transaction():
    context.run_migrations()
