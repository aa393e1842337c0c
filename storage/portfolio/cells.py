"""Cells for spreadsheets: a text that a spreadsheet would run as a formula is made plain text."""

from __future__ import annotations

from typing import Any

_RUN = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> Any:
    """The value, with an apostrophe before a text that a spreadsheet would take for a formula.

    Numbers and dates are no texts and stay as they are.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUN) else value
