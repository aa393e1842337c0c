"""What is typed for a reconciliation: the days of the store's side, the columns of a file."""

from __future__ import annotations

from datetime import date

from rules.report_line import LineRefused
from rules.report_line import read as read_report
from rules.saved_reports import SavedReport
from rules.text import fold
from rules.tools.crossing import BadRecipe
from rules.tools.matching import KEY_FORMS
from rules.tools.recipes import named, quoted, words
from rules.words import tr

_FORMS = {
    "receipt": "receipt", "recibo": "receipt", "reference": "reference", "referencia": "reference",
}  # fmt: skip


def read_days(line: str, today: date) -> tuple[date, date, str]:
    """First day, last day and key form of the store's side: ``mes``, ``2026-11-01..2026-11-20 referencia``.

    Raises:
        BadRecipe: no days, or a word that is neither days nor a key form.
    """
    said = line.split()
    forms = [_FORMS[fold(word)] for word in said if fold(word) in _FORMS]
    days = " ".join(word for word in said if fold(word) not in _FORMS)
    try:
        asked = read_report(days, SavedReport(report=""))
    except LineRefused as error:
        raise BadRecipe(str(error)) from error
    query = asked.query(today)
    if query.since is None or query.until is None or asked.portfolio or asked.team or asked.agent:
        raise BadRecipe(tr("say the days: month, last-month, 7d or 2026-11-01..2026-11-20"))
    return query.since, query.until, forms[-1] if forms else KEY_FORMS[0]


def read_columns(line: str, columns: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Keys and amount of a file: ``poliza recibo importe``; the amount is the last.

    Raises:
        BadRecipe: fewer than two, or one that the file has not.
    """
    found = tuple(named(word, columns) for word in words(line))
    if len(found) < 2:
        raise BadRecipe(tr("name the key columns, then the amount: {known}", known=", ".join(columns)))
    return found[:-1], found[-1]


def columns_words(keys: tuple[str, ...], amount: str) -> str:
    """Keys and amount as they are typed."""
    return " ".join(quoted(name) for name in (*keys, amount))
