"""The words of the desk: every code of the rules that a person may meet, as a text.

Each table holds English message ids; a code that is not in its table is shown as it
stands, so that new data never breaks a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from rules.contact import Permission
from rules.desk import NoClient, Refused
from rules.money import parse_minor
from rules.words import mark, tr
from widgets.formats import day, moment, plain

LINKS = {
    "online": mark("online"),
    "offline": mark("offline"),
    "connecting": mark("connecting"),
    "refused": mark("sign in again"),
}
STATES = {
    "available": mark("available"),
    "on_call": mark("on a call"),
    "wrap_up": mark("wrap-up"),
    "break": mark("break"),
    "meal": mark("meal"),
    "training": mark("training"),
    "meeting": mark("meeting"),
    "offline": mark("signed off"),
}
PRODUCTS = {
    "card": mark("Card"),
    "loan": mark("Loan"),
    "sme": mark("Business loan"),
    "insurance": mark("Insurance"),
    "timeshare": mark("Timeshare"),
}
PHONE_LABELS = {
    "mobile": mark("mobile"),
    "home": mark("home"),
    "work": mark("work"),
    "reference": mark("reference"),
}
PHONE_STATUSES = {
    "por_validar": mark("to be validated"),
    "validado_titular": mark("validated"),
    "validado_tercero": mark("validated, third party"),
    "no_contesta_n": mark("no answer so far"),
    "buzon": mark("voicemail"),
    "ocupado_repetido": mark("always busy"),
    "fuera_servicio": mark("out of service"),
    "equivocado": mark("wrong number"),
    "reasignado": mark("reassigned"),
    "ya_no_labora": mark("no longer works there"),
    "restringido": mark("restricted"),
    "solo_horario": mark("at certain hours"),
    "dado_de_baja": mark("retired"),
}
ACCOUNT_STATUSES = {
    "open": mark("open"),
    "paid": mark("paid"),
    "charged_off": mark("charged off"),
    "closed": mark("closed"),
}
PROMISE_STATUSES = {
    "open": mark("open"),
    "kept": mark("kept"),
    "partial": mark("partly kept"),
    "broken": mark("broken"),
    "cancelled": mark("cancelled"),
    "retracted": mark("taken back"),
}
POLICY_KINDS = {
    "car": mark("Car"),
    "life": mark("Life"),
    "medical": mark("Medical"),
    "damage": mark("Damage"),
    "surety": mark("Surety"),
}
POLICY_STATUSES = {
    "in_force": mark("in force"),
    "grace": mark("in grace"),
    "lapsed": mark("lapsed"),
    "cancelled": mark("cancelled"),
    "expired": mark("expired"),
}
CLAIM_STATUSES = {"open": mark("open"), "paid": mark("paid"), "rejected": mark("rejected")}
ENDORSEMENT_KINDS = {"A": mark("increase"), "B": mark("no change of premium"), "D": mark("decrease")}
FREQUENCIES = {
    "monthly": mark("monthly"),
    "quarterly": mark("quarterly"),
    "semiannual": mark("twice a year"),
    "annual": mark("yearly"),
}
LANGUAGES = {"es": mark("Spanish"), "en": mark("English")}
STAGES = {
    "greeting": mark("Greeting"),
    "identity": mark("Identification"),
    "reason": mark("Reason"),
    "negotiation": mark("Negotiation"),
    "closing": mark("Closing"),
}
SCORE_PARTS = {
    "money": mark("money"),
    "days": mark("days past due"),
    "broken_promise": mark("broken promise"),
    "last_contact": mark("last contact"),
    "lapses": mark("cover lapses"),
    "rolls": mark("rolls soon"),
}
HOLDS = {
    "deceased": mark("reported deceased"),
    "attorney": mark("represented by an attorney"),
    "dispute": mark("dispute open"),
    "fraud": mark("fraud reported"),
    "claims_paid": mark("says it is paid"),
    "claim": mark("claim in progress"),
    "vulnerable": mark("vulnerable customer"),
    "restructure": mark("restructure under review"),
    "hardship": mark("hardship under review"),
    "cancel": mark("cancellation under review"),
    "refusal": mark("refused to pay"),
}
COMPONENTS = {
    "gastos_cobranza": mark("Collection costs"),
    "iva_gastos": mark("VAT on costs"),
    "moratorios": mark("Late interest"),
    "iva_moratorios": mark("VAT on late interest"),
    "interes_ordinario": mark("Ordinary interest"),
    "iva_interes": mark("VAT on interest"),
    "prima_neta": mark("Net premium"),
    "recargo": mark("Instalment surcharge"),
    "derecho": mark("Policy fee"),
    "iva": mark("VAT"),
    "capital_vencido": mark("Principal past due"),
    "capital_vigente": mark("Principal not due"),
}
DETAILS = {
    "credit_limit": mark("Credit limit"),
    "card_ending": mark("Card ending"),
    "cut_off_day": mark("Cut-off day"),
    "clabe": mark("CLABE"),
    "original_amount": mark("Original amount"),
    "term_months": mark("Term in months"),
    "legal_representative": mark("Legal representative"),
    "guarantor": mark("Guarantor"),
    "credit_line": mark("Line of credit"),
    "guarantee_fund": mark("Guarantee fund"),
    "club_plan": mark("Club plan"),
    "sales_room": mark("Sales room"),
    "signed_on": mark("Signed on"),
    "price": mark("Price"),
    "down_payment": mark("Down payment"),
    "year": mark("Year"),
    "insurance_agent": mark("Insurance agent"),
    "reference": mark("Payment reference"),
    "cancellation_terms": mark("Cancellation terms"),
}
WHY_NO_CLIENT = {
    "connecting": mark("Connecting to the hub: the first clients are on their way."),
    "offline": mark("No connection to the hub, and every client at hand is worked."),
    "empty": mark("The queue is empty: nobody of your portfolios is waiting to be called."),
    "out_of_hours": mark("Nobody may be called at this hour."),
}
PERMISSIONS = {
    "window": mark("outside calling hours"),
    "weekdays": mark("no calls on this weekday"),
    "weekdays.financial": mark("no calls on this weekday"),
    "weekdays.commercial": mark("no calls on this weekday"),
    "holidays": mark("public holiday"),
    "attempts.per_day": mark("attempts of the day used up"),
    "attempts.per_week": mark("attempts of the week used up"),
    "calls.max": mark("calls of the week used up"),
    "calls.after_conversation": mark("spoke a few days ago"),
    "calls.pattern": mark("called a moment ago"),
    "cease": mark("asked not to be contacted"),
    "hold": mark("on hold"),
    "contact_point.status": mark("number not in use"),
    "contact_point.use": mark("not for collection"),
    "contact_point.sources": mark("to be validated first"),
    **HOLDS,
}
"""By the parameter's name without its country; a hold goes by its reason."""

