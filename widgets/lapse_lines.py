"""What a lapse costs, in lines that can be read out: until when, what is owed, both ways back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from rules.insurance.lapse_costs import Back, LapseCosts
from rules.words import mark, tr, trn
from widgets.formats import day, full_day, hour, left, plain
from widgets.shown import row, shown

NOTHING = {
    "art_154_no_cessation_for_unpaid_premium": mark("An unpaid premium does not end a surety's cover."),
    "art_150_bis_no_cessation_before_end_of_term": mark(
        "Mandatory insurance: an unpaid premium does not end this cover before its term."
    ),
    "nothing_open": mark("Nothing is owed: the cover goes on."),
    "over": mark("The policy has ended: what comes is a new one."),
}
"""Why nothing lapses, by the code of `rules.insurance.lapse_costs.LapseCosts`."""


def lapse(found: LapseCosts, now: datetime, currency: str) -> list[Content]:
    """When the cover ends or ended, what for, and until when it can be brought back."""
    if found.why or found.ceases_at is None or found.last_day is None:
        return [shown(tr(NOTHING[found.why]))] if found.why else []
    at = f"{day(found.ceases_at)} {hour(found.ceases_at)}"
    numbers = ", ".join(f"{one.number}/{one.of}" for one in found.receipts)
    owed = trn(
        "Owed for it: receipt {numbers}, {amount}.",
        "Owed for it: receipts {numbers}, {amount}.",
        len(found.receipts),
        numbers=numbers,
        amount=f"{plain(found.owed)} {currency}",
    )
    back_until = tr("It can be brought back until {day}.", day=full_day(found.last_day))
    if found.lapsed:
        days = found.backs[0].gap_days if found.backs else (now.date() - found.ceases_at.date()).days
        ended = trn(
            "Cover ended on {time}: {number} day without cover.",
            "Cover ended on {time}: {number} days without cover.",
            days,
            time=at,
        )
        late = tr("The last day to bring it back was {day}.", day=full_day(found.last_day))
        return [
            shown(f"! {ended}", "bold $text-error"),
            shown(f"{owed} {back_until if found.backs else late}"),
        ]
    ends = tr("Cover ends on {time}: {left} left", time=at, left=left(found.ceases_at - now))
    gap = tr("Paid later, the days in between stay without cover.")
    return [shown(f"! {ends}", "bold $text-warning"), shown(owed), shown(f"{gap} {back_until}")]


def ways(backs: Sequence[Back], currency: str, *, numbered: bool) -> list[Content]:
    """Both ways back, each with what is paid and what it does."""
    return [
        row((f"{place} " if numbered else "· ", "bold $text-primary"), *_way(back, currency))
        for place, back in enumerate(backs, start=1)
    ]


def _way(back: Back, currency: str) -> tuple[tuple[str, str], str]:
    pays = tr("pays {amount}", amount=f"{plain(back.pays)} {currency}")
    if back.mode == "extend":
        ends = tr("the end moves to {day}", day=full_day(back.ends))
        return (tr("Move the end"), "bold"), f": {pays}; {ends}"
    goes = tr("{amount} comes back", amount=f"{plain(back.returns)} {currency}")
    kept = tr("the end stays {day}", day=full_day(back.ends))
    return (tr("Keep the end"), "bold"), f": {pays}; {kept}; {goes}"
