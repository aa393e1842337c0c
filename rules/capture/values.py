"""What a capture line is read against, and what its reading holds."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class Claimable(msgspec.Struct, frozen=True, kw_only=True):
    """A premium receipt behind the account that a line is read against.

    policy: its policy's number. status: of the receipt; only pending and overdue ones can be named.
    open: what is still to be paid of it, minor units.
    """

    id: int
    policy: str
    number: int
    due: date
    open: int
    status: str = "pending"


class CaptureContext(msgspec.Struct, frozen=True, kw_only=True):
    """The client and account that a line is read against.

    now: aware, in the client's own zone. due, total, minimum: minor units of `currency`
    of the selected account, None = not known (the reading then has no limits to check).
    phones: ids in the order in which the client card numbers them. last_promise_date:
    latest day that a promise may name. cover_ends: when the cover behind the account ends
    unless it is paid, in the client's own zone. receipts: premium receipts of the selected
    account's policies, in the order in which they fall due. contacts: of the company behind the
    account, as ``role:name``, in the order of its sheet. limits: False = read and check the
    fields alone, whatever the account owes.
    """

    now: datetime
    currency: str = "MXN"
    country: str = "MX"
    language: str = "es"
    due: int | None = None
    total: int | None = None
    minimum: int | None = None
    client_id: int = 0
    account_id: int | None = None
    phones: tuple[str, ...] = ()
    selected_phone: str | None = None
    last_promise_date: date | None = None
    cover_ends: datetime | None = None
    receipts: tuple[Claimable, ...] = ()
    contacts: tuple[str, ...] = ()
    limits: bool = True


class CaptureError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a token (or the whole line) can't be taken.

    code and params give the words; token: the text that is wrong; offers: texts that
    would do in its place, nearest first.
    """

    code: str
    token: str = ""
    params: dict[str, str] = {}
    offers: tuple[str, ...] = ()


class PlanReading(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as typed: count instalments at rhythm q, m or w, equal unless `amounts` are named.

    down: a first payment before `count` equal ones. amounts: each payment of an unequal
    plan; there are then `count` of them and no down payment. All in minor units.
    """

    count: int
    rhythm: str = "m"
    down: int | None = None
    amounts: tuple[int, ...] = ()


class ReceiptsReading(msgspec.Struct, frozen=True, kw_only=True):
    """Premium receipts as typed: their numbers in growing order, () = every open one.

    policy: how the number of their policy ends, in lower case, where the account has several.
    """

    numbers: tuple[int, ...] = ()
    policy: str = ""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How a line reads so far. Every field is None when absent.

    code: canonical code, "" when not known yet. amount: minor units. callback: a day and
    hour in the client's zone, aware. phone: the text after ``t``; contact: after ``c``. receipts:
    premium receipts that are meant. medium: a value of the catalogue's media. window: "HH:MM-HH:MM" of
    the client's day. party: a relation of the catalogue or a name. party, reference and window are "nd"
    by default, not said. defaulted: names of fields that the catalogue's defaults filled ("time" = the
    callback's hour alone). errors empty and complete True = it may be saved.
    """

    code: str = ""
    amount: int | None = None
    due: date | None = None
    callback: datetime | None = None
    channel: str | None = None
    reason: str | None = None
    phone: str | None = None
    contact: str | None = None
    plan: PlanReading | None = None
    receipts: ReceiptsReading | None = None
    destination: str | None = None
    medium: str | None = None
    window: str | None = None
    party: str | None = None
    reference: str | None = None
    evidence: str | None = None
    note: str | None = None
    defaulted: frozenset[str] = frozenset()
    errors: tuple[CaptureError, ...] = ()
    complete: bool = False
