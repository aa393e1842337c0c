"""The ways to pay a premium, in lines: what each would make of the open receipts, or why it can't be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from textual.content import Content

from rules.insurance.instalment_change import Change, NewReceipt
from rules.words import mark, tr, trn
from widgets.formats import day, full_day, plain
from widgets.panel import LABEL, columns
from widgets.shown import row, shown
from widgets.wording import FREQUENCIES, word

WIDE = 72
"""From this width on the receipts of a way stand in its own line."""

CANNOT = {
    "same_frequency": mark("it is paid so now"),
    "not_covered": mark("the policy is not in force"),
    "mandatory_whole": mark("mandatory insurance is paid at once"),
    "grace_over": mark("the term for the oldest receipt has passed"),
    "nothing_open": mark("no receipt is open"),
    "part_paid": mark("money has been applied to an open receipt"),
    "unknown_terms": mark("the policy's surcharges are not known here"),
    "unequal_periods": mark("what is left of the term is no whole number of such periods"),
}
"""Why a policy can't be paid in a way, by the code of `rules.insurance.instalment_change.CannotChange`."""


def offers(changes: Sequence[Change], width: int) -> list[Content]:
    """Each way in a line, in two where there is little room: number, total, what it changes, receipts."""
    lines = []
    for place, change in enumerate(changes, start=1):
        cells = [
            shown(str(place), "bold $text-primary"),
            shown(word(FREQUENCIES, change.to), "bold"),
            shown(plain(sum(receipt.total for receipt in change.new))),
            shown(moved(change), "$text-success" if change.delta <= 0 else "$text-warning"),
        ]
        if width >= WIDE:
            lines.append(columns([*cells, shown(parts(change.new))], [2, 13, -12, -14, max(1, width - 45)]))
        else:
            lines.append(columns(cells, [2, 13, -12, -14]))
            lines.append(shown(f"  {parts(change.new)}", LABEL))
    return lines


def parts(receipts: Sequence[NewReceipt]) -> str:
    """Receipts by their amounts: ``1 × 1,564.55 + 3 × 926.55``."""
    totals = [(total, len(list(same))) for total, same in groupby(receipts, key=lambda one: one.total)]
    return " + ".join(f"{count} × {plain(total)}" for total, count in totals)


def moved(change: Change) -> str:
    """What it adds or saves, with the type of the endorsement."""
    return f"{change.delta / 100:+,.2f} ({change.kind})"


def refused(codes: dict[str, str], current: str) -> list[Content]:
    """Why the other ways can't be had; where it is the policy itself, without naming each."""
    whys: dict[str, list[str]] = {}
    for to, code in codes.items():
        if to != current:
            whys.setdefault(code, []).append(word(FREQUENCIES, to))
    if len(whys) == 1 and len(codes) == len(FREQUENCIES):
        return [shown(f"· {tr(CANNOT[next(iter(whys))])}", LABEL)]
    return [shown(f"· {', '.join(names)}: {tr(CANNOT[code])}", LABEL) for code, names in whys.items()]


def breakdown(change: Change, was: str) -> list[Content]:
    """A change as it would be asked for: how many receipts for how many, and each kind with its parts."""
    went, came = len(change.goes), len(change.new)
    counted = trn("{number} open receipt becomes", "{number} open receipts become", went)
    head = f"{word(FREQUENCIES, was)} → {word(FREQUENCIES, change.to)}"
    lines = [row((head, "bold"), f"  {counted} {came}  ", (moved(change), "bold"))]
    for _, group in groupby(change.new, key=lambda one: (one.net, one.surcharge, one.fee, one.tax)):
        same = list(group)
        lines.append(_kind(same[0], same[-1], len(same)))
    return lines


def _kind(first: NewReceipt, last: NewReceipt, count: int) -> Content:
    """Receipts of the same breakdown, from the first to the last."""
    if count == 1:
        head = f"R{first.number}/{first.of} {full_day(first.due)}"
    else:
        head = f"R{first.number}-{last.number}/{first.of} {day(first.due)} … {full_day(last.due)}"
    named = (
        (tr("net"), first.net),
        (tr("surcharge"), first.surcharge),
        (tr("fee"), first.fee),
        (tr("VAT"), first.tax),
    )
    made = " + ".join(f"{name} {plain(minor)}" for name, minor in named if minor)
    return row((f"{head}  ", LABEL), (plain(first.total), "bold"), (f" = {made}", LABEL))
