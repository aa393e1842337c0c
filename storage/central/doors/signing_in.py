"""Signing in: password, device and second factor checked, in this order, for everybody alike.

Every attempt costs one comparison of a password, whoever asks, and refuses strangers alike.
"""

from __future__ import annotations

import math
import uuid

import msgspec

from rules.protocol import Session, SignIn
from rules.text import clean
from storage.central.connection import Store, Tx
from storage.central.counting import presence
from storage.central.doors import devices, lockout, passwords, second_factor
from storage.central.doors.sessions import SignInRefused, open_pair, session_of
from storage.central.upkeep import audit


class _Known(msgspec.Struct, frozen=True):
    """What the store holds of a person who signs in."""

    id: int
    hash: str
    disabled: bool
    totp: str | None


def sign_in(store: Store, request: SignIn) -> Session:
    """Check a password, and the second factor where there is one, and open a session.

    A device that signs in for the first time is registered; the session brings its secret.

    Raises:
        SignInRefused: bad_credentials, locked (the name, known or not), device_revoked; and, to
            who knows the password: disabled, second_factor_needed, bad_code.
    """
    name = clean(request.user).strip()  # PostgreSQL would find a user behind a NUL that the lock missed
    with store.begin() as tx:
        locked = lockout.count(tx, name)
        revoked = devices.is_revoked(tx, request.device)
        row = tx.one(
            "SELECT id, password_hash, disabled, totp_secret FROM app_user WHERE name = :name", name=name
        )
    user = _Known(*row) if row else None
    right = passwords.is_right(user.hash if user else None, request.password)
    if revoked:
        raise _refused(store, "device_revoked", name, request.device)
    if locked:
        seconds = math.ceil((locked - store.now()).total_seconds())
        raise _refused(store, "locked", name, request.device, max(seconds, 1))
    if user is None or not right:
        raise _refused(store, "bad_credentials", name, request.device)
    if user.disabled:
        raise _refused(store, "disabled", name, request.device)
    if user.totp and not request.code:
        with store.begin() as tx:
            lockout.take_back(tx, name)
        raise SignInRefused("second_factor_needed")
    return _open(store, user, name, request)


def _refused(
    store: Store, code: str, name: str, device: str, retry_after: int | None = None
) -> SignInRefused:
    """The refusal, after a note of it that names nobody."""
    with store.begin() as tx:
        audit.note(tx, "", "sign_in_refused", f"name:{lockout.name_hash(name)}", device=device, code=code)
    return SignInRefused(code, retry_after)


def _open(store: Store, user: _Known, name: str, request: SignIn) -> Session:
    """The session of somebody whose password was right."""
    renewed = passwords.renewed(user.hash, request.password)
    secret = access = renewal = ""
    with store.begin() as tx:
        unchanged = tx.one(
            "SELECT 1 FROM app_user WHERE id = :id AND password_hash = :hash AND NOT disabled FOR UPDATE",
            id=user.id,
            hash=user.hash,
        )
        refusal = _last_refusal(tx, user, request.code) if unchanged else "bad_credentials"
        if not refusal:
            try:
                secret = devices.register(tx, user.id, name, request.device, request.label)
            except devices.DeviceRevoked:
                refusal = "device_revoked"
        if not refusal:
            lockout.forgive(tx, name)
            if renewed:
                tx.run("UPDATE app_user SET password_hash = :hash WHERE id = :id", id=user.id, hash=renewed)
            presence.forget_sessions(tx)
            access, renewal = open_pair(tx, uuid.uuid4().hex, user.id, request.device, tx.now)
            audit.note(tx, name, "signed_in", f"user:{user.id}", device=request.device)
            now = tx.now
    if refusal:
        raise _refused(store, refusal, name, request.device)
    return msgspec.structs.replace(session_of(store, user.id, access, renewal, now), device_secret=secret)


def _last_refusal(tx: Tx, user: _Known, code: str) -> str:
    right = not user.totp or second_factor.accept(tx, user.id, user.totp, code)
    return "" if right else "bad_code"
