"""What the desk asks for: the protocol between screens and the local store.

Every call answers from the workstation alone, in a few milliseconds, and never waits for
the network. The values are `rules.desk`'s. The implementation is
`storage.local.desk.LocalDesk`; the composition root hands it over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol

from rules.capture.values import CaptureContext
from rules.catalogue import Catalogue
from rules.desk import (
    AgendaItem,
    ClientPage,
    DeskPage,
    Figures,
    Header,
    HistoryPage,
    KeptMessage,
    NoClient,
    OfflineBlock,
    PhoneView,
    PutAside,
    Refused,
    Saved,
)
from rules.facts import ResultBody
from rules.wire import FactBody

if TYPE_CHECKING:
    from rules.day import Day
    from rules.negotiation import Negotiation
    from rules.team import Team

__all__ = [
    "AgendaItem",
    "ClientPage",
    "DeskPage",
    "DeskService",
    "Figures",
    "Header",
    "HistoryPage",
    "KeptMessage",
    "NoClient",
    "OfflineBlock",
    "PhoneView",
    "PutAside",
    "Refused",
    "Saved",
]


class DeskService(Protocol):
    """The desk. One per workstation; every method is quick and local."""

    def catalogue(self) -> Catalogue:
        """The catalogue of results in force."""
        ...

    def negotiation(self) -> Negotiation:
        """Offers, their order and who may grant them."""
        ...

    def desk(self) -> DeskPage:
        """The present screenful."""
        ...

    def ahead(self) -> ClientPage | None:
        """The page that comes next, as far as it is known now; None = nobody is at hand."""
        ...

    def header(self) -> Header:
        """The top line alone: cheap enough for every second."""
        ...

    def select_account(self, account_id: int) -> None:
        """What amounts, dates and defaults of the next capture refer to."""
        ...

    def capture_context(self) -> CaptureContext | None:
        """What the line is read against; None when no client is shown."""
        ...

    def save(self, body: ResultBody) -> Saved | Refused:
        """Make a result durable and move to the next client.

        The body's client must be the one on the desk. Consistency rules are checked here
        once more; a refusal changes nothing.
        """
        ...

    def note(self, body: FactBody) -> Saved | Refused:
        """Make a note (`rules.facts.NOTES`) about a client at hand durable; the desk stays as it is."""
        ...

    def skip(self, reason: str, note: str = "") -> Saved | Refused:
        """Put the client back with a reason and move on."""
        ...

    def undo(self) -> Saved | Refused:
        """Take the agent's last capture or skip back; its client is shown again."""
        ...

    def open_search(self) -> DeskPage | Refused:
        """Show a client without a usable number, to be searched for.

        Refused with searching until one has come (`subscribe` tells), or with why none will.
        """
        ...

    def end_search(self, outcome: str, note: str = "") -> Saved | Refused:
        """Record how the search on the desk ended (`rules.searching.OUTCOMES`), and move on."""
        ...

    def select_phone(self, index: int) -> ClientPage | Refused:
        """Choose the number to call (0-based); refused when it may not be called."""
        ...

    def set_state(self, state: str) -> Header:
        """Record the agent's state (one of `rules.facts.STATES`)."""
        ...

    def begin_call(self) -> None:
        """The agent begins to work on the client on the desk: on a call, if available so far."""
        ...

    def history(self, text: str = "", offset: int = 0, limit: int = 50) -> HistoryPage:
        """Entries of the client on the desk whose code, note or agent holds `text`."""
        ...

    def lines(self) -> tuple[str, ...]:
        """The agent's last entered lines, oldest first, without their notes and names."""
        ...

    def agenda(self) -> tuple[AgendaItem, ...]:
        """Callbacks, promises and tasks of late, today and tomorrow, the most urgent first."""
        ...

    def day(self) -> Day:
        """The agent's own day: time by state, connection, calls, money against goals."""
        ...

    def open_client(self, client_id: int) -> DeskPage | Refused:
        """Show a client that this workstation holds (from the agenda)."""
        ...

    def ask_for(self, client_id: int) -> Refused | None:
        """Ask the hub for a client that is not held here; None = it has been asked."""
        ...

    def asked(self) -> int | Refused | None:
        """What became of the client that was asked for, told once: its id when it is at hand."""
        ...

    def quarantine(self) -> tuple[PutAside, ...]:
        """Facts that the hub refused, oldest first."""
        ...

    def send_again(self, fact_id: str) -> Refused | None:
        """Send a refused fact once more, as it is; None = it is on its way."""
        ...

    def let_go(self, fact_id: str, reason: str) -> Refused | None:
        """Give a refused fact up (reason: one of `rules.desk.LET_GO`); what waited for it goes on."""
        ...

    def messages(self) -> tuple[KeptMessage, ...]:
        """What was written to the agent, the unread first, and what the agent wrote of late."""
        ...

    def read_message(self, message_id: str) -> Refused | None:
        """The agent has read a message, which its writer is told; None = it is kept."""
        ...

    def write_message(self, text: str, answers: str = "") -> Refused | None:
        """Write to the writer of a message, or to whoever leads the agent; None = it is on its way."""
        ...

    def watch_team(self, watching: bool) -> None:
        """Have the team's figures brought every few seconds while there is a link, or no more."""
        ...

    def team(self) -> Team | None:
        """The own team as the hub told last, None = not yet."""
        ...

    def go_offline(self) -> Literal["take", "return"] | Refused:
        """Ask the hub for clients to work without a link; if some are here, give them back."""
        ...

    def went_offline(self) -> OfflineBlock | Refused | None:
        """What became of the clients for working offline, told once; None = nothing yet."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` (from any thread) when link, outbox or the queue at hand moved."""
        ...

    def close(self) -> None:
        """Finish: stop the sync, keep everything."""
        ...
