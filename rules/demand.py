"""What may be asked for on an account: never what is in dispute (mx.clarification.hold, us.validation)."""

from __future__ import annotations

from rules.clients import Account


def due(account: Account) -> int:
    """What brings the account current, minor units, without the part in dispute."""
    return max(account.overdue - account.disputed, 0)


def payable(account: Account) -> int:
    """The whole debt, minor units, without the part in dispute."""
    return max(account.total - account.disputed, 0)


def minimum(account: Account) -> int:
    """The minimum payment; while something is in dispute, no more than the rest that is overdue."""
    return min(account.minimum, due(account)) if account.disputed else account.minimum
