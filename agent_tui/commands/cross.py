"""``agent-tui cross``: two tables joined on their keys, with how many rows became what."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent_tui.central_store import add_json_option
from rules.tools.crossing import CLEANINGS, DUPLICATES, HOWS
from rules.words import tr


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("cross two tables (CSV or XLSX) on their keys: matched, only left, only right, repeated")
    parser = subparsers.add_parser("cross", help=words, description=words)
    parser.add_argument("left", nargs="?", default="", metavar=tr("LEFT"), help=tr("a .csv or .xlsx file"))
    parser.add_argument("right", nargs="?", default="", metavar=tr("RIGHT"), help=tr("another one"))
    parser.add_argument(
        "--on",
        action="append",
        default=[],
        metavar=tr("KEY[=KEY]"),
        help=tr("columns that have to be equal, left=right; again for each further pair"),
    )
    parser.add_argument("--how", choices=HOWS, help="; ".join(f"{how}: {tr(HOWS[how])}" for how in HOWS))
    parser.add_argument(
        "--clean",
        metavar=tr("WHAT"),
        help=tr("what makes no difference in a key, with commas between")
        + ": "
        + "; ".join(f"{name}: {tr(CLEANINGS[name])}" for name in CLEANINGS),
    )
    parser.add_argument(
        "--duplicates",
        choices=DUPLICATES,
        help="; ".join(f"{name}: {tr(DUPLICATES[name])}" for name in DUPLICATES),
    )
    parser.add_argument(
        "--compare",
        metavar=tr("AMOUNT[=AMOUNT]"),
        help=tr("columns of amounts to be compared, left=right"),
    )
    parser.add_argument("--tolerance", metavar="1.00", help=tr("by how much the amounts may differ"))
    _add_sheets(parser)
    parser.add_argument("--recipe", metavar=tr("NAME"), help=tr("do as this saved recipe says"))
    parser.add_argument("--save", metavar=tr("NAME"), help=tr("save how it was done as a recipe"))
    parser.add_argument("--recipes", action="store_true", help=tr("list the saved recipes"))
    add_json_option(parser)
    parser.add_argument(
        "-o", "--output", type=Path, metavar=tr("FILE"), help=tr("where to write: .xlsx, .csv or .jsonl")
    )
    parser.set_defaults(func=run, parser=parser)


def _add_sheets(parser: argparse.ArgumentParser) -> None:
    for side, words in (("left", tr("Left")), ("right", tr("Right"))):
        parser.add_argument(
            f"--{side}-sheet",
            default="",
            metavar=tr("NAME"),
            help=tr("sheet of a workbook ({side}); its first if left out", side=words),
        )
        parser.add_argument(
            f"--{side}-header",
            type=int,
            default=0,
            metavar=tr("ROW"),
            help=tr("row of the heads ({side}); the first that is not empty if left out", side=words),
        )


def run(options: argparse.Namespace) -> int:
    """Cross; the counts go to standard error, the result to the file or to standard output."""
    from agent_tui import crossing

    return crossing.cross(options)
