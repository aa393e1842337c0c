"""How long a policy's cover holds for want of payment: the hour, what is left, red when it is today."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from rules.insurance.policies import Policy
from rules.insurance.policy_states import rehabilitation_ends
from rules.words import tr
from widgets.formats import day, hour, left
from widgets.shown import shown

TODAY = "bold $text-error"
AHEAD = "bold $text-warning"


def cover_line(policy: Policy, now: datetime) -> Content | None:
    """When cover ends or ended, as seen from `now` in the client's zone; None = nothing ends it."""
    if policy.status == "lapsed" and policy.lapsed_at is not None:
        ended, until = policy.lapsed_at.astimezone(now.tzinfo), rehabilitation_ends(policy, now)
        text = tr("Cover ended on {time}", time=f"{day(ended)} {hour(ended)}")
        if now < until:
            text = tr("{text}; {left} left to bring it back", text=text, left=left(until - now))
        return shown(f"! {text}", TODAY)
    if policy.grace_ends is None:
        return None
    ends = policy.grace_ends.astimezone(now.tzinfo)
    when = f"{day(ends)} {hour(ends)}"
    if ends <= now:
        return shown(f"! {tr('Cover ended on {time}', time=when)}", TODAY)
    if lapses_today(policy, now):
        return shown(
            f"! {tr('Cover ends TODAY at {hour}: {left} left', hour=hour(ends), left=left(ends - now))}",
            TODAY,
        )
    return shown(f"! {tr('Cover ends on {time}: {left} left', time=when, left=left(ends - now))}", AHEAD)


def lapses_today(policy: Policy, now: datetime) -> bool:
    """Whether cover ends later today, where the client lives."""
    ends = policy.grace_ends
    return ends is not None and now < ends and ends.astimezone(now.tzinfo).date() == now.date()


def claim_caution() -> str:
    """How to speak while a claim is open: a loss that cover paid for is no time to threaten with its end."""
    return tr("A claim is open: speak gently, and not of losing cover.")
