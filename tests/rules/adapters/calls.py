"""Examples of contact: calling hours, call frequency, validation period, cards in free text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rules import frequency
from rules.contact import parameters, window
from rules.text import find_pan
from rules.validation import validation_period
from tests.rules.adapters.forms import day

Case = dict[str, Any]

HOURS_ALONE = {
    "mx.weekdays.financial": "Mon-Sun",
    "mx.holidays": "allow",
    "us.weekdays": "Mon-Sun",
    "us.holidays": "allow",
}
"""These examples are about the hours; weekdays and rest days are parameters of the house."""


def contact_window(case: Case) -> Case:
    now = datetime.fromisoformat(case["utc"]).replace(tzinfo=UTC)
    # The names of these zones count hours west of Greenwich: Etc/GMT+6 is UTC-06:00.
    zones = [f"Etc/GMT{-offset:+d}" for offset in case["candidate_utc_offsets"]]
    return {"allowed": window(now, zones, parameters(case["jurisdiction"], HOURS_ALONE)).allowed}


def us_call_frequency(case: Case) -> Case:
    consent = case["consent_on"]
    may_call = frequency.us_call_frequency(
        [day(call) for call in case["counted_calls"]],
        [day(talk) for talk in case["conversations"]],
        day(case["day"]),
        day(consent) if consent else None,
    )
    return {"may_call": may_call}


def us_validation_period(case: Case) -> Case:
    found = validation_period(day(case["sent_on"]))
    return {
        "assumed_received": found.assumed_received.isoformat(),
        "validation_period_end": found.ends.isoformat(),
    }


def pan_detection(case: Case) -> Case:
    return {"contains_pan": find_pan(case["text"])}


ADAPTERS = (contact_window, us_call_frequency, us_validation_period, pan_detection)
