"""What the agent has asked the hub for, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rules.desk import Refused

if TYPE_CHECKING:
    from rules.team import Team

Block = Literal["", "take", "return"]


class Asking:
    """Kept in memory alone: after a restart nobody waits for it any more.

    The desk asks and looks for the outcome, the sync loop brings it; each step is one
    assignment, so the two threads need no lock.

    wanted: the one client that was asked for. block: what is to become of the clients for working
    offline, "" = nothing was asked. team_watched: somebody looks at the team's figures; team: as
    the hub told them last.
    """

    def __init__(self) -> None:
        self.wanted: int | None = None
        self.block: Block = ""
        self.team_watched = False
        self.team: Team | None = None
        self._outcome: int | Refused | None = None
        self._block_outcome: Block | Refused = ""

    def ask(self, client_id: int) -> None:
        """Ask for a client; an earlier one is not waited for any more."""
        self._outcome = None
        self.wanted = client_id

    def settle(self, client_id: int, refused: Refused | None = None) -> None:
        """The client came, or will not; of one that is not waited for nothing is said."""
        if self.wanted == client_id:
            self._outcome = client_id if refused is None else refused
            self.wanted = None

    def outcome(self) -> int | Refused | None:
        """What became of the client, told once: its id when it is at hand now."""
        outcome, self._outcome = self._outcome, None
        return outcome

    def settle_block(self, refused: Refused | None = None) -> None:
        """The clients for working offline came or went back, or will not."""
        self._block_outcome = refused or self.block
        self.block = ""

    def block_outcome(self) -> Block | Refused:
        """What became of the clients for working offline, told once."""
        outcome, self._block_outcome = self._block_outcome, ""
        return outcome
