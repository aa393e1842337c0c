"""The closed words of a capture line, Spanish and English at once (folded: no accents)."""

from __future__ import annotations

from rules.wording import WEEKDAYS as WEEKDAY_NAMES

TODAY = frozenset({"hoy", "today"})
TOMORROW = frozenset({"manana", "man", "tom", "tomorrow"})
YESTERDAY = frozenset({"ayer", "yest", "yesterday"})
PAY_DAY = "q"

WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            ("lun", "lunes", "mon", "monday"),
            ("mar", "martes", "tue", "tues", "tuesday"),
            ("mie", "miercoles", "wed", "wednesday"),
            ("jue", "jueves", "thu", "thur", "thurs", "thursday"),
            ("vie", "viernes", "fri", "friday"),
            ("sab", "sabado", "sat", "saturday"),
            ("dom", "domingo", "sun", "sunday"),
        )
    )
    for word in words
}
"""Word to the number of the weekday, Monday = 0."""

MONTHS = {
    word: number
    for number, words in enumerate(
        (
            ("ene", "enero", "jan", "january"),
            ("feb", "febrero", "february"),
            ("mar", "marzo", "march"),
            ("abr", "abril", "apr", "april"),
            ("may", "mayo"),
            ("jun", "junio", "june"),
            ("jul", "julio", "july"),
            ("ago", "agosto", "aug", "august"),
            ("sep", "sept", "septiembre", "september"),
            ("oct", "octubre", "october"),
            ("nov", "noviembre", "november"),
            ("dic", "diciembre", "dec", "december"),
        ),
        start=1,
    )
    for word in words
}
"""Word to the number of the month."""

AMOUNTS = {
    "todo": "full",
    "full": "full",
    "venc": "due",
    "due": "due",
    "min": "min",
}
"""Word to the figure of the account that it stands for."""

RHYTHMS = {"q": "q", "m": "m", "s": "w", "w": "w"}
"""Letter to the rhythm of a plan: pay days, monthly, weekly (semana)."""

OFFERED = {
    "es": {
        "amount": ["venc", "todo", "min"],
        "date": ["hoy", "mañana", *WEEKDAY_NAMES["es"]],
        "past": ["ayer"],
    },
    "en": {
        "amount": ["due", "full", "min"],
        "date": ["today", "tomorrow", *(name.lower() for name in WEEKDAY_NAMES["en"])],
        "past": ["yesterday"],
    },
}
"""Words that are offered, by language and kind; all of them are read in both languages."""