REFUSALS = {
    "no_client": mark("There is no client on the desk."),
    "not_on_desk": mark("The client on the desk has changed; nothing was saved."),
    "unknown_account": mark("The client has no such account."),
    "unknown_code": mark("The catalogue has no result {code}."),
    "unknown_reason": mark("There is no reason {reason} to skip a client."),
    "nothing_to_undo": mark("There is nothing to take back."),
    "no_such_phone": mark("The client has no phone with that number."),
    "not_here": mark("This workstation does not hold that client any more."),
    "promise_too_far": mark("The promise is too far away: {last} is the last day."),
    "promise_below_minimum": mark("A promise is for {minimum} at least."),
    "promise_open": mark("This account has a promise for {due} already."),
    "date_in_past": mark("{date} has passed."),
    "after_grace": mark("The cover ends before: {last} is the last day."),
    "amount_not_positive": mark("The amount must be above zero."),
    "amount_above_total": mark("The amount is above what is owed, {total}."),
    "currency_mismatch": mark("The account is in {account}, not in {currency}."),
    "missing_field": mark("Something is missing: {field}."),
    "card_number_in_note": mark("The note holds a card number: take it out."),
    "card_code_in_note": mark("The note holds a card's security code: take it out."),
    "callback_past": mark("The hour of the callback has passed."),
    "callback_forbidden_hour": mark("No calls at that hour; the next one allowed is {next}."),
}

DAYS = ("last", "date", "due")
INSTANTS = ("next", "at")
AMOUNTS = ("amount", "total", "minimum")


def word(table: Mapping[str, str], code: str) -> str:
    """The text of a code in a table of this module, in the language in force."""
    known = table.get(code)
    return tr(known) if known else code.replace("_", " ")


def why_not(permission: Permission, now: datetime) -> str:
    """Why a call is not allowed and from when it is, in `now`'s zone; "" when it is."""
    if permission.allowed:
        return ""
    reason = word(PERMISSIONS, permission.rule.partition(".")[2] or permission.rule)
    if permission.until is None:
        return reason
    return tr("not until {time}: {reason}", reason=reason, time=moment(permission.until, now))


def refusal(refused: Refused, now: datetime) -> str:
    """Why nothing was saved, as a sentence; instants in `now`'s zone."""
    params = refused.params
    if refused.code == "not_callable":
        until = datetime.fromisoformat(params["until"]) if params.get("until") else None
        why = Permission(allowed=False, rule=params.get("rule", ""), until=until)
        return tr("This number may not be called: {reason}.", reason=why_not(why, now))
    text = REFUSALS.get(refused.code)
    if text is None:
        return tr("Nothing was saved: {reason}.", reason=refused.code.replace("_", " "))
    return tr(text, **{name: _spoken(name, value, now) for name, value in params.items()})


def _spoken(name: str, value: str, now: datetime) -> str:
    """A refusal's parameter as people write it; they travel as ISO dates and plain decimals."""
    if name in DAYS:
        return day(date.fromisoformat(value))
    if name in INSTANTS and value:
        return moment(datetime.fromisoformat(value), now)
    return plain(parse_minor(value)) if name in AMOUNTS else value


def why_no_client(page: NoClient, now: datetime) -> str:
    """Why the desk is empty and until when."""
    text = word(WHY_NO_CLIENT, page.why)
    if page.until is None:
        return text
    return f"{text} {tr('Next: {time}.', time=moment(page.until, now))}"
