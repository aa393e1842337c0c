"""Quality of calls: the samples, the calls of one, and the way to the form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from rules.evaluations import Draw, Sample, SampledCall, SampleQuery, SampleRule, Samples, SamplesQuery
from rules.protocol import AgentRow, QueueRow
from rules.words import mark, tr
from screens.board.page import BoardPage
from screens.board.service import BoardService
from widgets.columns import Column
from widgets.figures import percent
from widgets.formats import moment, whole
from widgets.ordered_keys import OrderedInput
from widgets.row_list import RowList

WEEK = 7
EACH = 3
"""What is drawn unless something else is typed: three calls of each agent in a week."""


class DrawLineRefused(ValueError):
    """What was typed says no sample: in words."""


def read_draw(text: str, portfolio: str, now: Any) -> SampleRule:
    """What is to be drawn, from a line such as ``5 ana PPT,NEGP 14d #42``, in any order.

    A number is how many calls of each agent; ``14d`` the days back; capitals are codes;
    ``#42`` a seed; anything else is an agent's name.

    Raises:
        DrawLineRefused: two of a kind.
    """
    found: dict[str, Any] = {}
    for word in text.split():
        if word.isdecimal():
            key, value = "each", int(word)
        elif word[:-1].isdecimal() and word[-1] == "d":
            key, value = "days", int(word[:-1])
        elif word[0] == "#" and word[1:].isdecimal():
            key, value = "seed", int(word[1:])
        elif word.isupper():
            key, value = "codes", tuple(filter(None, word.split(",")))  # type: ignore[assignment]  # of its key
        else:
            key, value = "agent", word  # type: ignore[assignment]  # as above
        if key in found:
            raise DrawLineRefused(tr("Said twice: {word}. Try 5 ana PPT,NEGP 14d #42.", word=word))
        found[key] = value
    days = found.pop("days", WEEK)
    until = now.date()
    since = until - timedelta(days=days)
    return SampleRule(**{"portfolio": portfolio, "since": since, "until": until, "each": EACH} | found)


class QualityScreen(BoardPage):
    """The samples of the lead's portfolios; Enter opens one, d draws another."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "draw", mark("Draw a sample"), id="quality.draw"),
        Binding("o", "portfolio", mark("Portfolio"), id="quality.portfolio"),
    ]

    DEFAULT_CSS = """
    QualityScreen #draw { display: none; height: 1; border: none; padding: 0 1; background: $surface; }
    QualityScreen.-typing #draw { display: block; }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        stats = service.stats()
        self._portfolios = list(dict.fromkeys(row.portfolio for row in stats.queue)) if stats else []
        self._portfolio = about.portfolio if isinstance(about, QueueRow) else next(iter(self._portfolios), "")
        self._list: RowList[Sample] = RowList(
            sample_columns(), lambda one: one.id, now=service.now(), empty=tr("no sample yet: d draws one")
        )
        self._line = OrderedInput(id="draw", select_on_focus=False, max_length=100)

    def title_words(self) -> str:
        """Of which portfolio a sample would be drawn."""
        return f"{tr('Quality')} · {self._portfolio}"

    def body(self) -> Iterable[Widget]:
        """The samples, and the line in which one is asked for."""
        self._list.styles.height = "1fr"
        return (self._list, self._line)

    def on_mount(self) -> None:
        """Ask for the samples."""
        super().on_mount()
        self._list.relabel(tr("Samples"), sample_columns(), tr("no sample yet: d draws one"))
        self.set_focus(self._list)
        self.refill()

    def on_screen_resume(self) -> None:
        """A call may have been heard meanwhile."""
        self.refill()

    def refill(self) -> None:
        """Ask for the samples again."""
        self.ask(SamplesQuery(), self._fill)

    def _fill(self, found: Samples) -> None:
        self._list.show(found.samples, self.service.now())

    def action_portfolio(self) -> None:
        """Draw from the next portfolio."""
        if self._portfolio in self._portfolios:
            place = self._portfolios.index(self._portfolio) + 1
            self._portfolio = self._portfolios[place % len(self._portfolios)]
            self.draw_head()

    def action_draw(self) -> None:
        """Open the line; for the agent under the board's cursor if there is one."""
        self._line.value = f"{self.about.name} " if isinstance(self.about, AgentRow) else ""
        self.add_class("-typing")
        self.set_focus(self._line)
        keys = tr("⏎ draws · Esc back")
        self.say(f"{tr('calls of each agent, name, CODES, days back, #seed: 5 ana PPT,NEGP 14d')} · {keys}")

    def action_leave(self) -> None:
        """From the line back to the samples; from there, back to the board."""
        if self.has_class("-typing"):
            self._close_line()
            self.say("")
        else:
            super().action_leave()

    def _close_line(self) -> None:
        self.remove_class("-typing")
        self.set_focus(self._list)

    @on(Input.Submitted, "#draw")
    def _draw(self) -> None:
        try:
            rule = read_draw(self._line.value, self._portfolio, self.service.now())
        except DrawLineRefused as refused:
            self.say(str(refused), "$text-error")
            return
        self._close_line()
        self.ask(Draw(body=rule), self._open)

    @on(RowList.Chosen)
    def _choose(self, event: RowList.Chosen) -> None:
        self.ask(SampleQuery(sample=event.item.id), self._open)

    def _open(self, sample: Sample) -> None:
        self.app.push_screen(SampleScreen(self.service, sample))


