"""Each exchange with the hub and what it leaves in the local store; no loop, no timer."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from uuid_utils import uuid7

from rules.desk import Refused
from rules.facts import SEQ_REUSED, EventResult
from rules.protocol import Changes, EventBatch, LeaseRequest, Leases
from rules.searching import QUEUE as SEARCH_QUEUE
from storage.sync.failures import DeviceRevoked, HubRefused, HubUnavailable, SignInNeeded
from storage.sync.plan import asking_due, renewal_due

if TYPE_CHECKING:
    from rules.protocol import Session
    from storage.local.store import LocalStore
    from storage.sync.client import HubClient, Measured

T = TypeVar("T")

BATCH = 100
BLOCK = 50
"""Clients that are asked for to work without a link."""
RULEBOOKS = "rulebooks"
"""What the feed calls the portfolios' own rules."""

MOST_RENEWED = 50
OFFSET_STEP_MS = 50

_EVENT_AT_FAULT = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class Exchange:
    """One workstation's conversation with its hub.

    Every method raises `HubUnavailable` (nothing is known, ask again), `SignInNeeded` or
    another `HubRefused`; whatever was settled before stays settled.

    Args:
        local: the workstation's store.
        client: the hub.
        credentials: user and password for signing in without asking, or None.
        on_signed_in: told of a session that the credentials brought, and of their password.

    Attributes:
        unsure: a retraction was answered for since leases were last renewed. Its client is on the
            desk again; the hub may have given it to somebody else meanwhile, which renewing tells.
    """

    def __init__(
        self,
        local: LocalStore,
        client: HubClient,
        credentials: tuple[str, str] | None = None,
        on_signed_in: Callable[[Session, str], None] = lambda *_: None,
    ) -> None:
        self._on_signed_in = on_signed_in
        self._local, self._client, self._credentials = local, client, credentials
        self.unsure = False
        self._request_id = ""
        self._rules_read = False
        self._renumbered = False
        self._refused_session = ""
        self._offset_ms: int | None = None
        client.measured = self._note_time

    async def send_events(self) -> bool:
        """Send the oldest facts that may go, at most a batch; whether there were any.

        Of a batch that the hub can't read the first half is sent, until it is the one bad fact
        that is left: that one is put aside, and holds back none but its own client's.
        """
        most = BATCH
        while events := self._local.outbox(most):
            batch = EventBatch(device=self._local.device(), events=tuple(events))
            try:
                answer = await self._authorised(partial(self._client.events, batch))
            except HubRefused as error:
                if error.status not in _EVENT_AT_FAULT:
                    raise
                if len(events) == 1:
                    self._local.settle([EventResult(id=events[0].id, status="refused", reason=error.code)])
                    return True
                most = len(events) // 2
                continue
            if [result.id for result in answer.results] != [event.id for event in events]:
                raise HubUnavailable("the answer is about other facts than those sent")
            self.unsure |= any(event.kind == "retraction" for event in events)
            self._settle(answer.results)
            return True
        return False

    def _settle(self, results: tuple[EventResult, ...]) -> None:
        """Take answers in; a number that the hub has of another fact tells that this store is a copy.

        The facts are then sent again, under a new device's numbers, once; a hub that still
        refuses them means something else.
        """
        if self._renumbered or all(result.reason != SEQ_REUSED for result in results):
            self._local.settle(results)
            return
        self._renumbered = True
        self._local.settle([result for result in results if result.reason != SEQ_REUSED])
        self._local.become_new_device()
        self._client.token = ""

    async def renew(self) -> float:
        """Extend every lease; when to do it again (monotonic seconds)."""
        tokens = [(lease_id, held[0]) for lease_id, held in self._local.held().items()]
        lifetime = timedelta.max
        for start in range(0, len(tokens), MOST_RENEWED):
            part = dict(tokens[start : start + MOST_RENEWED])
            renewed, measured = await self._authorised(partial(self._client.renew, part))
            self._local.extend(renewed.expires, renewed.server_time, measured.round_trip)
            self._local.drop(renewed.gone)
            lifetime = min([lifetime, *(end - renewed.server_time for end in renewed.expires.values())])
        self.unsure = False
        return renewal_due(time.monotonic(), lifetime.total_seconds())

    async def take_leases(self, want: int) -> tuple[float, float]:
        """Hold `want` clients; when to ask again, and when to renew (monotonic seconds).

        A request whose answer was lost is repeated under its own id, so that the hub gives
        the same clients again.
        """
        self._request_id = self._request_id or str(uuid7())
        request = LeaseRequest(want=want, request_id=self._request_id, device=self._local.device())
        answer, measured = await self._authorised(lambda: self._client.leases(request))
        self._request_id = ""
        self._local.take(answer, measured.round_trip)
        now = time.monotonic()
        opens = answer.waiting_until
        opens_in = None if opens is None else (opens - answer.server_time).total_seconds()
        return asking_due(now, opens_in), renewal_due(now, _shortest(answer))

    async def take_block(self) -> float:
        """Hold clients for hours, to work without a link; when to renew (monotonic seconds).

        The agent may have gone out of reach meanwhile: the request is not repeated by itself.
        """
        request = LeaseRequest(want=BLOCK, request_id=str(uuid7()), device=self._local.device(), offline=True)
        try:
            answer, measured = await self._authorised(lambda: self._client.leases(request))
        except (DeviceRevoked, SignInNeeded):
            raise
        except HubRefused as error:
            self._local.settle_block(Refused(code=error.code))
            return renewal_due(time.monotonic(), timedelta.max.total_seconds())
        self._local.take(answer, measured.round_trip)
        self._local.settle_block()
        return renewal_due(time.monotonic(), _shortest(answer))

    async def return_block(self) -> None:
        """Give the clients for working offline back, but for the one on the desk."""
        await self._release(self._local.block())
        self._local.settle_block()

    async def take_search(self) -> float:
        """Hold one client to be searched for, if there is any; when to renew (monotonic seconds)."""
        request = LeaseRequest(
            want=1, request_id=str(uuid7()), device=self._local.device(), queue=SEARCH_QUEUE
        )
        answer, measured = await self._authorised(lambda: self._client.leases(request))
        self._local.take(answer, measured.round_trip, search=True)
        return renewal_due(time.monotonic(), _shortest(answer))

    async def take_client(self, client_id: int) -> float:
        """Hold the client that the agent asked for, or learn why not; when to renew (monotonic seconds)."""
        request = LeaseRequest(
            want=1, request_id=str(uuid7()), device=self._local.device(), client_id=client_id
        )
        try:
            answer, measured = await self._authorised(lambda: self._client.leases(request))
        except (DeviceRevoked, SignInNeeded):
            raise
        except HubRefused as error:
            self._local.settle_asking(client_id, Refused(code=error.code))
            return renewal_due(time.monotonic(), timedelta.max.total_seconds())
        if answer.leases:
            self._local.take(answer, measured.round_trip)
        self._local.settle_asking(client_id, _refusal(answer))
        return renewal_due(time.monotonic(), _shortest(answer))

    async def pull_changes(self) -> tuple[bool, bool]:
        """Apply a page of changes; whether there is more, and whether the page held any.

        The first page, and one that tells of other rules, brings the portfolios' rules along.
        """
        try:
            changes = await self._authorised(self._pull)
        except HubRefused as error:
            if error.status != HTTPStatus.GONE:
                raise
            self._local.start_over()
            self._rules_read = False
            return True, True
        if not self._rules_read or any(change.entity == RULEBOOKS for change in changes.changes):
            self._local.keep_rulebooks((await self._authorised(self._client.rulebooks)).books)
            self._rules_read = True
        self._local.apply_changes(changes)
        return changes.more, bool(changes.changes)

    async def _pull(self) -> Changes:
        behind = self._local.backlog()
        return await self._client.changes(self._local.cursor(), waiting=behind.waiting, since=behind.since)

    async def pull_agenda(self) -> None:
        """Take in what the agent has to see to."""
        self._local.take_agenda(await self._authorised(self._client.agenda))

    async def pull_team(self) -> None:
        """Take in how the agent's team stands, for whoever looks at it."""
        from rules.team import TeamQuery  # here: most runs never look at it

        try:
            self._local.take_team(await self._authorised(lambda: self._client.ask(TeamQuery())))
        except (DeviceRevoked, SignInNeeded):
            raise
        except HubRefused as error:
            if error.status != HTTPStatus.NOT_FOUND:  # a hub of an earlier version knows no teams
                raise

    async def give_back(self) -> None:
        """Release every lease whose client was neither worked nor is on the desk."""
        await self._release(self._local.not_shown())

    async def _release(self, leases: dict[str, int]) -> None:
        for lease_id, token in leases.items():
            await self._authorised(partial(self._client.release, lease_id, token))
            self._local.drop([lease_id])

    async def _authorised(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask with a token that the hub takes: the stored one, a refreshed or a new one."""
        if not self._client.token:
            await self._authorise()
        try:
            return await ask()
        except SignInNeeded:
            await self._renew_session()
            return await ask()

    async def _authorise(self) -> None:
        session = self._local.session()
        if session is not None and session.refresh_token not in ("", self._refused_session):
            self._client.token = session.access_token
        elif self._credentials is not None:
            await self._sign_in(*self._credentials)
        else:
            raise SignInNeeded("sign_in_needed", HTTPStatus.UNAUTHORIZED, "there is no session")

    async def _renew_session(self) -> None:
        """Refresh the stored session, once; one that the hub refuses is not offered again."""
        session = self._local.session()
        if session is not None and session.access_token != self._client.token:
            self._client.token = session.access_token  # somebody has signed in anew meanwhile
            return
        self._client.token = ""
        if session is not None and session.refresh_token not in ("", self._refused_session):
            try:
                self._local.set_session(await self._client.refresh(session.refresh_token))
                return
            except SignInNeeded:
                self._refused_session = session.refresh_token
        await self._authorise()

    async def _sign_in(self, user: str, password: str) -> None:
        try:
            session = await self._client.sign_in(user, password, self._local.device())
        except SignInNeeded:
            self._credentials = None  # asking again and again with a wrong password locks the user out
            raise
        self._local.set_session(session)
        self._on_signed_in(session, password)

    def _note_time(self, measured: Measured) -> None:
        """Learn the clock's offset: the hub's time at the middle of the round trip, minus ours."""
        ours = self._local.clock.now() - timedelta(seconds=measured.round_trip / 2)
        offset_ms = round((measured.server_time - ours).total_seconds() * 1000)
        unsure_ms = measured.round_trip * 500 + OFFSET_STEP_MS
        if self._offset_ms is None or abs(offset_ms - self._offset_ms) > unsure_ms:
            self._offset_ms = offset_ms
            self._local.set_offset(offset_ms)


def _shortest(answer: Leases) -> float:
    """Seconds for which the first of the leases to end still runs; very many without any."""
    ends = (lease.expires_at - answer.server_time for lease in answer.leases)
    return min(ends, default=timedelta.max).total_seconds()


def _refusal(answer: Leases) -> Refused | None:
    """Why the client that was asked for did not come, None when it did."""
    if answer.leases:
        return None
    why = answer.waiting or ""
    if why in ("taken", "unknown_client"):
        return Refused(code="client_taken" if why == "taken" else why)
    until = answer.waiting_until.isoformat() if answer.waiting_until else ""
    return Refused(code="client_barred", params={"rule": why, "until": until})
