"""Activity by team: the sums of its agents."""

from __future__ import annotations

from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table
from rules.words import mark
from storage.central.reports import activity, agents, worked
from storage.central.reports.asked import Asked

NAME = ReportName(name="activity_by_team", title=mark("Activity by team"), group="activity")

COLUMNS = (
    Column(key="team", title=mark("team")),
    Column(key="agents", title=mark("agents"), kind="count"),
    *activity.FIGURES,
)


def table(asked: Asked) -> Table:
    """A row for each team of which anybody did or was given anything."""
    found = worked.by_agent(asked)
    teams = dict.fromkeys(_team(asked, key) for key in agents.in_order(asked, found))
    rows = tuple(
        _row(team, [one for key, one in found.items() if _team(asked, key) == team]) for team in teams
    )
    return agents.made(asked, NAME, COLUMNS, rows)


def _team(asked: Asked, key: int) -> str:
    return agents.NOBODY if key == agents.NO_ONE else asked.people[key].team


def _row(team: str, parts: list[worked.Worked]) -> Row:
    people = 0 if team == agents.NOBODY else len(parts)
    return Row(key=team, cells=(team, people, *activity.figures(worked.summed(parts))))


def rows(asked: Asked, row: str, column: str) -> Table:
    """The results or the clients behind a count."""
    if row.startswith(TOTAL):
        return activity.rows(asked, row, column)
    whose = [agents.NO_ONE] if row == agents.NOBODY else _members(asked, row)
    if column in worked.FLAGS:
        return activity.results(asked, whose, column)
    return worked.clients(asked, NAME.title, whose, column)


def _members(asked: Asked, team: str) -> list[int]:
    members = [key for key, person in asked.people.items() if person.team == team]
    if not members:
        raise KeyError(team)
    return members
