"""Why something was not saved, in words, by the code of the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from rules.backoffice.ask_problems import PROBLEMS
from rules.contact import Permission
from rules.desk import Refused
from rules.money import parse_minor
from rules.paying.taking_problems import NOT_TAKEN
from rules.words import mark, tr
from widgets.formats import MASK, day, moment, plain
from widgets.wording import LEVELS, OFF_STRATEGY, why_not, word

REFUSALS = {
    "no_client": mark("There is no client on the desk."),
    "not_on_desk": mark("The client on the desk has changed; nothing was saved."),
    "unknown_account": mark("The client has no such account."),
    "unknown_code": mark("The catalogue has no result {code}."),
    "unknown_reason": mark("There is no reason {reason} to skip a client."),
    "unknown_reveal": mark("There is no reason {reason} to show amounts."),
    "nothing_to_undo": mark("There is nothing to take back."),
    "no_such_phone": mark("The client has no phone with that number."),
    "searching": mark("Asking the hub for a client to be searched for…"),
    "no_search": mark("Nobody has to be searched for now."),
    "search_offline": mark("A search needs the hub, which can't be reached now."),
    "unknown_task": mark("That task is closed already."),
    "unknown_policy": mark("There is no policy behind this account."),
    "policy_not_covered": mark("The policy is not in force: bring cover back first."),
    "unknown_channel": mark(
        "Say the channel first: clabe, tdc, tdd, nomina, agente, banco, spei, linea, tpv."
    ),
    "same_channel": mark("It is collected so already."),
    "not_charged": mark("This channel takes no account and no card."),
    "clabe_length": mark("A CLABE has 18 digits; these are {digits}."),
    "bad_clabe": mark("That is no CLABE: a digit is wrong (by the others, the last would be {check})."),
    "token_missing": mark("A card is given by the gateway's token and its last four digits, not its number."),
    "payroll_missing": mark("Give the employee number that payroll knows."),
    "bad_limit": mark("Give the limit as an amount: hasta 1500."),
    "consent_missing": mark("Say how the consent was given: voz, escrito or electronico."),
    "evidence_missing": mark("Name the evidence of the consent: #recording or #folio."),
    "twice_promise": mark(
        "Receipt {number} is promised otherwise: it would be collected twice. Free: {free}."
    ),
    "twice_intent": mark(
        "Receipt {number} is being paid by terminal or link: it would be collected twice. Free: {free}."
    ),
    "twice_charge": mark(
        "Receipt {number} is with the bank already: it would be charged twice. Free: {free}."
    ),
    "limit_below_receipt": mark("The limit is below receipt {number}, which is {amount}."),
    "nothing_to_charge": mark("No receipt is open that a new channel could begin with."),
    "unknown_word": mark("{word} is no part of a change of channel."),
    "unknown_mandate": mark("The account has no such mandate."),
    "mandate_revoked": mark("That mandate was taken back before."),
    "no_mandate": mark("There is no mandate to take back."),
    "which_mandate": mark("Several mandates: type the number of the one to take back."),
    "unknown_outcome": mark("A task can't end like that."),
    "number_missing": mark("Add the number first: then the search is over."),
    "unknown_point": mark("The client has no such contact point any more."),
    "bad_value": mark("{value} is neither a phone, an e-mail nor an address."),
    "point_known": mark("The client has {value} already."),
    "point_restricted": mark("The client asked not to use {value}: only the client can allow it again."),
    "point_retired": mark("{value} is out of use already."),
    "not_here": mark("This workstation does not hold that client any more."),
    "ask_offline": mark("Without a connection only clients that are held here can be opened."),
    "block_offline": mark("Clients for working offline come from the hub, which can't be reached now."),
    "not_put_aside": mark("That one has been decided about already."),
    "empty_message": mark("There is nothing to send."),
    "long_message": mark("The message is too long: {limit} characters at most."),
    "unknown_message": mark("That message is not here any more."),
    "not_answerable": mark("A coaching note is not answered here: talk to who wrote it."),
    "client_taken": mark("Another agent has that client."),
    "unknown_client": mark("That client is not in your portfolios any more."),
    "promise_too_far": mark("The promise is too far away: {last} is the last day."),
    "promise_below_minimum": mark("A promise is for {minimum} at least."),
    "promise_open": mark("This account has a promise for {due} already."),
    "date_in_past": mark("{date} has passed."),
    "after_grace": mark("The cover ends before: {last} is the last day."),
    "amount_not_positive": mark("The amount must be above zero."),
    "amount_above_total": mark("The amount is above what is owed, {total}."),
    "amount_disputed": mark("{amount} includes what is in dispute: {total} at most may be promised."),
    "receipts_not_taken": mark("{code} is about no receipts."),
    "unknown_receipt": mark("The account has no such receipt."),
    "receipt_closed": mark("Receipt {number} is not open any more."),
    "receipts_sum": mark("Whole receipts only: those named come to {total}, not to {amount}."),
    "currency_mismatch": mark("The account is in {account}, not in {currency}."),
    "missing_field": mark("Something is missing: {field}."),
    "card_number_in_note": mark("The note holds a card number: take it out."),
    "card_code_in_note": mark("The note holds a card's security code: take it out."),
    "forbidden_wording": mark("That may not be sent to a client: {words}."),
    "needs_approval": mark("Above your authority ({level}): press + to ask for it."),
    "bad_terms": mark("The terms do not add up: nothing was sent."),
    "request_open": mark("A request for this account is waiting for an answer already."),
    "unknown_agreement": mark("There is no such agreement, or it was taken back."),
    "already_delivered": mark("The agreement {folio} has been handed over already."),
    "unknown_medium": mark("Nothing is handed over by {medium}."),
    "medium_stopped": mark("The client asked not to be contacted that way."),
    "off_strategy": mark("Off strategy: {what} · /why says why · ⏎ again saves"),
    "contact_missing": mark("Say who of the company spoke: c1 is {name}."),
    "unknown_contact": mark("The company's sheet names nobody such."),
    "not_right_party": mark("{name} may not discuss the debt: a third party's result, or c1: {right}."),
    "callback_past": mark("The hour of the callback has passed."),
    "callback_forbidden_hour": mark("No calls at that hour; the next one allowed is {next}."),
}

FORBIDDEN_CALLS = {
    "not_callable": mark("This number may not be called: {reason}."),
    "client_barred": mark("That client may not be called now: {reason}."),
    "call_forbidden": mark("Call not allowed: {reason} · ⏎ again records it as placed"),
}
"""Refusals of the contact rules; the reason is the rule's words."""

