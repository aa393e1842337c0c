"""A policy whole, in lines: the contract, its receipts, what happened to it, its money."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from rules.clients import Client
from rules.policies import Policy
from widgets.shown import row


def policy_sheet(policy: Policy, client: Client, now: datetime, width: int) -> list[Content]:
    """A policy of a client in lines for a width in cells; now: in the client's own zone."""
    return [row((policy.number, "bold"), f" {policy.insurer}")]
