"""The table tools on the command line: recipes from arguments or by name, results to file or terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from agent_tui import plain_table, table_jobs
from agent_tui.failures import CommandError
from rules.tables import Table
from rules.tools import recipes as short
from rules.tools.crossing import BadCell, Compared, Cross, Side, Source
from rules.tools.pivoting import Measure, Pivot, read_measure
from rules.tools.recipes import Recipe, named, read_compared, read_keys, read_tolerance
from rules.tools.table_jobs import CrossDone, CrossFiles, PivotDone, PivotFile
from rules.words import tr, trn
from storage.crossing import reading, recipes, writing
from storage.tables.files import FORMS, whole

R = TypeVar("R", Cross, Pivot)


def cross(options: argparse.Namespace) -> int:
    """Cross two files as arguments or a saved recipe say."""
    if options.recipes:
        return _list(Cross)
    recipe = _saved(options.recipe, Cross) if options.recipe else None
    recipe = _cross_recipe(options, recipe)
    if options.save:
        recipes.save(table_jobs.recipe_folder(), options.save, recipe)
    done = table_jobs.cross_files(CrossFiles(recipe=recipe))
    if options.output is not None:
        form = _form(options.output, ("xlsx", "csv", "jsonl"))
        with whole(options.output) as out:
            writing.write(table_jobs.crossed_files(recipe), form, out, done.table.at)
    if options.json:
        _print_json(done)
        return 0
    _say_counts(done)
    _say_bad(done.bad)
    if options.output is None:
        _print(done.table)
    return 0


def _cross_recipe(options: argparse.Namespace, saved: Cross | None) -> Cross:
    """The saved recipe where arguments say nothing else."""
    before = saved or Cross(keys=())
    left = _source(options.left, options.left_sheet, options.left_header, before.left)
    right = _source(options.right, options.right_sheet, options.right_header, before.right)
    if not left.path or not right.path:
        options.parser.error(tr("name two files, or a recipe that does"))
    ours, theirs = reading.read(left).columns, reading.read(right).columns
    clean = tuple(options.clean.split(",")) if options.clean else None
    keys = read_keys(options.on, ours, theirs, clean or ("trim",)) if options.on else before.keys
    if clean:
        keys = tuple(msgspec.structs.replace(key, clean=clean) for key in keys)
    if not keys:
        shared = ", ".join(name for name in ours if name in theirs) or "–"
        options.parser.error(tr("--on: name the key columns; both tables have: {shared}", shared=shared))
    compared: Compared | None = before.compared
    if options.compare:
        compared = read_compared(short.quoted(options.compare), ours, theirs)
    if options.tolerance and compared is not None:
        compared = msgspec.structs.replace(compared, tolerance=read_tolerance(options.tolerance))
    return Cross(
        left=left,
        right=right,
        keys=keys,
        how=options.how or before.how,
        duplicates=options.duplicates or before.duplicates,
        compared=compared,
    )


def pivot(options: argparse.Namespace) -> int:
    """Pivot a file as arguments or a saved recipe say."""
    if options.recipes:
        return _list(Pivot)
    recipe = _pivot_recipe(options, _saved(options.recipe, Pivot) if options.recipe else None)
    if options.save:
        recipes.save(table_jobs.recipe_folder(), options.save, recipe)
    done = table_jobs.pivot_file(PivotFile(recipe=recipe))
    if options.output is not None:
        form = _form(options.output, tuple(FORMS))
        with whole(options.output) as out:
            FORMS[form](done.table, out)
    if options.json:
        _print_json(done)
        return 0
    _say_bad(done.bad)
    if options.output is None:
        _print(done.table)
    else:
        print(tr("{path}: {count} rows", path=options.output, count=len(done.table.rows)), file=sys.stderr)
    return 0


def _pivot_recipe(options: argparse.Namespace, saved: Pivot | None) -> Pivot:
    before = saved or Pivot(rows=())
    source = _source(options.file, options.sheet, options.header, before.source)
    if not source.path:
        options.parser.error(tr("name a file, or a recipe that does"))
    columns = reading.read(source).columns
    measures = tuple(_measure(text, columns) for text in options.values) or before.values
    return Pivot(
        source=source,
        rows=tuple(named(text, columns) for text in options.rows) or before.rows,
        columns=tuple(named(text, columns) for text in options.columns) or before.columns,
        values=measures,
    )


def _measure(text: str, columns: tuple[str, ...]) -> Measure:
    found = read_measure(text)
    return msgspec.structs.replace(found, column=named(found.column, columns)) if found.column else found


# Recipes and files


def _source(path: str, sheet: str, header: int, before: Source) -> Source:
    return Source(
        path=str(Path(path).absolute()) if path else before.path,
        sheet=sheet or ("" if path else before.sheet),
        header=header or (0 if path else before.header),
    )


def _saved(name: str, kind: type[R]) -> R:
    found = recipes.saved(table_jobs.recipe_folder(), name)
    if not isinstance(found, kind):
        raise CommandError(tr("{name} is a recipe of the other tool", name=name))
    return found


def _list(kind: type[Recipe]) -> int:
    folder = table_jobs.recipe_folder()
    for name in recipes.listed(folder):
        if isinstance(recipes.saved(folder, name), kind):
            print(name)
    return 0


def _form(path: Path, known: Sequence[str]) -> str:
    form = path.suffix[1:].lower()
    if form not in known:
        raise CommandError(tr("{path}: its name has to end in {known}", path=path, known=" / ".join(known)))
    return form


# What is said


def _print(table: Table) -> None:
    for line in plain_table.lines(table):
        print(line)


def _print_json(done: CrossDone | PivotDone) -> None:
    print(msgspec.json.encode(done).decode())


def _say_counts(done: CrossDone) -> None:
    for name, side in ((tr("Left"), done.counts.left), (tr("Right"), done.counts.right)):
        print(f"{name}: {side_line(side)}", file=sys.stderr)
    if done.counts.amounts is not None:
        found = done.counts.amounts
        words = tr(
            "amounts: {equal} equal, {within} within tolerance, {different} different, {unread} not read",
            equal=f"{found.equal:,}", within=f"{found.within:,}", different=f"{found.different:,}",
            unread=f"{found.unread:,}",
        )  # fmt: skip
        print(words, file=sys.stderr)


def side_line(side: Side) -> str:
    """What became of a table's rows, as a sum."""
    return tr(
        "{rows} rows = {matched} matched + {alone} only here + {repeated} repeated + {blank} without a key",
        rows=f"{side.rows:,}", matched=f"{side.matched:,}", alone=f"{side.alone:,}",
        repeated=f"{side.repeated:,}", blank=f"{side.blank:,}",
    )  # fmt: skip


def _say_bad(bad: Sequence[BadCell]) -> None:
    for cell in bad:
        words = tr("{file}, row {row}, {column}", file=cell.file, row=cell.row, column=cell.column)
        print(tr("{where}: no amount: {text}", where=words, text=cell.text), file=sys.stderr)
    if bad:
        print(trn("{number} cell left out", "{number} cells left out", len(bad)), file=sys.stderr)
