"""Money and days in words, for people: as the screens show them and as they are spoken."""

from __future__ import annotations

from datetime import date

from rules.money import show_minor

_HOME = {"MX": "MXN", "US": "USD"}

MONTHS = {
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
"""Names of the months; the first three letters are the short form."""

WEEKDAYS = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
"""Names of the weekdays, Monday first; the first three letters are the short form."""


def money(minor: int, currency: str, country: str) -> str:
    """``$1,500.00``; in a currency that is not the country's own, ``USD 1,500.00``."""
    whole, _, cents = show_minor(minor).partition(".")
    mark = "$" if _HOME.get(country) == currency else f"{currency} "
    return f"{mark}{int(whole):,}.{cents}"


def short_month(month: int, language: str) -> str:
    """``dic`` or ``dec`` for 12, as it may be typed too."""
    return MONTHS[language][month - 1][:3].lower()


def short_day(on: date, language: str, this_year: int) -> str:
    """``vie 27-nov``, with the year when it is not `this_year`."""
    weekday = WEEKDAYS[language][on.weekday()][:3].lower()
    year = "" if on.year == this_year else f"-{on.year}"
    return f"{weekday} {on.day}-{short_month(on.month, language)}{year}"


def spoken_day(on: date, language: str) -> str:
    """``27 de noviembre`` or ``November 27``."""
    month = MONTHS[language][on.month - 1]
    return f"{month} {on.day}" if language == "en" else f"{on.day} de {month}"
