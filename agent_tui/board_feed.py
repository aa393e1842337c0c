"""Live figures for the board: the hub's stream, read in a thread of its own."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from rules.explained import Explained
from rules.jobs import Job
from rules.protocol import Answer, CaseClosing, InconsistencyCare, ReviewClosing, Session, Stats
from rules.questions import Question
from rules.saved_reports import SavedReport
from rules.tables import Table
from rules.workbook import WorkbookQuery
from screens.board.service import FILE, BoardLink, Heard, Told

if TYPE_CHECKING:
    from storage.sync.client import HubClient

A = TypeVar("A")

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
JOIN_SECONDS = 2.0


class BoardFeed:
    """The board's service over a hub: keeps the newest snapshot, reconnects by itself.

    Args:
        make_client: opens the hub's client; called once, in the feed's thread.
        session: the lead's session; it is renewed as long as the hub allows it.
        on_fault: told of an unexpected error, for the log; the feed goes on after a pause.
    """

    def __init__(
        self,
        make_client: Callable[[], HubClient],
        session: Session,
        *,
        on_fault: Callable[[Exception], None] = lambda _: None,
    ) -> None:
        self._make_client, self._session, self._on_fault = make_client, session, on_fault
        self._changed: Callable[[], None] = lambda: None
        self._stats: Stats | None = None
        self._zone = ZoneInfo(session.user.zone)
        # The hub's clock: what it said last, and how long ago that was by a clock that nobody sets.
        self._told, self._told_at = session.server_time, time.monotonic()
        self._link = BoardLink(state="connecting", since=self.now())
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: HubClient | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="board", daemon=True)
        self._thread.start()

    # What the board asks

    def stats(self) -> Stats | None:
        """The newest snapshot; None before the first."""
        return self._stats

    def link(self) -> BoardLink:
        """The state of the line to the hub."""
        return self._link

    def now(self) -> datetime:
        """The hub's clock, run on from what it said last, in the lead's own zone."""
        return (self._told + timedelta(seconds=time.monotonic() - self._told_at)).astimezone(self._zone)

    def who(self) -> str:
        """The lead's name."""
        return self._session.user.display_name or self._session.user.name

    def user(self) -> str:
        """The name that the lead signed in with."""
        return self._session.user.name

    def answer(self, request_id: str, answer: Answer, told: Told) -> None:
        """Send an answer to a request for approval."""
        self._send(lambda client: client.answer(request_id, answer), told)

    def care(self, inconsistency_id: str, care: InconsistencyCare, told: Told) -> None:
        """Say whose an inconsistency is, or that it is settled."""
        self._send(lambda client: client.care(inconsistency_id, care), told)

    def close_case(self, case_id: str, closing: CaseClosing, told: Told) -> None:
        """End a case."""
        self._send(lambda client: client.close_case(case_id, closing), told)

    def close_review(self, review_id: str, closing: ReviewClosing, told: Told) -> None:
        """Close a matter that was seen."""
        self._send(lambda client: client.close_review(review_id, closing), told)

    def ask(self, question: Question[A], heard: Callable[[A | None, str], None]) -> None:
        """Ask the centre something, or give an order; `heard` gets the answer, or why there is none."""
        answers: list[A] = []

        async def send(client: HubClient) -> None:
            answers.append(await client.ask(question))

        self._send(send, lambda why: heard(None if why else answers[-1], why))

    def run(self, job: Job[A], heard: Callable[[A | None, str], None]) -> None:
        """Do a piece of work on files of this machine, in a thread of its own."""
        from agent_tui import jobs

        def work() -> None:
            try:
                done = jobs.run(job)
            except Explained as error:
                heard(None, f"{FILE}{error}")
            except OSError as error:
                heard(None, f"{FILE}{error.strerror or error}")
            else:
                heard(done, "")

        threading.Thread(target=work, name="job", daemon=True).start()

    def export(self, table: Table, form: str, heard: Heard) -> None:
        """Write a table to a new file; `heard` gets its path, or why there is none."""
        from agent_tui import board_files

        self._write(lambda: board_files.export(table, form), heard)

    def save(self, report: SavedReport, heard: Heard) -> None:
        """Write what a report asks for to a new file; `heard` gets its path, or why there is none."""
        from agent_tui import board_files

        self._write(lambda: board_files.save(report), heard)

    def workbook(self, query: WorkbookQuery, heard: Heard) -> None:
        """Write the workbook of some days to a new file; `heard` gets its path, or why there is none."""
        written: list[str] = []

        async def fetch(client: HubClient) -> None:
            from agent_tui import board_files

            written.append(await board_files.workbook(client, query))

        self._send(fetch, lambda why: heard(None if why else written[-1], why))

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` from the feed's thread when snapshot or line moved."""
        self._changed = changed

    def close(self) -> None:
        """End the thread; within two seconds."""
        self._changed = lambda: None
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended: nothing is left to stop
                self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(JOIN_SECONDS)

    # The thread

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        client = self._client = self._make_client()
        client.token = self._session.access_token
        work = asyncio.create_task(self._follow(client))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (work, stop):
                task.cancel()
            await asyncio.gather(work, stop, return_exceptions=True)
            await client.close()

    async def _listen(self, client: HubClient) -> AsyncIterator[None]:
        """Take what the hub tells of itself, as long as the line holds; a sign of life each time."""
        async for stats in client.stats_stream():
            self._take(stats)
            yield

    async def _follow(self, client: HubClient) -> None:
        """Listen, again and again, until the hub refuses for good."""
        from storage.sync.failures import HubRefused, HubUnavailable, SignInNeeded

        pause = FIRST_PAUSE_S
        while True:
            wait: float | None = None
            try:
                async for _ in self._listen(client):
                    pause = FIRST_PAUSE_S
            except SignInNeeded:
                if not await self._renew(client):
                    return
                continue
            except HubUnavailable as error:
                wait = error.retry_after
                self._set_link("offline", str(error))
            except HubRefused as error:
                self._set_link("refused", error.detail)
                return
            except Exception as error:
                # A fault of ours must not freeze the board without a word: logged, shown, retried.
                self._on_fault(error)
                self._set_link("offline", type(error).__name__)
            # Many boards lose one hub at the same instant; the jitter spreads their return.
            await asyncio.sleep(wait if wait is not None else pause * (0.5 + random.random()))  # noqa: S311 - no secret
            pause = min(LONGEST_PAUSE_S, pause * 2)

    def _send(self, decide: Callable[[HubClient], Awaitable[object]], told: Told) -> None:
        """Send a decision in the feed's thread; `told` hears "" or why it was not kept."""
        if self._loop is None or self._client is None:
            told("offline")
            return
        asyncio.run_coroutine_threadsafe(self._decide(self._client, decide, told), self._loop)

    @staticmethod
    def _write(write: Callable[[], str], heard: Heard) -> None:
        """Write a file in a thread of its own; `heard` gets its path, or `FILE` and what went wrong."""

        def work() -> None:
            try:
                path = write()
            except OSError as error:
                heard(None, f"{FILE}{error.strerror or error}")
            else:
                heard(path, "")

        threading.Thread(target=work, name="export", daemon=True).start()

    async def _decide(
        self, client: HubClient, decide: Callable[[HubClient], Awaitable[object]], told: Told
    ) -> None:
        """Send it once more after a refresh when the session had run out, and never a third time."""
        from storage.sync.failures import HubRefused, HubUnavailable, SignInNeeded

        try:
            try:
                await decide(client)
            except SignInNeeded:
                if not await self._renew(client):
                    told("offline")
                    return
                await decide(client)
        except HubUnavailable:
            told("offline")
        except HubRefused as error:
            told(error.code)
        except OSError as error:  # a file that could not be written
            told(f"{FILE}{error.strerror or error}")
        else:
            told("")

    async def _renew(self, client: HubClient) -> bool:
        """New tokens for the old ones; False when someone must sign in."""
        from storage.sync.failures import HubRefused, HubUnavailable

        try:
            self._session = await client.refresh(self._session.refresh_token)
        except HubUnavailable as error:
            self._set_link("offline", str(error))
            await asyncio.sleep(FIRST_PAUSE_S)
            return True
        except HubRefused as error:
            self._set_link("refused", error.detail)
            return False
        return True

    def _take(self, stats: Stats) -> None:
        self._stats = stats
        self._alive(stats.at)

    def _alive(self, at: datetime) -> None:
        """The hub has spoken: its clock, and the line."""
        self._told, self._told_at = max(at.astimezone(UTC), self.now()), time.monotonic()
        if self._link.state != "online":
            self._link = BoardLink(state="online", since=self.now())
        self._changed()

    def _set_link(self, state: str, reason: str) -> None:
        since = self._link.since if self._link.state == state else self.now()
        if (link := BoardLink(state=state, since=since, reason=reason)) != self._link:
            self._link = link
            self._changed()
