"""Lines of the lists of messages: what was written, to whom or by whom, and who has read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from rules.correspondence import Messages, Sent
from rules.messages import Message
from rules.text import fold
from rules.words import mark, tr
from widgets.columns import Column
from widgets.formats import moment

KINDS = {"notice": mark("notice"), "urgent": mark("urgent"), "coaching": mark("coaching")}
VIEWS = {"sent": mark("Sent"), "answers": mark("From agents"), "coaching": mark("Coaching")}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a list: what the lead wrote (`sent`), or what an agent wrote (`message`)."""

    id: str
    at: datetime
    kind: str
    who: str
    text: str
    client: str = ""
    sent: Sent | None = None
    message: Message | None = None

    @property
    def new(self) -> bool:
        """Whether it came from an agent and was not read yet."""
        return self.message is not None and self.message.read_at is None


def audience_words(audience: str, names: Mapping[str, str]) -> str:
    """To whom, in words; names: what those are called who sign in with a name."""
    kind, _, name = audience.partition(":")
    if kind == "team":
        return tr("team {name}", name=name)
    return names.get(name, name) if kind == "user" else tr("all")


def entries(found: Messages, view: str, names: Mapping[str, str]) -> tuple[Entry, ...]:
    """The lines of a view, newest first."""
    if view == "answers":
        return tuple(
            Entry(
                id=one.id,
                at=one.at,
                kind=one.kind,
                who=one.writer_name,
                text=one.text,
                client=one.client,
                message=one,
            )
            for one in found.received
        )
    return tuple(
        Entry(
            id=one.id,
            at=one.at,
            kind=one.kind,
            who=audience_words(one.audience, names),
            text=one.text,
            client=one.client,
            sent=one,
        )
        for one in found.sent
        if (one.kind == "coaching") is (view == "coaching")
    )


def receipt_words(entry: Entry) -> str:
    """How many have it and have read it; of an agent's, whether the lead has."""
    if entry.sent is not None:
        return f"✓{entry.sent.delivered} ✓✓{entry.sent.read} /{entry.sent.readers}"
    return tr("new") if entry.new else tr("read")


def _tone(entry: Entry) -> str:
    if entry.sent is not None:
        return "good" if entry.sent.read == entry.sent.readers else ""
    return "strong" if entry.new else "muted"


def columns() -> tuple[Column[Entry], ...]:
    """When, what, with whom, its receipts, and how it begins."""
    return (
        Column("at", tr("when"), 11, lambda one, now: moment(one.at, now), lambda one: one.at),
        Column("kind", tr("kind"), 8, lambda one, _: tr(KINDS.get(one.kind, one.kind)), lambda one: one.kind,
               lambda one, _: "warn" if one.kind == "urgent" else "", rank=2),
        Column("who", tr("who"), 12, lambda one, _: one.who, lambda one: fold(one.who)),
        Column("receipts", tr("read by"), 12, lambda one, _: receipt_words(one), lambda one: one.new,
               lambda one, _: _tone(one), rank=1),
        Column("text", tr("text"), 20, lambda one, _: one.text, lambda one: fold(one.text),
               lambda one, _: _tone(one), grow=True),
    )  # fmt: skip
