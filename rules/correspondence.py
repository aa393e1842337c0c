"""What leads write to agents: how a board sends it, and learns who has it, who read it and who answered."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from rules.messages import Message
from rules.questions import Done, Question
from rules.ready import ready

_DATE = re.compile(r"\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})\b")
_HOUR = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_LONG_NUMBER = re.compile(r"\d(?:[ ().-]{0,2}\d){7,}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_TAX_OR_PERSONAL_ID = re.compile(r"\b[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}(?:[A-Z0-9]{5})?\b", re.IGNORECASE)


class Sent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message as its writer has it.

    audience: "user:NAME", "team:NAME" or "all". client: whom it is about, masked. readers,
    delivered, read: how many it is for, whose workstations have it, and who have read it.
    """

    id: str
    at: datetime
    kind: str
    audience: str
    text: str
    client: str = ""
    readers: int = 0
    delivered: int = 0
    read: int = 0


class Reader(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One whom a message is for: when it reached the workstation, and when it was read there."""

    name: str
    display_name: str
    delivered_at: datetime | None = None
    read_at: datetime | None = None


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/messages: what the asking person wrote and got, each newest first."""

    sent: tuple[Sent, ...]
    received: tuple[Message, ...]


class Readers(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/messages/{message_id}/readers, by name."""

    readers: tuple[Reader, ...]


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """POST /v1/messages.

    id: a UUID made before it is first sent; the same again is the same message. audience:
    "user:NAME", "team:NAME" or "all". client_id: whom it is about, if it is for one agent.
    matter: id of a decision that waits; the message is then about its client.
    """

    id: str
    audience: str
    text: str
    kind: str = "notice"
    client_id: int | None = None
    matter: str = ""


class MessagesQuery(Question[Messages], frozen=True, kw_only=True):
    """GET /v1/messages: own ones. agent: only those to and from this agent, "" = all."""

    PATH: ClassVar[str] = "/v1/messages"
    ANSWER: ClassVar[Any] = Messages

    agent: str = ""


class MessageOrder(Question[Sent], frozen=True, kw_only=True):
    """POST /v1/messages: send one."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/messages"
    ANSWER: ClassVar[Any] = Sent

    body: NewMessage


class ReadersQuery(Question[Readers], frozen=True, kw_only=True):
    """GET /v1/messages/{message_id}/readers: who has it, of a message of one's own."""

    PATH: ClassVar[str] = "/v1/messages/{message_id}/readers"
    ANSWER: ClassVar[Any] = Readers

    message_id: str


class ReadOrder(Question[Done], frozen=True, kw_only=True):
    """POST /v1/messages/{message_id}/read: the asking person has read it."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/messages/{message_id}/read"
    ANSWER: ClassVar[Any] = None

    message_id: str


def to_one(audience: str) -> bool:
    """Whether a message is for one person."""
    return audience.startswith("user:")


def holds_client_data(text: str) -> bool:
    """Whether a text seems to name a client: an e-mail, a tax or personal id, a number as long as a phone's.

    Days and hours are no such number, nor is an amount whose thousands are parted by commas.
    """
    plain = _HOUR.sub(" : ", _DATE.sub(" / ", text))
    return any(pattern.search(plain) for pattern in (_EMAIL, _TAX_OR_PERSONAL_ID, _LONG_NUMBER))


ready(Messages, Sent, Readers, NewMessage)
