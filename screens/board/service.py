"""What the lead board asks for: the newest snapshot, and how old it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from rules.jobs import Job
from rules.protocol import Answer, CaseClosing, InconsistencyCare, ReviewClosing, Stats
from rules.questions import Question
from rules.saved_reports import SavedReport
from rules.tables import Table
from rules.workbook import WorkbookQuery

A = TypeVar("A")

Told = Callable[[str], None]
"""Hears what became of a decision, once, from any thread: "" = it is kept; else why it is not, as
the hub's code, or "offline"."""

FILE = "file: "
"""Before what the system says of a file that could not be written."""

Heard = Callable[[str | None, str], None]
"""Hears, once, from any thread: the path of a file that was written and "", or None and why there is
none, as the hub's code, "offline", or `FILE` and what the system said."""


class BoardLink(msgspec.Struct, frozen=True, kw_only=True):
    """The line to the hub: connecting, online, offline or refused (sign in again).

    since: when that began. reason: what the hub or the network said, "" while all is well.
    """

    state: str
    since: datetime
    reason: str = ""


class BoardService(Protocol):
    """Live figures for a lead; every method answers at once from what is at hand."""

    def stats(self) -> Stats | None:
        """The newest snapshot; None before the first."""
        ...

    def link(self) -> BoardLink:
        """The state of the line to the hub."""
        ...

    def now(self) -> datetime:
        """The hub's clock as well as it is known here, in the zone in which hours are shown."""
        ...

    def who(self) -> str:
        """The name of the lead who is signed in."""
        ...

    def user(self) -> str:
        """The name that the lead signed in with."""
        ...

    def answer(self, request_id: str, answer: Answer, told: Told) -> None:
        """Send an answer to a request for approval, without waiting."""
        ...

    def care(self, inconsistency_id: str, care: InconsistencyCare, told: Told) -> None:
        """Say whose an inconsistency is, or that it is settled, without waiting."""
        ...

    def close_case(self, case_id: str, closing: CaseClosing, told: Told) -> None:
        """End a case, without waiting."""
        ...

    def close_review(self, review_id: str, closing: ReviewClosing, told: Told) -> None:
        """Close a matter that was seen, without waiting."""
        ...

    def ask(self, question: Question[A], heard: Callable[[A | None, str], None]) -> None:
        """Ask the centre something, or give an order, without waiting.

        `heard` is called once, from any thread: with the answer and "", or with None and why
        there is none, as the hub's code, or "offline".
        """
        ...

    def run(self, job: Job[A], heard: Callable[[A | None, str], None]) -> None:
        """Do a piece of work on files of this machine, without waiting.

        `heard` is called once, from any thread: with what came of it and "", or with None and `FILE`
        with what is wrong, in the user's language.
        """
        ...

    def export(self, table: Table, form: str, heard: Heard) -> None:
        """Write a table to a new file of this user's own, without waiting. form: xlsx, csv, json or jsonl."""
        ...

    def workbook(self, query: WorkbookQuery, heard: Heard) -> None:
        """Write the workbook of some days to a new file of this user's own, without waiting."""
        ...

    def save(self, report: SavedReport, heard: Heard) -> None:
        """Write what a report asks for to a new file, for ``agent-tui report --saved``, without waiting."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` (from any thread) when the snapshot or the line moved."""
        ...

    def close(self) -> None:
        """Finish."""
        ...
