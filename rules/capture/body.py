"""Turns a complete reading into the fact that is saved."""

from __future__ import annotations

from datetime import UTC

from rules.capture.plans import instalments
from rules.capture.receipts import named
from rules.capture.values import CaptureContext, Reading
from rules.catalogue import NOT_SAID, Catalogue
from rules.facts import Instalment, ResultBody
from rules.text import clean


def to_body(reading: Reading, context: CaptureContext, catalogue: Catalogue, *, line: str) -> ResultBody:
    """The result that a complete reading stands for.

    line: what was typed, kept beside what was understood. The phone is the one that the
    line names, else the one that is being called.

    Raises:
        ValueError: the reading is not complete, or its code is not in the catalogue.
    """
    if not reading.complete or reading.code not in catalogue.results:
        raise ValueError(f"not a complete reading: {reading.code or 'no code'}")
    plan = _instalments(reading, context.country)
    return ResultBody(
        client_id=context.client_id,
        account_id=context.account_id,
        code=reading.code,
        amount=reading.amount,
        currency=context.currency if reading.amount is not None else "",
        due=reading.due,
        channel=reading.channel,
        reason=reading.reason,
        callback_at=reading.callback.astimezone(UTC) if reading.callback else None,
        phone=_phone(reading, context),
        instalments=plan,
        destination=reading.destination,
        medium=reading.medium,
        window=_said(reading.window),
        party=reading.party,
        reference=_said(reading.reference),
        evidence=reading.evidence,
        note=reading.note or "",
        line=clean(line).strip(),
        contact=context.contacts[int(reading.contact) - 1] if reading.contact else None,
        receipts=tuple(one.id for one in named(reading.receipts, context)),
    )


def _said(text: str | None) -> str | None:
    """A number or hours that nobody named are none, so that nothing is ever looked up by "nd"."""
    return None if text == NOT_SAID else text


def _instalments(reading: Reading, country: str) -> tuple[Instalment, ...]:
    if reading.plan is None:
        return ()
    if reading.amount is None or reading.due is None:
        raise ValueError("a plan needs the amount to split and its first day")
    return instalments(reading.plan, reading.amount, reading.due, country)


def _phone(reading: Reading, context: CaptureContext) -> str | None:
    if reading.phone is None:
        return context.selected_phone
    return context.phones[int(reading.phone) - 1] if context.phones else None
