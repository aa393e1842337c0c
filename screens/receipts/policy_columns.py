"""The columns of the policies' list: number, state, until when cover holds, what is owed, whose."""

from __future__ import annotations

from datetime import datetime

from rules.debit.charge_words import CHANNELS
from rules.insurance.policy_list import PolicyRow
from rules.insurance.policy_states import COVERED
from rules.text import fold
from rules.words import tr
from widgets.columns import Column
from widgets.formats import left, moment, plain
from widgets.wording import FREQUENCIES, POLICY_KINDS, POLICY_STATUSES, word


def columns() -> tuple[Column[PolicyRow], ...]:
    """Number, whose, state, until when cover holds, what is owed for it, channel."""
    return (
        Column("number", tr("policy"), 12, lambda one, _: one.number, lambda one: one.number),
        Column("status", tr("status"), 12, lambda one, _: word(POLICY_STATUSES, one.status),
               lambda one: one.status, _status_tone),
        Column("ends", tr("cover ends"), 18, _until, _order, _tone),
        Column("overdue", tr("overdue"), 11, lambda one, _: plain(one.overdue) if one.overdue else "·",
               lambda one: one.overdue, right=True),
        Column("client", tr("client"), 12, lambda one, _: one.client, lambda one: fold(one.client),
               grow=True),
        Column("channel", tr("channel"), 15, lambda one, _: word(CHANNELS, one.channel),
               lambda one: one.channel, rank=2),
        Column("count", tr("unpaid"), 8, lambda one, _: str(one.count or "·"), lambda one: one.count,
               right=True, rank=4),
        Column("kind", tr("kind"), 8, lambda one, _: word(POLICY_KINDS, one.kind), lambda one: one.kind,
               rank=3),
        Column("frequency", tr("pays"), 11, lambda one, _: word(FREQUENCIES, one.frequency),
               lambda one: one.frequency, rank=6),
        Column("insurer", tr("insurer"), 18, lambda one, _: one.insurer,
               lambda one: fold(one.insurer), rank=5),
        Column("portfolio", tr("portfolio"), 16, lambda one, _: one.portfolio, lambda one: one.portfolio,
               rank=7),
    )  # fmt: skip


def _until(one: PolicyRow, now: datetime) -> str:
    """Until when cover holds for want of what is past due, and what is left; a lapsed one: since when."""
    if one.lapsed_at is not None:
        return tr("since {time}", time=moment(one.lapsed_at, now))
    if one.grace_ends is None or one.status not in COVERED:
        return "·"
    if _today(one, now):
        return f"! {moment(one.grace_ends, now)} · {left(one.grace_ends - now)}"
    return moment(one.grace_ends, now)


def _today(one: PolicyRow, now: datetime) -> bool:
    ends = one.grace_ends
    return ends is not None and ends > now and ends.astimezone(now.tzinfo).date() == now.date()


def _order(one: PolicyRow) -> tuple[bool, str]:
    ends = one.grace_ends or one.lapsed_at
    return (ends is None, ends.isoformat() if ends else "")


def _tone(one: PolicyRow, now: datetime) -> str:
    if one.status == "lapsed" or _today(one, now):
        return "bad"
    return "warn" if one.grace_ends is not None and one.status in COVERED else "muted"


def _status_tone(one: PolicyRow, _: datetime) -> str:
    return {"lapsed": "bad", "grace": "warn", "in_force": "good", "rehabilitated": "good"}.get(
        one.status, "muted"
    )
