"""The work of the table tools: files of this machine looked at, crossed, pivoted; recipes kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from agent_tui.board_files import folder
from agent_tui.home import home
from rules.tools.crossing import BadRecipe, Cross
from rules.tools.recipes import KINDS
from rules.tools.table_jobs import (
    Complete,
    CrossDone,
    CrossFiles,
    CrossToFile,
    Look,
    Looked,
    PivotDone,
    PivotFile,
    ReadSides,
    Saved,
    SavedRecipes,
    SaveRecipe,
    Sides,
    WriteRun,
)
from rules.words import tr
from storage.crossing import reading, recipes, writing
from storage.crossing.joining import Crossed, cross
from storage.crossing.pivoting import pivot
from storage.crossing.sides import read_sides, write_run

FIRST_ROWS = 200
COMPLETED = 50


def recipe_folder() -> Path:
    """Where recipes are kept."""
    return home() / "recipes"


def _now() -> datetime:
    from agent_tui.clock import environment_clock

    return environment_clock().now().astimezone(UTC)


def look(job: Look) -> Looked:
    """Look at a table file."""
    sheet = reading.read(job.source)
    first = sheet.frame.select(sheet.columns).head(FIRST_ROWS).rows()
    return Looked(
        path=sheet.path,
        sheet=job.source.sheet,
        columns=sheet.columns,
        rows=sheet.frame.height,
        sheets=sheet.sheets,
        first=tuple(first),
    )


def complete(job: Complete) -> tuple[str, ...]:
    """Folders and table files that begin as typed; a folder that can't be read has none."""
    typed = Path(job.typed).expanduser()
    parent, start = (typed, "") if job.typed.endswith("/") or not job.typed else (typed.parent, typed.name)
    try:
        found = sorted(parent.iterdir(), key=lambda path: path.name.casefold())
    except OSError:
        return ()
    begins = [path for path in found if path.name.casefold().startswith(start.casefold())]
    shown = [path for path in begins if start.startswith(".") or not path.name.startswith(".")]
    folders = [f"{path}/" for path in shown if path.is_dir()]
    files = [str(path) for path in shown if path.suffix.lower() in reading.SUFFIXES and path.is_file()]
    return (*files, *folders)[:COMPLETED]


def cross_files(job: CrossFiles) -> CrossDone:
    """Cross the two files of a recipe."""
    crossed = crossed_files(job.recipe)
    return CrossDone(table=writing.table(crossed, _now()), counts=crossed.counts, bad=crossed.bad)


def crossed_files(recipe: Cross) -> Crossed:
    """The cross of a recipe's two files."""
    return cross(reading.read(recipe.left), reading.read(recipe.right), recipe)


def cross_to_file(job: CrossToFile) -> str:
    """Cross, and write all of the result to a new file."""
    from storage.tables.files import file_name, fresh

    crossed = crossed_files(job.recipe)
    with fresh(folder(), file_name(tr(writing.TITLE)), job.form) as (path, out):
        writing.write(crossed, job.form, out, _now())
    return str(path)


def pivot_file(job: PivotFile) -> PivotDone:
    """Pivot the file of a recipe."""
    made = pivot(reading.read(job.recipe.source), job.recipe, _now())
    return PivotDone(table=made.table, rows=made.rows, bad=made.bad)


def save_recipe(job: SaveRecipe) -> str:
    """Keep a recipe."""
    return recipes.save(recipe_folder(), job.name, job.recipe)


def saved_recipes(job: SavedRecipes) -> tuple[Saved, ...]:
    """The kept recipes of a kind, and those that can't be read."""
    found = []
    for name in recipes.listed(recipe_folder()):
        try:
            recipe = recipes.saved(recipe_folder(), name)
        except BadRecipe as error:
            found.append(Saved(name=name, why=str(error)))
        else:
            if isinstance(recipe, KINDS[job.kind]):
                found.append(Saved(name=name, recipe=recipe))
    return tuple(found)


def sides(job: ReadSides) -> Sides:
    """Read the sides of a reconciliation."""
    return read_sides(job.collected, job.accounted)


def write_reconciliation(job: WriteRun) -> str:
    """Write a reconciliation to a new workbook."""
    from storage.tables.files import file_name, fresh

    with fresh(folder(), file_name(job.name), "xlsx") as (path, out):
        write_run(job.totals, job.rows, (), out)
    return str(path)
