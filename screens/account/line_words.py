"""Why a line of `rules.backoffice.ask_line` can't be taken, in words."""

from __future__ import annotations

from rules.capture.scope import Refused
from rules.words import mark, tr
from screens.account import picking

REASONS = {
    "unknown_end_word": mark("{token} is neither a day nor a method. Try: 30/11 corto plazo"),
    "unknown_offset_word": mark("{token} is no part of an offset. Try: S-77 50000 -5000 todo"),
    "date_invalid": mark("{token}: there is no such day."),
    "date_ambiguous": mark("{token} can be read in two ways: {offers}"),
    "date_past": mark("{token}: there is no such day."),
    "amount_form": mark("{token} is no amount. Try: 1,500.00"),
    "policy_first": mark("The policy's number comes first: AUT-48213 cancela 30/11"),
    "unknown_wish": mark(
        "Say what: cancela, compensa, rehabilita, endoso, devolución, anual, semestral, trimestral, mensual."
    ),
    "what_missing": mark("Say what the endorsement changes: AUT-48213 endoso +1200 se agrega cobertura"),
}


def reason(refused: Refused) -> str:
    """Why a line can't be taken."""
    error = refused.error
    if error.code in REASONS:
        return tr(REASONS[error.code], token=error.token, offers=" · ".join(error.offers))
    return picking.reason(refused)
