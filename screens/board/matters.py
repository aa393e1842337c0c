"""What a lead decides about matters of records: an inconsistency, a late case, what was only to be seen."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from rules.cases import OUTCOMES
from rules.clients import Case
from rules.protocol import CaseClosing, Decision, InconsistencyCare, ReviewClosing
from rules.words import mark, tr
from screens.board.dialog import BoardDialog
from screens.board.rows import KINDS, reason_words
from widgets.case_lines import OUTCOMES as ENDS
from widgets.case_lines import case_lines
from widgets.fact_lines import fact_lines
from widgets.figures import age
from widgets.formats import moment, money
from widgets.panel import LABEL, wrapped
from widgets.shown import row, shown
from widgets.wording import word

MOST_OUTCOMES = max(map(len, OUTCOMES.values()))


class InconsistencyScreen(BoardDialog[InconsistencyCare]):
    """Data that can't be right: whose they are from now on, or that they are settled.

    Args:
        decision: the inconsistency.
        user: the name that the lead signed in with.
        now: the present instant, in the zone in which hours are to be read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "take", mark("Take it: it is mine"), id="care.take"),
        Binding("2", "settle", mark("Close it, with a note"), id="care.close"),
        Binding("escape", "leave", mark("Leave it waiting"), id="care.leave"),
    ]

    def __init__(self, decision: Decision, user: str, now: datetime) -> None:
        super().__init__(now)
        self._decision, self._user = decision, user

    def keys(self) -> str:
        """Taking it is offered as long as it is somebody else's."""
        if self._decision.owner == self._user:
            return tr("it is yours · 2 close it · Esc leaves it waiting")
        return tr("1 take it · 2 close it · Esc leaves it waiting")

    def action_take(self) -> None:
        """Look after it from now on."""
        if self._decision.owner != self._user:
            self.dismiss(InconsistencyCare(owner=self._user))

    def action_settle(self) -> None:
        """Open the line for what was found out; Enter closes the inconsistency."""
        self.open_line("note", tr("what was found out, or done"), tr("⏎ closes it · Esc back"))

    def entered(self) -> None:
        """It is settled."""
        self.dismiss(InconsistencyCare(status="closed", note=self.text()))

    def told(self, width: int) -> list[Content | str]:
        """What is wrong, what shows it, who found it, whose it is."""
        one = self._decision
        lines: list[Content | str] = [_head(one, self.now), shown(reason_words(one), "bold")]
        for label, text in ((tr("What shows it"), one.evidence), (tr("Note"), one.note)):
            if text:
                lines += wrapped(row((f"{label} ", LABEL), text), width, "  ")
        return [
            *lines,
            row((f"{tr('Found by')} ", LABEL), one.agent or tr("a check of the data"),
                (f"   {tr('Owner')} ", LABEL), one.owner or tr("nobody yet")),
        ]  # fmt: skip


class CaseScreen(BoardDialog[CaseClosing]):
    """A case whose term is over: how it ends, with an answer for the agent.

    Args:
        decision: what waits.
        case: the case behind it.
        now: the present instant, in the zone in which days are counted.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{digit}", f"end({digit})", mark("Outcome with this number"), id=f"case.{digit}")
            for digit in range(1, MOST_OUTCOMES + 1)
        ),
        Binding("n", "note", mark("A word to the agent"), id="case.note"),
        Binding("escape", "leave", mark("Leave it waiting"), id="case.leave"),
    ]

    def __init__(self, decision: Decision, case: Case, now: datetime) -> None:
        super().__init__(now)
        self._decision, self._case = decision, case
        self._outcomes = OUTCOMES.get(case.kind, ())

    def keys(self) -> str:
        """The outcomes have the digits."""
        return tr("a digit closes the case · n note · Esc leaves it waiting")

    def action_end(self, place: int) -> None:
        """Close the case with the outcome of that number, if there is one."""
        if place <= len(self._outcomes):
            self.dismiss(CaseClosing(outcome=self._outcomes[place - 1], note=self.note))

    def told(self, width: int) -> list[Content | str]:
        """The case with its clock, and how it may end."""
        case, zone = self._case, str(self.now.tzinfo)
        lines: list[Content | str] = [_head(self._decision, self.now)]
        for line in case_lines(case, self.now, zone):
            lines += wrapped(line, width, "  ")
        opened = moment(case.opened, self.now)
        lines += [row((f"{tr('Opened')} ", LABEL), opened, (f"   {tr('Agent')} ", LABEL), case.agent), ""]
        for place, outcome in enumerate(self._outcomes, start=1):
            lines.append(row((f"{place}", "bold $text-primary"), f"  {word(ENDS, outcome)}"))
        return lines


class SeenScreen(BoardDialog[ReviewClosing]):
    """What only has to be seen: closed, with a word on what was done about it if there is one.

    Args:
        decision: what waits.
        now: the present instant, in the zone in which hours are to be read.
    """

    AUTO_FOCUS = "Input"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", mark("Leave it waiting"), id="seen.leave"),
    ]

    def __init__(self, decision: Decision, now: datetime) -> None:
        super().__init__(now)
        self._decision = decision

    def on_mount(self) -> None:
        """The line is open from the start: Enter alone closes the matter."""
        super().on_mount()
        self.open_line("note", tr("what was done about it (optional)"), self.keys())

    def keys(self) -> str:
        """What Enter and Escape do."""
        return tr("⏎ closes it · Esc leaves it waiting")

    def action_leave(self) -> None:
        """Close without a word."""
        self.dismiss(None)

    def entered(self) -> None:
        """It was seen."""
        self.dismiss(ReviewClosing(note=self.text()))

    def told(self, width: int) -> list[Content | str]:
        """What it is, about whom, since when."""
        one = self._decision
        lines: list[Content | str] = [_head(one, self.now), shown(reason_words(one), "bold")]
        if one.amount:
            lines.append(row((f"{tr('Amount')} ", LABEL), money(one.amount, one.currency)))
        if one.agent:
            lines.append(row((f"{tr('Agent')} ", LABEL), one.agent))
        if one.fact is not None:
            for line in fact_lines(one.fact, self.now):
                lines += wrapped(line, width)
        return lines


def _head(decision: Decision, now: datetime) -> Content:
    """What it is, about whom, and for how long it has waited."""
    since = tr("since {time}, {age}", time=moment(decision.at, now), age=age(now - decision.at))
    return row((word(KINDS, decision.kind).upper(), "bold $text-primary"), f" · {decision.client} · {since}")
