"""Writes a reading as its canonical line, which reads back to the same reading."""

from __future__ import annotations

from rules.capture.receipts import PREFIX, receipts_word
from rules.capture.texts import EVIDENCE, REFERENCE, party_word
from rules.capture.values import CaptureContext, PlanReading, Reading
from rules.money import show_minor


def write(reading: Reading, context: CaptureContext) -> str:
    """The canonical line of a reading, for the context that it was read against.

    Fields that defaults filled are left out, so that the defaults fill them again.
    """
    return " ".join([reading.code, *_fields(reading)]).strip()


def _fields(reading: Reading) -> list[str]:
    def typed(name: str) -> bool:
        return name not in reading.defaulted

    words = []
    if reading.amount is not None and typed("amount"):
        words.append(show_minor(reading.amount))
    if reading.plan is not None and typed("plan"):
        words.append(plan_word(reading.plan))
    if reading.receipts is not None:
        words.append(PREFIX + receipts_word(reading.receipts))
    if reading.due is not None and typed("date"):
        words.append(reading.due.isoformat())
    if reading.callback is not None and typed("callback"):
        words.append(reading.callback.date().isoformat())
        if typed("time"):
            words.append(f"{reading.callback:%H:%M}")
    if reading.channel is not None and typed("channel"):
        words.append(reading.channel)
    if reading.reason is not None and typed("reason"):
        words.append(f"r:{reading.reason}")
    if reading.destination is not None and typed("destination"):
        words.append(f"a:{reading.destination}")
    if reading.medium is not None and typed("medium"):
        words.append(f"m:{reading.medium}")
    if reading.window is not None and typed("window"):
        words.append(reading.window)
    if reading.party is not None and typed("party"):
        words.append(party_word(reading.party))
    if reading.reference is not None and typed("reference"):
        words.append(REFERENCE + reading.reference)
    if reading.evidence is not None and typed("evidence"):
        words.append(EVIDENCE + reading.evidence)
    if reading.contact is not None and typed("contact"):
        words.append(f"c{reading.contact}")
    if reading.phone is not None:
        words.append(f"t{reading.phone}")
    if reading.note is not None and typed("note"):
        words.append(f"/{reading.note}")
    return words


def plan_word(plan: PlanReading) -> str:
    """A plan as it is typed, with its rhythm: ``500.00+3xq`` ``1000.00+500.00q``."""
    if plan.amounts:
        return "+".join(show_minor(amount) for amount in plan.amounts) + plan.rhythm
    down = f"{show_minor(plan.down)}+" if plan.down else ""
    return f"{down}{plan.count}x{plan.rhythm}"
