"""The words of the desk: every code of the rules that a person may meet, as a text.

Each table holds English message ids; a code that is not in its table is shown as it
stands, so that new data never breaks a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from rules.backoffice.ask_problems import PROBLEMS
from rules.contact import Permission
from rules.desk import NoClient, OfflineBlock, Refused
from rules.money import parse_minor
from rules.paying.taking_problems import NOT_TAKEN
from rules.words import mark, tr, trn
from widgets.formats import MASK, day, moment, plain

LINKS = {
    "online": mark("online"),
    "offline": mark("offline"),
    "connecting": mark("connecting"),
    "refused": mark("sign in again"),
    "revoked": mark("device revoked"),
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
STATE_SIGNS = {
    "available": "●",
    "on_call": "◉",
    "wrap_up": "◐",
    "break": "○",
    "meal": "○",
    "training": "◇",
    "meeting": "◇",
    "offline": "×",
}
"""State of an agent to the sign that says it without colour."""
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
    "quoted": mark("quoted"),
    "issued": mark("issued"),
    "in_force": mark("in force"),
    "grace": mark("in grace"),
    "lapsed": mark("lapsed"),
    "rehabilitated": mark("rehabilitated"),
    "cancelled": mark("cancelled"),
    "expired": mark("expired"),
    "renewed": mark("renewed"),
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
FACTORS = {
    "full_name": mark("name"),
    "birth_date": mark("born"),
    "account_ending": mark("account"),
    "tax_id_ending": mark("tax number"),
    "postcode": mark("postcode"),
    "policy_number": mark("policy"),
}
IDENTITIES = {
    "confirmed": mark("✓ identified"),
    "failed": mark("✗ not identified"),
    "refused": mark("✗ refuses to identify"),
}
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
    "reminder": mark("promise reminder"),
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
    "saldo": mark("Balance"),
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
    "bucket": mark("Creditor's bucket"),
}
LEVELS = {
    "agent": mark("agent"),
    "senior": mark("senior"),
    "supervisor": mark("supervisor"),
    "remedial": mark("remedial"),
    "committee": mark("committee"),
}
ISSUES = {
    "payment_twice": mark("Payment posted twice"),
    "bucket_days": mark("Bucket does not fit the days"),
    "balance_parts": mark("Balance does not fit its parts"),
    "receipt_paid_open": mark("Receipt paid but open"),
    "promise_after_payoff": mark("Promise on a paid debt"),
    "wrong_person": mark("Data of somebody else"),
    "payment_missing": mark("Payment is missing"),
    "wrong_amount": mark("Amount is wrong"),
    "other": mark("Something else"),
}
TASKS = {
    "reminder": mark("Remind of a promise"),
    "deliver_agreement": mark("Hand the agreement over"),
    "copy_to_lender": mark("Send the lender a copy"),
    "verify_payment": mark("Verify a payment"),
    "skip_trace": mark("Search for the client"),
    "validation_notice": mark("Send the validation notice"),
    "follow_case": mark("Follow up a case"),
    "cfdi_difference": mark("CFDI does not fit"),
    "charge_retry": mark("Have the money there for the next charge"),
    "charge_failed": mark("The charge failed: have it paid otherwise"),
    "new_mandate": mark("Ask for another account or card"),
    "charge_back": mark("Give back what was charged too much"),
}
WHY_NO_CLIENT = {
    "connecting": mark("Connecting to the hub: the first clients are on their way."),
    "offline": mark("No connection to the hub, and every client at hand is worked."),
    "empty": mark("The queue is empty: nobody of your portfolios is waiting to be called."),
    "out_of_hours": mark("Nobody may be called at this hour."),
    "clock_unknown": mark("The machine was started anew: it has to reach the hub once before calls go on."),
}
PERMISSIONS = {
    "window": mark("outside calling hours"),
    "weekdays": mark("no calls on this weekday"),
    "weekdays.financial": mark("no calls on this weekday"),
    "weekdays.commercial": mark("no calls on this weekday"),
    "holidays": mark("public holiday"),
    "attempts_spent": mark("the calls allowed offline are used up"),
    "attempts.per_day": mark("attempts of the day used up"),
    "attempts.per_week": mark("attempts of the week used up"),
    "calls.max": mark("calls of the week used up"),
    "calls.after_conversation": mark("spoke a few days ago"),
    "promise": mark("a promise is open"),
    "nothing_overdue": mark("nothing is overdue"),
    "disputed": mark("all of it is in dispute"),
    "do_not_contact": mark("asked not to be contacted"),
    "unlocatable": mark("no number to call"),
    "calls.pattern": mark("called a moment ago"),
    "state_overrides": mark("calls allowed by the state used up"),
    "inconvenient": mark("outside the hours that suit"),
    "cease": mark("asked not to be contacted"),
    "medium_stop": mark("asked not to be called"),
    "bankruptcy": mark("bankruptcy: automatic stay"),
    "concurso": mark("in insolvency proceedings"),
    "court_order": mark("a court order forbids it"),
    "minor_or_elder": mark("is a minor"),
    "employer": mark("the employer forbids it"),
    "third_party.collection": mark("number of a third party"),
    "third_party.location": mark("third party asked already"),
    "caller_id.hidden": mark("hidden caller id"),
    "firm.redeco_registered": mark("firm not in the REDECO register"),
    "firm.redeco_registered.checked": mark("REDECO register not checked for over a month"),
    "prescription.years": mark("time-barred: no word of a suit"),
    "timebarred": mark("time-barred: no suit, no threat of one"),
    "scra": mark("active duty (SCRA)"),
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

OFF_STRATEGY = {
    "channel": mark("nobody is called here"),
    "hours": mark("outside its hours"),
    "attempts": mark("more calls than it says"),
    "script": mark("another script"),
    "offer": mark("an offer that is not on its menu"),
}
"""What of a strategy was not followed."""

DAYS = ("last", "date", "due")
INSTANTS = ("next", "at")
AMOUNTS = ("amount", "total", "minimum")


def word(table: Mapping[str, str], code: str) -> str:
    """The text of a code in a table of this module, in the language in force."""
    known = table.get(code)
    return tr(known) if known else code.replace("_", " ")


def rule_words(rule: str) -> str:
    """What a contact rule says, by the parameter's name."""
    return word(PERMISSIONS, rule.partition(".")[2] or rule)


def why_not(permission: Permission, now: datetime) -> str:
    """Why a call is not allowed and from when it is, in `now`'s zone; "" when it is."""
    if permission.allowed:
        return ""
    reason = rule_words(permission.rule)
    if permission.until is None:
        return reason
    return tr("not until {time}: {reason}", reason=reason, time=moment(permission.until, now))


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


def block_words(block: OfflineBlock, now: datetime) -> str:
    """What this workstation holds for working without a link."""
    if not block.clients:
        return tr("No clients for working offline are held here.")
    held = trn("{number} client for working offline", "{number} clients for working offline", block.clients)
    return tr("{held}, until {time}", held=held, time=moment(block.until, now)) if block.until else held


def why_no_client(page: NoClient, now: datetime) -> str:
    """Why the desk is empty and until when."""
    text = word(WHY_NO_CLIENT, page.why)
    if page.until is None:
        return text
    return f"{text} {tr('Next: {time}.', time=moment(page.until, now))}"
