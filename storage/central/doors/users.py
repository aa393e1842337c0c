"""People by name, their sessions, and whose they are to lead."""

from __future__ import annotations

from rules.words import tr
from storage.central.connection import StoreError, Tx
from storage.central.doors.who import Who


def user_id(tx: Tx, name: str) -> int:
    """The id of a user.

    Raises:
        StoreError: there is no such user.
    """
    found: int | None = tx.value("SELECT id FROM app_user WHERE name = :name", name=name)
    if found is None:
        raise StoreError(
            tr("There is no user {name}; `agent-tui users list` shows those there are.", name=name)
        )
    return found


def end_sessions(tx: Tx, user: int) -> int:
    """End every session of a user; how many pairs of tokens that were."""
    return tx.run("UPDATE sign_in_session SET revoked = true WHERE user_id = :id AND NOT revoked", id=user)


def led_by(tx: Tx, who: Who, user: int | None) -> bool:
    """Whether what a user did, or what is nobody's doing (None), is in somebody's scope by its team."""
    if who.only_team is None or user is None:
        return True
    return who.leads(tx.value("SELECT team FROM app_user WHERE id = :id", id=user))


def own_portfolios(tx: Tx) -> dict[int, frozenset[int]]:
    """The portfolios of everybody, by id, who may not work all of them."""
    found: dict[int, set[int]] = {}
    for user, portfolio in tx.all("SELECT user_id, portfolio_id FROM user_portfolio"):
        found.setdefault(user, set()).add(portfolio)
    return {user: frozenset(own) for user, own in found.items()}
