"""What the CFDI page asks of the centre: the board, one tax receipt, and the orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

import msgspec

from rules.jobs import Job
from rules.questions import Done, Question
from rules.ready import ready
from rules.tables import Table
from rules.tax.tax_checks import Difference
from rules.tax.tax_receipts import Figures

MOST_ROWS = 1_000
"""Tax receipts on the board, and in one order, at most."""

MOST_FILE_BYTES = 256 * 1024
MOST_SENT_BYTES = 512 * 1024
MOST_SENT_FILES = 200
"""The biggest file, and how much and how many go with one order."""

OPEN, LATE, DIFFERENT = "open", "late", "different"
VIEWS = (OPEN, LATE, "needed", "requested", "stamped", DIFFERENT, "sent", "cancelled")
"""What the board can be narrowed to: a status; whatever is open; what is late; what does not fit."""

MEDIA = ("email", "portal", "hand")
"""How a tax receipt reaches the client; an e-mail goes to a validated address of the client."""


class TaxRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tax receipt on the board.

    kind, status, method, due as in the store. policy: number; receipt: "2/12". client: masked. alarm:
    late, soon, ok or "". differs: how many things in it do not fit.
    """

    id: str
    kind: str
    status: str
    client: str
    portfolio: str
    policy: str
    receipt: str
    amount: int
    currency: str
    method: str = ""
    due: date | None = None
    alarm: str = ""
    differs: int = 0


class TaxBoard(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/cfdi: the most urgent first. counts: of what is not finished, by view."""

    rows: tuple[TaxRow, ...]
    at: datetime
    counts: dict[str, int] = {}
    more: bool = False


class TaxBoardQuery(Question[TaxBoard], frozen=True, kw_only=True):
    """GET /v1/cfdi; view: one of `VIEWS`."""

    PATH: ClassVar[str] = "/v1/cfdi"
    ANSWER: ClassVar[Any] = TaxBoard

    view: str = OPEN


class TaxDetail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tax receipt in full.

    invoice: uuid of the invoice that a complement is for. uuid: its own. emails: the client's validated
    addresses. sent_to: medium and address.
    """

    row: TaxRow
    figures: Figures
    name: str
    tax_id: str = ""
    invoice: str = ""
    uuid: str = ""
    differences: tuple[Difference, ...] = ()
    emails: tuple[str, ...] = ()
    requested: datetime | None = None
    stamped: datetime | None = None
    sent: datetime | None = None
    sent_to: str = ""


class TaxQuery(Question[TaxDetail], frozen=True, kw_only=True):
    """GET /v1/cfdi/{id}; that it was read is noted."""

    PATH: ClassVar[str] = "/v1/cfdi/{id}"
    ANSWER: ClassVar[Any] = TaxDetail

    id: str


class TaxRequests(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/cfdi/requested: ids, at most `MOST_ROWS`."""

    ids: tuple[str, ...]


class RequestTax(Question[Table], frozen=True, kw_only=True):
    """POST /v1/cfdi/requested: the table for those who stamp, with every figure."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/cfdi/requested"
    ANSWER: ClassVar[Any] = Table

    body: TaxRequests


class TaxFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stamped CFDI: the file's name and text; uuid: as whoever sends it has read it."""

    name: str
    xml: str
    uuid: str = ""


Parts = list[tuple[TaxFile, ...]]
"""Files in parts that may be sent one after the other."""


def parts(files: Iterable[TaxFile]) -> Parts:
    """Files in parts of at most `MOST_SENT_FILES` and `MOST_SENT_BYTES`; a bigger one goes alone."""
    found: Parts = []
    size = 0
    for one in files:
        length = len(one.xml.encode())
        if not found or size + length > MOST_SENT_BYTES or len(found[-1]) == MOST_SENT_FILES:
            found.append(())
            size = 0
        found[-1] = (*found[-1], one)
        size += length
    return found


class StampedFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/cfdi/stamped: files; target: the tax receipt that a single one is for, "" = look for it."""

    files: tuple[TaxFile, ...]
    target: str = ""


class Attached(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a file: the tax receipts that it is attached to, or why to none, as a code.

    code: unreadable (why says what), unknown (nothing here needs it), ambiguous (several may), uuid_used,
    known (attached before). differs: how many things do not fit.
    """

    name: str
    ids: tuple[str, ...] = ()
    code: str = ""
    why: str = ""
    differs: int = 0


class AttachedFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of POST /v1/cfdi/stamped, in the order of the files."""

    files: tuple[Attached, ...]


class AttachTax(Question[AttachedFiles], frozen=True, kw_only=True):
    """POST /v1/cfdi/stamped."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/cfdi/stamped"
    ANSWER: ClassVar[Any] = AttachedFiles

    body: StampedFiles


class TaxSending(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/cfdi/{id}/sent: medium, one of `MEDIA`; to: the address of an e-mail."""

    medium: str
    to: str = ""


class SendTax(Question[Done], frozen=True, kw_only=True):
    """POST /v1/cfdi/{id}/sent."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/cfdi/{id}/sent"
    ANSWER: ClassVar[Any] = Done

    id: str
    body: TaxSending


class TaxAcceptance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/cfdi/{id}/accepted: why what does not fit is left so, or how it was settled."""

    why: str


class AcceptTax(Question[Done], frozen=True, kw_only=True):
    """POST /v1/cfdi/{id}/accepted."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/cfdi/{id}/accepted"
    ANSWER: ClassVar[Any] = Done

    id: str
    body: TaxAcceptance


class UnreadFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that can't be used, and why, in the user's language."""

    name: str
    why: str


class TaxFiles(msgspec.Struct, frozen=True, kw_only=True):
    """What was found at a path."""

    files: tuple[TaxFile, ...]
    unread: tuple[UnreadFile, ...] = ()


class ReadTaxFiles(Job[TaxFiles], frozen=True, kw_only=True):
    """Read the stamped CFDI at a path: a file, or a folder of them."""

    path: str


ready(TaxBoard, TaxDetail, TaxRequests, StampedFiles, AttachedFiles, TaxSending, TaxAcceptance, Done, Table)
