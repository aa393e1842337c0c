"""The people who work: users, and what a signed-in person may see."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rules.authority import LEVELS
from rules.text import clean
from rules.words import tr
from storage.central.connection import Store, StoreError
from storage.central.doors import lockout, passwords
from storage.central.doors.sessions import SignInRefused, refresh, sign_out, sign_out_everywhere, who
from storage.central.doors.signing_in import sign_in
from storage.central.doors.users import end_sessions, user_id
from storage.central.doors.who import Who
from storage.central.portfolios import portfolio_id
from storage.central.upkeep import audit

__all__ = [
    "SignInRefused",
    "UserEntry",
    "Who",
    "add_user",
    "disable_user",
    "enable_user",
    "end_sessions_of",
    "list_users",
    "refresh",
    "set_password",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "who",
]

ROLES = ("agent", "lead", "backoffice", "admin", "auditor")
ROLE_LEVELS = {"lead": "supervisor", "admin": "committee"}
"""Authority that comes with a role."""


class UserEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A user in a list. portfolios empty = all of them. level: authority to grant terms.

    second_factor: a code is asked for at sign-in.
    """

    id: int
    name: str
    display_name: str
    role: str
    team: str
    disabled: bool
    portfolios: tuple[str, ...]
    level: str
    second_factor: bool = False


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
    by: str = "",
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
        by: who adds the person, for the audit log.

    Raises:
        StoreError: name taken or empty, unknown role or portfolio, password not taken.
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
    hashed = passwords.new_hash(name, password)
    with store.begin() as tx:
        if tx.one("SELECT 1 FROM app_user WHERE name = :name", name=name):
            raise StoreError(tr("There is a user {name} already; choose another name.", name=name))
        scope = [portfolio_id(tx, portfolio) for portfolio in portfolios]
        added: int = tx.value(
            """
            INSERT INTO app_user (name, display_name, role, team, password_hash, disabled, language,
                daily_goal, monthly_goal, level, required_minutes, failed_sign_ins, password_set_at,
                created_at)
            VALUES (:name, :display_name, :role, :team, :hash, false, :language, :daily_goal,
                :monthly_goal, :level, :required_minutes, 0, :now, :now)
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
            [{"user": added, "portfolio": portfolio} for portfolio in dict.fromkeys(scope)],
        )
        audit.note(tx, by, "user_added", f"user:{added}", role=role, portfolios=sorted(set(scope)))
        return added


def list_users(store: Store) -> list[UserEntry]:
    """Every user, by name."""
    with store.read() as tx:
        scopes: dict[int, list[str]] = {}
        for user, portfolio in tx.all(
            """
            SELECT u.user_id, p.name
            FROM user_portfolio u
            JOIN portfolio p ON p.id = u.portfolio_id
            ORDER BY p.name
            """
        ):
            scopes.setdefault(user, []).append(portfolio)
        rows = tx.all(
            """
            SELECT id, name, display_name, role, team, disabled, level, totp_secret IS NOT NULL
            FROM app_user
            ORDER BY name
            """
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
            second_factor=bool(row[7]),
        )
        for row in rows
    ]


def disable_user(store: Store, name: str, by: str = "") -> None:
    """Shut a person out: sessions end at once; what was done stays.

    Raises:
        StoreError: there is no such user.
    """
    with store.begin() as tx:
        found = user_id(tx, name)
        tx.run("UPDATE app_user SET disabled = true WHERE id = :id", id=found)
        end_sessions(tx, found)
        audit.note(tx, by, "user_disabled", f"user:{found}")


def enable_user(store: Store, name: str, by: str = "") -> None:
    """Let a person who was shut out sign in again, with the password of before.

    Raises:
        StoreError: there is no such user.
    """
    with store.begin() as tx:
        found = user_id(tx, name)
        tx.run("UPDATE app_user SET disabled = false WHERE id = :id", id=found)
        audit.note(tx, by, "user_changed", f"user:{found}", enabled=True)


def end_sessions_of(store: Store, name: str, by: str = "") -> None:
    """Sign a person out everywhere; signing in again stays possible.

    Raises:
        StoreError: there is no such user.
    """
    with store.begin() as tx:
        found = user_id(tx, name)
        ended = end_sessions(tx, found)
        audit.note(tx, by, "signed_out", f"user:{found}", everywhere=True, ended=ended)


def set_password(store: Store, name: str, password: str, by: str = "") -> None:
    """Give a person a new password; sessions end, a lock is lifted.

    Raises:
        StoreError: there is no such user, or the password is not taken.
    """
    hashed = passwords.new_hash(name, password)
    with store.begin() as tx:
        found = user_id(tx, name)
        tx.run(
            "UPDATE app_user SET password_hash = :hash, password_set_at = :now WHERE id = :id",
            hash=hashed,
            now=tx.now,
            id=found,
        )
        lockout.forgive(tx, name)
        end_sessions(tx, found)
        audit.note(tx, by, "password_set", f"user:{found}")
