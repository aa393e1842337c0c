"""The words of the desk: every code of the rules that a person may meet, as a text.

Each table holds English message ids; a code that is not in its table is shown as it
stands, so that new data never breaks a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rules.contact import Permission
from rules.desk import NoClient, OfflineBlock
from rules.words import mark, tr, trn
from widgets.formats import moment

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

OFF_STRATEGY = {
    "channel": mark("nobody is called here"),
    "hours": mark("outside its hours"),
    "attempts": mark("more calls than it says"),
    "script": mark("another script"),
    "offer": mark("an offer that is not on its menu"),
}
"""What of a strategy was not followed."""


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
