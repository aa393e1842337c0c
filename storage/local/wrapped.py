"""The key of a store that is read by nobody who has not signed in: kept wrapped, never in clear.

A small file beside the store holds the key twice, each time wrapped by AES (RFC 3394): by a key
that Argon2id makes of the user's password, and by the secret that the hub hands to this device
at sign-in. The first opens the store without a network; the second opens it after the password was
changed at the hub, and a device that was revoked never gets it again.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from rules.words import tr
from storage.local.connection import LocalStoreError
from storage.local.private import write_private

PASSES, MEMORY_KIB, LANES = 2, 64 * 1024, 2
"""Argon2id's cost: 64 MiB twice over, a tenth of a second on a small machine."""

SALT_BYTES, WRAPPING_BYTES = 16, 32
FREE_TRIES = 3
LONGEST_PAUSE_SECONDS = 30.0


class PasswordWrap(msgspec.Struct, frozen=True, kw_only=True):
    """The key under a password, with all that Argon2id needs but the password itself."""

    salt: bytes
    passes: int
    memory_kib: int
    lanes: int
    key: bytes


class Wrapped(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the file holds.

    device: the name under which the hub knows this workstation. by_secret: b"" while the hub has
    handed out none. failures: wrong passwords since the last right one.
    """

    device: str
    by_password: PasswordWrap
    by_secret: bytes = b""
    failures: int = 0


class KeyFile:
    """The wrapped key of one store.

    Every method that takes a password computes for about a tenth of a second.

    Args:
        store: the path of the store; the key lies beside it.
    """

    def __init__(self, store: Path) -> None:
        self.path = store.with_suffix(".key.json")

    def exists(self) -> bool:
        """Whether a key was ever wrapped here."""
        return self.path.exists()

    def device(self) -> str:
        """The workstation's name at the hub, "" before the first sign-in."""
        return self._read().device if self.exists() else ""

    def seal(self, key: bytes, password: str, device: str, secret: bytes = b"") -> None:
        """Wrap the key anew, under the password and the secret that hold from now on.

        Args:
            key: the store's.
            password: what opens it without a network.
            device: the workstation's name at the hub.
            secret: 32 bytes from the hub; b"" leaves what stands.
        """
        from cryptography.hazmat.primitives.keywrap import aes_key_wrap

        salt = os.urandom(SALT_BYTES)
        wrap = PasswordWrap(salt=salt, passes=PASSES, memory_kib=MEMORY_KIB, lanes=LANES, key=b"")
        wrap = msgspec.structs.replace(wrap, key=aes_key_wrap(_derive(password, wrap), key))
        former = self._read().by_secret if self.exists() else b""
        by_secret = aes_key_wrap(secret, key) if secret else former
        self._write(Wrapped(device=device, by_password=wrap, by_secret=by_secret))

    def by_password(self, password: str) -> bytes | None:
        """The key, None if the password is wrong, which is counted."""
        kept = self._read()
        key = _unwrap(_derive(password, kept.by_password), kept.by_password.key)
        failures = 0 if key else kept.failures + 1
        if failures != kept.failures:
            self._write(msgspec.structs.replace(kept, failures=failures))
        return key

    def by_secret(self, secret: bytes) -> bytes | None:
        """The key, None if this is not the secret under which it was wrapped."""
        return _unwrap(secret, self._read().by_secret)

    def pause(self) -> float:
        """Seconds to wait before the next try: none at first, then twice as long each time."""
        failures = self._read().failures if self.exists() else 0
        return min(2.0 ** (failures - FREE_TRIES), LONGEST_PAUSE_SECONDS) if failures >= FREE_TRIES else 0.0

    def _read(self) -> Wrapped:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Wrapped)
        except msgspec.DecodeError as error:
            message = tr("{path} is damaged: without it nobody can open the store beside it", path=self.path)
            raise LocalStoreError("store_damaged", message, path=self.path, detail=str(error)) from error

    def _write(self, wrapped: Wrapped) -> None:
        write_private(self.path, msgspec.json.encode(wrapped))


def _derive(password: str, wrap: PasswordWrap) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        password.encode(),
        wrap.salt,
        time_cost=wrap.passes,
        memory_cost=wrap.memory_kib,
        parallelism=wrap.lanes,
        hash_len=WRAPPING_BYTES,
        type=Type.ID,
    )


def _unwrap(wrapping: bytes, wrapped: bytes) -> bytes | None:
    from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

    try:
        return aes_key_unwrap(wrapping, wrapped)
    except InvalidUnwrap:
        return None
