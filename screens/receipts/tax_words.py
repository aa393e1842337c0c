"""What the CFDI page says of tax receipts: their kinds, states, alarms, and what does not fit."""

from __future__ import annotations

from datetime import date, datetime

from rules.tables import Column as TableColumn
from rules.tables import Row, Table
from rules.tax.tax_board import TaxRow
from rules.words import mark, tr
from widgets.columns import Column
from widgets.formats import day, plain
from widgets.wording import word

TITLE = mark("CFDI to follow up")

KINDS = {"invoice": mark("invoice"), "complement": mark("complement")}
STATES = {
    "needed": mark("needed"),
    "requested": mark("requested"),
    "stamped": mark("stamped"),
    "sent": mark("sent"),
    "cancelled": mark("void"),
}
VIEWS = {
    "open": mark("not finished"),
    "late": mark("late"),
    "needed": mark("needed"),
    "requested": mark("requested"),
    "stamped": mark("stamped, not sent"),
    "different": mark("does not fit"),
    "sent": mark("sent"),
    "cancelled": mark("void"),
}
ALARMS = {"late": mark("! LATE"), "soon": mark("! soon"), "ok": mark("in time")}
TONES = {"late": "bad", "soon": "warn"}
CODES = {
    "kind": mark("kind"),
    "issuer": mark("issuer's RFC"),
    "receiver": mark("client's RFC"),
    "currency": mark("currency"),
    "total": mark("total"),
    "method": mark("method"),
    "form": mark("form of payment"),
    "base": mark("tax base"),
    "tax": mark("tax"),
    "shell": mark("fields of a payment CFDI"),
    "invoice": mark("invoice's UUID"),
    "paid_on": mark("paid on"),
    "number": mark("part number"),
    "before": mark("balance before"),
    "paid": mark("paid"),
    "after": mark("balance after"),
    "chain": mark("balance after, by its own figures"),
    "sum": mark("payment against its lines"),
    "reversed": mark("the payment was taken back: to be cancelled at the tax authority"),
}
ATTACHED = {
    "unreadable": mark("can't be read"),
    "unknown": mark("nothing here waits for it"),
    "ambiguous": mark("several CFDI may be meant: choose one and read it with X"),
    "uuid_used": mark("its UUID stands on another one"),
    "known": mark("attached before"),
}
"""Why a file was attached to nothing."""


def kind_words(one: TaxRow) -> str:
    """An invoice with its method, or a complement."""
    return " ".join(filter(None, (word(KINDS, one.kind), one.method)))


def alarm_words(one: TaxRow) -> str:
    """How near the last day is, in words."""
    return word(ALARMS, one.alarm) if one.alarm else ""


def state_words(one: TaxRow) -> str:
    """How it stands, and how many things do not fit."""
    return word(STATES, one.status) + (f" ≠{one.differs}" if one.differs else "")


def columns() -> tuple[Column[TaxRow], ...]:
    """The last day and its alarm first."""
    return (
        Column("due", tr("due"), 10, _due, _by_due, _tone),
        Column("alarm", tr("alarm"), 8, lambda one, _: alarm_words(one), _by_due, _tone),
        Column("policy", tr("policy"), 15, lambda one, _: _receipt(one), _receipt),
        Column("kind", tr("what"), 11, lambda one, _: kind_words(one), kind_words, rank=1),
        Column("status", tr("state"), 12, lambda one, _: state_words(one), state_words, _differs),
        Column("amount", tr("amount"), 11, lambda one, _: plain(one.amount), lambda one: one.amount,
               right=True, rank=2),
        Column("client", tr("client"), 8, lambda one, _: one.client, lambda one: one.client,
               grow=True, rank=3),
        Column("currency", tr("currency"), 8, lambda one, _: one.currency, lambda one: one.currency, rank=4),
        Column("portfolio", tr("portfolio"), 14, lambda one, _: one.portfolio, lambda one: one.portfolio,
               rank=5),
    )  # fmt: skip


def _receipt(one: TaxRow) -> str:
    return f"{one.policy} {one.receipt}"


def _due(one: TaxRow, now: datetime) -> str:
    if one.due is None:
        return ""
    return day(one.due) if one.due.year == now.year else one.due.isoformat()


def _by_due(one: TaxRow) -> date:
    return one.due or date.max


def _tone(one: TaxRow, _: datetime) -> str:
    return TONES.get(one.alarm, "")


def _differs(one: TaxRow, _: datetime) -> str:
    return "bad" if one.differs else ""


def table(rows: tuple[TaxRow, ...], at: datetime) -> Table:
    """What the page shows, as a table that leaves as a file."""
    return Table(
        name="cfdi_board",
        title=TITLE,
        at=at,
        columns=(
            TableColumn(key="due", title=mark("last day"), kind="date"),
            TableColumn(key="alarm", title=mark("alarm"), kind="word"),
            TableColumn(key="portfolio", title=mark("portfolio")),
            TableColumn(key="policy", title=mark("policy"), kind="code"),
            TableColumn(key="receipt", title=mark("receipt"), kind="code"),
            TableColumn(key="client", title=mark("client")),
            TableColumn(key="kind", title=mark("what"), kind="word"),
            TableColumn(key="method", title=mark("method"), kind="code"),
            TableColumn(key="status", title=mark("state"), kind="word"),
            TableColumn(key="differs", title=mark("does not fit"), kind="count"),
            TableColumn(key="amount", title=mark("amount"), kind="money"),
            TableColumn(key="id", title=mark("reference"), kind="code"),
        ),
        rows=tuple(
            Row(
                key=one.id,
                currency=one.currency,
                cells=(
                    None if one.due is None else one.due.isoformat(),
                    ALARMS.get(one.alarm),
                    one.portfolio,
                    one.policy,
                    one.receipt,
                    one.client,
                    KINDS.get(one.kind),
                    one.method,
                    STATES.get(one.status),
                    one.differs,
                    one.amount,
                    one.id,
                ),
            )
            for one in rows
        ),
    )
