"""Migrations of the central store (alembic), run by `storage.central.upkeep.schema.upgrade`."""
