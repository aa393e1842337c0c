"""``agent-tui config``: rules as data, checked, and loaded for a portfolio as a new version."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import datetime
from pathlib import Path

from agent_tui.central_store import Progress, add_json_option, add_store_option, opened
from agent_tui.failures import CommandError
from rules.configuration import KINDS, Fault
from rules.money import Money
from rules.tables import Cell
from rules.words import tr


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("what a portfolio does differently: results, scripts, contact rules, strategy and more")
    parser = subparsers.add_parser("config", help=words, description=words)
    actions = parser.add_subparsers(dest="action", metavar=tr("action"), required=True)
    words = tr("look for faults, and say each by file and line; exit 1 if there are any")
    check = actions.add_parser("check", help=words, description=words)
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help=tr("TOML files of rules"))
    add_json_option(check)
    check.set_defaults(func=run_check)
    words = tr("take a file as a new version of a portfolio's rules; older versions are kept")
    load = actions.add_parser("load", help=words, description=words)
    load.add_argument("file", type=Path, metavar="FILE", help=tr("a TOML file of rules"))
    load.add_argument("--portfolio", required=True, metavar="NAME", help=tr("whose rules they are"))
    load.add_argument(
        "--since",
        type=_instant,
        metavar="INSTANT",
        help=tr("from when on they hold, such as 2026-12-01T08:00-06:00; at once if left out"),
    )
    add_store_option(load)
    load.set_defaults(func=run_load)
    words = tr("say how many clients each rule of a strategy would take of the present portfolio")
    simulate = actions.add_parser("simulate", help=words, description=words)
    simulate.add_argument("file", type=Path, metavar="FILE", help=tr("a TOML file with a strategy"))
    simulate.add_argument("--portfolio", required=True, metavar="NAME", help=tr("where it is tried"))
    add_store_option(simulate)
    add_json_option(simulate)
    simulate.set_defaults(func=run_simulate)
    words = tr("print the newest version of a portfolio's rules as it was loaded")
    show = actions.add_parser("show", help=words, description=words)
    show.add_argument("--portfolio", required=True, metavar="NAME", help=tr("whose rules they are"))
    show.add_argument("--kind", choices=KINDS, required=True, help=", ".join(KINDS))
    add_store_option(show)
    show.set_defaults(func=run_show)
    words = tr("list every version of every portfolio's rules")
    listing = actions.add_parser("list", help=words, description=words)
    add_store_option(listing)
    add_json_option(listing)
    listing.set_defaults(func=run_list)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise argparse.ArgumentTypeError(
            tr("{text} is not an instant with its zone, such as 2026-12-01T08:00-06:00", text=repr(text))
        )
    return at


def run_check(options: argparse.Namespace) -> int:
    """Print every fault of every file; 0 if there is none."""
    from rules.configuration import check
    from storage.reference import kinds

    found = {path: check(_text(path), kinds())[1] for path in options.files}
    faulty = any(found.values())
    if options.json:
        told = [
            {"file": str(path), "line": fault.line, "reason": fault.reason}
            for path, faults in found.items()
            for fault in faults
        ]
        print(json.dumps({"ok": not faulty, "faults": told}, ensure_ascii=False))
        return int(faulty)
    for path, faults in found.items():
        print(_told(path, faults) if faults else tr("{path}: no fault", path=path))
    return int(faulty)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(tr("{path} can't be read: {reason}", path=path, reason=error)) from error


def _told(path: Path, faults: tuple[Fault, ...]) -> str:
    return "\n".join(f"{path}:{fault.line}: {fault.reason}" for fault in faults)


def run_load(options: argparse.Namespace) -> int:
    """Load the file, or print its faults."""
    from storage.central.rulebooks import RulebookRefused, load

    progress = Progress(tr("Clients placed"))
    with opened(options.store) as store:
        try:
            made = load(
                store,
                options.portfolio,
                _text(options.file),
                by=getpass.getuser(),
                since=options.since,
                progress=progress,
            )
        except RulebookRefused as refused:
            print(_told(options.file, refused.faults), file=sys.stderr)
            return 1
    progress.end()
    for book in made:
        print(
            tr(
                "{portfolio}: {kind} version {version}, from {since} on",
                portfolio=book.portfolio,
                kind=book.kind,
                version=book.version,
                since=book.since.isoformat(timespec="minutes"),
            )
        )
    return 0


def run_simulate(options: argparse.Namespace) -> int:
    """Print what each rule would take, or the file's faults; nothing is changed."""
    from storage.central.leading.strategy_work import try_out

    with opened(options.store) as store:
        answer = try_out(store, options.portfolio, _text(options.file))
    if answer.table is None:
        print(_told(options.file, answer.faults), file=sys.stderr)
        return 1
    rows = (*answer.table.rows, *answer.table.totals)
    keys = [column.key for column in answer.table.columns]
    if options.json:
        for row in rows:
            told = dict(zip(keys, row.cells, strict=True)) | {"currency": row.currency}
            print(json.dumps(told, ensure_ascii=False))
        return 0
    print("\t".join((*(tr(column.title) for column in answer.table.columns), tr("currency"))))
    for row in rows:
        cells = (
            _cell(column.kind, cell, row.currency)
            for column, cell in zip(answer.table.columns, row.cells, strict=True)
        )
        print("\t".join((*cells, row.currency)))
    return 0


def _cell(kind: str, cell: Cell, currency: str) -> str:
    if kind == "money" and isinstance(cell, int):
        return str(Money(cell, currency).decimal)
    return "" if cell is None else str(cell)


def run_show(options: argparse.Namespace) -> int:
    """Print the text of the newest version; 1 if there is none."""
    from storage.central.rulebooks import listed

    with opened(options.store) as store, store.read() as tx:
        books = [
            book for book in listed(tx) if book.portfolio == options.portfolio and book.kind == options.kind
        ]
    if not books:
        print(tr("{portfolio} does as the house does.", portfolio=options.portfolio), file=sys.stderr)
        return 1
    print(books[-1].text, end="")
    return 0


def run_list(options: argparse.Namespace) -> int:
    """Print every version."""
    from storage.central.rulebooks import listed

    with opened(options.store) as store, store.read() as tx:
        books = listed(tx)
    for book in books:
        told = {
            "portfolio": book.portfolio,
            "kind": book.kind,
            "version": book.version,
            "since": book.since.isoformat(),
            "loaded_at": book.loaded_at.isoformat(),
            "loaded_by": book.loaded_by,
        }
        print(json.dumps(told, ensure_ascii=False) if options.json else "\t".join(map(str, told.values())))
    return 0
