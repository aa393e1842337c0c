"""A cross as a table: its first rows for a screen, all of it for a file; texts stay texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

import polars as pl

from rules.tables import Column, Row, Table
from rules.tools.crossing import Side
from rules.words import mark, tr
from storage.crossing.cleaning import looks_like_money, minor
from storage.crossing.joining import COMPARISON, DIFFERENCE, SIDE, Crossed
from storage.tables.text_forms import write_csv, write_json_lines
from storage.tables.xlsx import Book

SHOWN = 2_000
"""Rows that a screen gets."""

TITLE = mark("Cross")
_OWN = {
    DIFFERENCE: ("difference", mark("difference"), "money"),
    COMPARISON: ("comparison", mark("amounts"), "word"),
    SIDE: ("side", mark("in"), "word"),
}


def table(crossed: Crossed, at: datetime, most: int | None = SHOWN) -> Table:
    """The first rows of a cross, or with `most` None all of them."""
    columns, rows = laid_out(crossed.frame, most)
    return Table(
        name="cross",
        title=TITLE,
        columns=columns,
        rows=tuple(rows),
        at=at,
        more=most is not None and crossed.frame.height > most,
    )


def write(crossed: Crossed, form: str, out: BinaryIO, at: datetime) -> None:
    """Write all of a cross.

    Args:
        crossed: what was made.
        form: xlsx (with a second sheet: how many rows became what), csv or jsonl.
        out: an open binary file that can seek.
        at: when.
    """
    if form != "xlsx":
        (write_csv if form == "csv" else write_json_lines)(table(crossed, at, None), out)
        return
    with Book(out) as book:
        columns, rows = laid_out(crossed.frame)
        book.sheet(tr(TITLE), columns, rows)
        notes = book.notes(tr("Counts"))
        for side, counts in ((tr("Left"), crossed.counts.left), (tr("Right"), crossed.counts.right)):
            notes.say(side)
            for words, number in side_words(counts):
                notes.say(words, f"{number:,}")
        notes.say(tr("rows of the result"), f"{crossed.counts.rows:,}")
        for cell in crossed.bad:
            where = tr("{file}, row {row}, {column}", file=cell.file, row=cell.row, column=cell.column)
            notes.say(tr("no amount"), f"{where}: {cell.text}")


def side_words(side: Side) -> list[tuple[str, int]]:
    """What became of a table's rows; the last are all of them, and the sum of those before."""
    return [
        (tr("matched"), side.matched),
        (tr("only here"), side.alone),
        (tr("repeated"), side.repeated),
        (tr("without a key"), side.blank),
        (tr("rows"), side.rows),
    ]


def laid_out(frame: pl.DataFrame, most: int | None = None) -> tuple[tuple[Column, ...], Iterator[Row]]:
    """A frame's columns and rows; a column of nothing but amounts with decimals is written as numbers."""
    columns, series = [], []
    for place, name in enumerate(frame.columns):
        given = frame[name]
        if name in _OWN:
            key, title, kind = _OWN[name]
        else:
            key, title = f"c{place}", name
            kind = "money" if looks_like_money(given) else "text"
            given = minor(frame, name) if kind == "money" else given
        columns.append(Column(key=key, title=title, kind=kind, unnamed=kind == "money"))
        series.append(given.head(most) if most is not None else given)
    cells = pl.DataFrame({str(place): one for place, one in enumerate(series)}).iter_rows()
    rows = (Row(key=str(number), cells=found) for number, found in enumerate(cells, start=1))
    return tuple(columns), rows
