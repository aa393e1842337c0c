"""The agent's own day on one page: time, calls, money, goals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.day import Day
from rules.facts import STATES
from rules.rates import Ratio
from rules.words import mark, tr, trn
from widgets.figures import age, share
from widgets.formats import full_day, hour, lasting, money, spark
from widgets.shown import row, shown
from widgets.wording import STATES as STATE_WORDS
from widgets.wording import word

LABEL = 21
"""Columns of the labels at the left."""

BAR = 12
"""Columns of a whole bar."""


class DayScreen(ModalScreen[None]):
    """Shows a day; any of its keys closes it.

    Args:
        day: as `DeskService.day` gives it.
        now: the present instant, in the zone of the agent's hours.
    """

    DEFAULT_CSS = """
    DayScreen { align: center middle; }
    DayScreen > VerticalScroll {
        width: 80; max-width: 100%; height: auto; max-height: 100%; padding: 0 2;
        background: $panel; border-left: thick $primary; scrollbar-size-vertical: 1;
    }
    DayScreen Static { height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,equals_sign,enter", "close", mark("Close my day"), id="day.close"),
    ]

    def __init__(self, day: Day, now: datetime) -> None:
        super().__init__()
        self._day = day
        self._now = now

    def compose(self) -> ComposeResult:
        """One static text that scrolls where the window is small."""
        with VerticalScroll():
            yield Static(Content("\n").join(lines(self._day, self._now)))

    def action_close(self) -> None:
        """Back to the desk."""
        self.dismiss(None)


def lines(day: Day, now: datetime) -> Iterator[Content]:
    """The page, line by line."""
    yield row((tr("My day"), "bold $text-primary"), f" · {full_day(day.date)}")
    yield _head(tr("TIME"))
    yield from _states(day)
    yield _connection(day)
    yield _head(tr("CALLS"))
    yield _line(tr("attempts"), f"{day.touches:,}", spark(day.hours))
    yield _line(tr("contacts"), f"{day.contacts:,}", _of(day.contact_rate, tr("of attempts")))
    yield _line(tr("right party"), f"{day.rpc:,}", _of(day.rpc_rate, tr("of attempts")))
    yield _line(tr("promises"), f"{day.promises:,}", _of(day.promise_rate, tr("of right party")))
    yield _line(tr("average call"), _handle_time(day), _calls(day))
    yield _head(tr("MONEY"))
    yield _line(tr("promised"), money(day.promised, day.currency))
    yield _goal(tr("today"), day.recovered, day.goal, day.currency)
    yield _goal(tr("month"), day.recovered_month, day.goal_month, day.currency)
    yield from _pace(day)
    yield row(_as_of(day, now), f" · {tr('Esc closes')}")


def _as_of(day: Day, now: datetime) -> tuple[str, str]:
    """Since when the figures are the lead's, too, and what is still on its way there."""
    if day.heard is None:
        return tr("this workstation's own count: the hub has told nothing yet today"), "$text-warning"
    same = tr("as the lead sees it at {hour}", hour=hour(day.heard.astimezone(now.tzinfo)))
    if not day.waiting:
        return same, "$text-muted"
    ahead = trn("{number} fact on its way", "{number} facts on their way", day.waiting)
    return f"{same} · {ahead}", "$text-warning"


def _head(words: str) -> Content:
    return shown(words, "bold $text-muted")


def _line(label: str, value: str, more: str | Content = "") -> Content:
    return row(_label(label), (f"{value:>14}", "bold"), "  ", more)


def _label(label: str) -> Content:
    return row(f"  {label}").pad_right(max(0, LABEL - len(label) - 2))


def _states(day: Day) -> Iterator[Content]:
    for state in sorted(day.states, key=STATES.index):
        part = Ratio(day.states[state], day.logged)
        yield _line(word(STATE_WORDS, state), _time(day.states[state]), _bar(part, "$text-primary"))


def _connection(day: Day) -> Content:
    if not day.required:
        return _line(tr("connected"), _time(day.connected), (tr("no minimum set")))
    if day.met:
        verdict = (tr("minimum met"), "$text-success")
    else:
        verdict = (tr("short by {time}", time=_time(day.required - day.connected)), "bold $text-warning")
    of = f"{_time(day.connected)}/{_time(day.required)}"
    return _line(tr("connected"), of, row(_bar(day.adherence, "$text-success"), " ", verdict))


def _time(seconds: int) -> str:
    return lasting(timedelta(seconds=seconds))


def _bar(part: Ratio, style: str) -> Content:
    """A bar of a share, with the percentage beside it."""
    filled = min(BAR, BAR * part.numerator // part.denominator) if part.denominator else 0
    percent = "–" if part.percent is None else f"{part.percent:.1f} %"
    return row(("━" * filled, style), ("─" * (BAR - filled), "$text-muted"), f" {percent:>7}")


def _of(rate: Ratio, words: str) -> str:
    return f"{share(rate.numerator, rate.denominator)} {words}"


def _handle_time(day: Day) -> str:
    seconds = day.handle_time.rounded
    return "–" if seconds is None else age(timedelta(seconds=int(seconds)))


def _calls(day: Day) -> str:
    return trn("{number} call here", "{number} calls here", day.handled)


def _goal(label: str, recovered: int, goal: int, currency: str) -> Content:
    value = money(recovered, currency)
    if not goal:
        return _line(label, value, tr("no goal set"))
    return _line(
        label,
        value,
        row(_bar(Ratio(recovered, goal), "$text-success"), f" {tr('of')} {money(goal, currency)}"),
    )


def _pace(day: Day) -> Iterator[Content]:
    pace = day.pace
    if day.goal:
        yield _line(tr("still needed today"), money(day.left_today, day.currency))
    if not day.goal_month:
        return
    days = tr("working day {elapsed} of {days}", elapsed=pace.elapsed, days=pace.working_days)
    if pace.required is not None:
        left = trn("{number} day left", "{number} days left", pace.remaining)
        yield _line(tr("needed each day"), money(pace.required, day.currency), f"{days} · {left}")
    if pace.projection is not None:
        yield _line(tr("at this pace"), money(pace.projection, day.currency), tr("by the end of the month"))
