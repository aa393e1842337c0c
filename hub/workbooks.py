"""The workbook of some days, for those who lead: its parts, a line of JSON each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from http import HTTPStatus
from typing import IO

import msgspec
from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from hub.auth import BEARER, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.problems import problem_specs
from hub.reports import READERS, Day, Name
from rules.workbook import WorkbookQuery
from storage.central.reports import workbook

_CHUNK = 256 * 1024
_MEDIA_TYPE = "application/x-ndjson"
_LINES = ResponseSpec(
    str,
    media_type=_MEDIA_TYPE,
    generate_examples=False,
    description="a `Part` each line: what the workbook is of, its sheets, more rows of the sheet before",
)


@get(
    "/v1/reports/workbook",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=READERS,
    responses={**problem_specs(*REFUSED), HTTPStatus.OK: _LINES},
    operation_id="workbook",
    summary="All reports of some days and the facts behind them",
)
def parts(
    who: SignedIn,
    store: TheStore,
    since: Day = None,
    until: Day = None,
    portfolio: Name = "",
    team: Name = "",
    agent: Name = "",
) -> Stream:
    """The sheets of a workbook, read at one moment; whoever asks writes the file, in their own language.

    They are laid down in a file before the answer begins: a slow reader holds up no
    transaction of the store.
    """
    query = WorkbookQuery(since=since, until=until, portfolio=portfolio, team=team, agent=agent)
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - closed by what sends it
    try:
        encode = msgspec.json.Encoder().encode
        for part in workbook.parts(store, who, query, who.name):
            kept.write(encode(part) + b"\n")
        kept.seek(0)
    except BaseException:
        kept.close()
        raise
    return Stream(_sent(kept), media_type=_MEDIA_TYPE, headers={"cache-control": "no-store"})


def _sent(kept: IO[bytes]) -> Iterator[bytes]:
    with kept:
        while some := kept.read(_CHUNK):
            yield some
