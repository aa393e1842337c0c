"""``agent-tui report``: the reports of the central store, the workbook of some days, the rooms' digests."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from agent_tui.central_store import add_json_option, add_store_option
from rules.words import tr

FORMATS = ("table", "json", "csv", "xlsx", "jsonl")
WORKBOOK, DIGEST = "workbook", "digest"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr(
        "reports of the central store: as text, spreadsheet or JSON; workbooks; digests of sales rooms"
    )
    parser = subparsers.add_parser("report", help=words, description=words)
    parser.add_argument(
        "name",
        nargs="?",
        default="",
        metavar=tr("NAME"),
        help=tr("a report's name, `workbook` (all of them, and their facts) or `digest` (by sales room)"),
    )
    parser.add_argument("--list", action="store_true", help=tr("list the reports that there are"))
    parser.add_argument(
        "--saved", type=Path, metavar=tr("FILE"), help=tr("run what this file (TOML) asks for")
    )
    add_store_option(parser)
    parser.add_argument("--user", default="", metavar=tr("NAME"), help=tr("show what this user may see"))
    _add_days(parser)
    for name, words in (
        ("portfolio", tr("of one portfolio")),
        ("team", tr("of one team")),
        ("agent", tr("of one agent")),
    ):
        parser.add_argument(f"--{name}", default="", metavar=tr("NAME"), help=words)
    parser.add_argument("--room", default="", metavar=tr("NAME"), help=tr("digest: of one sales room"))
    parser.add_argument("--format", choices=FORMATS, help=tr("table unless the file's name says another"))
    add_json_option(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar=tr("FILE"),
        help=tr("where to write (digest: a folder); standard output if left out"),
    )
    parser.set_defaults(func=run, parser=parser)


def _add_days(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=_day, metavar=tr("DAY"), help=tr("the first day, such as 2026-11-25"))
    parser.add_argument("--until", type=_day, metavar=tr("DAY"), help=tr("the last day"))
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--day", type=_day, metavar=tr("DAY"), help=tr("one day alone"))
    either.add_argument("--month", type=_month, metavar=tr("MONTH"), help=tr("a month, such as 2026-11"))
    either.add_argument(
        "--period",
        default="",
        metavar=tr("PERIOD"),
        help=tr("today, yesterday, week, last_week, month, last_month, or 7d: the last seven days"),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(tr("{text} is no day; write 2026-11-25", text=text)) from error


def _month(text: str) -> tuple[date, date]:
    from rules.periods import month

    try:
        return month(date.fromisoformat(f"{text}-01"))
    except ValueError as error:
        raise argparse.ArgumentTypeError(tr("{text} is no month; write 2026-11", text=text)) from error


def run(options: argparse.Namespace) -> int:
    """List, show or write what is asked for."""
    from agent_tui import reporting
    from rules.saved_reports import SavedReport

    if options.list:
        return reporting.show_list(as_json=options.json)
    if bool(options.saved) == bool(options.name):
        options.parser.error(tr("say one report: NAME, or --saved FILE; --list shows those there are"))
    if options.name == DIGEST:
        if options.output is None:
            options.parser.error(tr("digests need a folder: -o FOLDER"))
        return reporting.write_digests(
            options.store, options.user, options.room, options.day, options.output, as_json=options.json
        )
    since, until = _since_until(options)
    wanted = (
        reporting.read_saved(options.saved)
        if options.saved
        else SavedReport(
            report=options.name,
            period=options.period,
            since=since,
            until=until,
            portfolio=options.portfolio,
            team=options.team,
            agent=options.agent,
        )
    )
    if wanted.report == WORKBOOK:
        if options.output is None:
            options.parser.error(tr("a workbook needs a file: -o FILE.xlsx"))
        return reporting.write_book(options.store, options.user, wanted, options.output, as_json=options.json)
    form = _form(options, wanted.format)
    if form == "xlsx" and options.output is None:
        options.parser.error(tr("an XLSX needs a file: -o FILE.xlsx"))
    return reporting.show_report(options.store, options.user, wanted, form, options.output)


def _since_until(options: argparse.Namespace) -> tuple[date | None, date | None]:
    if (options.since or options.until) and (options.day or options.month or options.period):
        options.parser.error(tr("say the days in one way: --since and --until, --day, --month or --period"))
    if options.day:
        return options.day, options.day
    return options.month or (options.since, options.until)


def _form(options: argparse.Namespace, saved: str) -> str:
    suffix = options.output.suffix[1:].lower() if options.output else ""
    chosen = options.format or ("json" if options.json else "")
    return chosen or (suffix if suffix in FORMATS else "") or saved or "table"
