"""The words of a capture line: why something is refused, and what would be saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from rules.capture.plans import instalments
from rules.capture.receipts import left_before, receipts_word
from rules.capture.values import CaptureContext, CaptureError, PlanReading, Reading
from rules.catalogue import NOT_SAID, Catalogue
from rules.companies import ROLES
from rules.wording import money, short_day, short_month
from rules.words import language, mark, tr, trn

MESSAGES = {
    "code_missing": mark("the line begins with a result code"),
    "code_unknown": mark("no result is called {token}"),
    "code_ambiguous": mark("{token} begins several codes"),
    "code_system": mark("{code} is written by the system only"),
    "token_unknown": mark("{token} is not understood"),
    "token_ambiguous": mark("{token} can mean several things: {fields}"),
    "field_twice": mark("{field} is given twice: {token}"),
    "field_not_allowed": mark("{code} takes no {field}: {token}"),
    "missing": mark("{field} is missing"),
    "amount_form": mark("{token} is not an amount: at most two decimals, commas only between thousands"),
    "amount_zero": mark("{token}: the amount must be more than zero"),
    "amount_too_large": mark("{token} is too large for an amount"),
    "amount_unknown": mark("the account has no figure for {token}"),
    "amount_over_total": mark("the amount is more than the {total} owed"),
    "percent_form": mark("{token} is not a share between 0% and 100%"),
    "date_invalid": mark("{token} is not a day of the calendar"),
    "date_ambiguous": mark("{token} can be read as two dates"),
    "date_past": mark("{token} is in the past"),
    "date_future": mark("{token} has not come yet"),
    "date_too_far": mark("the last day for a promise is {last}"),
    "time_invalid": mark("{token} is not an hour of the day"),
    "time_past": mark("{token} has already passed"),
    "time_skipped": mark("{token}: the clocks skip that hour on that day"),
    "plan_rhythm": mark("{token}: a plan goes by pay days (q), months (m) or weeks (w)"),
    "plan_count": mark("{token}: a plan has 2 to 60 payments"),
    "plan_down": mark("the down payment leaves nothing of {amount} for the rest"),
    "plan_too_small": mark("{amount} can't be split into that many payments"),
    "plan_mixed": mark("{token}: name each payment (1000+500+500) or equal ones (500+3x)"),
    "plan_or_days": mark("{token} can be payments, or an amount and days from today"),
    "plan_sum": mark("the payments add up to {sum}, not to {amount}"),
    "receipts_form": mark("{token} does not say which receipts: their numbers, or * for all"),
    "receipts_none": mark("the account has no premium receipts: {token}"),
    "receipts_policy": mark("{token}: no policy of the account ends so"),
    "receipts_which": mark("{token}: several policies have that receipt"),
    "receipts_all_closed": mark("no receipt is open: {token}"),
    "receipt_unknown": mark("the policy has no receipt {number}: {token}"),
    "receipt_paid": mark("receipt {number} is paid"),
    "receipt_cancelled": mark("receipt {number} is cancelled"),
    "receipt_lapsed": mark("receipt {number} lapsed: the cover has to be brought back first"),
    "receipts_sum": mark("whole receipts only: those named come to {sum}, not to {amount}"),
    "reason_unknown": mark("no reason is called {token}"),
    "reason_ambiguous": mark("{token} begins several reasons"),
    "destination_unknown": mark("no area is called {token}"),
    "destination_ambiguous": mark("{token} begins several areas"),
    "phone_unknown": mark("the client has no phone {token}"),
    "contact_unknown": mark("the company has no contact {token}"),
    "medium_unknown": mark("no medium is called {token}"),
    "medium_ambiguous": mark("{token} begins several media"),
    "window_form": mark("{token} is not a pair of hours"),
    "window_order": mark("{token}: the hours end before they begin"),
    "window_half": mark("{token} can be of the morning or of the afternoon"),
    "text_missing": mark("{field}: nothing stands behind the mark"),
    "text_long": mark("{field}: more than {max} characters"),
    "card_number": mark("{field}: a card's number or code may not be kept"),
    "card_number_in_note": mark("the note holds a card number; it may not be kept"),
    "note_short": mark("the note needs at least {min} characters"),
    "note_long": mark("the note has more than {max} characters"),
}
"""Why a line is refused, by the code of the error."""

FIELD_NAMES = {
    "amount": mark("amount"),
    "date": mark("date"),
    "time": mark("time"),
    "callback": mark("callback"),
    "plan": mark("plan"),
    "receipts": mark("receipts"),
    "channel": mark("channel"),
    "reason": mark("reason"),
    "destination": mark("area"),
    "medium": mark("medium"),
    "window": mark("hours"),
    "party": mark("person"),
    "reference": mark("reference"),
    "evidence": mark("document"),
    "contact": mark("who spoke"),
    "phone": mark("phone"),
    "note": mark("note"),
}

RHYTHM_NAMES = {"q": mark("on pay days"), "m": mark("monthly"), "w": mark("weekly")}


def message(error: CaptureError) -> str:
    """Why the token can't be taken, as one sentence without its offers."""
    params = dict(error.params)
    if "field" in params:
        params["field"] = tr(FIELD_NAMES[params["field"]])
    if "last" in params:
        last = date.fromisoformat(params["last"])
        params["last"] = short_day(last, language(), last.year)
    return tr(MESSAGES[error.code], token=error.token, **params)


def hint(error: CaptureError) -> str:
    """What would do in its place, "" if nothing comes near."""
    return tr("would do: {offers}", offers=" · ".join(error.offers)) if error.offers else ""


def _money(minor: int, context: CaptureContext) -> str:
    return money(minor, context.currency, context.country)


