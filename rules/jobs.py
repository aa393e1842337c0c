"""Work on files of one's own machine that a screen has done, as values: what it is and what comes back."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

A = TypeVar("A")


class Job(msgspec.Struct, Generic[A], frozen=True, kw_only=True):
    """A piece of work; `A` is what it brings. It reads and writes files, and asks no hub."""
