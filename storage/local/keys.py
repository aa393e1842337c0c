"""The key of the local store: where it is kept and who may read it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from storage.local.connection import KEY_BYTES


def kept_beside(path: Path) -> bytes:
    """The key of a store, in a file beside it that its owner alone can read; made if need be.

    For demonstration and training, whose central store lies in the open in the same folder.
    """
    file = path.with_suffix(".key")
    try:
        return file.read_bytes()
    except FileNotFoundError:
        pass
    key = secrets.token_bytes(KEY_BYTES)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(key)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    return key
