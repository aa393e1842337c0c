"""What the table tools have done on files of one's own machine, and what comes back."""

from __future__ import annotations

import msgspec

from rules.jobs import Job
from rules.tables import Table
from rules.tools.crossing import BadCell, Counts, Cross, Source
from rules.tools.matching import File, Pair
from rules.tools.pivoting import Pivot
from rules.tools.recipes import Recipe


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A table file: its columns, how many rows it has, the rows to begin with; of a workbook its sheets."""

    path: str
    sheet: str = ""
    columns: tuple[str, ...]
    rows: int
    sheets: tuple[str, ...] = ()
    first: tuple[tuple[str | None, ...], ...] = ()


class Look(Job[Looked], frozen=True, kw_only=True):
    """Look at a table file."""

    source: Source


class Complete(Job[tuple[str, ...]], frozen=True, kw_only=True):
    """Paths of folders and table files that begin as typed; folders end in a slash."""

    typed: str


class CrossDone(msgspec.Struct, frozen=True, kw_only=True):
    """A cross: its first rows, how many rows became what, cells that hold no amount."""

    table: Table
    counts: Counts
    bad: tuple[BadCell, ...] = ()


class CrossFiles(Job[CrossDone], frozen=True, kw_only=True):
    """Cross the two files of a recipe."""

    recipe: Cross


class CrossToFile(Job[str], frozen=True, kw_only=True):
    """Cross, and write all of the result to a new file; form: xlsx or csv. Brings its path."""

    recipe: Cross
    form: str


class PivotDone(msgspec.Struct, frozen=True, kw_only=True):
    """A pivot: all of its table, how many rows were counted, cells that hold no amount."""

    table: Table
    rows: int
    bad: tuple[BadCell, ...] = ()


class PivotFile(Job[PivotDone], frozen=True, kw_only=True):
    """Pivot the file of a recipe."""

    recipe: Pivot


class SaveRecipe(Job[str], frozen=True, kw_only=True):
    """Keep a recipe under a name. Brings the name under which it is found."""

    name: str
    recipe: Recipe


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A kept recipe by its name; why: why it can't be read, "" = it can."""

    name: str
    recipe: Recipe | None = None
    why: str = ""


class SavedRecipes(Job[tuple[Saved, ...]], frozen=True, kw_only=True):
    """The kept recipes of a kind: cross or pivot; and any that can't be read."""

    kind: str


class SideSource(msgspec.Struct, frozen=True, kw_only=True):
    """A side of a reconciliation in a file; keys, amount: columns, empty = as proposed."""

    source: Source
    keys: tuple[str, ...] = ()
    amount: str = ""


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides read: the files with the columns taken, all of their columns, pairs by key, bad cells."""

    files: tuple[File, ...]
    columns: tuple[tuple[str, ...], ...]
    pairs: tuple[Pair, ...]
    bad: tuple[BadCell, ...] = ()


class ReadSides(Job[Sides], frozen=True, kw_only=True):
    """Read the sides of a reconciliation; collected None = the store has that side."""

    accounted: SideSource
    collected: SideSource | None = None


class WriteRun(Job[str], frozen=True, kw_only=True):
    """Write a reconciliation to a new workbook: totals by status, then all rows. Brings its path."""

    name: str
    totals: Table
    rows: Table
