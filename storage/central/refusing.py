"""How a function of the central store says that it left things as they were."""

from __future__ import annotations


class NotDone(Exception):
    """Something was left as it was: why, as a code, which the function that raises it lists."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
