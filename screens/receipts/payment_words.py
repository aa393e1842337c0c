"""Why a line about money can't be read, in words."""

from __future__ import annotations

from rules.capture import wording
from rules.capture.scope import Refused
from rules.words import mark, tr

REASONS = {
    "transfer_to": mark("say where to, then why: AUT-123 misapplied"),
    "money_why": mark("say why: it is kept with the movement"),
}
"""Why a line can't be read, by the code of the error."""


def reason(refused: Refused) -> str:
    """Why a line can't be read, with what would do in its place."""
    error = refused.error
    if error.code in REASONS:
        return tr(REASONS[error.code])
    return f"{wording.message(error)}. {wording.hint(error)}".strip(" .")
