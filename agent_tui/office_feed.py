"""The receipts desk's line to the hub: asks and orders like the board's, but no stream of live figures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from agent_tui.board_feed import BoardFeed
from rules.office import OfficeQuery

if TYPE_CHECKING:
    from storage.sync.client import HubClient

EVERY_SECONDS = 5.0
"""How often the hub is asked for a sign of life."""


class OfficeFeed(BoardFeed):
    """A board's service for those who watch no figures: the back office."""

    async def _listen(self, client: HubClient) -> AsyncIterator[None]:
        while True:
            self._alive((await client.ask(OfficeQuery())).at)
            yield
            await asyncio.sleep(EVERY_SECONDS)
