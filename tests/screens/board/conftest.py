"""A board over figures that stand still until a test moves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from textual import events

from agent_tui.board_app import BoardApp
from agent_tui.i18n import set_language
from rules.jobs import Job
from rules.protocol import (
    AgentRow,
    Answer,
    CaseClosing,
    Decision,
    InconsistencyCare,
    QueueRow,
    ReviewClosing,
    Stats,
)
from rules.questions import Question
from rules.saved_reports import SavedReport
from rules.tables import Table
from rules.workbook import WorkbookQuery
from screens.board.service import BoardLink, Heard, Told

NOW = datetime(2026, 11, 25, 11, 42, 7, tzinfo=ZoneInfo("America/Mexico_City"))
STATES = ("available", "on_call", "wrap_up", "break", "meal", "meeting", "training", "offline")
NAMES = (
    "Ana López",
    "Bruno Díaz",
    "Carla Méndez",
    "Diego Ramírez",
    "Elena Ortiz",
    "Fabián Solís",
    "Gabriela Ruiz",
)


def _queue() -> tuple[QueueRow, ...]:
    return tuple(
        QueueRow(
            portfolio=portfolio,
            bucket=bucket,
            currency="MXN",
            pending=1240 // (place + 1),
            leased=place * 2,
            waiting=60 + place,
            untouched=900 // (place + 1),
            unlocatable=7 * place,
            worked=40 * place,
            contacted=20 * place,
            rpc=13 * place,
            promised=5 * place,
            promised_amount=750_025 * place,
            recovered_amount=410_050 * place,
            goal=4_000_000,
            trend=tuple(place * max(0, 8 - abs(hour - 10)) if hour < 12 else 0 for hour in range(24)),
            zone="America/Mexico_City",
            opens=480,
            closes=1260,
            directive={1: "hold", 2: "first"}.get(place, ""),
        )
        for place, (portfolio, bucket) in enumerate(
            (name, f"B{number}") for name in ("Tarjetas Norte", "Vida individual") for number in range(3)
        )
    )


def _agents() -> tuple[AgentRow, ...]:
    return tuple(
        AgentRow(
            name=name.split()[0].lower(),
            display_name=name,
            state=STATES[place % len(STATES)],
            since=NOW - timedelta(seconds=97 * place * place + 5),
            currency="MXN",
            client=f"M··· R··· {place}" if place % 2 else "",
            touches=12 * place,
            contacts=6 * place,
            rpc=4 * place,
            promises=place,
            promised_amount=150_000 * place,
            recovered_amount=90_000 * place,
            goal=400_000,
            last_code="PPT" if place else "",
            last_at=NOW - timedelta(seconds=30 * place) if place else None,
            connected_seconds=1_800 * place,
            required_seconds=8 * 3_600,
            working=place == 1,
            kept=2 * place,
            matured=3 * place,
        )
        for place, name in enumerate(NAMES)
    )


def _decisions() -> tuple[Decision, ...]:
    return (
        Decision(
            id="1", kind="broken_promise", at=NOW - timedelta(hours=3), agent="ana", client="J··· P···",
            amount=150_000, currency="MXN", reason="promise_unpaid",
        ),
        Decision(
            id="2", kind="conflict", at=NOW - timedelta(minutes=7), agent="bruno", client="L··· T···",
            reason="taken",
        ),
    )  # fmt: skip


class StillBoard:
    """A `BoardService` whose figures and clock move only when a test says so."""

    def __init__(self) -> None:
        def hours(top: int) -> tuple[int, ...]:
            return tuple(max(0, top - abs(hour - 10) * top // 4) for hour in range(24))

        self.snapshot: Stats | None = Stats(
            number=1,
            at=NOW,
            queue=_queue(),
            agents=_agents(),
            decisions=_decisions(),
            touches_by_hour=hours(80),
            contacts_by_hour=hours(40),
            promises_by_hour=hours(12),
        )
        self.line = BoardLink(state="online", since=NOW)
        self.instant = NOW
        self.changed: Callable[[], None] = lambda: None
        self.closed = False
        self.answers: list[tuple[str, Answer]] = []
        self.decided: list[tuple[str, InconsistencyCare | CaseClosing | ReviewClosing]] = []
        self.refuse = ""
        self.asked: list[Question[Any]] = []
        self.jobs: list[Job[Any]] = []
        self.replies: dict[type, Any] = {}
        self.exported: list[tuple[Table | WorkbookQuery | SavedReport, str]] = []

    def stats(self) -> Stats | None:
        return self.snapshot

    def link(self) -> BoardLink:
        return self.line

    def now(self) -> datetime:
        return self.instant

    def who(self) -> str:
        return "Lucía Ramos"

    def user(self) -> str:
        return "lucia"

    def answer(self, request_id: str, answer: Answer, told: Told) -> None:
        self.answers.append((request_id, answer))
        told(self.refuse)

    def care(self, inconsistency_id: str, care: InconsistencyCare, told: Told) -> None:
        self.decided.append((inconsistency_id, care))
        told(self.refuse)

    def close_case(self, case_id: str, closing: CaseClosing, told: Told) -> None:
        self.decided.append((case_id, closing))
        told(self.refuse)

    def close_review(self, review_id: str, closing: ReviewClosing, told: Told) -> None:
        self.decided.append((review_id, closing))
        told(self.refuse)

    def ask(self, question: Question[Any], heard: Callable[[Any, str], None]) -> None:
        """Answer from `self.replies` by the question's type: a value, or a function of the question."""
        self.asked.append(question)
        if self.refuse:
            heard(None, self.refuse)
            return
        reply = self.replies[type(question)]
        heard(reply(question) if callable(reply) else reply, "")

    def run(self, job: Job[Any], heard: Callable[[Any, str], None]) -> None:
        """Answer from `self.replies` by the job's type, as `ask` does."""
        self.jobs.append(job)
        if self.refuse:
            heard(None, self.refuse)
            return
        reply = self.replies[type(job)]
        heard(reply(job) if callable(reply) else reply, "")

    def export(self, table: Table, form: str, heard: Heard) -> None:
        self.exported.append((table, form))
        heard(None if self.refuse else f"/exports/{table.name}.{form}", self.refuse)

    def workbook(self, query: WorkbookQuery, heard: Heard) -> None:
        self.exported.append((query, "xlsx"))
        heard(None if self.refuse else "/exports/workbook.xlsx", self.refuse)

    def save(self, report: SavedReport, heard: Heard) -> None:
        self.exported.append((report, "toml"))
        heard(None if self.refuse else f"/exports/{report.report}.toml", self.refuse)

    def subscribe(self, changed: Callable[[], None]) -> None:
        self.changed = changed

    def close(self) -> None:
        self.closed = True

    def move_agent(self, name: str, **values: object) -> None:
        """A new snapshot in which one agent differs."""
        assert self.snapshot
        agents = tuple(
            msgspec.structs.replace(agent, **values) if agent.name == name else agent
            for agent in self.snapshot.agents
        )
        self.snapshot = msgspec.structs.replace(self.snapshot, number=self.snapshot.number + 1, agents=agents)
        self.changed()


class TestedBoard(BoardApp):
    """The board application, with a burst of keys and its screen as text."""

    __test__ = False

    def __init__(self, service: StillBoard) -> None:
        super().__init__(lambda: service)
        self.service = service

    def type(self, *keys: str) -> None:
        for key in keys:
            self.post_message(events.Key(key, key if len(key) == 1 else None))

    def text(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    """English words, before and after."""
    set_language("en")
    yield
    set_language("en")


@pytest.fixture
def board() -> TestedBoard:
    return TestedBoard(StillBoard())
