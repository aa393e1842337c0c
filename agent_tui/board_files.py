"""What leaves the board as files: tables, and the workbook of some days."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from agent_tui.home import home, private_folder
from rules.saved_reports import SavedReport
from rules.tables import Table
from rules.words import tr
from rules.workbook import Part, WorkbookQuery

if TYPE_CHECKING:
    from storage.sync.client import HubClient


def folder() -> Path:
    """Where files go: the user's downloads where there are any, else the data folder."""
    from platformdirs import user_downloads_path

    downloads = user_downloads_path()
    return downloads if downloads.is_dir() else private_folder(home() / "exports")


def export(table: Table, form: str) -> str:
    """Write a table to a new file there; its path.

    Raises:
        OSError: it could not be written.
    """
    from storage.tables.files import FORMS, file_name, fresh

    with fresh(folder(), file_name(tr(table.title), table.since, table.until), form) as (path, out):
        FORMS[form](table, out)
    return str(path)


def save(report: SavedReport) -> str:
    """Write what a report asks for to a new file there; its path.

    Raises:
        OSError: it could not be written.
    """
    from storage.tables.files import file_name, fresh

    with fresh(folder(), file_name(report.report, report.period), "toml") as (path, out):
        out.write(report.toml().encode())
    return str(path)


async def workbook(client: HubClient, query: WorkbookQuery) -> str:
    """Fetch the workbook of some days and write it to a new file there; its path.

    Raises:
        HubUnavailable, HubRefused, SignInNeeded: the hub did not send it.
        OSError: it could not be written.
    """
    from storage.sync.failures import HubUnavailable

    with tempfile.TemporaryFile() as fetched:
        await client.download(query, fetched)
        fetched.seek(0)
        try:
            return await asyncio.to_thread(_book, query, fetched)
        except msgspec.DecodeError as error:
            raise HubUnavailable(f"not an answer of a hub: {error}") from error


def _book(query: WorkbookQuery, fetched: IO[bytes]) -> str:
    from storage.tables.files import file_name, fresh
    from storage.tables.workbook import write_workbook

    name = file_name(tr("workbook"), query.since, query.until)
    with fresh(folder(), name, "xlsx") as (path, out):
        write_workbook(_parts(fetched), out)
    return str(path)


def _parts(fetched: IO[bytes]) -> Iterator[Part]:
    decode = msgspec.json.Decoder(Part).decode
    for line in fetched:
        yield decode(line)
