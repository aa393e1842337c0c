"""Messages: a lead writes to agents, and learns who has read it and who answered."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from hub.auth import BEARER, DECIDERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.problems import Refusal, problem_specs
from rules.correspondence import Messages, NewMessage, Readers, Sent
from storage.central.leading import messages

_REFUSED = problem_specs(*REFUSED)
_LARGEST_ID = 2**63


@post(
    "/v1/messages",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="send_message",
    summary="Write to an agent, a team or all",
)
def send(data: JSONBody[NewMessage], who: SignedIn, store: TheStore) -> Sent:
    """Send a message; the same id again is the same message. Workstations get it with their next pull."""
    try:
        UUID(data.id)
    except ValueError as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, "bad_request", "id: not a UUID") from error
    if data.client_id is not None and not 0 < data.client_id < _LARGEST_ID:
        raise Refusal(HTTPStatus.BAD_REQUEST, "bad_request", "client_id: must be a positive 64-bit number")
    return messages.send(store, who, data)


@get(
    "/v1/messages",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="messages",
    summary="What one wrote and was written",
)
def listed(
    who: SignedIn,
    store: TheStore,
    agent: Annotated[
        str, QueryParameter(max_length=100, description="only those to and from this agent; none = all")
    ] = "",
) -> Messages:
    """Own messages, newest first, with how many have them and have read them. Nobody reads another's."""
    return messages.listed(store, who, agent)


@get(
    "/v1/messages/{message_id:str}/readers",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="message_readers",
    summary="Who has a message and who has read it",
)
def readers(message_id: FromPath[str], who: SignedIn, store: TheStore) -> Readers:
    """The readers of a message of one's own."""
    return messages.readers(store, who, message_id)


@post(
    "/v1/messages/{message_id:str}/read",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="read_message",
    summary="Say that one has read a message",
)
def read(message_id: FromPath[str], who: SignedIn, store: TheStore) -> None:
    """An agent's message was read on the board."""
    messages.read(store, who, message_id)
