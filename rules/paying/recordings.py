"""The recording of a call pauses while payment data are given (pci.recording.pause).

Card data may be kept nowhere, so the recorder hears that it has to stop when the screen on which a
payment is taken opens, and that it may go on when that is left, or after three minutes at the latest:
a pause that nobody ends would leave the rest of the call without evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from rules.consistency import Problem
from rules.paying.facts import RecordingBody

WHY = {"pause": ("terminal", "link", "mandate"), "resume": ("left", "timeout")}
"""What may be done, and for which reasons."""

LONGEST = timedelta(seconds=180)
"""A pause ends by itself after so long."""

LONG = timedelta(seconds=120)
"""A pause of this length is worth a warning."""


def check(body: RecordingBody) -> Iterator[Problem]:
    """What forbids it: bad_recording, for an action or a reason that there is none."""
    if body.why not in WHY.get(body.action, ()):
        yield Problem("bad_recording", {"action": body.action, "why": body.why})


def state(paused_for: timedelta | None) -> str:
    """How a recording stands after a pause of some length: on, paused, long or over; None = no pause."""
    if paused_for is None:
        return "on"
    if paused_for >= LONGEST:
        return "over"
    return "long" if paused_for >= LONG else "paused"
