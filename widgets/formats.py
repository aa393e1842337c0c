"""How amounts, days, hours and phone numbers are written on the screen.

Mexico and the United States write money alike; dates and phones differ. Babel would do it
too, but costs 40 ms of import on the way to the first frame.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from rules.wording import MONTHS, WEEKDAYS
from rules.words import language, tr

BARS = "▁▂▃▄▅▆▇█"
HOMES = {"MX": "MXN", "US": "USD"}
MASK = "•••••"
"""Stands for an amount that may not be seen before identity is confirmed."""

_MONEY = re.compile(r"\$ ?[0-9][0-9,.]*|[0-9][0-9,]*\.[0-9]{2}(?![0-9])")


def plain(minor: int) -> str:
    """Minor units as ``1,500.00``, for columns where the currency stands elsewhere."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def money(minor: int, currency: str, country: str = "") -> str:
    """``$1,500.00`` in a country's own currency, ``USD 1,500.00`` in another one.

    Without a country, the home is that of the language in force.
    """
    home = HOMES.get(country) or ("USD" if language() == "en" else "MXN")
    return f"${plain(minor)}" if currency == home else f"{currency} {plain(minor)}".strip()


def hidden_amount(_: int) -> str:
    """In the place of an amount that may not be seen yet; takes the place of `plain`."""
    return MASK


def without_money(text: str) -> str:
    """A text with the amounts in it masked."""
    return _MONEY.sub(MASK, text)


def whole(minor: int) -> str:
    """Minor units without cents, ``$18,450``, for figures at a glance."""
    return f"${minor // 100:,}"


def day(when: date) -> str:
    """A day without its year: ``27-nov``, in English ``Nov 27``."""
    month = MONTHS[language()][when.month - 1][:3]
    return f"{month} {when.day:02d}" if language() == "en" else f"{when.day:02d}-{month}"


def full_day(when: date) -> str:
    """A day with its year: ``27-nov-2026``, in English ``Nov 27, 2026``."""
    return f"{day(when)}, {when.year}" if language() == "en" else f"{day(when)}-{when.year}"


def hour(when: datetime) -> str:
    """The hour of an instant in the zone that it carries: ``10:42``."""
    return f"{when:%H:%M}"


def moment(when: datetime, now: datetime) -> str:
    """An instant as seen from `now`, in `now`'s zone: today's by the hour alone."""
    local = when.astimezone(now.tzinfo)
    ahead = (local.date() - now.date()).days
    if ahead == 0:
        return hour(local)
    if ahead == 1:
        return tr("tomorrow {hour}", hour=hour(local))
    if 1 < ahead < 7:
        return f"{WEEKDAYS[language()][local.weekday()][:3]} {hour(local)}"
    return f"{day(local)} {hour(local)}"


def lasting(span: timedelta) -> str:
    """How long something has lasted, to the minute: ``0:42``, ``26:05``."""
    minutes = max(0, int(span.total_seconds())) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def left(span: timedelta) -> str:
    """What is left of a term: days while there are two or more, then hours and minutes."""
    if span >= timedelta(days=2):
        return tr("{days} days", days=span.days)
    return tr("{time} h", time=lasting(span))


def spark(values: tuple[int, ...]) -> str:
    """A trend line of non-negative numbers, one character each."""
    top = max(values, default=0)
    return "".join(BARS[value * (len(BARS) - 1) // top] if top else BARS[0] for value in values)


@lru_cache(maxsize=1024)
def phone_number(number: str) -> str:
    """An E.164 number as its country writes it at home; what can't be read, as it stands.

    The two countries whose contact rules we know are grouped here; any other goes to
    phonenumbers, whose import costs too much for the first frame.
    """
    if number.startswith("+52") and len(number) == 13 and number[1:].isdecimal():
        local = number[3:]
        area = 2 if local[:2] in ("33", "55", "56", "81") else 3
        return f"{local[:area]} {local[area:-4]} {local[-4:]}"
    if number.startswith("+1") and len(number) == 12 and number[1:].isdecimal():
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def masked(identifier: str, keep: int = 4) -> str:
    """An identifier with all but its last characters hidden: ``···1234``."""
    return f"···{identifier[-keep:]}" if len(identifier) > keep else identifier


def masked_tax_id(identifier: str) -> str:
    """A tax or personal id of which only the letters at its start are told: ``RUO···``."""
    return f"{identifier[:3]}···" if identifier else ""
