"""Files that feed the store: what the commands that take one in share, from its options to its tallies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from agent_tui.central_store import Progress, add_json_option, add_store_option, noted, opened
from agent_tui.failures import CommandError
from rules.words import tr

M = TypeVar("M")
T = TypeVar("T", bound="Taken")


class Proposal(Protocol):
    """A mapping guessed from a file's headers, as text, and the fields for which no column was found."""

    @property
    def text(self) -> str:
        """The mapping as TOML."""
        ...

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields without a column."""
        ...


class Tally(Protocol):
    """How many were made, brought up to date, and left as they were."""

    made: int
    updated: int
    unchanged: int


class Taken(Protocol):
    """What became of a file: rows read and rejected, and where the rejected ones are listed."""

    rows: int
    rejected: int
    rejects: Any


def add_file_options(parser: argparse.ArgumentParser, portfolio: str) -> None:
    """Add the file, the store, the portfolio (in words), the mapping, and how to say what came of it."""
    parser.add_argument(
        "file",
        type=Path,
        metavar=tr("FILE"),
        help=tr("a .csv or .xlsx file whose first row names the columns"),
    )
    add_store_option(parser)
    parser.add_argument("--portfolio", required=True, help=portfolio)
    parser.add_argument("--map", type=Path, metavar="MAP.toml", help=tr("which column is which field"))
    parser.add_argument("--dry-run", action="store_true", help=tr("say what would be done, and do nothing"))
    add_json_option(parser)


def mapping_of(
    options: argparse.Namespace,
    load: Callable[[Path], M],
    propose: Callable[[Any], Proposal],
    parse: Callable[[str, str], M],
) -> tuple[M, str]:
    """The mapping asked for; without one, the proposal, as a mapping and as its text.

    Raises:
        CommandError: the proposal lacks columns that have to be there.
    """
    from storage.portfolio.reading import open_table

    if options.map is not None:
        return load(options.map), ""
    with open_table(options.file) as table:
        proposal = propose(table.columns)
    if not options.json:
        print("# " + tr("A mapping guessed from the headers; keep it as a file and give it with --map."))
        print(proposal.text)
    if proposal.missing:
        raise CommandError(
            tr(
                "{path}: no column found for {fields}; write a mapping and give it with --map",
                path=options.file,
                fields=", ".join(proposal.missing),
            )
        )
    return parse(proposal.text, tr("the proposed mapping")), proposal.text


def take_in(
    options: argparse.Namespace, take: Callable[..., T], mapping: Any, command: str, action: str
) -> T:
    """Take the file in with a line of progress, and note in the audit log that it was taken.

    Args:
        options: as `add_file_options` asks for them.
        take: of a store, a path, a portfolio and a mapping; ``where`` names the mapping in messages,
            ``dry_run`` only says what would be done, ``progress`` hears the rows read.
        mapping: what `mapping_of` gave.
        command: which command it is, for the audit log.
        action: what was done, for the audit log.
    """
    with opened(options.store) as store:
        progress = Progress(tr("Rows read"))
        outcome = take(
            store,
            options.file,
            options.portfolio,
            mapping,
            where=str(options.map or tr("the proposed mapping")),
            dry_run=options.dry_run,
            progress=progress,
        )
        progress.end()
        if not options.dry_run:
            noted(store, command, action, f"portfolio:{options.portfolio}", rows=outcome.rows)
    return outcome


def as_json(tally: Tally) -> dict[str, int]:
    """A tally for machines."""
    return {"made": tally.made, "updated": tally.updated, "unchanged": tally.unchanged}


def print_head(outcome: Taken, dry_run: bool) -> None:
    """Say whether anything was written, and how many rows were read."""
    if dry_run:
        print(tr("Nothing was written. This is what the import would do:"))
    print(
        tr(
            "Rows: {rows} read, {rejected} rejected",
            rows=f"{outcome.rows:,}",
            rejected=f"{outcome.rejected:,}",
        )
    )


def print_tally(what: str, tally: Tally) -> None:
    """Say what became of those that went in."""
    print(
        tr(
            "{what}: {made} new, {updated} updated, {unchanged} unchanged",
            what=what,
            made=f"{tally.made:,}",
            updated=f"{tally.updated:,}",
            unchanged=f"{tally.unchanged:,}",
        )
    )


def print_rejects(outcome: Taken, more: str = "") -> None:
    """Say where the rows are that stayed out, and what else there is to say of them."""
    if outcome.rejects:
        print(tr("What stayed out, and why, is in {path}", path=outcome.rejects) + more, file=sys.stderr)
