"""Who reads reports on the store directly: whoever may open it, or with the eyes of one user."""

from __future__ import annotations

from rules.words import tr
from storage.central.connection import Store, StoreError
from storage.central.doors.users import user_id
from storage.central.doors.who import Who
from storage.central.upkeep import audit

READERS = ("lead", "backoffice", "admin", "auditor")
"""Roles that read reports."""


def everything(command: str) -> Who:
    """Whoever runs a command on the store: sees all of it, and is named in the audit log."""
    actor = audit.command(command)
    return Who(user_id=0, name=actor, display_name=actor, role="admin", device="")


def as_user(store: Store, name: str) -> Who:
    """A user, with that user's portfolios and team.

    Raises:
        StoreError: there is no such user, or one who reads no reports.
    """
    with store.read() as tx:
        key = user_id(tx, name)
        display_name, role, team = tx.all(
            "SELECT display_name, role, team FROM app_user WHERE id = :id", id=key
        )[0]
        scope = tx.all(
            """
            SELECT p.id, p.name
            FROM user_portfolio own
            JOIN portfolio p ON p.id = own.portfolio_id
            WHERE own.user_id = :id
            ORDER BY p.id
            """,
            id=key,
        )
    if role not in READERS:
        raise StoreError(
            tr(
                "{name} reads no reports: the role is {role}, not {known}.",
                name=name,
                role=role,
                known=", ".join(READERS),
            )
        )
    return Who(
        user_id=key,
        name=name,
        display_name=display_name,
        role=role,
        device="",
        team=team,
        portfolio_ids=tuple(row[0] for row in scope) or None,
        portfolio_names=tuple(row[1] for row in scope),
    )
