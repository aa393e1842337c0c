"""Reports as a board asks for them: which, of which days, for whom; and the rows behind a number."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import msgspec

from rules.questions import Question
from rules.ready import ready
from rules.tables import Table


class ReportName(msgspec.Struct, frozen=True, kw_only=True):
    """A report that can be asked for.

    title: English, to be translated. group: activity, money, quality... period: what it is
    about when no days are given: day (today), month (from the first to today), or another
    period of `rules.periods` ("91d": the last 91 days).
    """

    name: str
    title: str
    group: str
    period: str = "day"


class Reports(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/reports: what the reader may ask for."""

    reports: tuple[ReportName, ...]


class ReportsQuery(Question[Reports], frozen=True, kw_only=True):
    """GET /v1/reports."""

    PATH: ClassVar[str] = "/v1/reports"
    ANSWER: ClassVar[Any] = Reports


class ReportQuery(Question[Table], frozen=True, kw_only=True):
    """GET /v1/reports/{name}.

    since, until: days, both included, None = the report's usual period. portfolio, team,
    agent: names, "" = all that the reader may see.
    """

    PATH: ClassVar[str] = "/v1/reports/{name}"
    ANSWER: ClassVar[Any] = Table

    name: str
    since: date | None = None
    until: date | None = None
    portfolio: str = ""
    team: str = ""
    agent: str = ""


class RowsQuery(Question[Table], frozen=True, kw_only=True):
    """GET /v1/reports/{name}/rows: the rows behind the number in a cell of the same report.

    row, column: keys of the cell; a row of `rules.tables.TOTAL` is the whole column.
    """

    PATH: ClassVar[str] = "/v1/reports/{name}/rows"
    ANSWER: ClassVar[Any] = Table

    name: str
    row: str
    column: str
    since: date | None = None
    until: date | None = None
    portfolio: str = ""
    team: str = ""
    agent: str = ""


ready(Reports)