class SampleScreen(BoardPage):
    """The calls of a sample, those that wait first; Enter opens the form."""

    about: Sample

    def __init__(self, service: BoardService, about: Sample) -> None:
        super().__init__(service, about)
        self._list: RowList[SampledCall] = RowList(call_columns(), lambda one: one.id, now=service.now())

    def title_words(self) -> str:
        """The seed is what an auditor needs to draw the same again."""
        one = self.about
        return tr(
            "Sample of {portfolio} · seed {seed} · {heard} of {size} heard",
            portfolio=one.portfolio,
            seed=one.seed,
            heard=one.heard,
            size=one.size,
        )

    def body(self) -> Iterable[Widget]:
        """The calls."""
        self._list.styles.height = "1fr"
        return (self._list,)

    def on_mount(self) -> None:
        """Show the calls."""
        super().on_mount()
        self._list.relabel(tr("Calls"), call_columns(), tr("nothing here"))
        self.set_focus(self._list)
        self._fill(self.about)

    def _fill(self, sample: Sample) -> None:
        self.about = sample
        self._list.show(sample.calls, self.service.now())
        self.draw_head()

    @on(RowList.Chosen)
    async def _choose(self, event: RowList.Chosen) -> None:
        from screens.board.quality_form import FormScreen

        await self.app.push_screen(FormScreen(self.service, self.about, event.item), self._heard)

    def _heard(self, _: None) -> None:
        self.ask(SampleQuery(sample=self.about.id), self._fill)


def sample_columns() -> tuple[Column[Sample], ...]:
    """What tells one sample from another."""
    return (
        Column("portfolio", tr("portfolio"), 12, lambda one, _: one.portfolio,
               lambda one: one.portfolio, grow=True),
        Column("at", tr("drawn"), 13, lambda one, now: moment(one.at, now), lambda one: one.at),
        Column("by", tr("by"), 14, lambda one, _: one.by, lambda one: one.by, rank=2),
        Column("heard", tr("heard"), 9, lambda one, _: f"{one.heard}/{one.size}",
               lambda one: one.heard - one.size,
               lambda one, _: "good" if one.heard == one.size else "warn", right=True),
        Column("days", tr("days"), 13, lambda one, _: f"{one.rule.since:%d/%m}–{one.rule.until:%d/%m}",
               lambda one: one.rule.since, rank=1),
        Column("whom", tr("of"), 16, lambda one, _: _whom(one.rule), lambda one: one.rule.agent, rank=3),
        Column("seed", tr("seed"), 11, lambda one, _: str(one.seed),
               lambda one: one.seed, right=True, rank=4),
    )  # fmt: skip


def _whom(rule: SampleRule) -> str:
    return " ".join(filter(None, (rule.agent or rule.team, *rule.codes))) or tr("all")


def call_columns() -> tuple[Column[SampledCall], ...]:
    """What a lead chooses a call by, and how it was."""
    return (
        Column("agent", tr("agent"), 10, lambda one, _: one.agent, lambda one: one.agent),
        Column("at", tr("when"), 13, lambda one, now: moment(one.at, now), lambda one: one.at),
        Column("client", tr("client"), 12, lambda one, _: one.client, lambda one: one.client, grow=True),
        Column("code", tr("code"), 5, lambda one, _: one.code, lambda one: one.code),
        Column("amount", tr("amount"), 10, lambda one, _: whole(one.amount) if one.amount else "·",
               lambda one: one.amount or 0, right=True, rank=3),
        Column("missed", tr("left out"), 14, lambda one, _: ", ".join(one.missed) or "·",
               lambda one: len(one.missed), lambda one, _: "warn" if one.missed else "muted", rank=2),
        Column("breach", tr("breach"), 10, lambda one, _: one.breach or "·", lambda one: one.breach,
               lambda one, _: "bad" if one.breach else "muted", rank=4),
        Column("score", tr("score"), 9, _score, lambda one: -1 if one.score is None else one.score,
               lambda one, _: "bad" if one.failed else "", right=True),
    )  # fmt: skip


def _score(call: SampledCall, _: Any) -> str:
    if call.score is None:
        return "–"
    return ("✗ " if call.failed else "") + percent(call.score, 10_000)
