"""Shapes made ready before several threads use them.

msgspec works out how a type is read when it is first read, and two threads that come to a
type at once end the process (a null pointer in its C code, seen in 0.22). Importing a module is
guarded by a lock, so each module that has shapes to be read makes them ready as it is imported.
"""

from __future__ import annotations

from typing import Any

import msgspec


def ready(*shapes: Any) -> None:
    """Work out now how these types are read."""
    for shape in shapes:
        msgspec.json.Decoder(shape)
