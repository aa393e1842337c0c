"""Sessions: opaque random tokens, of which the store keeps only SHA-256 hashes.

An access token lives 30 minutes, a refresh token 14 days. Each refresh gives a new pair;
a refresh token that comes back after its turn ends the whole family (it was copied),
except within a few seconds, when it is the same workstation asking again after a lost
answer.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from rules.protocol import Session, User
from storage.central.connection import Store, Tx, instant
from storage.central.doors.users import end_sessions
from storage.central.doors.who import Who
from storage.central.portfolios import books, home_book
from storage.central.upkeep import audit
from storage.central.upkeep.schema import is_training

ACCESS_LIFE = timedelta(minutes=30)
REFRESH_LIFE = timedelta(days=14)
REPEAT_WITHIN = timedelta(seconds=30)


class SignInRefused(Exception):
    """Not signed in, or not any more.

    code: bad_credentials, locked, disabled, device_revoked, second_factor_needed, bad_code, expired
    or reused. retry_after: seconds until a lock ends, None = nothing to wait for.
    """

    def __init__(self, code: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code, self.retry_after = code, retry_after


def refresh(store: Store, token: str) -> Session:
    """Exchange a refresh token for a new pair.

    Raises:
        SignInRefused: expired (unknown, too old or revoked), disabled, device_revoked, or reused
            (the token had been exchanged before; its whole family is now revoked).
    """
    now = store.now()
    with store.begin() as tx:
        row = tx.one(
            """
            SELECT s.id, s.family, s.user_id, s.device, s.refresh_expires, s.rotated_at, s.revoked,
                u.disabled, d.revoked_at
            FROM sign_in_session s
            JOIN app_user u ON u.id = s.user_id
            LEFT JOIN device d ON d.id = s.device
            WHERE s.refresh_hash = :hash
            FOR UPDATE OF s
            """,
            hash=_digest(token),
        )
        if row is not None and row[8] is not None:
            raise SignInRefused("device_revoked")
        if row is None or row[6] or instant(row[4]) <= now:
            raise SignInRefused("expired")
        if row[7]:
            raise SignInRefused("disabled")
        copied = row[5] is not None and now - instant(row[5]) > REPEAT_WITHIN
        if copied:
            tx.run("UPDATE sign_in_session SET revoked = true WHERE family = :family", family=row[1])
            audit.note(tx, "", "sign_in_refused", f"user:{row[2]}", device=row[3], code="reused")
        else:
            tx.run(
                "UPDATE sign_in_session SET rotated_at = :now WHERE id = :id AND rotated_at IS NULL",
                now=now,
                id=row[0],
            )
            access, renewal = open_pair(tx, row[1], row[2], row[3], now)
    if copied:  # raised only here, so that the revocation is kept
        raise SignInRefused("reused")
    return session_of(store, row[2], access, renewal, now)


def sign_out(store: Store, access_token: str) -> None:
    """End the session that an access token belongs to, with all its pairs of tokens."""
    with store.begin() as tx:
        row = tx.one(
            """
            SELECT s.family, u.name, s.user_id, s.device
            FROM sign_in_session s
            JOIN app_user u ON u.id = s.user_id
            WHERE s.access_hash = :hash
            """,
            hash=_digest(access_token),
        )
        if row is not None:
            tx.run("UPDATE sign_in_session SET revoked = true WHERE family = :family", family=row[0])
            audit.note(tx, row[1], "signed_out", f"user:{row[2]}", device=row[3])


def sign_out_everywhere(store: Store, who: Who) -> None:
    """End every session of a person, on this device and on all others."""
    with store.begin() as tx:
        ended = end_sessions(tx, who.user_id)
        audit.note(
            tx, who.name, "signed_out", f"user:{who.user_id}", device=who.device, everywhere=True, ended=ended
        )


def who(store: Store, access_token: str) -> Who:
    """Who an access token speaks for.

    Raises:
        SignInRefused: expired (unknown, too old or revoked) or disabled.
    """
    with store.glance() as tx:  # every request asks this: one round trip
        rows = tx.all(
            """
            SELECT s.user_id, s.device, s.access_expires, s.revoked, u.name, u.display_name, u.role,
                u.disabled, u.team, p.id, p.name
            FROM sign_in_session s
            JOIN app_user u ON u.id = s.user_id
            LEFT JOIN user_portfolio own ON own.user_id = u.id
            LEFT JOIN portfolio p ON p.id = own.portfolio_id
            WHERE s.access_hash = :hash
            ORDER BY p.id
            """,
            hash=_digest(access_token),
        )
    row = rows[0] if rows else None
    if row is None or row[3] or instant(row[2]) <= store.now():
        raise SignInRefused("expired")
    if row[7]:
        raise SignInRefused("disabled")
    scope = [(portfolio, name) for *_, portfolio, name in rows if portfolio is not None]
    return Who(
        user_id=row[0],
        name=row[4],
        display_name=row[5],
        role=row[6],
        device=row[1],
        team=row[8],
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


def open_pair(tx: Tx, family: str, user_id: int, device: str, now: datetime) -> tuple[str, str]:
    """A new access and refresh token of a family."""
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


def session_of(store: Store, user_id: int, access: str, renewal: str, now: datetime) -> Session:
    """What a person is told at the beginning of a session, and when it is renewed."""
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
