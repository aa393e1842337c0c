"""A request for approval in full, and the lead's answer: approve, deny, or offer something else."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from rules.capture.scope import Refused
from rules.capture.wording import hint, message
from rules.counteroffer import read
from rules.facts import Terms
from rules.protocol import Answer, Asked, Decision
from rules.text import clean
from rules.words import mark, tr
from widgets.figures import age
from widgets.formats import moment, plain
from widgets.offer_lines import OfferLines
from widgets.ordered_keys import OrderedInput
from widgets.panel import LABEL, wrapped
from widgets.shown import row, shown
from widgets.terms_lines import KINDS, component_lines, payment_lines, phrase
from widgets.wording import LEVELS, PRODUCTS, word

LONGEST_NOTE = 200


class AnswerScreen(ModalScreen[Answer | None]):
    """Closes with the answer, or with None when there is none yet.

    Args:
        decision: an approval that waits.
        asked: what it is about.
        now: the present instant, in the zone in which hours are to be read.
    """

    DEFAULT_CSS = """
    AnswerScreen { align: center middle; }
    AnswerScreen > Vertical {
        width: 92; max-width: 100%; height: auto; max-height: 100%;
        padding: 0 1; background: $panel; border-left: thick $primary;
    }
    AnswerScreen OfferLines { height: auto; max-height: 21; }
    AnswerScreen Input, AnswerScreen Input:focus {
        display: none; height: 1; border: none; padding: 0; background: $surface;
    }
    AnswerScreen.-typing Input { display: block; }
    AnswerScreen .keys { height: 1; }
    """

    AUTO_FOCUS = "OfferLines"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "answer('approve')", mark("Approve"), id="answer.approve"),
        Binding("2", "answer('deny')", mark("Deny"), id="answer.deny"),
        Binding("3", "type('counter')", mark("Offer something else"), id="answer.counter"),
        Binding("n", "type('note')", mark("A word to the agent"), id="answer.note"),
        Binding("escape", "leave", mark("Leave it waiting"), id="answer.close"),
    ]

    def __init__(self, decision: Decision, asked: Asked, now: datetime) -> None:
        super().__init__()
        self._decision, self._asked, self._now = decision, asked, now
        self._note = ""
        self._typing = ""
        self._counter: Terms | None = None
        self._lines = OfferLines()
        self._input = OrderedInput(select_on_focus=False, max_length=LONGEST_NOTE)
        self._keys = Static(classes="keys")

    def compose(self) -> ComposeResult:
        """The figures, the line for a counter-offer or a note, the keys."""
        with Vertical():
            yield self._lines
            yield self._input
            yield self._keys

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self._help()
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Draw for the size."""
        self.call_after_refresh(self._draw)

    # The answer

    def action_answer(self, verdict: str) -> None:
        """Approve or deny."""
        self.dismiss(Answer(verdict=verdict, note=self._note))

    def action_type(self, what: str) -> None:
        """Open the line for a counter-offer, or for a word to the agent."""
        self._typing = what
        self._input.value = self._note if what == "note" else ""
        self._input.placeholder = (
            tr("a word to the agent")
            if what == "note"
            else tr("what to pay and how: 7500 · 7500 3xq · 7500 fri")
        )
        self.add_class("-typing")
        self.set_focus(self._input)
        self._read()

    def action_leave(self) -> None:
        """From the line back to the figures; from there, close without an answer."""
        if self._typing:
            self._back()
        else:
            self.dismiss(None)

    @on(Input.Changed)
    def _read(self) -> None:
        if self._typing != "counter":
            return
        self._counter = None
        text = clean(self._input.value).strip()
        asked = self._asked
        if not text:
            self._say(tr("⏎ sends the offer · Esc back"), LABEL)
        else:
            try:
                self._counter = read(text, asked.request.terms, asked.account, asked.country, self._now)
                self._say(tr("⏎ sends the offer · Esc back"), LABEL)
            except Refused as refused:
                self._say(f"{message(refused.error)}. {hint(refused.error)}".strip(), "$text-error")
        self._draw()

    @on(Input.Submitted)
    def _entered(self) -> None:
        if self._typing == "note":
            self._note = clean(self._input.value).strip()
            self._back()
        elif self._counter is not None:
            self.dismiss(Answer(verdict="counter", terms=self._counter, note=self._note))

    def _back(self) -> None:
        self._typing, self._counter = "", None
        self.remove_class("-typing")
        self.set_focus(self._lines)
        self._help()
        self._draw()

    # Drawing

    def _help(self) -> None:
        self._say(tr("1 approve · 2 deny · 3 counter-offer · n note · Esc leaves it waiting"), LABEL)

    def _say(self, text: str, style: str) -> None:
        self._keys.update(shown(text, style), layout=False)

    def _draw(self) -> None:
        width = self._lines.content_size.width
        if width:
            self._lines.update(Content("\n").join(self._told(width)))

    def _told(self, width: int) -> list[Content | str]:
        decision, request, account = self._decision, self._asked.request, self._asked.account
        country = self._asked.country
        waited = age(self._now - decision.at)
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
        if self._note:
            lines += ["", *wrapped(row((f"{tr('Your note')}: ", LABEL), self._note), width, "  ")]
        asked_at = moment(request.asked, self._now)
        return [*lines, shown(tr("Asked at {time}; ends with the day.", time=asked_at), LABEL)]
