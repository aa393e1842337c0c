"""The words of mandates and automatic charges, English, to be translated where they are shown."""

from __future__ import annotations

from rules.debit.charges import CHARGED, OTHER, REJECTS, STOPPED_TOO_LATE
from rules.words import mark

CHANNELS = {
    "agente": mark("insurance agent"),
    "tdc": mark("credit card"),
    "tdd": mark("debit card"),
    "domi": mark("direct debit"),
    "banco": mark("at the bank"),
    "spei": mark("transfer"),
    "nomina": mark("payroll"),
    "linea": mark("online"),
    "tpv": mark("card terminal"),
}
CONSENTS = {
    "voice": mark("by voice"),
    "written": mark("in writing"),
    "electronic": mark("electronically"),
}
TWICE = {
    "promise": mark("promised"),
    "intent": mark("payment under way"),
    "charge": mark("with the bank"),
}
"""Why a receipt can't be charged by another channel."""

STATUSES = {
    "active": mark("active"),
    "suspended": mark("suspended"),
    "revoked": mark("taken back"),
}
STOPPED = mark("stopped: the mandate was taken back")
_PAID = {CHARGED: mark("charged"), STOPPED_TOO_LATE: mark("charged although it was taken back")}


def answer_words(code: str) -> str:
    """What the bank said of a charge, by its code; "" = nothing yet."""
    return _PAID.get(code) or REJECTS.get(code, OTHER).words if code else ""
