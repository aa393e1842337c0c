"""A request for approval in full, and the lead's answer: approve, deny, or offer something else."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from rules.capture.scope import Refused
from rules.capture.wording import hint, message
from rules.counteroffer import read
from rules.facts import Terms
from rules.protocol import Answer, Asked, Decision
from rules.words import mark, tr
from screens.board.dialog import BoardDialog
from widgets.figures import age
from widgets.formats import moment, plain
from widgets.panel import LABEL, wrapped
from widgets.shown import row, shown
from widgets.terms_lines import KINDS, component_lines, payment_lines, phrase
from widgets.wording import LEVELS, PRODUCTS, word


class AnswerScreen(BoardDialog[Answer]):
    """Closes with the answer, or with None when there is none yet.

    Args:
        decision: an approval that waits.
        asked: what it is about.
        now: the present instant, in the zone in which hours are to be read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "answer('approve')", mark("Approve"), id="answer.approve"),
        Binding("2", "answer('deny')", mark("Deny"), id="answer.deny"),
        Binding("3", "counter", mark("Offer something else"), id="answer.counter"),
        Binding("n", "note", mark("A word to the agent"), id="answer.note"),
        Binding("escape", "leave", mark("Leave it waiting"), id="answer.close"),
    ]

    def __init__(self, decision: Decision, asked: Asked, now: datetime) -> None:
        super().__init__(now)
        self._decision, self._asked = decision, asked
        self._counter: Terms | None = None

    # The answer

    def keys(self) -> str:
        """The ways to answer."""
        return tr("1 approve · 2 deny · 3 counter-offer · n note · Esc leaves it waiting")

    def action_answer(self, verdict: str) -> None:
        """Approve or deny."""
        self.dismiss(Answer(verdict=verdict, note=self.note))

    def action_counter(self) -> None:
        """Open the line for a counter-offer."""
        self.open_line("counter", tr("what to pay and how: 7500 · 7500 3xq · 7500 fri"), _sends())

    @on(Input.Changed)
    def _read(self) -> None:
        if self.typing != "counter":
            return
        self._counter = None
        asked = self._asked
        self.say(_sends(), LABEL)
        if text := self.text():
            try:
                self._counter = read(text, asked.request.terms, asked.account, asked.country, self.now)
            except Refused as refused:
                self.say(f"{message(refused.error)}. {hint(refused.error)}".strip(), "$text-error")
        self.draw()

    def entered(self) -> None:
        """Keep the note, or send the offer that could be read."""
        if self.typing == "note":
            super().entered()
        elif self._counter is not None:
            self.dismiss(Answer(verdict="counter", terms=self._counter, note=self.note))

    def close_line(self) -> None:
        """Back to what was asked for."""
        self._counter = None
        super().close_line()

    # Drawing

    def told(self, width: int) -> list[Content | str]:
        """Who asks for what, each payment, and what is waived of each component."""
        decision, request, account = self._decision, self._asked.request, self._asked.account
        country = self._asked.country
        waited = age(self.now - decision.at)
        product = account.name or word(PRODUCTS, account.product)
        lines: list[Content | str] = [
            row((f"{tr('APPROVAL')} ", "bold $text-primary"), (decision.agent, "bold"),
                f" · {decision.client} · {tr('waits {age}', age=waited)}"),
            row((f"{product} {account.number}", "bold"), f"  {account.bucket} · ",
                tr("{days} days", days=account.days),
                tr(" · overdue {due} · payoff {total} {currency}", due=plain(account.overdue),
                   total=plain(account.total), currency=account.currency)),
            "",
            *wrapped(row((f"{tr('Asks for')} ", LABEL), (word(KINDS, request.terms.kind), "bold"),
                         f": {phrase(request.terms, country)}"), width, "  "),
            row((f"{tr('Needs')} ", LABEL), word(LEVELS, request.level),
                (f"   {tr('Reason')} " if request.reason else "", LABEL), request.reason),
        ]  # fmt: skip
        if request.note:
            lines += wrapped(row(("» ", LABEL), request.note), width, "  ")
        shown_terms = self._counter or request.terms
        if self._counter is not None:
            said = phrase(self._counter, country)
            lines += ["", *wrapped(row((f"{tr('You offer')}: ", "bold $text-warning"), said), width, "  ")]
        lines += payment_lines(shown_terms, width)
        if shown_terms.beyond_grace:
            lines.append(shown(f"! {tr('Payments go on after the cover ends.')}", "$text-warning"))
        lines += ["", *component_lines(shown_terms, account, width)]
        asked_at = moment(request.asked, self.now)
        return [*lines, shown(tr("Asked at {time}; ends with the day.", time=asked_at), LABEL)]


def _sends() -> str:
    return tr("⏎ sends the offer · Esc back")