def _day(on: date, context: CaptureContext) -> str:
    return short_day(on, "en" if context.language == "en" else "es", context.now.year)


def describe(reading: Reading, catalogue: Catalogue, context: CaptureContext) -> tuple[tuple[str, bool], ...]:
    """What would be saved, in pieces of text; True beside a piece that a default filled."""
    defaulted = reading.defaulted
    pieces: list[tuple[str, bool]] = []
    if reading.code:
        pieces.append((catalogue.results[reading.code].label(context.language), False))
    if reading.amount is not None:
        pieces.append((_money(reading.amount, context), "amount" in defaulted))
    if reading.plan is not None:
        pieces.append((_plan(reading.plan, reading, context), "plan" in defaulted))
    if reading.receipts is not None:
        pieces.append((_receipts(reading), False))
    if reading.due is not None:
        pieces.append((_day(reading.due, context), "date" in defaulted))
    if reading.callback is not None:
        pieces += _callback(reading.callback, defaulted, context)
    for name, value, known in (
        ("channel", reading.channel, catalogue.channels),
        ("reason", reading.reason, catalogue.reasons),
        ("destination", reading.destination, catalogue.destinations),
        ("medium", reading.medium, catalogue.media),
    ):
        if value is not None:
            spanish, english = known[value]
            pieces.append((english if context.language == "en" else spanish, name in defaulted))
    pieces += _named(reading, catalogue, context)
    if reading.contact is not None:
        spoke = said_of(context.contacts[int(reading.contact) - 1])
        pieces.append((tr("with {name}", name=spoke), "contact" in defaulted))
    if reading.phone is not None:
        pieces.append((tr("phone {number}", number=reading.phone), False))
    if reading.note is not None:
        pieces.append((f"«{reading.note}»", "note" in defaulted))
    return tuple(pieces)


def warnings(reading: Reading, context: CaptureContext) -> tuple[str, ...]:
    """What to know about a reading that may be saved as it stands."""
    found = []
    if outlasts(reading, context) and (ends := context.cover_ends):
        month = short_month(ends.month, "en" if context.language == "en" else "es")
        found.append(tr("the plan outlasts the cover ({time})", time=f"{ends.day}-{month} {ends:%H:%M}"))
    earlier = () if reading.errors else left_before(reading.receipts, context)
    if earlier:
        numbers = ", ".join(str(one.number) for one in earlier)
        found.append(tr("due before and not in it: receipt {numbers}", numbers=numbers))
    return tuple(found)


def outlasts(reading: Reading, context: CaptureContext) -> bool:
    """Whether a plan's payments go on after the day on which the cover behind the account ends."""
    plan, ends = reading.plan, context.cover_ends
    if plan is None or ends is None or reading.errors or reading.amount is None or reading.due is None:
        return False
    return instalments(plan, reading.amount, reading.due, context.country)[-1].due > ends.date()


def _receipts(reading: Reading) -> str:
    """Which receipts a reading names."""
    assert reading.receipts is not None  # noqa: S101 - the caller has looked
    policy = f" · …{reading.receipts.policy}" if reading.receipts.policy else ""
    if not reading.receipts.numbers:
        return tr("every open receipt") + policy
    numbers = receipts_word(msgspec.structs.replace(reading.receipts, policy=""))
    return (
        trn("receipt {numbers}", "receipts {numbers}", len(reading.receipts.numbers), numbers=numbers)
        + policy
    )


def _named(reading: Reading, catalogue: Catalogue, context: CaptureContext) -> Iterator[tuple[str, bool]]:
    """Hours, person, reference and document; what nobody named says so."""
    for name, said, unsaid in (
        ("window", mark("calls suit {value}"), mark("hours not said")),
        ("party", "", mark("person not said")),
        ("reference", mark("reference {value}"), mark("no reference")),
        ("evidence", mark("document {value}"), mark("no document")),
    ):
        value = getattr(reading, name)
        if value is None:
            continue
        if name == "party" and value in catalogue.relations:
            value = catalogue.relations[value][context.language == "en"]
        if value == NOT_SAID:
            yield tr(unsaid), name in reading.defaulted
        else:
            yield (tr(said, value=value) if said else value), name in reading.defaulted


def said_of(contact: str) -> str:
    """Somebody of a company, with the role; contact: as `rules.companies.written`."""
    role, _, name = contact.partition(":")
    return f"{name}, {tr(ROLES[role]) if role in ROLES else role}"


def _callback(
    at: datetime, defaulted: frozenset[str], context: CaptureContext
) -> tuple[tuple[str, bool], tuple[str, bool]]:
    whole = "callback" in defaulted
    return (_day(at.date(), context), whole), (f"{at:%H:%M}", whole or "time" in defaulted)


def _plan(plan: PlanReading, reading: Reading, context: CaptureContext) -> str:
    rhythm = tr(RHYTHM_NAMES[plan.rhythm])
    if reading.errors or reading.amount is None or reading.due is None:
        return f"{plan.count} × {rhythm}"
    if plan.amounts:
        return f"{' + '.join(_money(amount, context) for amount in plan.amounts)} {rhythm}"
    amounts = [payment.amount for payment in instalments(plan, reading.amount, reading.due, context.country)]
    parts = [_money(amounts.pop(0), context)] if plan.down else []
    equal, last = amounts[0], amounts[-1]
    if equal == last:
        parts.append(f"{len(amounts)} × {_money(equal, context)}")
    else:
        parts += [f"{len(amounts) - 1} × {_money(equal, context)}", _money(last, context)]
    return f"{' + '.join(parts)} {rhythm}"
