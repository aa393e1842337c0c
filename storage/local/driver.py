"""The driver of the local file: SQLCipher, which has the interface of Python's own sqlite3.

Its wheel carries no types; those of sqlite3 hold for it, name by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection, Error, connect
else:
    from sqlcipher3.dbapi2 import Connection, Error, connect

__all__ = ["Connection", "Error", "connect"]
