"""A fact in words, as the agent or a lead reads it when the hub did not take it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from textual.content import Content

from rules.facts import SKIP_REASONS, Event
from rules.words import mark, tr
from widgets.formats import full_day, moment, money
from widgets.panel import LABEL
from widgets.shown import row
from widgets.wording import ISSUES, STATES, rule_words, word

KINDS = {
    "result": mark("Result"),
    "retraction": mark("Taken back"),
    "skip": mark("Skipped"),
    "state": mark("State"),
    "point": mark("Contact point"),
    "request": mark("Request"),
    "inconsistency": mark("Report"),
    "refusal": mark("Call refused"),
    "reveal": mark("Amounts shown"),
    "task": mark("Task"),
    "delivery": mark("Delivery"),
    "revocation": mark("Mandate taken back"),
    "message": mark("Message"),
    "message_delivered": mark("Message arrived"),
    "message_read": mark("Message read"),
}
FIELDS = {
    "code": mark("code"),
    "amount": mark("amount"),
    "due": mark("due"),
    "channel": mark("channel"),
    "reason": mark("reason"),
    "callback_at": mark("call back at"),
    "medium": mark("medium"),
    "reference": mark("reference"),
    "evidence": mark("evidence"),
    "party": mark("spoke with"),
    "state": mark("state"),
    "action": mark("change"),
    "value": mark("value"),
    "issue": mark("what"),
    "rule": mark("rule"),
    "outcome": mark("outcome"),
    "note": mark("note"),
    "text": mark("text"),
    "line": mark("typed"),
}
"""Fields of bodies that a person reads, in the order in which they are told; the rest is for machines."""

REASONS = {
    "held_back": (mark("an earlier one of the client was refused"), mark("send the earlier one first")),
    "forbidden": (mark("the portfolio is not yours"), mark("once the portfolio is yours again, send again")),
    "unknown_client": (mark("the hub does not know the client"), mark("tell the lead, then let it go")),
    "unknown_code": (mark("the catalogue has no such result"), mark("capture it with another code")),
    "unknown_kind": (
        mark("the hub does not know this kind yet"),
        mark("after the hub's upgrade, send again"),
    ),
    "bad_body": (mark("the hub can't read it"), mark("after the hub's upgrade, send again")),
    "bad_request": (mark("the hub can't read it"), mark("after the hub's upgrade, send again")),
    "too_large": (mark("it is too long"), mark("capture it again, shorter")),
    "bad_time": (mark("its time can't be right"), mark("set the machine's clock, capture it again")),
    "bad_id": (mark("its number is damaged"), mark("tell the lead, then let it go")),
    "bad_seq": (mark("its number is damaged"), mark("tell the lead, then let it go")),
    "id_reused": (mark("its number belongs to another one"), mark("tell the lead, then let it go")),
    "seq_reused": (mark("this workstation was copied"), mark("send it again")),
    "nobody_there": (
        mark("there is nobody who leads you"),
        mark("tell an administrator, then send it again"),
    ),
    "not_answerable": (mark("a coaching note is not answered"), mark("talk to who wrote it, let it go")),
    "too_old": (mark("it is too old to be taken"), mark("tell the lead, then let it go")),
}
"""The hub's reasons: why, and what to do about it."""


def why(reason: str) -> str:
    """Why the hub did not take a fact."""
    known = REASONS.get(reason)
    return tr(known[0]) if known else rule_words(reason)


def remedy(reason: str) -> str:
    """What can be done about it."""
    known = REASONS.get(reason)
    return tr(known[1]) if known else tr("tell the lead; send again or let it go")


def headline(event: Event) -> str:
    """What was captured, in a few words: kind, code or reason, amount."""
    said = _said(event.body)
    told = (said.get(name, "") for name in ("code", "action", "issue", "reason", "state", "amount"))
    kind = "" if event.kind == "result" else word(KINDS, event.kind)  # its code says it
    return " ".join(text for text in (kind, *told) if text)


def fact_lines(event: Event, now: datetime) -> list[Content]:
    """All that was captured, a line for each field; instants in `now`'s zone."""
    said = {"": "", "kind": word(KINDS, event.kind), **_said(event.body, now)}
    labels = {"kind": tr("what"), "made": tr("captured"), **{name: tr(text) for name, text in FIELDS.items()}}
    said["made"] = moment(event.at, now)
    return [
        row((f"{labels[name]} ", LABEL), said[name]) for name in ("made", "kind", *FIELDS) if said.get(name)
    ]


def _said(body: Mapping[str, Any], now: datetime | None = None) -> dict[str, str]:
    return {name: _text(name, body, now) for name in FIELDS if body.get(name) not in (None, "")}


def _text(name: str, body: Mapping[str, Any], now: datetime | None) -> str:
    value = body[name]
    match name:
        case "amount":
            return money(int(value), body.get("currency", ""))
        case "due":
            return full_day(date.fromisoformat(str(value)))
        case "callback_at" if now is not None:
            return moment(datetime.fromisoformat(str(value)), now)
        case "state":
            return word(STATES, str(value))
        case "issue":
            return word(ISSUES, str(value))
        case "rule":
            return rule_words(str(value))
        case "reason" if value in SKIP_REASONS:
            return str(value).replace("_", " ")
        case _:
            return str(value)
