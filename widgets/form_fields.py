"""The capture form's fields: a reading taken apart into texts, and a line made of them.

Each field holds its value as it would stand on the capture line, so that line and form are
two views of one value and the grammar checks both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from rules.capture.read import read
from rules.capture.receipts import OPEN, PREFIX, receipts_word, word_for
from rules.capture.tokens import cut
from rules.capture.values import CaptureContext, Reading
from rules.capture.wording import said_of
from rules.capture.write import plan_word
from rules.catalogue import ALWAYS, Catalogue
from rules.money import show_minor
from rules.text import fold
from rules.wording import money, short_day
from rules.words import language, mark, tr

FIELDS = {
    "code": mark("Result"),
    "amount": mark("Amount"),
    "plan": mark("Plan"),
    "receipts": mark("Receipts"),
    "date": mark("Day"),
    "time": mark("Hour"),
    "channel": mark("Channel"),
    "reason": mark("Reason"),
    "destination": mark("Area"),
    "medium": mark("Medium"),
    "window": mark("Hours"),
    "party": mark("Person"),
    "reference": mark("Reference"),
    "evidence": mark("Document"),
    "contact": mark("Who spoke"),
    "phone": mark("Phone"),
    "rest": mark("Not understood"),
    "note": mark("Note"),
}
"""Every field of the form with its label, in the order of the form and of the line it makes."""

PREFIXES = {
    "receipts": PREFIX,
    "reason": "r:",
    "destination": "a:",
    "medium": "m:",
    "party": "a:",
    "reference": "#",
    "evidence": "e:",
    "contact": "c",
    "phone": "t",
    "note": "/",
}
"""What stands before a value on the line; the form leaves it out."""

_LIST_SIGNS = re.compile(r"\s*([-,@])\s*")

ONE_WORD = ("medium", "window", "party", "reference", "evidence")
"""Fields that are one word on the line: their spaces become hyphens."""

CLOSED = ("code", "channel", "reason", "destination", "medium", "contact", "phone")
"""Fields that take nothing but their choices."""

HINTS = {
    "amount": mark("1500 · 50% · due · full · min"),
    "plan": mark("3xq three on pay days · m monthly · w weekly · 500+3xq down first · 1000+500q each"),
    "date": mark("today · fri · +3 · 15/12 · d15 · q next pay day"),
    "receipts": mark("2 · 2-4 · 2,4 · * every open one · 2@213 of the policy that ends so"),
    "time": mark("10:30 · 10h · 4pm"),
    "window": mark("9-12 · 9:30-12:00 · 4-7pm"),
    "party": mark("a name, or who it is to the client:"),
    "reference": mark("number of the claim, payment or ticket"),
    "evidence": mark("folio or name of the document"),
    "note": mark("what else was said"),
    "rest": mark("mend it or clear it"),
}
"""How the free fields are written."""


def fields_of(
    line: str, reading: Reading, catalogue: Catalogue, context: CaptureContext, *, defaults: bool = False
) -> dict[str, str]:
    """A line, already read, as the texts of the form's fields; absent ones are "".

    With `defaults` the values that the catalogue's defaults fill are there, too. What the
    grammar refused stays in "rest", so that nothing typed is lost.
    """
    found = dict.fromkeys(FIELDS, "")
    found |= _values(reading, frozenset() if defaults else reading.defaulted)
    parts = cut(line)
    if parts.note is not None:
        found["note"] = parts.note  # also one that was refused
    if not reading.code and parts.code is not None:
        found["code"] = parts.code.typed
    if defaults:
        return found
    known = {error.code for error in read(line_of(found), catalogue, context).errors}
    refused = [error.token for error in reading.errors if error.token and error.code not in known]
    found["rest"] = " ".join(refused)
    if _says(read(line_of(found), catalogue, context)) == _says(reading):
        return found
    # What can't be taken apart without loss (a day whose hour has passed) stays as it was typed.
    whole = {"code": found["code"], "rest": " ".join(token.typed for token in parts.fields)}
    return dict.fromkeys(FIELDS, "") | whole | {"note": found["note"]}


def _says(reading: Reading) -> tuple[Reading, list[str]]:
    """What a reading holds and the kinds of its faults, however its words were typed."""
    return replace(reading, errors=()), sorted(error.code for error in reading.errors)


def _values(reading: Reading, left_out: frozenset[str]) -> dict[str, str]:
    values = {"code": reading.code}
    if reading.amount is not None and "amount" not in left_out:
        values["amount"] = show_minor(reading.amount)
    if reading.plan is not None and "plan" not in left_out:
        values["plan"] = plan_word(reading.plan)
    if reading.receipts is not None:
        values["receipts"] = receipts_word(reading.receipts)
    if reading.due is not None and "date" not in left_out:
        values["date"] = reading.due.isoformat()
    if reading.callback is not None and "callback" not in left_out:
        values["date"] = reading.callback.date().isoformat()
        if "time" not in left_out:
            values["time"] = f"{reading.callback:%H:%M}"
    for name in ("channel", "reason", "destination", *ONE_WORD, "contact", "phone", "note"):
        value = getattr(reading, name)
        if value is not None and name not in left_out:
            values[name] = value
    return values


def line_of(fields: Mapping[str, str]) -> str:
    """The line that the fields' texts make."""
    words = (
        PREFIXES.get(name, "") + _one_word(name, text)
        for name in FIELDS
        if (text := fields.get(name, "").strip())
    )
    return " ".join(words)


