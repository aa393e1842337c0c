"""Reports for the command line: read on the store itself, shown or written, and noted in its audit log."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent_tui.central_store import noted, opened
from agent_tui.failures import CommandError
from rules.periods import PERIODS, UnknownPeriod
from rules.saved_reports import SavedReport
from rules.words import tr

if TYPE_CHECKING:
    from rules.reports import ReportQuery
    from rules.tables import Table
    from storage.central.connection import Store
    from storage.central.doors.who import Who

COMMAND = "report"


def show_list(*, as_json: bool) -> int:
    """Print the reports that there are."""
    from storage.central.reports import shelf

    reports = shelf.listed().reports
    if as_json:
        print(msgspec.json.encode(reports).decode())
        return 0
    for report in reports:
        print(f"{report.name:<24} {report.period:<6} {tr(report.title)}")
    return 0


def read_saved(path: Path) -> SavedReport:
    """Read a saved report.

    Raises:
        CommandError: the file is not TOML, or a key is missing, unknown or of the wrong kind.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), SavedReport)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise CommandError(f"{path}: {error}") from error


def show_report(url: str, user: str, wanted: SavedReport, form: str, output: Path | None) -> int:
    """Print a report, or write it to a file."""
    from storage.central.reports import shelf

    with opened(url) as store, _explained(wanted):
        who = _reader(store, user)
        query = _query(store, who, wanted)
        found = shelf.table(store, who, query)
        noted(
            store,
            COMMAND,
            "report_read",
            f"report:{wanted.report}",
            user=user,
            since=str(found.since),
            until=str(found.until),
            format=form,
        )
    _write(found, form, output)
    return 0


def write_book(url: str, user: str, wanted: SavedReport, output: Path, *, as_json: bool) -> int:
    """Write the workbook of some days."""
    from rules.workbook import WorkbookQuery
    from storage.central.reports import workbook
    from storage.central.upkeep import audit
    from storage.tables.files import whole
    from storage.tables.workbook import write_workbook

    with opened(url) as store, _explained(wanted):
        who = _reader(store, user)
        asked = _query(store, who, wanted)
        query = WorkbookQuery(
            since=asked.since,
            until=asked.until,
            portfolio=asked.portfolio,
            team=asked.team,
            agent=asked.agent,
        )
        with whole(output) as out:
            rows = write_workbook(workbook.parts(store, who, query, audit.command(COMMAND)), out)
    _told(output, rows, as_json=as_json)
    return 0


def write_digests(url: str, user: str, room: str, day: date | None, folder: Path, *, as_json: bool) -> int:
    """Write a Markdown and a CSV file for each sales room, or for one, and keep that they left."""
    from storage.central.reports import digests
    from storage.tables.files import file_name, whole
    from storage.tables.text_forms import write_csv

    written: list[dict[str, object]] = []
    with opened(url) as store:
        who = _reader(store, user)
        rooms = digests.rooms(store, who, day)
        if room and room not in rooms:
            known = ", ".join(rooms) or "-"
            raise CommandError(
                tr("{room} has no contract to hear of; known: {known}.", room=room, known=known)
            )
        folder.mkdir(parents=True, exist_ok=True)
        names: set[str] = set()
        for one in (room,) if room else rooms:
            found = digests.digest(store, who, one, day)
            path = folder / f"{_unlike(file_name(one, found.day), names)}.md"
            with whole(path) as text, whole(path.with_suffix(".csv")) as table:
                text.write(found.text.encode())
                write_csv(found.table, table)
            digests.note_sent(store, who, found)
            written.append({"room": one, "path": str(path), "contracts": len(found.table.rows)})
    if as_json:
        print(json.dumps(written, ensure_ascii=False))
    else:
        print(tr("{path}: {count} digests", path=folder, count=len(written)), file=sys.stderr)
    return 0


def _unlike(name: str, others: set[str]) -> str:
    """A name that none of the others is, and one more of them: two rooms may be written alike."""
    numbered = (f"{name}-{number}" for number in count(2))
    found = next(one for one in chain((name,), numbered) if one not in others)
    others.add(found)
    return found


def _reader(store: Store, user: str) -> Who:
    from storage.central.reports import reader

    return reader.as_user(store, user) if user else reader.everything(COMMAND)


def _query(store: Store, who: Who, wanted: SavedReport) -> ReportQuery:
    from storage.central.reports.asked import today

    with store.read() as tx:
        return wanted.query(today(tx, who))


def _write(table: Table, form: str, output: Path | None) -> None:
    from agent_tui import plain_table
    from storage.tables.files import FORMS, whole

    if form == "table":
        text = "".join(f"{line}\n" for line in plain_table.lines(table))
        if output is None:
            print(text, end="")
            return
        with whole(output) as out:
            out.write(text.encode())
    elif output is None:
        FORMS[form](table, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    else:
        with whole(output) as out:
            FORMS[form](table, out)
    _told(output, len(table.rows), as_json=False)


def _told(output: Path, rows: int, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"path": str(output), "rows": rows}, ensure_ascii=False))
    else:
        print(tr("{path}: {count} rows", path=output, count=f"{rows:,}"), file=sys.stderr)


@contextmanager
def _explained(wanted: SavedReport) -> Iterator[None]:
    """Say in words why there is no such report."""
    from storage.central.records.closing import NotDone

    try:
        yield
    except UnknownPeriod as error:
        raise CommandError(
            tr("There is no period {name}; known: {known}, and 7d.", name=error, known=", ".join(PERIODS))
        ) from error
    except NotDone as error:
        raise CommandError(_why(error.code, wanted)) from error


def _why(code: str, wanted: SavedReport) -> str:
    match code:
        case "unknown_report":
            return tr(
                "There is no report {name}; `agent-tui report --list` shows those there are.",
                name=wanted.report,
            )
        case "unknown_portfolio":
            return tr("There is no portfolio {name} in sight.", name=wanted.portfolio)
        case "unknown_team":
            return tr("There is no team {name} in sight.", name=wanted.team)
        case "unknown_agent":
            return tr("There is no agent {name} in sight.", name=wanted.agent)
        case "bad_period":
            return tr("The first day has to come before the last one, 400 days before it at most.")
    return code
