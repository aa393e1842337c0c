"""The desk's company: what leads write, and the own team beside the account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from rules.desk import DeskPage, Header
from screens.desk_dialogs import DeskDialogs
from screens.desk_service import DeskService

if TYPE_CHECKING:
    from widgets.team_panel import TeamPanel

BESIDE = 120
"""From how many columns on the team has a place of its own; in fewer it takes a panel's."""


class DeskTeam(DeskDialogs):
    """Messages and the team's pane; both leave the line its focus and what is typed on it."""

    def __init__(
        self, service: DeskService | None, first: DeskPage | None, now: Callable[[], datetime]
    ) -> None:
        super().__init__(service, first, now)
        self._pane: TeamPanel | None = None
        self._told = self._said = ""

    # Messages

    async def action_messages(self) -> None:
        """What leads wrote, and a line to answer or to write; what is typed in one go waits for it."""
        from screens.messages import MessagesScreen

        if self.service:
            await self.app.push_screen(MessagesScreen(self.service, self.now()), self._left_messages)

    def _left_messages(self, client_id: int | None) -> None:
        if self.service:
            header = self.service.header()
            self.top.show(header, self.now())
            if header.urgent is None and self._said and self.head.said.plain == self._said:
                self.head.say("")  # it was read
        self._open(client_id)

    def tell_urgent(self, header: Header) -> None:
        """Say once how an unread urgent message begins."""
        urgent = header.urgent
        if urgent is not None and urgent.id != self._told:
            self._told = urgent.id
            key = self.live_keys().get("desk.messages", "")
            self.head.say(f"{key} ‼ {urgent.writer_name}: {urgent.text}", "bold $text-warning")
            self._said = self.head.said.plain

    # The team

    async def action_team(self) -> None:
        """Show the own team, live as long as it is shown; or put it away."""
        from widgets.team_panel import TeamPanel

        if self.has_class("-team"):
            self._put_away()
        elif self.service is not None:
            if self._pane is None:
                self.team = self._pane = TeamPanel(id="team")
                await self.query_one("#panels").mount(self._pane, before=self.policies)
            self.service.watch_team(True)
            self.add_class("-team")
            self._give_room()
            self.show_team()

    def _put_away(self) -> None:
        self.remove_class("-team")
        if self.service is not None:
            self.service.watch_team(False)

    def _give_room(self) -> None:
        self.set_class(self.size.width >= BESIDE, "-beside")

    def on_resize(self) -> None:
        """A wider window gives the team a place of its own, a narrower one takes it away."""
        self._give_room()

    def action_look(self, name: str) -> None:
        """Put the eye on a panel; a team in the panel's place makes room."""
        if self.has_class("-team") and not self.has_class("-beside"):
            self._put_away()
        super().action_look(name)

    def show_team(self) -> None:
        """Show the team as it is known now, if it is looked at."""
        if self._pane is not None and self.service is not None and self.has_class("-team"):
            self._pane.show(self.service.team(), self.now())
