"""``agent-tui parse``: how a capture line reads, without an account."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from rules.money import parse_minor, show_minor
from rules.text import clean
from rules.words import language, tr

if TYPE_CHECKING:
    from rules.capture.values import CaptureContext, CaptureError, PlanReading, Reading
    from rules.catalogue import Catalogue


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = subparsers.add_parser(
        "parse",
        help=tr("show how a capture line reads"),
        description=tr(
            "Shows how a capture line reads. The fields are checked against the catalogue "
            "of results, without an account's limits."
        ),
        epilog=tr(
            "With --json a plan is an object: count, rhythm (q pay days, m months, w weeks), "
            "down (amount or null), and amounts when each payment is named. "
            "Exit: 0 it may be saved, 1 it may not, 2 called wrongly."
        ),
    )
    parser.add_argument("line", metavar=tr("LINE"), help=tr("the line, in quotes: 'ppt 1500 vie spei'"))
    parser.add_argument("--today", type=_day, help=tr("the day it is, as 2026-11-24 (at 00:00 unless --now)"))
    parser.add_argument("--now", type=_hour, help=tr("the hour it is, as 11:42"))
    parser.add_argument("--due", type=_amount, help=tr("what brings the account current, as 1500.00"))
    parser.add_argument("--total", type=_amount, help=tr("what the account owes in all"))
    parser.add_argument("--lang", choices=("es", "en"), help=tr("language of the reading and the words"))
    parser.add_argument("--json", action="store_true", help=tr("print the reading as JSON"))
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Read the line and print what would be saved; 0 if it may be saved, else 1."""
    from rules.capture.read import read
    from rules.capture.values import CaptureError
    from storage.reference import catalogue

    results, context = catalogue(), _context(options)
    reading = read(options.line, results, context)
    errors = reading.errors
    if not reading.complete and not errors:
        errors = (CaptureError(code="code_missing"),)
    if options.json:
        print(json.dumps(_as_json(reading, errors), ensure_ascii=False))
    else:
        _print_words(reading, errors, results, context)
    return 0 if reading.complete else 1


def _context(options: argparse.Namespace) -> CaptureContext:
    from agent_tui.clock import clock_start
    from rules.capture.values import CaptureContext

    clock = clock_start() or datetime.now().astimezone()
    hour = options.now or (time() if options.today else clock.time())
    return CaptureContext(
        now=datetime.combine(options.today or clock.date(), hour, UTC),
        language=options.lang or language(),
        due=options.due,
        total=options.total,
        limits=False,
    )


def _as_json(reading: Reading, errors: tuple[CaptureError, ...]) -> dict[str, Any]:
    from rules.capture.receipts import receipts_word
    from rules.capture.wording import message
    from rules.catalogue import NOT_SAID

    at = reading.callback
    on = at.date() if at else reading.due
    fields: dict[str, Any] = {
        "amount": None if reading.amount is None else show_minor(reading.amount),
        "date": on.isoformat() if on else None,
        "time": f"{at:%H:%M}" if at else None,
        "channel": reading.channel,
        "reason": reading.reason,
        "phone": reading.phone,
        "plan": _plan(reading.plan) if reading.plan else None,
        "note": reading.note,
    }
    if reading.receipts is not None:
        fields["receipts"] = receipts_word(reading.receipts)
    for name in ("destination", "medium", "window", "party", "reference", "evidence"):
        value = getattr(reading, name)
        if value not in (None, NOT_SAID):
            fields[name] = value
    return {
        "ok": reading.complete,
        "code": reading.code or None,
        "fields": fields,
        "errors": [
            {
                "code": error.code,
                "token": error.token,
                "message": message(error),
                "offers": list(error.offers),
            }
            for error in errors
        ],
    }


def _plan(plan: PlanReading) -> dict[str, Any]:
    found: dict[str, Any] = {
        "count": plan.count,
        "rhythm": plan.rhythm,
        "down": show_minor(plan.down) if plan.down else None,
    }
    if plan.amounts:
        found["amounts"] = [show_minor(amount) for amount in plan.amounts]
    return found


def _print_words(
    reading: Reading, errors: tuple[CaptureError, ...], results: Catalogue, context: CaptureContext
) -> None:
    from rules.capture.wording import describe, hint, message

    for error in errors:
        offers = hint(error)
        print(clean(f"✗ {message(error)}" + (f" ({offers})" if offers else "")))
    if reading.complete:
        pieces = describe(reading, results, context)
        print("✓ " + "  ".join(f"({text})" if default else text for text, default in pieces))
        if any(default for _, default in pieces):
            print(tr("in brackets: filled by default"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("{given} is not a day like 2026-11-24", given=text)) from None


def _hour(text: str) -> time:
    try:
        hour = time.fromisoformat(text)
    except ValueError:
        hour = None
    if hour is None or hour.tzinfo is not None:
        raise argparse.ArgumentTypeError(tr("{given} is not an hour like 11:42", given=text))
    return hour


def _amount(text: str) -> int:
    try:
        minor = parse_minor(text)
    except ValueError:
        minor = -1
    if minor < 0:
        raise argparse.ArgumentTypeError(tr("{given} is not an amount like 1500.00", given=text))
    return minor
