"""What the receipts desk asks and orders about automatic charges, and the files that it has written."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import msgspec

from rules.debit.charge_files import ChargeFile, ChargeLine, ResultFile, ResultLine
from rules.jobs import Job
from rules.questions import Done, Question
from rules.ready import ready
from rules.tables import Table

VIEWS = ("due", "left", "batches", "answers", "mandates", "invite")
"""due: what a file would charge, by portfolio, channel and currency. left: receipts that are due and
are not charged, with why. batches: files that left. answers: what banks said, the rejects first.
mandates: by whom what may be charged. invite: whom to offer direct debit."""

PART = 1000
"""Lines that travel at a time."""


class ChargesQuery(Question[Table], frozen=True, kw_only=True):
    """GET /v1/charges: one of `VIEWS` as a table."""

    PATH: ClassVar[str] = "/v1/charges"
    ANSWER: ClassVar[Any] = Table

    view: str = "due"


class NewBatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a charge file is to hold: everything that may be charged by a channel, in one currency."""

    portfolio: str
    channel: str
    currency: str


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A charge file as the centre knows it: charges that still stand, their sum, SHA-256 of the file."""

    id: str
    folio: str
    channel: str
    currency: str
    day: date
    charges: int
    amount: int
    digest: str


class MakeBatch(Question[Batch], frozen=True, kw_only=True):
    """POST /v1/charges/batches: charge what may be charged today."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/charges/batches"
    ANSWER: ClassVar[Any] = Batch

    body: NewBatch


class BatchPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the lines of a batch, in the order of the file; account numbers in clear."""

    batch: Batch
    lines: tuple[ChargeLine, ...]


class BatchQuery(Question[BatchPart], frozen=True, kw_only=True):
    """GET /v1/charges/batches/{batch_id}: lines from one on; those of mandates taken back are gone."""

    PATH: ClassVar[str] = "/v1/charges/batches/{batch_id}"
    ANSWER: ClassVar[Any] = BatchPart

    batch_id: str
    start: int = 0


class Results(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some lines of a result file: the batch's folio, the day of the answer, the digest of the file."""

    folio: str
    day: date
    digest: str
    lines: tuple[ResultLine, ...]


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the lines of a result file.

    known: they had been taken before. unknown: references that the batch does not have. differing:
    references of another amount than was to be charged, or rejected although they had been charged:
    those are left to a person.
    """

    charged: int = 0
    rejected: int = 0
    known: int = 0
    unknown: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


class TakeResults(Question[Taken], frozen=True, kw_only=True):
    """POST /v1/charges/results: take the bank's answers; the same ones again change nothing."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/charges/results"
    ANSWER: ClassVar[Any] = Taken

    body: Results


class Why(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a mandate ends."""

    why: str


class RevokeMandate(Question[Done], frozen=True, kw_only=True):
    """POST /v1/mandates/{mandate_id}/revoke: nothing is charged by it any more, from now on."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/mandates/{mandate_id}/revoke"
    ANSWER: ClassVar[Any] = None

    mandate_id: str
    body: Why


class TellRenewal(Question[Done], frozen=True, kw_only=True):
    """POST /v1/mandates/{mandate_id}/renewal: the client was told today that the renewal will be charged."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/mandates/{mandate_id}/renewal"
    ANSWER: ClassVar[Any] = None

    mandate_id: str


class WrittenCharges(msgspec.Struct, frozen=True):
    """A charge file that was written: where, and its digest."""

    path: str
    digest: str


class WriteCharges(Job[WrittenCharges], frozen=True, kw_only=True):
    """Write a charge file for its user alone."""

    file: ChargeFile


class ReadResult(msgspec.Struct, frozen=True):
    """A result file that was read, and its digest."""

    file: ResultFile
    digest: str


class ReadResults(Job[ReadResult], frozen=True, kw_only=True):
    """Read a result file."""

    path: str


def together(found: tuple[Taken, ...]) -> Taken:
    """What became of all parts of a file."""
    return Taken(
        charged=sum(one.charged for one in found),
        rejected=sum(one.rejected for one in found),
        known=sum(one.known for one in found),
        unknown=tuple(reference for one in found for reference in one.unknown),
        differing=tuple(reference for one in found for reference in one.differing),
    )


ready(Batch, NewBatch, BatchPart, Results, Taken, Why)
