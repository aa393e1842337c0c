"""The validation period of Regulation F: how long a US consumer may dispute a debt after notice."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from rules.calendars import add_business_days

DELIVERY_BUSINESS_DAYS = 5
"""Business days after which a notice may be taken as received."""

VALIDATION_DAYS = 30
"""Calendar days of the period after that."""


class ValidationPeriod(msgspec.Struct, frozen=True):
    """assumed_received: when the notice may be taken as received. ends: last day of the period."""

    assumed_received: date
    ends: date


def validation_period(sent_on: date) -> ValidationPeriod:
    """The validation period of a notice sent on a day (12 CFR 1006.34(b)(5)).

    Received five business days later (no Saturday, Sunday or holiday of 5 U.S.C. 6103(a));
    it ends 30 calendar days after that.
    """
    received = add_business_days(sent_on, DELIVERY_BUSINESS_DAYS, "US")
    return ValidationPeriod(received, received + timedelta(days=VALIDATION_DAYS))
