"""What a lead types about commissions: of which portfolio and month, or how much more or less and why."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from rules.capture.amounts import number
from rules.capture.scope import Refused
from rules.text import fold

_MONTH = re.compile(r"(?:([0-9]{4})[-/]([0-9]{1,2})|([0-9]{1,2})/([0-9]{4}))", re.ASCII)


def read_draft(line: str, portfolios: Collection[str]) -> tuple[str, date]:
    """A portfolio and the first day of a month: ``Tarjetas Norte 2026-10`` or ``… 10/2026``.

    Raises:
        Refused: draft_form, draft_month, draft_portfolio.
    """
    name, _, month = line.strip().rpartition(" ")
    if not name:
        raise Refused("draft_form", line)
    found = _MONTH.fullmatch(month)
    if found is None:
        raise Refused("draft_month", month)
    year, number_of_it = int(found[1] or found[4]), int(found[2] or found[3])
    if not (1 <= number_of_it <= 12 and year):
        raise Refused("draft_month", month)
    meant = next((one for one in portfolios if fold(one) == fold(name.strip())), None)
    if meant is None:
        raise Refused("draft_portfolio", name, *portfolios)
    return meant, date(year, number_of_it, 1)


def read_adjustment(line: str) -> tuple[int, str]:
    """Minor units more or less, and why: ``-500.00 pago devuelto``.

    Raises:
        Refused: adjust_form, adjust_why, or what the amount says.
    """
    amount, _, why = line.strip().partition(" ")
    found = number(amount.lstrip("+-"))
    if found is None or len(amount) - len(amount.lstrip("+-")) > 1:
        raise Refused("adjust_form", amount)
    if not why.strip():
        raise Refused("adjust_why", amount)
    return (-found if amount.startswith("-") else found), why.strip()
