"""The key of the local store: where it is kept and who may read it."""

from __future__ import annotations

import os
from pathlib import Path

from storage.local.connection import KEY_BYTES
from storage.local.private import write_private


def new_key() -> bytes:
    """A key of a store that is yet to be made."""
    return os.urandom(KEY_BYTES)  # as `secrets` would, which costs the start 16 ms


def open_key_path(store: Path) -> Path:
    """Where `kept_beside` keeps the key of a store."""
    return store.with_suffix(".key")


def kept_beside(store: Path) -> bytes:
    """The key of a store, in a file beside it that its owner alone can read; made if need be.

    For demonstration and training, whose central store lies in the open in the same folder.
    """
    file = open_key_path(store)
    try:
        return file.read_bytes()
    except FileNotFoundError:
        key = new_key()
        write_private(file, key)
        return key
