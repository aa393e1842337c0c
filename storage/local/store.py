"""The local store as the sync loop sees it: what it sends, and what it brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from rules.desk import PutAside, Refused
from rules.facts import Event, EventResult
from rules.protocol import Agenda, Changes, Leases, Rulebook, Session
from rules.words import tr
from rules.zones import local_day
from storage.local import agenda, figures, intake, leases, messages, meta, outbox, quarantine, worktime
from storage.local.backlog import Backlog, backlog
from storage.local.connection import LocalStoreError
from storage.local.documents import received
from storage.local.file import StoreFile
from storage.local.meta import State, Waiting
from storage.local.view import View

if TYPE_CHECKING:
    from rules.team import Team


class LocalStore(StoreFile):
    """What the workstation keeps. Arguments and errors are those of `StoreFile`."""

    # What the sync loop sends.

    def device(self) -> str:
        """This workstation's id, a UUID; made once, and again when the store turns out to be a copy."""
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
            kept = msgspec.structs.replace(session, device_secret="") if session else None
            meta.write(view.connection, meta.SESSION, kept)
        self._tell()

    def _take_over(self, view: View, owner: str | None, session: Session) -> None:
        """The first user, or another one: nothing of the former one's clients and day stays."""
        behind = backlog(view.connection)
        if owner is not None and (behind.waiting or behind.quarantined):
            message = tr(
                "{path} holds unsent work of {owner}: sign in as {owner} first, or set AGENT_TUI_HOME",
                path=self.path,
                owner=owner,
            )
            raise LocalStoreError("store_of_another", message, path=self.path)
        if owner is not None:
            for table in ("held", "undo", "document", "agenda", "presence", "quarantine", "fact", "message"):
                view.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            for key in (meta.SHOWN, meta.CURSOR, meta.WAITING, meta.LINES, meta.DAY):
                meta.write(view.connection, key, None)
            worktime.begin(view.connection, view.now)
        meta.write(view.connection, meta.OWNER, session.user.name)
        meta.write(view.connection, meta.STATE, State("available", view.now))

    def outbox(self, limit: int = 100) -> list[Event]:
        """The oldest facts that may be sent, in the order of their numbers."""
        with self.read() as view:
            return outbox.first(view.connection, limit)

    def backlog(self) -> Backlog:
        """How far the hub is behind."""
        with self.read() as view:
            return backlog(view.connection)

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
        """Leases that may be given back, id to token: neither worked nor on the desk.

        Those for working offline stay: the next run may have no link to take them again.
        """
        return self._spare(offline=False)

    def block(self) -> dict[str, int]:
        """Leases for working offline, id to token: neither worked nor on the desk."""
        return self._spare(offline=True)

    def _spare(self, *, offline: bool) -> dict[str, int]:
        with self.read() as view:
            found = view.on_desk()
            shown = found[1].lease_id if found else None
            spare = (row for row in view.at_hand() if row.offline is offline and row.lease_id != shown)
            return {row.lease_id: row.token for row in spare}

    def cursor(self) -> str | None:
        """How far the feed of changes has been read; None = from the start."""
        with self.read() as view:
            return meta.read(view.connection, meta.CURSOR, str)

    def quarantine(self) -> list[PutAside]:
        """Facts that the hub refused, with its reasons, oldest first."""
        with self.read() as view:
            return quarantine.listed(view.connection)

    # What the sync loop brings.

    def settle(self, results: Sequence[EventResult]) -> None:
        """Take answers for facts in: they leave the outbox; refused ones are put aside."""
        with self.write() as view:
            outbox.settle(view.connection, results, view.now)
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
        written = [change.message for change in changes.changes if change.message is not None]
        closed = [change.id for change in changes.changes if change.entity == "fact" and change.deleted]
        with self.write() as view:
            for change, document in given:
                intake.apply_change(view, change, document)
            if changes.scope:
                intake.erase_others(view, changes.scope)
            lifted = [fact_id for fact_id in closed if quarantine.lift(view.connection, fact_id)]
            new = [message.id for message in written if messages.take(view, message)]
            meta.write(view.connection, meta.CURSOR, changes.cursor)
            worktime.go_on(view.connection, view.now)
            moved = changes.day is not None and figures.keep(view.connection, changes.day)
        if given or moved or lifted or new:
            self._tell()

    def settle_asking(self, client_id: int, refused: Refused | None = None) -> None:
        """The client that was asked for came, or will not."""
        self.asking.settle(client_id, refused)
        self._tell()

    def settle_block(self, refused: Refused | None = None) -> None:
        """Clients for working offline came or went, as it was wanted, or will not."""
        self.asking.settle_block(refused)
        self._tell()

    def take_team(self, told: Team) -> None:
        """Show the team as the hub knows it; kept in memory alone: they are other people's figures."""
        self.asking.team = told
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

    def start_over(self) -> None:
        """Read the feed from the start, and send what the agent's day holds once more.

        For a centre that was restored and may have lost facts that it had taken; those that it
        has, it knows by their ids.
        """
        with self.write() as view:
            meta.write(view.connection, meta.CURSOR, None)
            outbox.fill_again(view.connection, local_day(view.now, view.user.zone).isoformat())
        self._tell()

    def become_new_device(self) -> None:
        """Take another id and number the waiting facts anew: this store is a copy of another one.

        The session was the former device's: its user stays, its tokens go.
        """
        with self.write() as view:
            last = meta.read(view.connection, meta.SEQ, int) or 0
            meta.write(view.connection, meta.FORMER_SEQ, last)
            meta.write(view.connection, meta.SEQ, outbox.renumber(view.connection, last))
            meta.write(view.connection, meta.DEVICE, str(uuid4()))
            session = view.session
            if session is not None:
                session = msgspec.structs.replace(session, access_token="", refresh_token="")
                meta.write(view.connection, meta.SESSION, session)
        self._tell()

    def set_offset(self, milliseconds: int) -> None:
        """Keep the hub's clock minus this machine's, as last measured."""
        with self.write() as view:
            meta.write(view.connection, meta.OFFSET, milliseconds)
