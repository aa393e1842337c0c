"""Signing in: opaque random tokens, of which the store keeps only SHA-256 hashes.

An access token lives 30 minutes, a refresh token 14 days. Each refresh gives a new pair;
a refresh token that comes back after its turn ends the whole family (it was copied),
except within a few seconds, when it is the same workstation asking again after a lost
answer. Five wrong passwords lock the user, longer with each further one.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from functools import cache

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from rules.protocol import Session, SignIn, User
from storage.central.connection import Store, Tx, instant
from storage.central.portfolios import books, home_book
from storage.central.schema import is_training

ACCESS_LIFE = timedelta(minutes=30)
REFRESH_LIFE = timedelta(days=14)
REPEAT_WITHIN = timedelta(seconds=30)
FAILURES_BEFORE_LOCK = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)


class SignInRefused(Exception):
    """Not signed in. code: bad_credentials, disabled, locked, expired or reused."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks. portfolio_ids None = every portfolio, and then portfolio_names is empty."""

    user_id: int
    name: str
    display_name: str
    role: str
    device: str
    portfolio_ids: tuple[int, ...] | None = None
    portfolio_names: tuple[str, ...] = ()

    def may_see(self, portfolio_id: int) -> bool:
        """Whether a portfolio is in this person's scope."""
        return self.portfolio_ids is None or portfolio_id in self.portfolio_ids


def sign_in(store: Store, request: SignIn) -> Session:
    """Check a password and open a session.

    An unknown name costs the same time as a wrong password.

    Raises:
        SignInRefused: bad_credentials, disabled or locked.
    """
    now = store.now()
    with store.read() as tx:
        user = tx.one(
            "SELECT id, password_hash, disabled, locked_until FROM app_user WHERE name = :name",
            name=request.user,
        )
    right = _password_is_right(user[1] if user else _decoy(), request.password)
    if user is None:
        raise SignInRefused("bad_credentials")
    if user[3] is not None and instant(user[3]) > now:
        raise SignInRefused("locked")
    if not right:
        _count_failure(store, user[0], now)
        raise SignInRefused("bad_credentials")
    if user[2]:
        raise SignInRefused("disabled")
    with store.begin() as tx:
        tx.run("UPDATE app_user SET failed_sign_ins = 0, locked_until = NULL WHERE id = :id", id=user[0])
        tx.run("DELETE FROM sign_in_session WHERE refresh_expires < :now", now=now)
        access, renewal = _open_pair(tx, uuid.uuid4().hex, user[0], request.device, now)
    return _session(store, user[0], access, renewal, now)


