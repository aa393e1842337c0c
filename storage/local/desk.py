"""The desk: what an agent does with the client at hand, answered from the local store alone.

Implements `screens.desk_service.DeskService`. A save is one transaction (fact, the client's
new state, agenda, outbox, the next client) that is durable before the call returns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeVar

from rules.capture.values import CaptureContext
from rules.catalogue import Catalogue
from rules.desk import (
    LET_GO,
    AgendaItem,
    ClientPage,
    DeskPage,
    Header,
    HistoryPage,
    KeptMessage,
    NoClient,
    OfflineBlock,
    PutAside,
    Refused,
    Saved,
)
from rules.facts import STATES, ResultBody
from rules.text import fold
from rules.wire import FactBody
from storage.local import agenda, captures, inbox, messages, quarantine, searching, showing
from storage.local.connection import LocalStoreError
from storage.local.store import LocalStore
from storage.local.view import View

if TYPE_CHECKING:
    from rules.day import Day
    from rules.negotiation import Negotiation
    from rules.team import Team

Answer = TypeVar("Answer")


class LocalDesk:
    """The desk of one workstation.

    Args:
        store: the local store.
        wrote: called after each fact, so that the sync sends it at once.
        closing: called by `close` before the store is closed: stops the sync.
    """

    def __init__(
        self,
        store: LocalStore,
        *,
        wrote: Callable[[], None] = lambda: None,
        closing: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._wrote = wrote
        self._closing = closing

    # Reading.

    def catalogue(self) -> Catalogue:
        """The catalogue of results in force for the client on the desk."""
        with self._store.read() as view:
            return view.catalogue(view.client_on_desk())

    def negotiation(self) -> Negotiation:
        """Offers, their order and who may grant them, for the client on the desk."""
        with self._store.read() as view:
            return view.negotiation(view.client_on_desk())

    def desk(self) -> DeskPage:
        """The present screenful; if nobody is on the desk, the next client is put there."""
        with self._store.read() as view:
            if view.on_desk() is not None or isinstance(view.next_client(), NoClient):
                return view.screenful()
        with self._store.write() as view:
            showing.move_on(view)
            return view.screenful()

    def ahead(self) -> ClientPage | None:
        """The page that comes next, as far as it is known now; None = nobody is at hand."""
        with self._store.read() as view:
            return view.page_ahead()

    def header(self) -> Header:
        """The top line alone."""
        with self._store.read() as view:
            found = view.on_desk()
            return view.header(view.client(found[1]) if found else None)

    def capture_context(self) -> CaptureContext | None:
        """What the line is read against; None when no client is on the desk.

        due: what brings the account current, without the part that is in dispute.
        """
        with self._store.read() as view:
            found = view.on_desk()
            return showing.context(view, *found) if found else None

    def history(self, text: str = "", offset: int = 0, limit: int = 50) -> HistoryPage:
        """Entries of the client on the desk whose code, note or agent holds `text`, newest first."""
        with self._store.read() as view:
            found = view.on_desk()
        entries = view.client(found[1]).history if found else ()
        wanted = fold(text.strip())
        matching = [e for e in entries if wanted in fold(f"{e.code}\n{e.note}\n{e.agent}")]
        matching.sort(key=lambda entry: entry.at, reverse=True)
        return HistoryPage(
            entries=tuple(matching[offset : offset + limit]), matching=len(matching), offset=offset
        )

    def agenda(self) -> tuple[AgendaItem, ...]:
        """Callbacks, promises and tasks of late, today and tomorrow, the most urgent first."""
        with self._store.read() as view:
            return agenda.items(view)

    def lines(self) -> tuple[str, ...]:
        """The agent's last entered lines, oldest first, without their notes and names."""
        with self._store.read() as view:
            return captures.lines(view)

    def day(self) -> Day:
        """The agent's own day: time by state, connection, calls, money against goals."""
        from storage.local import day  # what only a dialog needs is not loaded at the start

        with self._store.read() as view:
            return day.of_day(view.connection, view.user, view.now)

    # Choosing.

    def select_account(self, account_id: int) -> None:
        """What the next capture refers to; an account of another client is passed over."""
        with self._store.write(durable=False) as view:
            showing.select_account(view, account_id)

    def select_phone(self, index: int) -> ClientPage | Refused:
        """Choose the number to call (0-based); refused when it may not be called."""
        answer = self._try(lambda view: captures.select_phone(view, index))
        if isinstance(answer, Refused):
            self._wrote()  # what was refused is kept for the record
        return answer

    def open_client(self, client_id: int) -> DeskPage | Refused:
        """Show a client at hand; the one that was shown stays at hand."""
        return self._try(lambda view: showing.open_client(view, client_id))

    def open_search(self) -> DeskPage | Refused:
        """Show a client without a usable number, to be searched for.

        Refused with searching until the hub has answered (`subscribe` tells), no_search,
        search_offline.
        """
        answer = self._try(searching.open_one)
        if isinstance(answer, Refused) and answer.code == "searching":
            self._wrote()
        return answer

    def ask_for(self, client_id: int) -> Refused | None:
        """Ask the hub for a client that is not held here; None = it has been asked.

        Refused with ask_offline, as long as there is no connection.
        """
        if self._store.link() != "online":
            return Refused(code="ask_offline")
        self._store.asking.ask(client_id)
        self._wrote()
        return None

    def asked(self) -> int | Refused | None:
        """What became of the client that was asked for, told once: its id when it is at hand.

        Refused with client_taken, client_unknown, client_barred (with rule and until), or the
        hub's own code.
        """
        return self._store.asking.outcome()

    def quarantine(self) -> tuple[PutAside, ...]:
        """Facts that the hub refused, oldest first."""
        return tuple(self._store.quarantine())

    def send_again(self, fact_id: str) -> Refused | None:
        """Send a refused fact once more, as it is; None = it is on its way.

        Refused with not_put_aside, disk_full, store_failed.
        """
        return self._decide(lambda view: quarantine.send_again(view.connection, fact_id))

    def let_go(self, fact_id: str, reason: str) -> Refused | None:
        """Give a refused fact up (reason: one of `rules.desk.LET_GO`); what waited for it goes on.

        Refused with not_put_aside, disk_full, store_failed.

        Raises:
            ValueError: it is no such reason.
        """
        if reason not in LET_GO:
            raise ValueError(f"unknown reason {reason!r}; known: {', '.join(LET_GO)}")
        return self._decide(lambda view: quarantine.let_go(view.connection, fact_id, reason))

    def messages(self) -> tuple[KeptMessage, ...]:
        """What was written to the agent, the unread first, and what the agent wrote of late."""
        with self._store.read() as view:
            return inbox.listed(view.connection)

    def read_message(self, message_id: str) -> Refused | None:
        """The agent has read a message, which its writer is told; read again it changes nothing.

        Refused with disk_full, store_failed.
        """
        done = self._try(lambda view: messages.read(view, message_id))
        if isinstance(done, Refused):
            return done
        if done:
            self._wrote()
        return None

    def write_message(self, text: str, answers: str = "") -> Refused | None:
        """Write to the writer of a message, or to whoever leads the agent; None = it is on its way.

        Refused with empty_message, long_message, card_number_in_note, card_code_in_note,
        unknown_message, not_answerable, disk_full, store_failed.
        """
        refused = self._try(lambda view: messages.write(view, text, answers))
        if refused is None:
            self._wrote()
        return refused

    def watch_team(self, watching: bool) -> None:
        """Have the team's figures brought every few seconds, or no more."""
        self._store.asking.team_watched = watching
        if watching:
            self._wrote()

    def team(self) -> Team | None:
        """The own team as the hub told last, None = not yet in this run."""
        return self._store.asking.team

    def _decide(self, decide: Callable[[View], bool]) -> Refused | None:
        done = self._try(decide)
        if isinstance(done, Refused):
            return done
        self._wrote()
        return None if done else Refused(code="not_put_aside")

    def go_offline(self) -> Literal["take", "return"] | Refused:
        """Ask the hub for clients to work without a link; if some are here, give them back.

        What was asked for; `went_offline` tells what became of it. Refused with block_offline, as
        long as there is no connection.
        """
        if self._store.link() != "online":
            return Refused(code="block_offline")
        asked: Literal["take", "return"] = "return" if self._store.block() else "take"
        self._store.asking.block = asked
        self._wrote()
        return asked

    def went_offline(self) -> OfflineBlock | Refused | None:
        """What became of the clients for working offline, told once; None = nothing yet."""
        outcome = self._store.asking.block_outcome()
        if isinstance(outcome, Refused) or not outcome:
            return outcome or None
        with self._store.read() as view:
            block = [held for held in view.at_hand() if held.offline]
        return OfflineBlock(clients=len(block), until=min((held.until for held in block), default=None))

    # Doing.

    def save(self, body: ResultBody) -> Saved | Refused:
        """Make a result durable and move to the next client.

        Refused with the codes of `rules.consistency.check`, or not_on_desk, unknown_code,
        disk_full, store_failed.
        """
        return self._make(lambda view: captures.save(view, body))

    def note(self, body: FactBody) -> Saved | Refused:
        """Make a note about a client at hand durable; the desk stays as it is.

        Refused with the codes of `rules.notes.check`, or not_on_desk, disk_full, store_failed.
        """
        return self._make(lambda view: captures.note(view, body))

    def skip(self, reason: str, note: str = "") -> Saved | Refused:
        """Put the client back with a reason and move on.

        Refused with no_client, unknown_reason, card_number_in_note, disk_full, store_failed.
        """
        return self._make(lambda view: captures.skip(view, reason, note))

    def end_search(self, outcome: str, note: str = "") -> Saved | Refused:
        """Record how the search on the desk ended (`rules.searching.OUTCOMES`), and move on.

        Refused with no_client, no_search, unknown_outcome, card_number_in_note, disk_full,
        store_failed.
        """
        return self._make(lambda view: searching.end(view, outcome, note))

    def undo(self) -> Saved | Refused:
        """Take the agent's last capture or skip back; its client is shown again.

        Refused with nothing_to_undo, disk_full, store_failed.
        """
        return self._make(captures.undo)

    def set_state(self, state: str) -> Header:
        """Record the agent's state; the same state again changes nothing.

        Raises:
            ValueError: it is none of `rules.facts.STATES`.
            LocalStoreError: the disk did not take it.
        """
        if state not in STATES:
            raise ValueError(f"unknown state {state!r}; known: {', '.join(STATES)}")
        with self._store.write() as view:
            captures.change_state(view, state)
        self._wrote()
        return self.header()

    def begin_call(self) -> None:
        """The agent works on the client on the desk: on a call, if available so far.

        Raises:
            LocalStoreError: the disk did not take it.
        """
        with self._store.read() as view:
            idle = captures.is_idle(view)
        if idle:
            self.set_state("on_call")

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` (from any thread) when link, outbox or the queue at hand moved."""
        self._store.listen(changed)

    def close(self) -> None:
        """Finish: stop the sync, keep everything."""
        self._closing()
        self._store.close()

    def _make(self, make: Callable[[View], Saved | Refused]) -> Saved | Refused:
        made = self._try(make)
        if isinstance(made, Saved) or made.code == "call_forbidden":
            self._wrote()
        return made

    def _try(self, act: Callable[[View], Answer | Refused]) -> Answer | Refused:
        try:
            with self._store.write() as view:
                return act(view)
        except LocalStoreError as error:
            return Refused(code=error.code, params=error.params)
