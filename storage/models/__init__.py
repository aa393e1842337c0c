"""The central store's tables (SQLModel), the same on SQLite and PostgreSQL.

Identities made offline (facts and what they open) are UUIDs kept as 36-character text;
identities made at the centre are integers. Instants are kept as UTC.
"""
