"""Charge files and the bank's answers between hub and screen: in parts, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rules.debit.charge_files import ChargeFile, ChargeLine
from rules.debit.charging import (
    PART,
    Batch,
    BatchPart,
    BatchQuery,
    ReadResult,
    Results,
    Taken,
    TakeResults,
    together,
)
from rules.tables import Column, Row, Table
from rules.words import mark
from screens.board.page import BoardPage

UNTAKEN = (
    Column(key="reference", title=mark("reference"), kind="code"),
    Column(key="why", title=mark("why it was not taken"), kind="word"),
)
UNKNOWN = mark("no charge of this file")
DIFFERING = mark("other amount, or taken back")


def fetch(page: BoardPage, batch_id: str, then: Callable[[Batch, ChargeFile], None]) -> None:
    """Fetch a batch; begun again where a mandate is taken back between two parts."""
    lines: list[ChargeLine] = []
    digests: set[str] = set()

    def heard(part: BatchPart) -> None:
        lines.extend(part.lines)
        digests.add(part.batch.digest)
        if len(digests) > 1:
            fetch(page, batch_id, then)
        elif len(part.lines) == PART:
            page.ask(BatchQuery(batch_id=batch_id, start=len(lines)), heard)
        else:
            then(part.batch, _file(part.batch, lines))

    page.ask(BatchQuery(batch_id=batch_id), heard)


def _file(batch: Batch, lines: list[ChargeLine]) -> ChargeFile:
    return ChargeFile(
        folio=batch.folio, channel=batch.channel, currency=batch.currency, day=batch.day, lines=tuple(lines)
    )


def send(page: BoardPage, result: ReadResult, then: Callable[[Taken], None]) -> None:
    """Send a result file; what was sent before a fault is known when it is sent again."""
    parts = [result.file.lines[start : start + PART] for start in range(0, len(result.file.lines), PART)]
    found: list[Taken] = []

    def heard(taken: Taken) -> None:
        found.append(taken)
        forward()

    def forward() -> None:
        if len(found) == len(parts):
            then(together(tuple(found)))
            return
        body = Results(
            folio=result.file.folio,
            day=result.file.day,
            digest=result.digest,
            lines=parts[len(found)],
        )
        page.ask(TakeResults(body=body), heard)

    forward()


def untaken(taken: Taken, at: datetime) -> Table:
    """What a person has to look at in a result file."""
    found = [(one, UNKNOWN) for one in taken.unknown] + [(one, DIFFERING) for one in taken.differing]
    return Table(
        name="charges-untaken",
        title=mark("Answers that were not taken"),
        columns=UNTAKEN,
        rows=tuple(Row(key=reference, cells=(reference, why)) for reference, why in found),
        at=at,
    )
