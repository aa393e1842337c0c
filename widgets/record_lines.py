"""What is on record about a client: cases, requests, agreements and tasks as rows and in full."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from textual.content import Content

from rules.backoffice.asks import Ask
from rules.clients import Agreement, Case, Client, Request, Task
from rules.requests import offered
from rules.words import mark, tr
from rules.zones import local_day
from widgets import ask_lines
from widgets.case_lines import case_lines, headline
from widgets.formats import MASK, day, moment
from widgets.panel import LABEL, wrapped
from widgets.policy_words import ASK_STATUSES
from widgets.shown import row, shown
from widgets.terms_lines import component_lines, payment_lines, phrase
from widgets.wording import LEVELS, TASKS, word

Item = Case | Request | Ask | Agreement | Task

KINDS = {
    "Task": mark("task"),
    "Request": mark("approval"),
    "Ask": mark("back office"),
    "Agreement": mark("agreement"),
    "Case": mark("case"),
}
"""Type of a record to its words, in the order in which they are listed."""

REQUESTS = {
    "open": mark("waits for an answer"),
    "approved": mark("approved"),
    "denied": mark("denied"),
    "countered": mark("other offer"),
    "used": mark("used"),
    "withdrawn": mark("withdrawn"),
    "expired": mark("ended unanswered or unused"),
}
AGREEMENTS = {
    "issued": mark("to be handed over"),
    "delivered": mark("agreed"),
    "void": mark("replaced by a newer one"),
}
CASES = {"open": mark("open"), "closed": mark("closed")}
TASK_STATUSES = {"open": mark("to be done"), "done": mark("done")}
MEDIA = {
    "email": mark("by e-mail"),
    "whatsapp": mark("by WhatsApp"),
    "mail": mark("by mail"),
    "hand": mark("by hand"),
}
"""By what an agreement was handed over."""

TONES = {"open": "warn", "issued": "warn", "approved": "good", "countered": "good"}
"""Statuses that ask for something, or that can be used, and how they are shown."""


class Record(msgspec.Struct, frozen=True):
    """One row: what it is and its words, so that lists need not know the types."""

    item: Item
    kind: str
    status: str
    what: str
    on: date
    tone: str = ""


def records(client: Client, now: datetime, *, hidden: bool = False) -> list[Record]:
    """All that is on record: what asks for something first, each kind by its day."""
    zone = _zone(client)
    known: Iterable[Item] = (
        *client.tasks,
        *client.requests,
        *client.asks,
        *client.agreements,
        *client.cases,
    )
    rows = [_record(item, client, local_day(now, zone), zone, hidden=hidden) for item in known]
    return sorted(rows, key=_urgency)


def _urgency(record: Record) -> tuple[bool, int, int]:
    """Tasks by the day on which they are due, all else the newest first."""
    number = record.on.toordinal()
    return (not record.tone, list(KINDS).index(record.kind), number if record.kind == "Task" else -number)


def _record(item: Item, client: Client, today: date, zone: str, *, hidden: bool) -> Record:
    tone = TONES.get(item.status, "")
    match item:
        case Task():
            status, on = word(TASK_STATUSES, item.status), item.due
            what = f"{word(TASKS, item.kind)} {item.note}".strip()
            tone = "bad" if tone and item.due < today else tone
        case Request():
            status, on = word(REQUESTS, item.status), local_day(item.asked, zone)
            what = MASK if hidden else phrase(offered(item), client.country)
        case Ask():
            status, on = word(ASK_STATUSES, item.status), local_day(item.asked, zone)
            asked = "" if hidden else f" {ask_lines.asked_words(item.asks)}"
            what = f"{item.folio} {ask_lines.kind_words(item.asks)}{asked}"
        case Agreement():
            status, on = word(AGREEMENTS, item.status), local_day(item.made, zone)
            what = f"{item.folio} {MASK if hidden else phrase(item.terms, client.country)}"
        case Case():
            status, on = word(CASES, item.status), local_day(item.opened, zone)
            what = headline(item, item.opened, zone, amounts=not hidden).plain.lstrip("⚑✓ ")
    return Record(item=item, kind=type(item).__name__, status=status, what=what, on=on, tone=tone)


def _zone(client: Client) -> str:
    return client.zones[0] if client.zones else "UTC"


def detail_lines(
    item: Item, client: Client, now: datetime, width: int, *, hidden: bool = False
) -> list[Content]:
    """One record in full."""
    zone = _zone(client)
    match item:
        case Case():
            return case_lines(item, now, zone, amounts=not hidden)
        case Task():
            due = tr("due {day}", day=day(item.due))
            lines = [
                row((word(TASKS, item.kind), "bold"), f" · {due}", f" · {item.agent}" if item.agent else "")
            ]
            return lines + (wrapped(shown(item.note), width) if item.note else [])
        case Request():
            return _request(item, client, now, width, hidden=hidden)
        case Ask():
            return ask_lines.detail_lines(item, now, width, hidden=hidden)
        case Agreement():
            return _agreement(item, client, now, width, hidden=hidden)


def _request(item: Request, client: Client, now: datetime, width: int, *, hidden: bool) -> list[Content]:
    asked = tr("{agent} asked {level} at {time}", agent=item.agent, level=word(LEVELS, item.level),
               time=moment(item.asked, now))  # fmt: skip
    lines = [row((word(REQUESTS, item.status), "bold"), f" · {asked}")]
    if item.answered is not None:
        when = moment(item.answered, now)
        lines.append(shown(tr("answered by {who} at {time}", who=item.answered_by, time=when)))
    if item.answer_note:
        lines += wrapped(row(("« ", LABEL), item.answer_note), width, "  ")
    if hidden:
        return lines
    terms = offered(item)
    lines += wrapped(shown(phrase(terms, client.country)), width)
    if terms.valid_until and item.status in ("approved", "countered"):
        lines.append(shown(tr("stands until {day}", day=day(terms.valid_until)), LABEL))
    account = next((one for one in client.accounts if one.id == item.account_id), None)
    return lines + (component_lines(terms, account, width) if account and terms.waived else [])


def _agreement(item: Agreement, client: Client, now: datetime, width: int, *, hidden: bool) -> list[Content]:
    lines = [row((item.folio, "bold"), f" · {word(AGREEMENTS, item.status)}")]
    if item.delivered is not None:
        by, when = word(MEDIA, item.medium), moment(item.delivered, now)
        lines.append(shown(tr("handed over {medium} at {time}", medium=by, time=when)))
    if not hidden:
        lines += wrapped(shown(phrase(item.terms, client.country)), width)
        lines += payment_lines(item.terms, width)
    if item.digest:
        lines.append(shown(f"SHA-256 {item.digest[:16]}…", LABEL))
    return lines
