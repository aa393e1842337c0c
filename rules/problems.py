"""Why a fact can't be kept: a code, and what its words need."""

from __future__ import annotations

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """Why a result or note can't be saved.

    Dates and instants in params are ISO text, amounts plain decimal text.
    """

    code: str
    params: dict[str, str] = {}
