"""The workstation's requests: clients on lease, facts, changes."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from hub.auth import AGENTS, BEARER, EVERYBODY, SignedIn, TheStore, same_device, signed_in
from hub.live import TheLive
from hub.metrics import TheMetrics
from hub.problems import Refusal, problem_specs
from rules.protocol import Agenda, Changes, EventBatch, EventResults, LeaseRequest, Leases, Renewal, Renewed
from rules.searching import QUEUE as SEARCH
from storage.central import changes as feed
from storage.central.agenda import agenda as central_agenda
from storage.central.counting.day import note_presence
from storage.central.doors.devices import note_outbox
from storage.central.facts import events as facts
from storage.central.queue import asking, leases

MOST_EVENTS = 100
MOST_LEASES = 50
MOST_CHANGES = 500
MOST_WAITING = 10**6

_REFUSED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)
_BIG_TOKEN = 2**63


@post(
    "/v1/leases",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=AGENTS,
    responses=problem_specs(*_REFUSED),
    operation_id="lease",
    summary="Take clients",
)
def lease(data: JSONBody[LeaseRequest], who: SignedIn, store: TheStore, metrics: TheMetrics) -> Leases:
    """Hold up to `want` clients on this device; the same request_id gives the same leases."""
    if not 1 <= data.want <= MOST_LEASES:
        raise _wrong(f"want: between 1 and {MOST_LEASES}, not {data.want}")
    _uuid("request_id", data.request_id)
    if data.queue not in ("", SEARCH):
        raise _wrong(f'queue: "" or "{SEARCH}"')
    if data.client_id is not None:
        _fits("client_id", data.client_id)
    same_device(who, data.device)
    given = asking.ask(store, who, data) if data.client_id is not None else leases.lease(store, who, data)
    metrics.count("agent_tui_leases_total", len(given.leases))
    return given


@post(
    "/v1/leases/renew",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=AGENTS,
    responses=problem_specs(*_REFUSED),
    operation_id="renew",
    summary="Extend leases",
)
def renew(data: JSONBody[Renewal], who: SignedIn, store: TheStore) -> Renewed:
    """Extend leases; those that are no longer held with that token are told as gone."""
    if len(data.leases) > MOST_LEASES:
        raise _wrong(f"leases: at most {MOST_LEASES} at a time")
    for token in data.leases.values():
        _fits("leases", token)
    return leases.renew(store, who, data)


@delete(
    "/v1/leases/{lease_id:str}",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=AGENTS,
    responses=problem_specs(*_REFUSED, HTTPStatus.NOT_FOUND),
    operation_id="release",
    summary="Give a client back",
)
def release(
    lease_id: FromPath[str],
    who: SignedIn,
    store: TheStore,
    token: Annotated[
        int | None, QueryParameter(description="the lease's token; a stale one releases nothing")
    ] = None,
) -> None:
    """Give a client back to the queue unworked."""
    if token is not None:
        _fits("token", token)
    if not leases.release(store, who, lease_id, token):
        raise Refusal(
            HTTPStatus.NOT_FOUND, "lease_gone", "this lease is not held any more; nothing to release"
        )


@post(
    "/v1/events",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=AGENTS,
    responses=problem_specs(*_REFUSED),
    operation_id="send_events",
    summary="Send facts",
)
def send_events(
    data: JSONBody[EventBatch], who: SignedIn, store: TheStore, metrics: TheMetrics, live: TheLive
) -> EventResults:
    """Keep facts, in one transaction; sending them again changes nothing."""
    if len(data.events) > MOST_EVENTS:
        raise Refusal(
            HTTPStatus.BAD_REQUEST,
            "too_many_events",
            f"events: at most {MOST_EVENTS}, not {len(data.events)}",
        )
    same_device(who, data.device)
    answer = facts.record(store, who, data)
    for result in answer.results:
        metrics.count("agent_tui_events_total", status=result.status)
    live.nudge()
    return answer


@get(
    "/v1/changes",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=EVERYBODY,
    responses=problem_specs(
        HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.GONE
    ),
    operation_id="changes",
    summary="Pull changes",
)
def changes(
    who: SignedIn,
    store: TheStore,
    cursor: Annotated[
        str | None, QueryParameter(description="of the last answer; none = from the start of what is kept")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_CHANGES)] = 100,
    begin: Annotated[
        Literal["now"] | None,
        QueryParameter(
            name="from", description="without a cursor: what the device holds, and the cursor from now on"
        ),
    ] = None,
    outbox_waiting: Annotated[
        int | None, HeaderParameter(name="outbox-waiting", ge=0, le=MOST_WAITING, description="facts to send")
    ] = None,
    outbox_since: Annotated[
        datetime | None, HeaderParameter(name="outbox-since", description="when the oldest of them was made")
    ] = None,
) -> Changes:
    """What changed since a cursor in the reader's portfolios, in the order of its commits."""
    note_presence(store, who)
    if outbox_waiting is not None:
        note_outbox(store, who.device, outbox_waiting, _with_zone(outbox_since))
    if cursor is None and begin is not None:
        return feed.present(store, who)
    try:
        return feed.changes(store, who, cursor, limit)
    except feed.CursorGone as error:
        raise Refusal(
            HTTPStatus.GONE, "cursor_gone", "cursor: not of this store any more; ask again without one"
        ) from error


@get(
    "/v1/agenda",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=AGENTS,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="agenda",
    summary="The agent's agenda",
)
def agenda(who: SignedIn, store: TheStore) -> Agenda:
    """Own promises, callbacks and tasks of late, today and tomorrow; the most urgent first."""
    return central_agenda(store, who)


def _with_zone(at: datetime | None) -> datetime | None:
    """An instant that says its zone; one that does not is told by none of ours."""
    return at if at is not None and at.tzinfo is not None else None


def _wrong(detail: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "bad_request", detail)


def _uuid(field: str, text: str) -> None:
    try:
        UUID(text)
    except ValueError as error:
        raise _wrong(f"{field}: not a UUID") from error


def _fits(field: str, token: int) -> None:
    if not 0 <= token < _BIG_TOKEN:
        raise _wrong(f"{field}: must be a positive 64-bit number")
