"""The sync loop: facts out, clients and changes in, in a thread of its own.

A fact leaves the outbox only after the hub has answered for its id; what failed is retried
by the loop's own timer, never only by the next write. The HTTP library comes with
`make_client`, which is called in the thread: importing this module costs next to nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, assert_never

from storage.sync import plan
from storage.sync.exchange import Exchange
from storage.sync.failures import DeviceRevoked, HubRefused, HubUnavailable, SignInNeeded

if TYPE_CHECKING:
    from rules.protocol import Session
    from storage.local.store import LocalStore
    from storage.sync.client import HubClient

FAREWELL_SECONDS = 1.2
JOIN_SECONDS = 2.0
REFUSED_SECONDS = 5.0
PAINTING_SECONDS = 0.06
"""After a nudge: the screen is painting the next account, and two threads share one interpreter."""


class SyncLoop:
    """Keeps one workstation and its hub in step.

    Args:
        local: the workstation's store.
        make_client: opens the hub's client; called once, in the loop's thread.
        on_change: told, in the loop's thread, when link, outbox or the clients at hand moved.
        credentials: user and password for signing in without asking; None = the stored
            session must do, and once the hub refuses it the link is "refused" until another
            one is stored.
        on_signed_in: told, in the loop's thread, of a session that the credentials brought, and of
            their password.
        on_revoked: told, in the loop's thread, that the hub has revoked this device; the loop has
            ended then.
        ahead: clients to keep leased.
        on_fault: told of an unexpected error, for the log; the loop goes on after a pause.
    """

    def __init__(
        self,
        local: LocalStore,
        make_client: Callable[[], HubClient],
        on_change: Callable[[], None],
        *,
        credentials: tuple[str, str] | None = None,
        on_signed_in: Callable[[Session, str], None] = lambda *_: None,
        on_revoked: Callable[[], None] = lambda: None,
        ahead: int = plan.CLIENTS_AHEAD,
        on_fault: Callable[[Exception], None] = lambda _: None,
    ) -> None:
        self._local, self._make_client, self._on_change = local, make_client, on_change
        self._credentials, self._ahead, self._on_fault = credentials, ahead, on_fault
        self._on_signed_in, self._on_revoked = on_signed_in, on_revoked
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="sync", daemon=True)
        self._running = threading.Event()
        self._wake, self._stopping = asyncio.Event(), asyncio.Event()
        self._pulled_at = 0.0
        self._release = True
        self._link = ""
        self._failures = 0
        self._retry_at = self._renew_due = self._lease_due = 0.0
        self._pull_due = self._agenda_due = self._team_due = 0.0

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def nudge(self) -> None:
        """A fact was written, or a session stored: look at once. From any thread."""
        self._call(self._wake.set)

    def stop(self, *, release: bool = True) -> None:
        """End within two seconds: send what can be sent, give back clients that were not shown.

        Whatever could not be sent stays in the outbox for the next start.
        """
        if self._thread.is_alive():
            self._release = release
            self._running.wait(JOIN_SECONDS)
            self._call(self._stopping.set)
            self._thread.join(JOIN_SECONDS)

    def _call(self, what: Callable[[], None]) -> None:
        if self._running.is_set():
            with contextlib.suppress(RuntimeError):  # the loop has closed: there is nobody to tell
                self._loop.call_soon_threadsafe(what)

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._running.set()
        self._set_link("connecting")
        client = self._make_client()
        exchange = Exchange(self._local, client, self._credentials, self._on_signed_in)
        work = asyncio.create_task(self._work(exchange))
        try:
            await self._stopping.wait()
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            if self._link == "online":
                with contextlib.suppress(TimeoutError, HubUnavailable, HubRefused):
                    async with asyncio.timeout(FAREWELL_SECONDS):
                        await self._farewell(exchange)
        finally:
            await client.close()

    async def _work(self, exchange: Exchange) -> None:
        """Round after round until stopped; a failed round only delays the next."""
        while not self._stopping.is_set():
            try:
                for action in plan.plan(self._view()):
                    await self._do(exchange, action)
            except DeviceRevoked:
                self._set_link("revoked")
                self._on_revoked()
                return
            except SignInNeeded:
                self._rest("refused", REFUSED_SECONDS)
            except HubUnavailable as error:
                self._failed(error.retry_after)
            except HubRefused as error:
                self._on_fault(error)
                self._rest("refused", plan.LONGEST_RETRY_SECONDS)
            except Exception as error:
                # Whatever it is (a full disk, a fault of ours): a sync that ends without a word
                # would strand the facts in the outbox. It is logged, shown as offline, retried.
                self._on_fault(error)
                self._failed(None)

    def _view(self) -> plan.View:
        return plan.View(
            now=time.monotonic(),
            unsent=len(self._local.outbox(1)),
            at_hand=self._local.at_hand(),
            held=len(self._local.held()),
            renew_due=self._renew_due,
            lease_due=self._lease_due,
            pull_due=self._pull_due,
            pulled_at=self._pulled_at,
            waiting_answer=self._local.waiting_answer(),
            agenda_due=self._agenda_due,
            asked=self._local.asking.wanted,
            retry_at=self._retry_at,
            ahead=self._ahead,
            search=self._local.search_wanted(),
            block=self._local.asking.block,
            team_watched=self._local.asking.team_watched,
            team_due=self._team_due,
        )

    async def _do(self, exchange: Exchange, action: plan.Action) -> None:
        match action:
            case plan.Wait():
                await self._pause(action.seconds)
                return
            case plan.SendEvents():
                moved = await exchange.send_events()
                self._lease_due = 0.0  # the hub knows now that their clients are free
                self._renew_due = 0.0 if exchange.unsure else self._renew_due
            case plan.Renew():
                self._renew_due = await exchange.renew()
                moved = False
            case plan.TakeLeases():
                self._lease_due, self._renew_due = await exchange.take_leases(action.want)
                moved = True
            case plan.TakeSearch():
                self._renew_due = min(self._renew_due, await exchange.take_search())
                moved = True
            case plan.PullChanges():
                more, moved = await exchange.pull_changes()
                self._pulled_at = time.monotonic()
                self._pull_due = self._pulled_at + (0.0 if more else plan.PULL_SECONDS)
            case plan.TakeClient():
                renew_due = await exchange.take_client(action.client_id)
                self._renew_due, moved = min(self._renew_due, renew_due), True
            case plan.TakeBlock():
                self._renew_due = min(self._renew_due, await exchange.take_block())
                moved = True
            case plan.ReturnBlock():
                await exchange.return_block()
                moved = True
            case plan.PullAgenda():
                await exchange.pull_agenda()
                self._agenda_due, moved = time.monotonic() + plan.AGENDA_SECONDS, False
            case plan.PullTeam():
                await exchange.pull_team()
                self._team_due, moved = time.monotonic() + plan.TEAM_SECONDS, False
            case _:
                assert_never(action)
        self._failures = 0
        self._set_link("online")
        if moved:
            self._on_change()

    async def _pause(self, seconds: float) -> None:
        # Not wait_for: in Python 3.11 it loses a cancellation that meets the nudge.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
            await asyncio.sleep(PAINTING_SECONDS)
            if self._link == "refused":
                self._retry_at = 0.0  # somebody may have signed in: no need to wait any longer
        self._wake.clear()

    def _failed(self, asked: float | None) -> None:
        self._failures += 1
        self._rest("offline", plan.retry_pause(self._failures, random.random(), asked))  # noqa: S311 - jitter

    def _rest(self, link: str, seconds: float) -> None:
        self._retry_at = time.monotonic() + seconds
        self._set_link(link)

    def _set_link(self, link: str) -> None:
        if link != self._link:
            self._link = link
            self._local.set_link(link)
            self._on_change()

    async def _farewell(self, exchange: Exchange) -> None:
        await exchange.send_events()
        if self._release:
            await exchange.give_back()
