"""The first screenful, read before anything heavy is imported.

It equals what the desk shows a moment later, since both read through the same `View`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from rules.desk import DeskPage
from storage.clock import Clock
from storage.local import schema
from storage.local.connection import LocalStoreError, connect
from storage.local.driver import Error
from storage.local.leases import Deadlines
from storage.local.view import View


def first_page(
    path: Path, key: bytes, clock: Clock, settings: Mapping[str, Any] | None = None
) -> DeskPage | None:
    """What the desk will show; None if there is no store yet or it can't be read as it is."""
    if not path.exists():
        return None
    try:
        with closing(connect(path, key)) as connection:
            if schema.version(connection) != schema.VERSION:
                return None
            return View(connection, clock, Deadlines(), settings=settings).first_screenful()
    except (LocalStoreError, Error):
        return None  # the store itself says what is wrong, a moment later
