"""Every table: whoever imports this has the metadata whole."""

from __future__ import annotations

from storage.models import (
    audit,
    debts,
    leading,
    measuring,
    money,
    office,
    people,
    policies,
    queue,
    records,
    work,
)

__all__ = [
    "audit",
    "debts",
    "leading",
    "measuring",
    "money",
    "office",
    "people",
    "policies",
    "queue",
    "records",
    "work",
]
