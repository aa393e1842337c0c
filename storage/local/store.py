"""The local store: one file, one connection behind one lock, short transactions.

The desk works on it from the screen's thread and the sync loop from its own. Everything
that belongs together is one transaction, durable when the call returns.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from rules.desk import Refused
from rules.facts import Event, EventResult
from rules.protocol import Agenda, Changes, Leases, Rulebook, Session
from rules.words import tr
from rules.zones import local_day
from storage.clock import Clock
from storage.local import (
    agenda,
    documents,
    facts,
    figures,
    intake,
    leases,
    meta,
    outbox,
    schema,
    undo,
    worktime,
)
from storage.local.asking import Asking
from storage.local.backlog import backlog
from storage.local.connection import LocalStoreError, connect, failure
from storage.local.documents import received
from storage.local.driver import Error
from storage.local.leases import Deadlines
from storage.local.meta import State, Waiting
from storage.local.outbox import Quarantined
from storage.local.view import View


class LocalStore:
    """What the workstation keeps.

    Args:
        path: the file; made, with its folder, if it is not there.
        key: what it is encrypted with; see `storage.local.keys`.
        clock: this machine's clock.
        settings: contact parameters that override the defaults.
        monotonic: seconds that only grow, for the leases' deadlines.

    Raises:
        LocalStoreError: the file can't be used, is damaged or was made by a newer version.
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        clock: Clock | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.clock = clock or Clock()
        self.settings = settings or {}
        self._deadlines = Deadlines(monotonic)
        self._link = "connecting"
        self.asking = Asking()
        self._lock = threading.RLock()
        self._listeners: list[Callable[[], None]] = []
        self._connection = connect(path, key)
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        try:
            if schema.version(self._connection) > schema.VERSION:
                message = tr(
                    "{path} was made by a newer version of agent-tui: install that one", path=self.path
                )
                raise LocalStoreError("store_newer", message, path=self.path)
            schema.migrate(self._connection)
        except Error as error:
            raise failure(error, self.path) from error
        with self.write() as view:
            if meta.read(view.connection, meta.DEVICE, str) is None:
                meta.write(view.connection, meta.DEVICE, str(uuid4()))
            if view.left_over():
                meta.write(view.connection, meta.SHOWN, None)
            meta.write(view.connection, meta.SEARCH, None)  # asked for in a run that is over
            self._forget_former_days(view)
            worktime.begin(view.connection, view.now)
            self._tidy(view)

    def _forget_former_days(self, view: View) -> None:
        zone = view.user.zone
        today = local_day(view.now, zone)
        facts.forget_before(view.connection, today.isoformat())
        agenda.forget_past(view.connection, view.now)
        worktime.forget_before(view.connection, today, zone)

    def _tidy(self, view: View) -> None:
        """Nothing of a client stays that is neither at hand nor may be shown again."""
        intake.drop_ended(view)
        undo.forget_old(view.connection)
        documents.forget_unused(view.connection)

    @contextmanager
    def read(self) -> Iterator[View]:
        """The store at one moment, locked meanwhile."""
        with self._lock:
            yield View(self._connection, self.clock, self._deadlines, self._link, self.settings)

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[View]:
        """One transaction: durable at the end, undone whole by an exception.

        Args:
            durable: False for what is no fact (which account the cursor is on): the disk is
                then not waited for, and a power cut may forget it.

        Raises:
            LocalStoreError: the disk did not take it; nothing of it was kept.
        """
        with self._lock:
            try:
                if not durable:
                    self._connection.execute("PRAGMA synchronous=NORMAL")
                self._connection.execute("BEGIN IMMEDIATE")
                yield View(self._connection, self.clock, self._deadlines, self._link, self.settings)
                self._connection.execute("COMMIT")
            except BaseException as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if isinstance(error, Error):
                    raise failure(error, self.path) from error
                raise
            finally:
                if not durable:
                    self._connection.execute("PRAGMA synchronous=FULL")

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed`, from any thread, after each change that the sync loop brought."""
        self._listeners.append(changed)

    def _tell(self) -> None:
        for changed in self._listeners:
            changed()

    def close(self) -> None:
        """Close the file; everything is kept."""
        with self._lock:
            self._connection.close()

    # What the sync loop sends.

    def device(self) -> str:
        """This workstation's id, a UUID made once."""
        with self.read() as view:
            return meta.read(view.connection, meta.DEVICE, str) or ""

    def session(self) -> Session | None:
        """The session with its tokens, None before the first sign-in or after signing out."""
        with self.read() as view:
            return view.session

    def set_session(self, session: Session | None) -> None:
        """Keep a session, None = signed out.

        Raises:
            LocalStoreError: another user's facts still wait here; they may not be sent as
                this one's.
        """
        with self.write() as view:
            owner = meta.read(view.connection, meta.OWNER, str)
            if session is not None and owner != session.user.name:
                self._take_over(view, owner, session)
            meta.write(view.connection, meta.SESSION, session)
        self._tell()

    def _take_over(self, view: View, owner: str | None, session: Session) -> None:
        """The first user, or another one: nothing of the former one's clients and day stays."""
        if owner is not None and backlog(view.connection).waiting:
            message = tr(
                "{path} holds unsent work of {owner}: sign in as {owner} first, or set AGENT_TUI_HOME",
                path=self.path,
                owner=owner,
            )
            raise LocalStoreError("store_of_another", message, path=self.path)
        if owner is not None:
            for table in ("held", "undo", "document", "agenda", "presence", "fact"):
                view.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            for key in (meta.SHOWN, meta.CURSOR, meta.WAITING, meta.LINES, meta.DAY):
                meta.write(view.connection, key, None)
            worktime.begin(view.connection, view.now)
        meta.write(view.connection, meta.OWNER, session.user.name)
        meta.write(view.connection, meta.STATE, State("available", view.now))

    def outbox(self, limit: int = 100) -> list[Event]:
        """The oldest facts without an answer, in the order of their numbers."""
        with self.read() as view:
            return outbox.first(view.connection, limit)

    def held(self) -> dict[str, tuple[int, int, datetime]]:
        """Leases to be renewed: id to (token, client id, the hub's expiry).

        Clients with a result or skip are left out: the hub ends their lease with it.
        """
        with self.read() as view:
            return {
                row.lease_id: (row.token, row.client_id, row.expires_at)
                for row in leases.unworked(view.connection)
                if view.now < row.expires_at
            }

    def at_hand(self) -> int:
        """How many clients can be called, with the one on the desk."""
        with self.read() as view:
            return len(view.to_call())

    def search_wanted(self) -> bool:
        """Whether the agent has asked for a client to be searched for, and the hub has not answered."""
        with self.read() as view:
            return meta.read(view.connection, meta.SEARCH, str) == meta.WANTED

    def waiting_answer(self) -> bool:
        """Whether a lead has yet to answer a request about the client on the desk."""
        with self.read() as view:
            found = view.on_desk()
            return found is not None and any(
                request.status == "open" for request in view.client(found[1]).requests
            )

    def not_shown(self) -> dict[str, int]:
        """Leases that may be given back, id to token: neither worked nor on the desk."""
        with self.read() as view:
            found = view.on_desk()
            shown = found[1].lease_id if found else None
            return {row.lease_id: row.token for row in view.at_hand() if row.lease_id != shown}

    def cursor(self) -> str | None:
        """How far the feed of changes has been read; None = from the start."""
        with self.read() as view:
            return meta.read(view.connection, meta.CURSOR, str)

    def quarantine(self) -> list[Quarantined]:
        """Facts that the hub refused, with its reasons, oldest first."""
        with self.read() as view:
            return outbox.quarantine(view.connection)

    # What the sync loop brings.

    def settle(self, results: Sequence[EventResult]) -> None:
        """Take answers for facts in: they leave the outbox; refused ones are put aside."""
        with self.write() as view:
            outbox.settle(view.connection, results, view.now, self._deadlines)
            self._tidy(view)
        self._tell()

    def take(self, answer: Leases, round_trip_s: float, *, search: bool = False) -> None:
        """Put leased clients at hand, and keep why fewer came than were wanted.

        Args:
            answer: the hub's.
            round_trip_s: seconds from asking to the answer.
            search: it answers what the agent asked for in the queue of the unlocatable.
        """
        given = [(lease, received(lease.client)) for lease in answer.leases]
        why = Waiting(answer.waiting, answer.waiting_until) if answer.waiting else None
        with self.write() as view:
            if meta.read(view.connection, meta.OFFSET, int) is None:
                self._measure(view, answer.server_time + timedelta(seconds=round_trip_s / 2))
            intake.take(view, given, answer.server_time, round_trip_s)
            self._tidy(view)
            if search:
                meta.write(view.connection, meta.SEARCH, None if given else meta.NOBODY)
            else:
                meta.write(view.connection, meta.WAITING, why)
        self._tell()

    def _measure(self, view: View, hub_now: datetime) -> None:
        milliseconds = round((hub_now - view.clock_now).total_seconds() * 1000)
        meta.write(view.connection, meta.OFFSET, milliseconds)
        view.offset = timedelta(milliseconds=milliseconds)
        view.now = view.clock_now + view.offset

    def extend(
        self,
        expires: Mapping[str, datetime],
        server_time: datetime | None = None,
        round_trip_s: float = 0.0,
    ) -> None:
        """Date renewed leases anew; without `server_time` the measured offset stands for it."""
        with self.write() as view:
            intake.extend(view, expires, server_time or view.now, round_trip_s)
        self._tell()

    def drop(self, lease_ids: Sequence[str]) -> None:
        """These leases are over; a client on the desk stays there, marked."""
        with self.write() as view:
            for lease_id in lease_ids:
                held = leases.of_lease(view.connection, lease_id)
                if held is not None:
                    intake.drop(view, held)
            self._tidy(view)
        self._tell()

    def apply_changes(self, changes: Changes) -> None:
        """Take a page of the feed in, with its cursor and the agent's day, in one transaction."""
        given = [
            (change, received(change.client) if change.client else None)
            for change in changes.changes
            if change.entity == "client"
        ]
        with self.write() as view:
            for change, document in given:
                intake.apply_change(view, change, document)
            meta.write(view.connection, meta.CURSOR, changes.cursor)
            worktime.go_on(view.connection, view.now)
            moved = changes.day is not None and figures.keep(view.connection, changes.day)
        if given or moved:
            self._tell()

    def settle_asking(self, client_id: int, refused: Refused | None = None) -> None:
        """The client that was asked for came, or will not."""
        self.asking.settle(client_id, refused)
        self._tell()

    def take_agenda(self, told: Agenda) -> None:
        """Take the agenda in as the hub knows it; own facts that it has not seen stay on top."""
        with self.write() as view:
            agenda.take(view.connection, told)

    def keep_rulebooks(self, books: Sequence[Rulebook]) -> None:
        """Keep what the portfolios do differently from the house; it holds at once."""
        with self.write() as view:
            meta.write(view.connection, meta.RULEBOOKS, books)
        self._tell()

    def set_cursor(self, cursor: str | None) -> None:
        """Read the feed of changes from there on; None = from the start again."""
        with self.write() as view:
            meta.write(view.connection, meta.CURSOR, cursor)

    def set_link(self, state: str) -> None:
        """Say how the connection stands: connecting, online, offline or refused."""
        if state != self._link:
            self._link = state
            self._tell()

    def link(self) -> str:
        """How the connection stands."""
        return self._link

    def set_offset(self, milliseconds: int) -> None:
        """Keep the hub's clock minus this machine's, as last measured."""
        with self.write() as view:
            meta.write(view.connection, meta.OFFSET, milliseconds)
