"""Bases of the values that travel between hub and workstation."""

from __future__ import annotations

import msgspec


class Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of what the hub sends: a reader that does not know a field leaves it out."""


class FactBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of the bodies of facts, and of what stands in them: an unknown field is refused."""
