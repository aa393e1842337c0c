"""Tables and workbooks as files: private, whole or not at all, and never over another one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO

import msgspec

from rules.tables import Table
from rules.text import fold
from rules.words import tr
from storage.tables.text_forms import write_csv, write_json_lines
from storage.tables.xlsx import write_xlsx

PRIVATE = 0o600
"""What leaves is for its user alone until that user says otherwise."""

_LONGEST_NAME = 80


def write_json(table: Table, out: BinaryIO) -> None:
    """Write a table as one JSON value, as the hub sends it."""
    out.write(msgspec.json.encode(table) + b"\n")


FORMS: dict[str, Callable[[Table, BinaryIO], None]] = {
    "xlsx": write_xlsx,
    "csv": write_csv,
    "json": write_json,
    "jsonl": write_json_lines,
}
"""How a table may be written, by the ending of its file."""


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name, and another one's place, only when all of it is written."""
    partial = path.with_name(f"{path.name}.part")
    try:
        with open(partial, "wb", opener=_privately) as out:
            yield out
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def fresh(folder: Path, name: str, suffix: str) -> Iterator[tuple[Path, BinaryIO]]:
    """A whole file in a folder under a name that nothing had before: with a number if need be."""
    path = _reserved(folder, name, suffix)
    try:
        with whole(path) as out:
            yield path, out
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def file_name(title: str, since: object = None, until: object = None) -> str:
    """A file's name, without its ending, of what it holds and the days that it is about."""
    days = [str(day) for day in dict.fromkeys((since, until)) if day]
    letters = "".join(letter if letter.isalnum() else " " for letter in fold(title)).split()
    return "-".join([*letters, *days])[:_LONGEST_NAME] or tr("table")


def _reserved(folder: Path, name: str, suffix: str) -> Path:
    for number in count(1):
        path = folder / f"{name}{f'-{number}' * (number > 1)}.{suffix}"
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
        except FileExistsError:
            continue
        return path
    raise AssertionError("numbers do not end")


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE)
