"""Terminals that only give a daily file: CSV or XLSX, as the acquirer's portal writes it."""

from __future__ import annotations

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

from rules.paying.intent_orders import ReadTerminalFile
from rules.paying.terminal_columns import FileRefused, rows
from rules.paying.terminal_files import TerminalRow
from rules.words import tr

LARGEST = 10_000_000
"""Bytes of a file at most; a day of one terminal is some kilobytes."""


def read(job: ReadTerminalFile) -> tuple[TerminalRow, ...]:
    """The rows of a file on this machine.

    Raises:
        FileRefused: it is no such file; the message says where.
        OSError: it can't be read.
    """
    path = Path(job.path).expanduser()
    if path.stat().st_size > LARGEST:
        raise FileRefused(tr("{path} is too large for a terminal's daily file.", path=path))
    table = _sheet(path) if path.suffix.lower() in (".xlsx", ".xls", ".xlsb", ".ods") else _text(path)
    return rows(table, ZoneInfo(job.zone))


def _sheet(path: Path) -> list[list[object]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return [list(line) for line in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]
    except CalamineError as error:
        raise FileRefused(tr("{path} is no table that can be read.", path=path)) from error


def _text(path: Path) -> list[list[object]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")  # what portals in Mexico write
    try:
        form: type[csv.Dialect] = csv.Sniffer().sniff(text[:4096], delimiters=",;\t|")
    except csv.Error:
        form = csv.excel
    return [list(line) for line in csv.reader(text.splitlines(), form)]