DAYS = ("last", "date", "due")
INSTANTS = ("next", "at")
AMOUNTS = ("amount", "total", "minimum")


def refusal(refused: Refused, now: datetime, *, hidden: bool = False) -> str:
    """Why nothing was saved, as a sentence; instants in `now`'s zone; `hidden` masks amounts."""
    params = refused.params
    if refused.code in FORBIDDEN_CALLS:
        until = datetime.fromisoformat(params["until"]) if params.get("until") else None
        why = Permission(allowed=False, rule=params.get("rule", ""), until=until)
        reason = why_not(why, now) + _compared(params)
        return tr(FORBIDDEN_CALLS[refused.code], reason=reason)
    text = REFUSALS.get(refused.code) or PROBLEMS.get(refused.code) or NOT_TAKEN.get(refused.code)
    if text is None:
        return tr("Nothing was saved: {reason}.", reason=refused.code.replace("_", " "))
    return tr(text, **{name: _spoken(name, value, now, hidden=hidden) for name, value in params.items()})


def _compared(params: Mapping[str, str]) -> str:
    """What a contact rule compared: calls against their limit, or the hours that it allows."""
    if "limit" in params:
        return f" ({params['count']}/{params['limit']})"
    hours = f"{params['start']}-{params['end']}" if "start" in params else params.get("suits", "")
    return f" ({hours})" if hours else ""


def _spoken(name: str, value: str, now: datetime, *, hidden: bool) -> str:
    """A refusal's parameter as people write it; they travel as ISO dates and plain decimals."""
    if name in DAYS:
        return day(date.fromisoformat(value))
    if name == "level":
        return word(LEVELS, value)
    if name == "what":
        return ", ".join(word(OFF_STRATEGY, code) for code in value.split(","))
    if name in INSTANTS and value:
        return moment(datetime.fromisoformat(value), now)
    if name in AMOUNTS:
        return MASK if hidden else plain(parse_minor(value))
    return value
