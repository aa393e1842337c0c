"""May this client be called now, and if not, when? (contact rules of Mexico and the US)"""

from __future__ import annotations

from datetime import datetime

import msgspec


class Permission(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer of the contact rules.

    rule: name of the parameter that decides ("mx.window", "us.calls.max"...), "" when
    allowed with nothing to say. until: when it would be allowed, None = not by waiting.
    """

    allowed: bool
    rule: str = ""
    until: datetime | None = None
    params: dict[str, str] = {}
