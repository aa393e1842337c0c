"""The sides of a reconciliation from files: keys and amounts by row, put together by key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from rules.tables import Table
from rules.tools.crossing import BadCell, BadRecipe, has
from rules.tools.matching import MOST_ROWS, File, paired
from rules.tools.matching_columns import match_key, propose
from rules.tools.table_jobs import Sides, SideSource
from rules.words import tr
from storage.crossing.cleaning import LISTED, bad_cells, minor
from storage.crossing.reading import ROW, Sheet, read
from storage.tables.xlsx import Book

_PROPOSED_FROM = 200


def read_sides(collected: SideSource | None, accounted: SideSource) -> Sides:
    """Read both sides, or the one that is a file.

    Raises:
        NotReadable: a file is no table.
        BadRecipe: it has no such columns, or none that look like key and amount.
    """
    files, columns, bad = [], [], []
    rows: dict[str, list[tuple[str, int]]] = {"collected": [], "accounted": []}
    for side, wanted in (("collected", collected), ("accounted", accounted)):
        if wanted is None:
            continue
        sheet = read(wanted.source)
        file, rows[side], wrong = _side(side, sheet, wanted)
        files.append(file)
        columns.append(sheet.columns)
        bad += wrong
    pairs = paired(rows["collected"], rows["accounted"])
    return Sides(files=tuple(files), columns=tuple(columns), pairs=pairs, bad=tuple(bad))


def _side(side: str, sheet: Sheet, wanted: SideSource) -> tuple[File, list[tuple[str, int]], list[BadCell]]:
    """One side: what it was read from, its rows, the cells that have no key or amount."""
    proposed = propose(sheet.columns, sheet.frame.select(sheet.columns).head(_PROPOSED_FROM).rows())
    keys, amount = wanted.keys or proposed.keys, wanted.amount or proposed.amount
    if not keys or not amount:
        known = ", ".join(sheet.columns)
        raise BadRecipe(
            tr("{file}: say which columns are key and amount; it has {known}", file=sheet.name, known=known)
        )
    for name in (*keys, amount):
        has(sheet.columns, name, sheet.name)
    if sheet.frame.height > MOST_ROWS:
        raise BadRecipe(tr("{file}: more than {most} rows", file=sheet.name, most=f"{MOST_ROWS:,}"))
    read_amounts = minor(sheet.frame, amount)
    wrong = list(bad_cells(sheet, amount, read_amounts))
    rows, left_out = [], 0
    cells = zip(
        sheet.frame[ROW].to_list(), sheet.frame.select(keys).iter_rows(), read_amounts.to_list(), strict=True
    )
    for number, parts, money in cells:
        key = match_key([part or "" for part in parts])
        if key and money is not None:
            rows.append((key, money))
            continue
        left_out += 1
        if not key and left_out <= LISTED:
            wrong.append(BadCell(sheet.name, number, keys[0], ""))
    file = File(
        side=side,
        name=sheet.name,
        digest=sheet.digest,
        keys=tuple(keys),
        amount=amount,
        rows=sheet.frame.height,
        left_out=left_out,
    )
    return file, rows, wrong


def write_run(totals: Table, rows: Table, bad: Iterable[BadCell], out: BinaryIO) -> None:
    """Write a reconciliation as a workbook: totals by status, all rows, cells that could not be read."""
    with Book(out) as book:
        book.table(totals)
        book.table(rows)
        listed = list(bad)
        if listed:
            notes = book.notes(tr("Left out"))
            for cell in listed:
                where = tr("{file}, row {row}, {column}", file=cell.file, row=cell.row, column=cell.column)
                notes.say(where, cell.text or tr("no key"))
