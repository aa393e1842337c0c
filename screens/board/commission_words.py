"""How runs of commissions are written on the board, and why a line about one can't be read."""

from __future__ import annotations

from rules.capture import wording
from rules.capture.scope import Refused
from rules.commissions import Run
from rules.text import fold
from rules.words import mark, tr
from widgets.columns import Column
from widgets.formats import full_day, money
from widgets.wording import word

STATUSES = {"draft": mark("draft"), "locked": mark("locked")}
SIGNS = {"draft": "◌", "locked": "■"}

REASONS = {
    "draft_form": mark("a portfolio and a month: Cards 2026-10"),
    "draft_portfolio": mark("{token}: no portfolio of yours is called so: {offers}"),
    "draft_month": mark("{token} is not a month such as 2026-10"),
    "adjust_form": mark("an amount and why: -500.00 returned payment"),
    "adjust_why": mark("say why, behind the amount"),
}
"""Why a line can't be read, by the code of the error."""


def reason(refused: Refused) -> str:
    """Why a line can't be read, with what would do in its place."""
    error = refused.error
    if error.code in REASONS:
        return tr(REASONS[error.code], token=error.token, offers=" · ".join(error.offers))
    return f"{wording.message(error)}. {wording.hint(error)}".strip(" .")


def status_words(run: Run) -> str:
    """Sign and word of a run's status."""
    return f"{SIGNS.get(run.status, '?')} {word(STATUSES, run.status)}"


def sums_words(run: Run) -> str:
    """What a run comes to, by currency."""
    return " + ".join(money(one.amount + one.adjusted, one.currency) for one in run.sums)


def _recovered(run: Run) -> str:
    return " + ".join(money(one.recovered, one.currency) for one in run.sums)


def terms_words(run: Run) -> list[str]:
    """Who made and locked a run, and what was paid for what, in pieces."""
    terms = run.terms
    tiers = ", ".join(
        tr("from {floor} % {rate} %", floor=_percent(tier.floor), rate=_percent(tier.rate))
        for tier in terms.tiers
    )
    pieces = [
        tr("made by {name} {day}", name=run.made_by, day=full_day(run.made_at.date())),
        tr("locked by {name} {day}", name=run.locked_by, day=full_day(run.locked_at.date()))
        if run.locked_at
        else "",
        tr("of all: {tiers}", tiers=tiers)
        if terms.mode == "whole"
        else tr("each slice: {tiers}", tiers=tiers),
        tr(
            "quality under {floor} % pays {factor} %",
            floor=_percent(terms.quality_floor),
            factor=_percent(terms.quality_factor),
        ),
        tr("a breach pays {factor} %", factor=_percent(terms.breach_factor)),
        *(tr("goal {amount}", amount=money(goal, currency)) for currency, goal in terms.goals.items()),
        *(tr("at most {amount}", amount=money(cap, currency)) for currency, cap in terms.caps.items()),
        tr("terms {version}", version=run.version) if run.version else tr("terms of the house"),
    ]
    return [piece for piece in pieces if piece]


def _percent(rate: int) -> str:
    """Hundredths of a percent without needless zeros."""
    return f"{rate // 100}.{rate % 100:02d}".rstrip("0").rstrip(".")


def columns() -> tuple[Column[Run], ...]:
    """Month, portfolio, status, people, what was recovered and what is paid, who made it."""
    return (
        Column("month", tr("month"), 8, lambda run, _: f"{run.month:%Y-%m}", lambda run: run.month),
        Column("portfolio", tr("portfolio"), 14, lambda run, _: run.portfolio,
               lambda run: fold(run.portfolio), grow=True),
        Column("status", tr("status"), 12, lambda run, _: status_words(run), lambda run: run.status,
               lambda run, _: "good" if run.status == "locked" else "warn"),
        Column("people", tr("agents"), 7, lambda run, _: str(sum(one.people for one in run.sums)),
               lambda run: sum(one.people for one in run.sums), right=True, rank=3),
        Column("recovered", tr("recovered"), 16, lambda run, _: _recovered(run) or "·",
               lambda run: [one.recovered for one in run.sums], right=True, rank=2),
        Column("paid", tr("to be paid"), 16, lambda run, _: sums_words(run) or "·",
               lambda run: [one.amount + one.adjusted for one in run.sums], right=True, rank=1),
        Column("made", tr("made by"), 9, lambda run, _: run.made_by, lambda run: run.made_by, rank=4),
        Column("locked", tr("locked by"), 9, lambda run, _: run.locked_by or "·",
               lambda run: run.locked_by, rank=5),
    )  # fmt: skip
