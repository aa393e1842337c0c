"""Mandates in lines."""

from __future__ import annotations

from rules.debit.charge_words import CHANNELS, STATUSES, answer_words
from rules.debit.mandates import Mandate
from rules.words import tr
from widgets.formats import day
from widgets.wording import word


def mandate_line(mandate: Mandate) -> str:
    """A mandate in a line: channel, account masked, since when, how it stands."""
    parts = [
        " ".join((word(CHANNELS, mandate.channel), *mandate.bank.split(), f"···{mandate.ending}")),
        tr("since {day}", day=day(mandate.agreed.date())),
        word(STATUSES, mandate.status),
    ]
    if mandate.charging:
        parts.append(tr("with the bank"))
    elif mandate.last:
        parts.append(tr(answer_words(mandate.last)))
    return " · ".join(parts)
