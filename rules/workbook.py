"""The workbook of some days: every report, the facts behind them, and what the figures mean.

It travels in parts, so that neither the hub nor the board ever holds it whole.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

import msgspec

from rules.questions import Question
from rules.ready import ready
from rules.tables import Row, Table
from rules.words import mark


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a workbook is of: days, both included; names, "" = all that its reader may see; who, when."""

    since: date
    until: date
    by: str
    at: datetime
    portfolio: str = ""
    team: str = ""
    agent: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of a workbook, in order: what it is of, a new sheet, or more rows of the sheet before."""

    about: About | None = None
    sheet: Table | None = None
    rows: tuple[Row, ...] = ()


class WorkbookQuery(Question[Part], frozen=True, kw_only=True):
    """GET /v1/reports/workbook: parts, a line of JSON each. The fields as those of a report."""

    PATH: ClassVar[str] = "/v1/reports/workbook"
    ANSWER: ClassVar[Any] = Part

    since: date | None = None
    until: date | None = None
    portfolio: str = ""
    team: str = ""
    agent: str = ""


DEFINITIONS = (
    (mark("attempts"), mark("results that tried to reach the client, whoever answered")),
    (mark("contact rate"), mark("contacts / attempts")),
    (mark("right-party rate"), mark("right-party contacts / attempts")),
    (mark("right-party contacts of contacts"), mark("right-party contacts / contacts")),
    (mark("promise rate"), mark("promises / right-party contacts")),
    (mark("coverage"), mark("accounts touched / accounts assigned")),
    (mark("touches per account"), mark("attempts / accounts assigned")),
    (mark("intensity"), mark("attempts / accounts touched")),
    (mark("average handling time"), mark("(talk + hold + wrap-up) / calls handled, in seconds")),
    (mark("occupancy"), mark("(talk + hold + wrap-up) / (talk + hold + wrap-up + idle)")),
    (mark("connection time"), mark("time signed in, overlaps once, less unproductive states")),
    (
        mark("kept rate"),
        mark("promises kept / promises whose window, from made to due with its grace, has ended"),
    ),
    (mark("amount kept"), mark("paid within the window, no more than promised / promised and ended")),
    (mark("roll rate"), mark("balance of a bucket now in another one / opening balance of the bucket")),
    (mark("cure rate"), mark("opening balance (or accounts) that is current again / opening")),
    (mark("bucket efficiency"), mark("(opening balance - rolled into a worse bucket) / opening balance")),
    (mark("recovered of assigned"), mark("recovered / balance assigned as the month began")),
    (mark("service level"), mark("answered within the limit / (offered - short abandons)")),
    (mark("abandonment"), mark("(abandoned - short abandons) / (offered - short abandons)")),
    (mark("dialler abandonment"), mark("dropped / answered by a person, over 30 days, not rounded")),
    (mark("saved of cancellations"), mark("saved / closed, by tier and sales room")),
    (mark("goal per day left"), mark("(goal - achieved) / working days left")),
)
"""Each figure and how it is made; English, to be translated."""

ready(Part)
