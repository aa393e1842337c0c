"""Requests to the back office in words: what is asked, how it stands, the steps of its calculation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from textual.content import Content

from rules.backoffice.asks import (
    Ask,
    Asked,
    Cancellation,
    ChannelChange,
    ClaimOffset,
    Endorse,
    FrequencyChange,
    Rehabilitation,
    Step,
)
from rules.debit.charge_words import CHANNELS, answer_words
from rules.words import mark, tr
from widgets.formats import day, full_day, moment, plain
from widgets.panel import LABEL, wrapped
from widgets.policy_words import ASK_STATUSES
from widgets.shown import row, shown
from widgets.wording import FREQUENCIES, word

KINDS = {
    "channel": mark("channel"),
    "frequency": mark("frequency"),
    "rehabilitation": mark("rehabilitation"),
    "cancellation": mark("cancellation"),
    "claim_offset": mark("offset"),
    "endorsement": mark("endorsement"),
}
METHODS = {
    "pro_rata": mark("pro rata"),
    "instalments": mark("by instalments"),
    "short_rate": mark("short rate"),
    "rescission": mark("rescission"),
}
MODES = {"extend": mark("the end moves"), "keep_end": mark("the end stays")}
SCOPES = {"overdue_only": mark("what is past due"), "all_remaining": mark("all that is left")}


def asked_words(asked: Asked) -> str:
    """What is asked, in a few words."""
    match asked:
        case ChannelChange():
            ending = asked.clabe[-4:] or asked.last4
            return f"→ {word(CHANNELS, asked.to)}" + (f" ···{ending}" if ending else "")
        case FrequencyChange():
            return f"→ {word(FREQUENCIES, asked.to)}"
        case Rehabilitation():
            return word(MODES, asked.mode)
        case Cancellation():
            return f"{day(asked.on)} · {word(METHODS, asked.method)}"
        case ClaimOffset():
            return f"{plain(asked.gross)} − {plain(asked.deductible)} · {word(SCOPES, asked.scope)}"
        case Endorse():
            delta = f"{asked.delta / 100:+,.2f} " if asked.delta else ""
            return f"{delta}{asked.what}"


def kind_words(asked: Asked) -> str:
    """The kind of a request in a word."""
    return word(KINDS, str(asked.__struct_config__.tag))


def amount_words(amount: int, currency: str) -> str:
    """What it comes to, with whose it is: to be paid (+), given back (−)."""
    if not amount:
        return "·"
    sign = "+" if amount > 0 else "−"
    return f"{sign}{plain(abs(amount))} {currency}".strip()


def step_lines(steps: Iterable[Step], width: int) -> list[Content]:
    """The steps of a calculation, each with its amount at the right; the last one stands out."""
    listed = tuple(steps)
    lines: list[Content] = []
    for place, step in enumerate(listed, start=1):
        last = place == len(listed)
        name = shown(tr(step.name), "bold" if last else "")
        how = shown(f"  {step.how}" if step.how else "", LABEL)
        amount = shown(plain(step.amount) if step.amount or last else "", "bold" if last else "")
        lines += _step(name, how, amount, width)
    return lines


def _step(name: Content, how: Content, amount: Content, width: int) -> list[Content]:
    """Name, how and amount on one line where they fit, else how and amount on a second."""
    whole = Content("").join((name, how))
    room = width - amount.cell_length - 1
    if whole.cell_length <= room:
        return [_right(whole, amount, width)]
    if name.cell_length <= width:
        return [name, _right(how.truncate(max(1, room), ellipsis=True), amount, width)]
    below = _right(how.truncate(max(1, room), ellipsis=True), amount, width)
    return [*wrapped(name, width, "  "), below]


def _right(left: Content, amount: Content, width: int) -> Content:
    gap = max(1, width - left.cell_length - amount.cell_length)
    return Content("").join((left, shown(" " * gap), amount)) if amount.plain else left


def detail_lines(ask: Ask, now: datetime, width: int, *, hidden: bool = False) -> list[Content]:
    """A request in full as it stands on the desk: who asked, who answered, its steps."""
    asked_at = tr("{agent} asked at {time}", agent=ask.agent, time=moment(ask.asked, now))
    lines = [row((ask.folio, "bold"), f" · {word(ASK_STATUSES, ask.status)} · {asked_at}")]
    if not hidden:
        asked = f"  {asked_words(ask.asks)}"
        amount = f" · {amount_words(ask.amount, ask.currency)}" if ask.amount else ""
        lines += wrapped(row((kind_words(ask.asks), "bold"), asked, (amount, "bold")), width)
    if ask.note:
        lines += wrapped(row(("« ", LABEL), ask.note), width, "  ")
    lines += answer_lines(ask, now, width)
    return lines if hidden else lines + step_lines(ask.steps, width)


def answer_lines(ask: Ask, now: datetime, width: int) -> list[Content]:
    """Who answered what, and how the first charge by a new channel went; until then by when it is due."""
    lines: list[Content] = []
    if ask.answered is not None:
        when = moment(ask.answered, now)
        lines.append(shown(tr("answered by {who} at {time}", who=ask.answered_by, time=when)))
    if ask.answer:
        lines += wrapped(row(("» ", LABEL), ask.answer), width, "  ")
    if ask.status in ("open", "approved") and ask.due is not None:
        lines.append(_due(ask.due, now.date()))
    if ask.first_charge:
        lines.append(shown(tr("first charge: {result}", result=answer_words(ask.first_charge))))
    return lines


def _due(due: date, today: date) -> Content:
    if due < today:
        return shown(tr("! late: it was to be done by {day}", day=full_day(due)), "bold $text-error")
    return shown(tr("to be done by {day}", day=full_day(due)), LABEL)
