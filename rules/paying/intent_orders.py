"""What the receipts desk asks about payments under way by terminal or link, and orders about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from rules.jobs import Job
from rules.paying.intent_words import METHODS, STATUSES, VERDICTS, reason
from rules.paying.intents import Intent
from rules.paying.taking import folio
from rules.paying.terminal_files import Matched, TerminalRow
from rules.questions import Done, Question
from rules.ready import ready
from rules.tables import Column, Row, Table
from rules.words import mark


class UnderWay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A payment under way, or one that ended of late, with whose it is.

    receipts: their numbers. tries: how often the gateway was asked. ordered: minor units that two
    people agreed to give back; what of it the gateway has not given back yet waits for it.
    """

    intent: Intent
    client: str
    portfolio: str
    account: str
    changed: datetime
    policy: str = ""
    receipts: tuple[int, ...] = ()
    tries: int = 0
    ordered: int = 0


class UnderWayList(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/intents: what needs somebody first, then the newest."""

    rows: tuple[UnderWay, ...]
    at: datetime


class IntentsQuery(Question[UnderWayList], frozen=True, kw_only=True):
    """GET /v1/intents; over: also those that ended in the last 30 days."""

    PATH: ClassVar[str] = "/v1/intents"
    ANSWER: ClassVar[Any] = UnderWayList

    over: bool = False


class WithdrawIntent(Question[Done], frozen=True, kw_only=True):
    """POST /v1/intents/{id}/withdraw: give it up; where a gateway knows of it, that has the last word."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/intents/{id}/withdraw"
    ANSWER: ClassVar[Any] = Done

    id: str


class AskAgain(Question[Done], frozen=True, kw_only=True):
    """POST /v1/intents/{id}/again: ask its gateway now instead of when it would be."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/intents/{id}/again"
    ANSWER: ClassVar[Any] = Done

    id: str


class RefundWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/intents/{id}/refund: minor units to give back, and why."""

    amount: int
    why: str


class RefundIntent(Question[Done], frozen=True, kw_only=True):
    """POST /v1/intents/{id}/refund: order it; another person has to approve the order."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/intents/{id}/refund"
    ANSWER: ClassVar[Any] = Done

    id: str
    body: RefundWish


class TerminalFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/terminal-files: rows of a terminal's daily file, at most `rules.paying.terminal_files.MOST`.

    dry: say what each row is, and book nothing.
    """

    rows: tuple[TerminalRow, ...]
    dry: bool = False


class TerminalFileRead(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of POST /v1/terminal-files: what each row is, in their order."""

    matched: tuple[Matched, ...]


class SendTerminalFile(Question[TerminalFileRead], frozen=True, kw_only=True):
    """POST /v1/terminal-files."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/terminal-files"
    ANSWER: ClassVar[Any] = TerminalFileRead

    body: TerminalFile


class ReadTerminalFile(Job[tuple[TerminalRow, ...]], frozen=True, kw_only=True):
    """Read a terminal's daily file (CSV or XLSX) on this machine; zone: in which it tells the time."""

    path: str
    zone: str = "UTC"


_COLUMNS = (
    Column(key="status", title=mark("status"), kind="word"),
    Column(key="asked", title=mark("asked"), kind="instant"),
    Column(key="client", title=mark("client")),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="method", title=mark("by"), kind="word"),
    Column(key="reason", title=mark("why"), kind="word"),
    Column(key="policy", title=mark("policy")),
    Column(key="receipts", title=mark("receipts")),
    Column(key="agent", title=mark("agent")),
    Column(key="back", title=mark("to give back"), kind="money"),
    Column(key="expires", title=mark("until"), kind="instant"),
    Column(key="code", title=mark("authorisation")),
    Column(key="folio", title=mark("folio")),
    Column(key="tries", title=mark("tries"), kind="count"),
    Column(key="gateway", title=mark("gateway")),
    Column(key="portfolio", title=mark("portfolio")),
)


def table(found: UnderWayList) -> Table:
    """The list as a table; keys of its rows are the payments' ids."""
    return Table(
        name="intents",
        title=mark("Terminal and links"),
        columns=_COLUMNS,
        rows=tuple(_row(one) for one in found.rows),
        at=found.at,
    )


def _row(one: UnderWay) -> Row:
    intent = one.intent
    return Row(
        key=intent.id,
        currency=intent.currency,
        cells=(
            STATUSES.get(intent.status, intent.status),
            intent.asked.isoformat(),
            one.client,
            intent.amount,
            METHODS.get(intent.method, intent.method),
            reason(intent.reason) if intent.reason else None,
            one.policy or one.account,
            ", ".join(f"{number}" for number in one.receipts) or None,
            intent.agent,
            max(0, one.ordered - intent.refunded) or None,
            intent.expires.isoformat() if intent.expires else None,
            intent.auth_code or None,
            folio(intent.id),
            one.tries,
            intent.gateway or None,
            one.portfolio,
        ),
    )


_FILE_COLUMNS = (
    Column(key="verdict", title=mark("what it is"), kind="word"),
    Column(key="line", title=mark("line"), kind="count"),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="outcome", title=mark("terminal said"), kind="word"),
    Column(key="reference", title=mark("reference")),
    Column(key="code", title=mark("authorisation")),
    Column(key="card", title=mark("card")),
    Column(key="at", title=mark("at"), kind="instant"),
    Column(key="terminal", title=mark("terminal")),
)


def file_table(rows: Iterable[TerminalRow], matched: Iterable[Matched], at: datetime) -> Table:
    """A terminal's file with what each row is; keys of its rows are the file's lines."""
    verdicts = {one.line: one.verdict for one in matched}
    return Table(
        name="terminal-file",
        title=mark("Terminal's daily file"),
        columns=_FILE_COLUMNS,
        rows=tuple(
            Row(
                key=str(one.line),
                cells=(
                    VERDICTS.get(verdicts.get(one.line, ""), ""),
                    one.line,
                    one.amount,
                    STATUSES.get(one.outcome, one.outcome),
                    one.reference or None,
                    one.auth_code or None,
                    one.last4 or None,
                    one.at.isoformat() if one.at else None,
                    one.terminal or None,
                ),
            )
            for one in rows
        ),
        at=at,
    )


ready(UnderWayList, RefundWish, TerminalFile, TerminalFileRead, Done)
