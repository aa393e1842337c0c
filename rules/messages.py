"""Messages between leads and agents, as a reader has them, and what may be in one."""

from __future__ import annotations

from datetime import datetime

import msgspec

from rules.ready import ready
from rules.text import clean, find_card_code, find_pan

KINDS = ("notice", "urgent", "coaching")
"""notice, urgent: a word to one agent, a team or all. coaching: between its writer and its one reader."""

LONGEST = 1_000
"""Characters of a message."""

LEADS = "leads"
"""Audience of what an agent writes to whoever leads the agent."""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message as one of its readers has it.

    writer: the name that its writer signs in with. client_id, client: whom it is about. answers:
    id of the message that it answers. read_at: when this reader read it, None = not yet.
    """

    id: str
    at: datetime
    kind: str
    writer: str
    writer_name: str
    text: str
    client_id: int | None = None
    client: str = ""
    answers: str = ""
    read_at: datetime | None = None


def cleaned(text: str) -> str:
    """A message's text as it is kept and shown."""
    return clean(text, newlines=True).strip()


def problem(text: str) -> str:
    """Why a cleaned text may not be sent, as a code, "" when it may.

    Codes: empty_message, long_message, card_number_in_note, card_code_in_note.
    """
    if not text:
        return "empty_message"
    if len(text) > LONGEST:
        return "long_message"
    if find_pan(text):
        return "card_number_in_note"
    return "card_code_in_note" if find_card_code(text) else ""


ready(Message)
