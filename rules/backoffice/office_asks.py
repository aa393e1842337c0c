"""Requests at the receipts desk: what the page asks of the centre, and what comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import msgspec

from rules.backoffice.asks import Ask, Asked
from rules.backoffice.calculations import Figures
from rules.questions import Done, Question
from rules.ready import ready
from rules.wire import Wire

MOST = 500
"""Requests that are listed at most, the most urgent first."""


class ListedAsk(Wire, frozen=True):
    """A request on the list. late: its day has passed. own: the reader asked for it, and can't answer.

    client: masked on the list, whole in full.
    """

    ask: Ask
    client: str
    portfolio: str
    policy: str = ""
    late: bool = False
    own: bool = False


class Asks(Wire, frozen=True):
    """Answer of GET /v1/asks: what waits first, by its day. more: there are more than `MOST`."""

    asks: tuple[ListedAsk, ...]
    at: datetime
    more: bool = False


class AskInFull(Wire, frozen=True):
    """A request with what it comes to now; problem: why it can't be done now, as a code, "" = it can.

    waits_for: what is missing in deposit before it can be done, minor units.
    """

    listed: ListedAsk
    figures: Figures | None = None
    problem: str = ""
    waits_for: int = 0


class OfficeAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request of the back office's own, or figures by hand.

    policy: its number. claim: number of the claim of an offset, in the place of its id. A method or scope
    of "" is that of the policy's conditions. asks None: what of the money received can be given back
    (figures only).
    """

    policy: str
    asks: Asked | None = None
    claim: str = ""
    note: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of an answer: a key of `rules.backoffice.asking.VERDICTS`; to deny or to fail, a note says why."""

    verdict: str
    note: str = ""


class Doing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of the order to do it: amount is what whoever orders it has seen that it comes to."""

    amount: int


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of a withdrawal: note says why."""

    note: str


class AskFigures(Wire, frozen=True):
    """Answer of POST /v1/asks/figures: what it comes to, on whose policy."""

    policy: str
    client: str
    currency: str
    figures: Figures


class Asking(Wire, frozen=True):
    """Answer of POST /v1/asks: the request's id and folio."""

    id: str
    folio: str


class AsksQuery(Question[Asks], frozen=True, kw_only=True):
    """GET /v1/asks; kind "" = every kind; ended: those that are done, denied or taken back instead."""

    PATH: ClassVar[str] = "/v1/asks"
    ANSWER: ClassVar[Any] = Asks
    kind: str = ""
    ended: bool = False


class AskQuery(Question[AskInFull], frozen=True, kw_only=True):
    """GET /v1/asks/{ask_id}."""

    PATH: ClassVar[str] = "/v1/asks/{ask_id}"
    ANSWER: ClassVar[Any] = AskInFull
    ask_id: str


class AnswerAsk(Question[Done], frozen=True, kw_only=True):
    """POST /v1/asks/{ask_id}/answer."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/asks/{ask_id}/answer"
    ANSWER: ClassVar[Any] = None
    ask_id: str
    body: Verdict


class DoAsk(Question[Done], frozen=True, kw_only=True):
    """POST /v1/asks/{ask_id}/do."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/asks/{ask_id}/do"
    ANSWER: ClassVar[Any] = None
    ask_id: str
    body: Doing


class WithdrawAsk(Question[Done], frozen=True, kw_only=True):
    """POST /v1/asks/{ask_id}/withdraw."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/asks/{ask_id}/withdraw"
    ANSWER: ClassVar[Any] = None
    ask_id: str
    body: Withdrawal


class WorkOut(Question[AskFigures], frozen=True, kw_only=True):
    """POST /v1/asks/figures: what something would come to; nothing is asked."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/asks/figures"
    ANSWER: ClassVar[Any] = AskFigures
    body: OfficeAsk


class AskOwn(Question[Asking], frozen=True, kw_only=True):
    """POST /v1/asks: the back office asks for something itself."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/asks"
    ANSWER: ClassVar[Any] = Asking
    body: OfficeAsk


ready(Asks, AskInFull, OfficeAsk, Verdict, Doing, Withdrawal, AskFigures, Asking)