def _one_word(name: str, text: str) -> str:
    """A field's text without spaces, where it is one word on the line."""
    if name == "receipts":
        return ",".join(_LIST_SIGNS.sub(r"\1", text).removeprefix(PREFIX).split())
    return "-".join(text.split()) if name in ONE_WORD else text


def offered(code: str, catalogue: Catalogue, context: CaptureContext | None = None) -> tuple[str, ...]:
    """The fields that a result can have, in the form's order; those of every one without a result.

    Of receipts only where the account has some.
    """
    result = catalogue.results.get(code)
    named = set(result.required + result.optional if result else ALWAYS)
    if "callback" in named:
        named |= {"date", "time"}
    if context is not None and not context.receipts:
        named -= {"receipts"}
    always = {"code", *ALWAYS}
    if context is not None and not context.contacts:
        always -= {"contact"}
    return tuple(name for name in FIELDS if name in named - {"contact"} | always)


def required(code: str, catalogue: Catalogue) -> frozenset[str]:
    """The fields that a result must have."""
    result = catalogue.results.get(code)
    names = frozenset(result.required) if result else frozenset()
    return (names | {"date"} if "callback" in names else names) | {"code"}


def choices(
    name: str, typed: str, catalogue: Catalogue, context: CaptureContext, *, hidden: bool = False
) -> Sequence[tuple[str, str]]:
    """The values of a closed field that fit what is typed, each with its label.

    A text that is a value already is no search: then all values are there again. hidden: without
    the account's amounts.
    """
    if name == "receipts":
        return _receipts(context, hidden=hidden)
    listed = _closed(name, catalogue, context)
    wanted = fold(typed.strip())
    if not wanted or any(fold(value) == wanted for value, _ in listed):
        return listed
    starting = [entry for entry in listed if fold(entry[0]).startswith(wanted)]
    return starting or [entry for entry in listed if wanted in fold(entry[1])]


def _closed(name: str, catalogue: Catalogue, context: CaptureContext) -> list[tuple[str, str]]:
    side = 1 if language() == "en" else 0
    if name == "code":
        return [(result.code, result.label(language())) for result in catalogue.offered()]
    if name == "phone":
        return [(str(number), "") for number in range(1, len(context.phones) + 1)]
    if name == "contact":
        return [(str(number), said_of(one)) for number, one in enumerate(context.contacts, start=1)]
    lists = {
        "channel": catalogue.channels,
        "reason": catalogue.reasons,
        "destination": catalogue.destinations,
        "medium": catalogue.media,
        "party": catalogue.relations,
    }
    return [(value, labels[side]) for value, labels in lists.get(name, {}).items()]


def _receipts(context: CaptureContext, *, hidden: bool) -> list[tuple[str, str]]:
    """The receipts that can be named, each with its day and what is open on it."""
    return [
        (
            word_for([one.id], context.receipts).removeprefix(PREFIX),
            tr("due {day}", day=short_day(one.due, language(), context.now.year))
            + ("" if hidden else f"  {money(one.open, context.currency, context.country)}"),
        )
        for one in context.receipts
        if one.status in OPEN
    ]
