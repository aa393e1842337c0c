"""What does each piece of work on files, imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TypeVar, cast

from rules.jobs import Job

A = TypeVar("A")

WORKERS: dict[str, str] = {
    "ReadTaxFiles": "storage.tax_xml:read_files",
    "WriteCharges": "agent_tui.charge_files:write",
    "ReadResults": "agent_tui.charge_files:read",
    "ReadTerminalFile": "gateways.terminal:read",
    "Look": "agent_tui.table_jobs:look",
    "Complete": "agent_tui.table_jobs:complete",
    "CrossFiles": "agent_tui.table_jobs:cross_files",
    "CrossToFile": "agent_tui.table_jobs:cross_to_file",
    "PivotFile": "agent_tui.table_jobs:pivot_file",
    "SaveRecipe": "agent_tui.table_jobs:save_recipe",
    "SavedRecipes": "agent_tui.table_jobs:saved_recipes",
    "ReadSides": "agent_tui.table_jobs:sides",
    "WriteRun": "agent_tui.table_jobs:write_reconciliation",
}
"""Name of a job's class to the function that does it, as module:function."""


def run(job: Job[A]) -> A:
    """Do a piece of work.

    Raises:
        Explained: it can't be done; the message says what is wrong with which file.
        OSError: a file could not be read or written.
    """
    module, _, name = WORKERS[type(job).__name__].partition(":")
    return cast("A", getattr(import_module(module), name)(job))
