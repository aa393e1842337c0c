"""The people who work: users, and what a signed-in person may see."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from argon2 import PasswordHasher

from rules.authority import LEVELS
from rules.text import clean
from rules.words import tr
from storage.central.connection import Store, StoreError, Tx
from storage.central.sessions import SignInRefused, Who, refresh, sign_in, sign_out, who

__all__ = [
    "SignInRefused",
    "UserEntry",
    "Who",
    "add_user",
    "disable_user",
    "list_users",
    "refresh",
    "set_password",
    "sign_in",
    "sign_out",
    "who",
]

ROLES = ("agent", "lead", "backoffice", "admin", "auditor")
SHORTEST_PASSWORD = 8
ROLE_LEVELS = {"lead": "supervisor", "admin": "committee"}
"""Authority that comes with a role."""


class UserEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A user in a list. portfolios empty = all of them. level: authority to grant terms."""

    id: int
    name: str
    display_name: str
    role: str
    team: str
    disabled: bool
    portfolios: tuple[str, ...]
    level: str


def add_user(
    store: Store,
    name: str,
    role: str,
    password: str,
    *,
    display_name: str = "",
    portfolios: Sequence[str] = (),
    team: str = "",
    language: str = "es",
    daily_goal: int = 0,
    monthly_goal: int = 0,
    level: str = "",
    required_minutes: int = 0,
) -> int:
    """Add a person; the new id.

    Args:
        store: where.
        name: what is typed to sign in; unique.
        role: one of `ROLES`.
        password: kept as an argon2id hash only.
        display_name: what others read; the name when empty.
        portfolios: names of those that the person may work; none = all.
        team: name of the team.
        language: es or en.
        daily_goal: minor units to recover in a day, 0 = none.
        monthly_goal: minor units in a month, 0 = none.
        level: authority to grant terms (a name of `rules.authority.LEVELS`); "" = that of
            the role: supervisor for leads, committee for administrators, agent for others.
        required_minutes: least connection time of a day, 0 = none set.

    Raises:
        StoreError: name taken or empty, unknown role or portfolio, password too short.
    """
    name = clean(name).strip()
    if not name:
        raise StoreError(tr("A user needs a name to sign in with."))
    if role not in ROLES:
        raise StoreError(tr("Unknown role {role}: use one of {known}.", role=role, known=", ".join(ROLES)))
    if level and level not in LEVELS:
        raise StoreError(
            tr("Unknown level {level}: use one of {known}.", level=level, known=", ".join(LEVELS))
        )
    hashed = _hash(password)
    with store.begin() as tx:
        if tx.one("SELECT 1 FROM app_user WHERE name = :name", name=name):
            raise StoreError(tr("There is a user {name} already; choose another name.", name=name))
        scope = [_portfolio(tx, portfolio) for portfolio in portfolios]
        user_id: int = tx.value(
            """
            INSERT INTO app_user (name, display_name, role, team, password_hash, disabled, language,
                daily_goal, monthly_goal, level, required_minutes, failed_sign_ins, created_at)
            VALUES (:name, :display_name, :role, :team, :hash, false, :language, :daily_goal,
                :monthly_goal, :level, :required_minutes, 0, :now)
            RETURNING id
            """,
            name=name,
            display_name=clean(display_name).strip() or name,
            role=role,
            team=clean(team).strip(),
            hash=hashed,
            language=language,
            daily_goal=daily_goal,
            monthly_goal=monthly_goal,
            level=level or ROLE_LEVELS.get(role, "agent"),
            required_minutes=required_minutes,
            now=store.now(),
        )
        tx.many(
            "INSERT INTO user_portfolio (user_id, portfolio_id) VALUES (:user, :portfolio)",
            [{"user": user_id, "portfolio": portfolio} for portfolio in dict.fromkeys(scope)],
        )
        return user_id


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise StoreError(tr("The password needs at least {least} characters.", least=SHORTEST_PASSWORD))
    return PasswordHasher().hash(password)


def _portfolio(tx: Tx, name: str) -> int:
    found: int | None = tx.value("SELECT id FROM portfolio WHERE name = :name", name=name)
    if found is None:
        known = ", ".join(row[0] for row in tx.all("SELECT name FROM portfolio ORDER BY name"))
        raise StoreError(tr("There is no portfolio {name}; known: {known}.", name=name, known=known or "-"))
    return found


def list_users(store: Store) -> list[UserEntry]:
    """Every user, by name."""
    with store.read() as tx:
        scopes: dict[int, list[str]] = {}
        for user_id, portfolio in tx.all(
            """
            SELECT u.user_id, p.name
            FROM user_portfolio u
            JOIN portfolio p ON p.id = u.portfolio_id
            ORDER BY p.name
            """
        ):
            scopes.setdefault(user_id, []).append(portfolio)
        rows = tx.all(
            "SELECT id, name, display_name, role, team, disabled, level FROM app_user ORDER BY name"
        )
    return [
        UserEntry(
            id=row[0],
            name=row[1],
            display_name=row[2],
            role=row[3],
            team=row[4],
            disabled=bool(row[5]),
            portfolios=tuple(scopes.get(row[0], ())),
            level=row[6],
        )
        for row in rows
    ]


def disable_user(store: Store, name: str) -> None:
    """Shut a person out: sessions end at once; what was done stays.

    Raises:
        StoreError: there is no such user.
    """
    with store.begin() as tx:
        user_id = _user(tx, name)
        tx.run("UPDATE app_user SET disabled = true WHERE id = :id", id=user_id)
        _end_sessions(tx, user_id)


def set_password(store: Store, name: str, password: str) -> None:
    """Give a person a new password; sessions end, a lock is lifted.

    Raises:
        StoreError: there is no such user, or the password is too short.
    """
    hashed = _hash(password)
    with store.begin() as tx:
        user_id = _user(tx, name)
        tx.run(
            """
            UPDATE app_user
            SET password_hash = :hash, failed_sign_ins = 0, locked_until = NULL
            WHERE id = :id
            """,
            hash=hashed,
            id=user_id,
        )
        _end_sessions(tx, user_id)


def _user(tx: Tx, name: str) -> int:
    found: int | None = tx.value("SELECT id FROM app_user WHERE name = :name", name=name)
    if found is None:
        raise StoreError(
            tr("There is no user {name}; `agent-tui users list` shows those there are.", name=name)
        )
    return found


def _end_sessions(tx: Tx, user_id: int) -> None:
    tx.run("UPDATE sign_in_session SET revoked = true WHERE user_id = :id", id=user_id)
