"""A report as it was saved: which, for whom, and days that move with the calendar."""

from __future__ import annotations

from datetime import date

import msgspec

from rules import periods
from rules.reports import ReportQuery


class SavedReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a saved report asks for.

    report: its name. period: as in `rules.periods`, "" = since and until, or the report's usual
    period where they are missing, too. portfolio, team, agent: names, "" = all that the reader
    may see. format: how it is written, "" = as the reader says.
    """

    report: str
    period: str = ""
    since: date | None = None
    until: date | None = None
    portfolio: str = ""
    team: str = ""
    agent: str = ""
    format: str = ""

    def query(self, today: date) -> ReportQuery:
        """What is asked for on a day.

        Raises:
            UnknownPeriod: there is no such period.
        """
        since, until = periods.days(self.period, today) if self.period else (self.since, self.until)
        return ReportQuery(
            name=self.report,
            since=since,
            until=until,
            portfolio=self.portfolio,
            team=self.team,
            agent=self.agent,
        )

    def toml(self) -> str:
        """The file's text. Only what is asked for stands in it."""
        found = msgspec.to_builtins(self, builtin_types=(date,))
        lines = (f"{name} = {_written(value)}" for name, value in found.items())
        return "".join(f"{line}\n" for line in lines)


def _written(value: date | str) -> str:
    """A TOML value: a text of JSON is one, too, but for one character."""
    if isinstance(value, date):
        return value.isoformat()
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