def _password_is_right(hashed: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(hashed, password)
    except VerificationError:
        return False


@cache
def _decoy() -> str:
    return PasswordHasher().hash(secrets.token_hex())


def _count_failure(store: Store, user_id: int, now: datetime) -> None:
    with store.begin() as tx:
        failures: int = tx.value(
            """
            UPDATE app_user
            SET failed_sign_ins = failed_sign_ins + 1
            WHERE id = :id
            RETURNING failed_sign_ins
            """,
            id=user_id,
        )
        if failures >= FAILURES_BEFORE_LOCK:
            lock = min(FIRST_LOCK * 2 ** min(failures - FAILURES_BEFORE_LOCK, 10), LONGEST_LOCK)
            tx.run("UPDATE app_user SET locked_until = :until WHERE id = :id", until=now + lock, id=user_id)


def refresh(store: Store, token: str) -> Session:
    """Exchange a refresh token for a new pair.

    Raises:
        SignInRefused: expired (unknown, too old or revoked), disabled, or reused (the
            token had been exchanged before; its whole family is now revoked).
    """
    now = store.now()
    with store.begin() as tx:
        row = tx.one(
            """
            SELECT s.id, s.family, s.user_id, s.device, s.refresh_expires, s.rotated_at, s.revoked,
                u.disabled
            FROM sign_in_session s
            JOIN app_user u ON u.id = s.user_id
            WHERE s.refresh_hash = :hash
            FOR UPDATE OF s
            """,
            hash=_digest(token),
        )
        if row is None or row[6] or instant(row[4]) <= now:
            raise SignInRefused("expired")
        if row[7]:
            raise SignInRefused("disabled")
        copied = row[5] is not None and now - instant(row[5]) > REPEAT_WITHIN
        if copied:
            tx.run("UPDATE sign_in_session SET revoked = true WHERE family = :family", family=row[1])
        else:
            tx.run(
                "UPDATE sign_in_session SET rotated_at = :now WHERE id = :id AND rotated_at IS NULL",
                now=now,
                id=row[0],
            )
            access, renewal = _open_pair(tx, row[1], row[2], row[3], now)
    if copied:  # raised only here, so that the revocation is kept
        raise SignInRefused("reused")
    return _session(store, row[2], access, renewal, now)


def sign_out(store: Store, access_token: str) -> None:
    """End the session that an access token belongs to, with all its pairs of tokens."""
    with store.begin() as tx:
        tx.run(
            """
            UPDATE sign_in_session
            SET revoked = true
            WHERE family = (SELECT family
            FROM sign_in_session
            WHERE access_hash = :hash)
            """,
            hash=_digest(access_token),
        )


def who(store: Store, access_token: str) -> Who:
    """Who an access token speaks for.

    Raises:
        SignInRefused: expired (unknown, too old or revoked) or disabled.
    """
    with store.read() as tx:
        row = tx.one(
            """
            SELECT s.user_id, s.device, s.access_expires, s.revoked, u.name, u.display_name, u.role,
                u.disabled
            FROM sign_in_session s
            JOIN app_user u ON u.id = s.user_id
            WHERE s.access_hash = :hash
            """,
            hash=_digest(access_token),
        )
        if row is None or row[3] or instant(row[2]) <= store.now():
            raise SignInRefused("expired")
        if row[7]:
            raise SignInRefused("disabled")
        scope = _scope(tx, row[0])
    return Who(
        user_id=row[0],
        name=row[4],
        display_name=row[5],
        role=row[6],
        device=row[1],
        portfolio_ids=tuple(portfolio[0] for portfolio in scope) or None,
        portfolio_names=tuple(portfolio[1] for portfolio in scope),
    )


def _scope(tx: Tx, user_id: int) -> list[tuple[int, str]]:
    """The user's portfolios (id, name); empty = all."""
    return [
        (row[0], row[1])
        for row in tx.all(
            """
            SELECT p.id, p.name
            FROM user_portfolio u
            JOIN portfolio p ON p.id = u.portfolio_id
            WHERE u.user_id = :user
            ORDER BY p.id
            """,
            user=user_id,
        )
    ]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _open_pair(tx: Tx, family: str, user_id: int, device: str, now: datetime) -> tuple[str, str]:
    access, renewal = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    tx.run(
        """
        INSERT INTO sign_in_session (id, family, user_id, device, access_hash, refresh_hash,
            access_expires, refresh_expires, revoked, seen_at)
        VALUES (:id, :family, :user, :device, :access, :refresh, :access_expires, :refresh_expires,
            false, :now)
        """,
        id=uuid.uuid4().hex,
        family=family,
        user=user_id,
        device=device,
        access=_digest(access),
        refresh=_digest(renewal),
        access_expires=now + ACCESS_LIFE,
        refresh_expires=now + REFRESH_LIFE,
        now=now,
    )
    return access, renewal


def _session(store: Store, user_id: int, access: str, renewal: str, now: datetime) -> Session:
    with store.read() as tx:
        user = tx.one(
            """
            SELECT name, display_name, role, language, daily_goal, monthly_goal, level,
                required_minutes
            FROM app_user
            WHERE id = :id
            """,
            id=user_id,
        )
        scope = _scope(tx, user_id)
        home = home_book(books(tx), tuple(portfolio for portfolio, _ in scope) or None)
    assert user is not None  # noqa: S101 - users are never deleted
    return Session(
        access_token=access,
        expires_at=now + ACCESS_LIFE,
        refresh_token=renewal,
        user=User(
            id=user_id,
            name=user[0],
            display_name=user[1],
            role=user[2],
            portfolios=tuple(name for _, name in scope),
            language=user[3],
            currency=home.currency if home else "MXN",
            daily_goal=user[4],
            monthly_goal=user[5],
            level=user[6],
            required_minutes=user[7],
            zone=home.zone.key if home else "America/Mexico_City",
        ),
        server_time=now,
        training=is_training(store),
    )
