"""Passwords: which are taken, how they are kept (argon2id), how they are compared."""

from __future__ import annotations

import base64
import pkgutil
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rules.words import tr
from storage.central.connection import StoreError

SHORTEST = 10
LONGEST = 256
FEWEST_CHARACTERS = 5
"""Different ones in a password; fewer are a pattern."""

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
"""RFC 9106, second choice: 64 MiB, three passes. Hashes of other parameters are renewed at sign-in."""


def new_hash(name: str, password: str) -> str:
    """The hash to keep of a new password.

    Length is what counts (NIST SP 800-63B): no rule asks for digits or signs.

    Raises:
        StoreError: too short or too long, with the user's name in it, one of the commonest, or
            a pattern that repeats.
    """
    folded = password.casefold()
    if len(password) < SHORTEST:
        raise StoreError(tr("The password needs at least {least} characters.", least=SHORTEST))
    if len(password) > LONGEST:
        raise StoreError(tr("The password can't have more than {most} characters.", most=LONGEST))
    if name and name.casefold() in folded:
        raise StoreError(tr("The password can't contain the user's name."))
    if folded in _commonest():
        raise StoreError(tr("This is one of the commonest passwords; four words of your own are better."))
    if len(set(folded)) < FEWEST_CHARACTERS or folded in (folded + folded)[1:-1]:
        raise StoreError(tr("The password repeats itself; four words of your own are better."))
    return HASHER.hash(password)


@cache
def _commonest() -> frozenset[str]:
    """The commonest passwords of at least `SHORTEST` characters, in small letters."""
    text = pkgutil.get_data(__package__, "common_passwords.txt")
    assert text is not None  # noqa: S101 - the file lies beside this module
    return frozenset(text.decode().split())


def is_right(hashed: str | None, password: str) -> bool:
    """Whether a password fits its hash; None = there is no such user, which takes as long to say."""
    try:
        return HASHER.verify(hashed or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False


def _decoy() -> str:
    """A hash of today's parameters that no password has."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (HASHER.salt_len, HASHER.hash_len)
    )
    cost = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"


def renewed(hashed: str, password: str) -> str | None:
    """A hash of today's parameters for a password that was right; None = it has them."""
    return HASHER.hash(password) if HASHER.check_needs_rehash(hashed) else None
