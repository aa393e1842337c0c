"""Whose money, promise or account it is: an agent of the question, or nobody's.

As on the board, a lead of one team sees that team's and what is nobody's, never another
team's. Money of somebody who is no agent of the question any more counts as nobody's, so that
none gets lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.tables import TOTAL
from storage.central.reports.agents import NOBODY
from storage.central.reports.asked import Asked

APART = "|"
"""Between the parts of a row's key; the last part is the currency."""


def in_scope(column: str) -> str:
    """A condition on a column of user ids: it is the reader's, for the parameters of `scope`."""
    return f"({column} IN :users OR (:unfiltered AND ({column} IS NULL OR NOT {column} IN :hidden)))"


def scope(asked: Asked) -> dict[str, Any]:
    """The parameters of every statement of a report on money."""
    hidden = []
    if asked.who.only_team is not None:
        found = asked.tx.all("SELECT id FROM app_user WHERE team <> :team", team=asked.who.only_team)
        hidden = [row[0] for row in found]
    return asked.terms | {"unfiltered": asked.unfiltered, "hidden": hidden}


def owner(asked: Asked, user_id: int | None) -> str:
    """The name of an agent of the question, else `NOBODY`."""
    found = asked.people.get(user_id or 0)
    return NOBODY if found is None else found.name


def display(asked: Asked, name: str) -> str:
    """What an owner is called."""
    return next((one.display_name for one in asked.people.values() if one.name == name), "")


def owned(asked: Asked, column: str, name: str) -> tuple[str, dict[str, Any]]:
    """A condition on a column of user ids, and its parameters: what an owner has.

    Raises:
        KeyError: nobody of the question is called so.
    """
    if name == NOBODY:
        return f"({column} IS NULL OR NOT {column} IN :users)", {}
    for key, person in asked.people.items():
        if person.name == name:
            return f"{column} = :owner", {"owner": key}
    raise KeyError(name)


def nobody_last(place: tuple[Any, ...]) -> tuple[Any, ...]:
    """The order of rows whose first part is an owner."""
    return place[0] == NOBODY, place


def key(*parts: object) -> str:
    """The key of a row."""
    return APART.join(str(part) for part in parts)


def parted(row: str, names: tuple[str, ...]) -> dict[str, str]:
    """The parts of a row's key by name; of a total there is the currency alone, if it is of one.

    Raises:
        KeyError: the key has other parts.
    """
    if row.startswith(TOTAL):
        currency = row.removeprefix(TOTAL)
        return {"currency": currency} if currency else {}
    parts = row.split(APART)
    if len(parts) != len(names):
        raise KeyError(row)
    return dict(zip(names, parts, strict=True))


def narrowed(
    asked: Asked, where: Mapping[str, object], columns: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    """A condition that holds for what is behind a row, and its parameters.

    Args:
        asked: the question.
        where: the parts of the row's key by name; "agent" is an owner.
        columns: the column that each part is about.

    Raises:
        KeyError: nobody of the question is called so.
    """
    conditions, given = ["true"], dict[str, Any]()
    for name, value in where.items():
        if name == "agent":
            mine, whose = owned(asked, columns[name], str(value))
            conditions.append(mine)
            given |= whose
        else:
            conditions.append(f"{columns[name]} = :is_{name}")
            given[f"is_{name}"] = value
    return " AND ".join(conditions), given
