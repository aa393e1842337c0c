"""Takes in a telephone system's file of calls: read, checked, compared with what is there, written.

The file is taken in chunks, each in its own transaction. A call is known by its reference in
the portfolio: the same file twice changes nothing, and a later one mends what it tells anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from rules.telephony import statuses
from rules.text import fold
from rules.words import tr
from storage.central.connection import Store, Tx, instant
from storage.central.portfolios import Book, books, portfolio_id
from storage.portfolio.call_mapping import CallMapping, compile_calls
from storage.portfolio.call_records import Call, CallReader, Known
from storage.portfolio.expressions import Scope
from storage.portfolio.importing import CHUNK, Tally
from storage.portfolio.mapping import MappingError
from storage.portfolio.reading import open_table
from storage.portfolio.records import Rejection
from storage.portfolio.rejects import Rejects
from storage.portfolio.seen import Seen
from storage.reference import catalogue, telephony

_COLUMNS = (
    "at", "day", "hour", "direction", "outcome", "user_id", "code", "campaign", "number", "wait", "talk",
    "hold", "wrap",
)  # fmt: skip

_KEPT = """
    SELECT reference, at, direction, outcome, user_id, code, campaign, number, wait, talk, hold, wrap
    FROM phone_call
    WHERE portfolio_id = :portfolio AND reference IN :references
"""
_WRITE = f"""
    INSERT INTO phone_call (portfolio_id, reference, {", ".join(_COLUMNS)})
    VALUES (:portfolio, :reference, {", ".join(f":{name}" for name in _COLUMNS)})
    ON CONFLICT (portfolio_id, reference) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
"""  # noqa: S608 - our own words


class Outcome(msgspec.Struct):
    """What taking a file in did, or would do.

    rejected: rows that stayed out, listed in `rejects`, "" when there are none. ended: calls by
    direction and outcome.
    """

    rows: int = 0
    rejected: int = 0
    calls: Tally = msgspec.field(default_factory=Tally)
    ended: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    rejects: str = ""


def take_calls(
    store: Store,
    path: Path,
    portfolio: str,
    mapping: CallMapping,
    *,
    where: str = "",
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Take in a CSV or XLSX file of calls of a portfolio.

    Rows that do not fit are listed in ``FILE.rejected.csv`` beside the file; the others go in.

    Args:
        store: an upgraded store.
        path: the file.
        portfolio: name of the portfolio; days and hours are those of its zone.
        mapping: which column is which field.
        where: the mapping's file, for messages.
        dry_run: compare only; the store stays as it is.
        progress: told the rows read so far, after each chunk.

    Raises:
        StoreError: there is no such portfolio.
        ImportFailed: the file can't be read.
        MappingError: the mapping does not fit the file's columns, or names an unknown zone or user.
    """
    with store.read() as tx:
        book = books(tx)[portfolio_id(tx, portfolio)]
        known = _known(tx, book, mapping, where)
    reading = mapping.reading
    with ExitStack() as stack:
        rejects = Rejects(path)
        stack.callback(rejects.close)
        seen = Seen()
        stack.callback(seen.close)
        table = stack.enter_context(
            open_table(path, encoding=reading.encoding, delimiter=reading.delimiter, sheet=reading.sheet)
        )
        scope = Scope(table.columns, mapping.tables, book.moment(known.now)[0], reading.decimal)
        reader = CallReader(table.columns, compile_calls(mapping, scope, where), known)
        outcome = Outcome()
        while chunk := [reader.read(line, cells) for line, cells in islice(table.rows, CHUNK)]:
            _take(store, book, chunk, outcome, seen, rejects, dry_run=dry_run)
            if progress:
                progress(outcome.rows)
    outcome.rejects = str(rejects.path) if rejects.written else ""
    return outcome


def _known(tx: Tx, book: Book, mapping: CallMapping, where: str) -> Known:
    names = telephony()
    people: dict[str, int | None] = {
        fold(name): user for name, user in tx.all("SELECT name, id FROM app_user")
    }
    for extension, name in mapping.agents.items():
        if fold(name) not in people:
            raise MappingError(tr("{where}, [agents]: there is no user {name}", where=where, name=name))
        people[fold(extension)] = people[fold(name)]
    people |= {fold(name): None for name in names.nobody}
    try:
        zone = ZoneInfo(mapping.zone) if mapping.zone else book.zone
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MappingError(tr("{where}: there is no zone {zone}", where=where, zone=mapping.zone)) from error
    return Known(
        names=names,
        statuses=statuses(names.statuses, mapping.own_statuses(), catalogue()),
        people=people,
        zone=zone,
        order=mapping.reading.dates or ("dmy" if book.country == "MX" else "mdy"),
        now=tx.now,
        decimal=mapping.reading.decimal,
    )


def _take(
    store: Store,
    book: Book,
    read: list[Call | Rejection],
    outcome: Outcome,
    seen: Seen,
    rejects: Rejects,
    *,
    dry_run: bool,
) -> None:
    outcome.rows += len(read)
    calls, rejected = _told_once([one for one in read if isinstance(one, Call)], seen)
    rejected += [one for one in read if isinstance(one, Rejection)]
    outcome.rejected += len(rejected)
    rejects.add(sorted(rejected, key=lambda one: one.line))
    with store.read() if dry_run else store.begin() as tx:
        kept = {
            row[0]: (instant(row[1]), *row[2:])
            for row in tx.all(_KEPT, portfolio=book.id, references=[call.reference for call in calls])
        }
        changed = [call for call in calls if kept.get(call.reference) != _values(call)]
        if not dry_run:
            tx.many(_WRITE, [_row(book, call) for call in changed])
    made = sum(call.reference not in kept for call in changed)
    outcome.calls.made += made
    outcome.calls.updated += len(changed) - made
    outcome.calls.unchanged += len(calls) - len(changed)
    outcome.ended.update((call.direction, call.outcome) for call in calls)


def _told_once(calls: list[Call], seen: Seen) -> tuple[list[Call], list[Rejection]]:
    """The calls that the file has not named before, and rejections of the others."""
    lines: dict[str, int] = {}
    for call in calls:
        lines.setdefault(call.reference, call.line)
    first = lines | seen.earlier("call", lines)
    once = [call for call in calls if first[call.reference] == call.line]
    again = [
        Rejection(
            call.line,
            "",
            call.reference,
            tr("call {ref} is on line {line} already", ref=call.reference, line=first[call.reference]),
        )
        for call in calls
        if first[call.reference] != call.line
    ]
    return once, again


def _values(call: Call) -> tuple[Any, ...]:
    """What a file can tell anew, in the order of `_KEPT`."""
    return (
        call.at,
        call.direction,
        call.outcome,
        call.user_id,
        call.code,
        call.campaign,
        call.number,
        call.wait,
        call.talk,
        call.hold,
        call.wrap,
    )


def _row(book: Book, call: Call) -> dict[str, Any]:
    day, hour = book.moment(call.at)
    return msgspec.structs.asdict(call) | {"portfolio": book.id, "day": day, "hour": hour}
