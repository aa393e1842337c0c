"""The one door to the local file: SQLCipher through its bare driver, durable at each commit.

An ORM costs 2.4 ms for each save and 400 ms at start, both of which the agent would feel;
the driver costs 0.1 ms. FULL, since a promise to pay must outlive a power cut.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from rules.explained import Explained
from rules.words import tr
from storage.local import driver


class LocalStoreError(Explained):
    """The local store can't be used; code names it for the desk.

    code: disk_full, store_failed, store_newer, store_damaged or store_of_another.
    """

    def __init__(self, code: str, message: str, *, path: Path, detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.params = {"path": str(path), "detail": detail}


KEY_BYTES = 32

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",  # what a sort spills would lie in clear on the disk
)


def connect(path: Path, key: bytes) -> driver.Connection:
    """Open the encrypted file, made readable by its owner alone.

    Args:
        path: the file; made, with its folder, if it is not there.
        key: `KEY_BYTES` random bytes, used as they are: deriving them from a password at each
            opening would cost 200 ms.

    Raises:
        LocalStoreError: the folder or file can't be used, it is no store, or the key is another's.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = driver.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except (OSError, driver.Error) as error:
        raise failure(error, path) from error
    return connection


def failure(error: Exception, path: Path) -> LocalStoreError:
    """What a failure of the driver or the disk means for the person at the terminal."""
    detail = str(error)
    if "full" in detail:
        message = tr("the disk with {path} is full: nothing was saved; free some space and repeat", path=path)
        return LocalStoreError("disk_full", message, path=path, detail=detail)
    if "not a database" in detail or "malformed" in detail:
        message = tr("{path} is damaged ({detail}); move it away and start again", path=path, detail=detail)
        return LocalStoreError("store_damaged", message, path=path, detail=detail)
    message = tr(
        "{path} can't be used ({detail}): check the disk and the file's owner", path=path, detail=detail
    )
    return LocalStoreError("store_failed", message, path=path, detail=detail)


def as_text(at: datetime) -> str:
    """How the file keeps an instant: UTC, fixed width, so that text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def as_instant(text: str) -> datetime:
    """An instant as kept by `as_text`, aware UTC."""
    return datetime.fromisoformat(text)
