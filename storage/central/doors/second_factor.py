"""The second factor: six digits of an authenticator app (TOTP, RFC 6238), each taken once."""

from __future__ import annotations

import hmac

from storage.central.connection import Store, Tx
from storage.central.doors.users import user_id
from storage.central.upkeep import audit

STEP_SECONDS = 30
ISSUER = "agent-tui"


def set_up(store: Store, name: str, by: str = "") -> tuple[str, str]:
    """Give a person a new second factor, asked for from the next sign-in on.

    Args:
        store: where.
        name: the user's.
        by: who does it, for the audit log.

    Returns:
        The secret (base32) and its ``otpauth://`` address; shown once, they can't be asked for again.

    Raises:
        StoreError: there is no such user.
    """
    import pyotp

    secret = pyotp.random_base32()
    with store.begin() as tx:
        _keep(tx, name, secret, by)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def take_away(store: Store, name: str, by: str = "") -> None:
    """Let a person sign in by password alone again.

    Raises:
        StoreError: there is no such user.
    """
    with store.begin() as tx:
        _keep(tx, name, None, by)


def _keep(tx: Tx, name: str, secret: str | None, by: str) -> None:
    who = user_id(tx, name)
    tx.run("UPDATE app_user SET totp_secret = :secret, totp_used = 0 WHERE id = :id", id=who, secret=secret)
    audit.note(tx, by, "second_factor_set", f"user:{who}", on=secret is not None)


def accept(tx: Tx, user: int, secret: str, code: str) -> bool:
    """Whether a code is right now, or one step before or after, and was not taken before."""
    import pyotp

    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    now = int(tx.now.timestamp()) // STEP_SECONDS
    typed = "".join(code.split())
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            taken = tx.run(
                "UPDATE app_user SET totp_used = :step WHERE id = :id AND totp_used < :step",
                id=user,
                step=step,
            )
            return taken == 1
    return False
