"""The desk: what an agent does with the client at hand, answered from the local store alone.

Implements `screens.desk_service.DeskService`. A save is one transaction (fact, the client's
new state, agenda, outbox, the next client) that is durable before the call returns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rules.capture.values import CaptureContext
from rules.catalogue import Catalogue
from rules.desk import AgendaItem, ClientPage, DeskPage, Header, HistoryPage, NoClient, Refused, Saved
from rules.facts import STATES, FactBody, ResultBody
from rules.text import fold
from storage.local import agenda, captures, showing
from storage.local.connection import LocalStoreError
from storage.local.store import LocalStore
from storage.local.view import View
from storage.reference import catalogue

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
        """The catalogue of results in force."""
        return catalogue()

    def desk(self) -> DeskPage:
        """The present screenful; if nobody is on the desk, the next client is put there."""
        with self._store.read() as view:
            if view.on_desk() is not None or isinstance(view.next_client(), NoClient):
                return view.screenful()
        with self._store.write() as view:
            showing.move_on(view)
            return view.screenful()

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
        """Callbacks and promises of today and tomorrow, and broken promises."""
        with self._store.read() as view:
            clients = [view.client(held) for held in view.at_hand()]
            user = view.user
            return agenda.items(view.connection, clients, view.now, user.name, user.zone)

    # Choosing.

    def select_account(self, account_id: int) -> None:
        """What the next capture refers to; an account of another client is passed over."""
        with self._store.write(durable=False) as view:
            showing.select_account(view, account_id)

    def select_phone(self, index: int) -> ClientPage | Refused:
        """Choose the number to call (0-based); refused when it may not be called."""
        return self._try(lambda view: showing.select_phone(view, index))

    def open_client(self, client_id: int) -> DeskPage | Refused:
        """Show a client at hand; the one that was shown stays at hand."""
        return self._try(lambda view: showing.open_client(view, client_id))

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

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` (from any thread) when link, outbox or the queue at hand moved."""
        self._store.listen(changed)

    def close(self) -> None:
        """Finish: stop the sync, keep everything."""
        self._closing()
        self._store.close()

    def _make(self, make: Callable[[View], Saved | Refused]) -> Saved | Refused:
        made = self._try(make)
        if isinstance(made, Saved):
            self._wrote()
        return made

    def _try(self, act: Callable[[View], Answer | Refused]) -> Answer | Refused:
        try:
            with self._store.write() as view:
                return act(view)
        except LocalStoreError as error:
            return Refused(code=error.code, params=error.params)
