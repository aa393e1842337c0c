"""A request in full with its steps, to be granted, denied or done; figures by hand: dialogs of the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from rules.backoffice.asks import Step
from rules.backoffice.office_asks import (
    AnswerAsk,
    AskFigures,
    AskInFull,
    DoAsk,
    Doing,
    OfficeAsk,
    Verdict,
    Withdrawal,
    WithdrawAsk,
)
from rules.questions import Question
from rules.words import mark, tr
from screens.board.dialog import BoardDialog
from screens.board.rows import NOT_DECIDED
from widgets.ask_lines import amount_words, answer_lines, asked_words, kind_words, step_lines
from widgets.formats import full_day, moment, plain
from widgets.panel import LABEL, wrapped
from widgets.policy_words import ASK_STATUSES
from widgets.shown import row, shown
from widgets.wording import word

REASONED = {
    "deny": mark("why it is denied: the agent reads it"),
    "fail": mark("why it could not be done: the agent reads it"),
    "withdraw": mark("why it is taken back"),
}
"""What needs a reason, and what is asked for it."""


class AskDialog(BoardDialog[Question[Any]]):
    """Closes with the order to send, or with None.

    Args:
        found: the request, and what it comes to now.
        now: the present instant, in the zone in which hours are to be read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "approve", mark("Grant it"), id="ask.approve"),
        Binding("d", "reasoned('deny')", mark("Deny it"), id="ask.deny"),
        Binding("o", "do", mark("Do it"), id="ask.do"),
        Binding("x", "reasoned('fail')", mark("It can't be done"), id="ask.fail"),
        Binding("w", "reasoned('withdraw')", mark("Take it back"), id="ask.withdraw"),
        Binding("escape", "leave", mark("Back"), id="ask.leave"),
    ]

    def __init__(self, found: AskInFull, now: datetime) -> None:
        super().__init__(now)
        self.found = found

    def may(self) -> dict[str, str]:
        """What can be done with it now: name of the order to its key and words."""
        ask, own = self.found.listed.ask, self.found.listed.own
        offered: dict[str, str] = {}
        if ask.status == "open" and not own:
            if not self.found.problem:
                offered["approve"] = tr("a grants")
            offered["deny"] = tr("d denies")
        if ask.status == "approved" and not own:
            if not self.found.problem and not self.found.waits_for:
                offered["do"] = tr("o does it")
            offered["fail"] = tr("x can't be done")
        if ask.status in ("open", "approved"):
            offered["withdraw"] = tr("w takes back")
        return offered

    def keys(self) -> str:
        """What the keys do with it as it stands."""
        return " · ".join([*self.may().values(), tr("Esc back")])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done has a key; while the line is open, none has."""
        names = {"approve", "do"}
        wanted = action if action in names else str(parameters[0]) if action == "reasoned" else ""
        return not wanted or (wanted in self.may() and not self.typing)

    def told(self, width: int) -> list[Content | str]:
        """Whose it is, what is asked, how it stands, the steps."""
        found, listed, ask = self.found, self.found.listed, self.found.listed.ask
        asked_at = tr("{agent} asked at {time}", agent=ask.agent, time=moment(ask.asked, self.now))
        lines: list[Content | str] = [
            row((kind_words(ask.asks).upper(), "bold $text-primary"), f" · {ask.folio} · ",
                (word(ASK_STATUSES, ask.status), "bold")),
            *wrapped(row((listed.policy, "bold"), f" · {listed.client} · {listed.portfolio}"), width, "  "),
            *wrapped(row((asked_words(ask.asks), "bold"), (f"  {asked_at}", LABEL)), width, "  "),
        ]  # fmt: skip
        if ask.note:
            lines += wrapped(row(("« ", LABEL), ask.note), width, "  ")
        lines += answer_lines(ask, self.now, width)
        lines.append("")
        lines += step_lines(self._steps(), width)
        if found.figures is not None and found.figures.amount != ask.amount:
            was = amount_words(ask.amount, ask.currency)
            lines.append(
                shown(tr("! It came to {amount} when it was asked for.", amount=was), "$text-warning")
            )
        said = getattr(ask.asks, "amount", None)
        if said and found.figures is not None and said != found.figures.amount:
            words = tr("! The client was told {amount}.", amount=amount_words(said, ask.currency))
            lines.append(shown(words, "$text-warning"))
        if found.waits_for:
            missing = f"{plain(found.waits_for)} {ask.currency}"
            lines += wrapped(
                shown(tr("! To be paid first: {amount} is missing in deposit.", amount=missing),
                      "$text-warning"), width, "  ",
            )  # fmt: skip
        if found.problem:
            lines += wrapped(shown(f"✗ {word(NOT_DECIDED, found.problem)}", "bold $text-error"), width, "  ")
        if listed.own and ask.status in ("open", "approved"):
            lines.append(shown(tr("You asked for this yourself: another person has to."), LABEL))
        return lines

    def _steps(self) -> tuple[Step, ...]:
        return self.found.figures.steps if self.found.figures is not None else self.found.listed.ask.steps

    # Orders

    def action_approve(self) -> None:
        """Grant it."""
        self._answer("approve", "")

    def action_do(self) -> None:
        """Do it, for the amount that is shown."""
        if self.found.figures is not None:
            self.dismiss(DoAsk(ask_id=self._ask_id, body=Doing(amount=self.found.figures.amount)))

    def action_reasoned(self, what: str) -> None:
        """Open the line for the reason."""
        self.open_line(what, tr(REASONED[what]), tr("⏎ sends it · Esc back"))

    def entered(self) -> None:
        """Send the order with its reason."""
        text = self.text()
        if not text:
            self.say(tr("Say why: it is kept with the order."), "$text-warning")
        elif self.typing == "withdraw":
            self.dismiss(WithdrawAsk(ask_id=self._ask_id, body=Withdrawal(note=text)))
        else:
            self._answer(self.typing, text)

    def _answer(self, verdict: str, note: str) -> None:
        self.dismiss(AnswerAsk(ask_id=self._ask_id, body=Verdict(verdict=verdict, note=note)))

    @property
    def _ask_id(self) -> str:
        return self.found.listed.ask.id


class FiguresDialog(BoardDialog[OfficeAsk]):
    """What something would come to; Enter asks for it, and another person answers.

    Args:
        asked: what was typed.
        found: its figures.
        now: the present instant.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "ask", mark("Ask for it"), id="figures.ask"),
        Binding("escape", "leave", mark("Back"), id="figures.leave"),
    ]

    def __init__(self, asked: OfficeAsk, found: AskFigures, now: datetime) -> None:
        super().__init__(now)
        self.asked, self.found = asked, found

    def keys(self) -> str:
        """Figures of money received can only be looked at: its refund is ordered on the payments page."""
        if self.asked.asks is None:
            return f"{tr('given back on the page of payments')} · {tr('Esc back')}"
        return tr("⏎ asks for it, another person answers · Esc back")

    def told(self, width: int) -> list[Content | str]:
        """The policy, what is asked, the steps."""
        asked, found = self.asked, self.found
        kind = kind_words(asked.asks) if asked.asks is not None else tr("money received")
        lines: list[Content | str] = [
            row((kind.upper(), "bold $text-primary"), f" · {found.policy} · {found.client}"),
        ]
        if asked.asks is not None and asked.note:
            lines += wrapped(row(("« ", LABEL), asked.note), width, "  ")
        lines.append(shown(f"{full_day(self.now.date())} · {found.currency}", LABEL))
        return [*lines, "", *step_lines(found.figures.steps, width)]

    def action_ask(self) -> None:
        """Close with the request."""
        if self.asked.asks is not None:
            self.dismiss(self.asked)
