"""What ending a policy early gives back or leaves owed, step by step; and the request to end it."""

from __future__ import annotations

from textual.content import Content

from rules.backoffice.ask_figures import figures
from rules.backoffice.ask_line import read_end
from rules.backoffice.asking import told
from rules.backoffice.asks import Cancellation
from rules.backoffice.facts import AskBody
from rules.capture.scope import Refused
from rules.words import tr
from screens.account import picking
from screens.account.dialog import About, AccountDialog
from screens.account.line_words import reason
from widgets.ask_lines import METHODS, step_lines
from widgets.formats import full_day
from widgets.panel import LABEL
from widgets.shown import row, shown
from widgets.wording import word


class CancelDialog(AccountDialog):
    """The line says the day and the method; an empty one means today by the policy's own conditions."""

    DEFAULT_CSS = """
    CancelDialog #dialog-read { max-height: 14; }
    """

    def __init__(self, about: About) -> None:
        super().__init__(about)
        self._policy = picking.policy_of(about)

    def told(self, width: int) -> list[Content | str]:
        """The policy's term and method, and what may be typed."""
        policy = self._policy
        own, _ = read_end("", policy, self.about.now.date())
        span = tr("{starts} to {ends}", starts=full_day(policy.starts), ends=full_day(policy.ends))
        return [
            row((tr("What ending it early gives back"), "bold $text-primary"), (f"  {policy.number}", LABEL)),
            shown(f"{span} · {tr('by its conditions')}: {word(METHODS, own.method)}", LABEL),
            shown(tr("30/11 · prorrata | parcialidades | corto plazo | rescisión · /why"), LABEL),
        ]

    def read(self, text: str) -> AskBody:
        """On which day, and by which method, it is to end."""
        asked, note = read_end(text, self._policy, self.about.now.date())
        body = picking.ask(self.about, self._policy, asked, note)
        return told(body, figures(asked, self._policy, self.about.now))

    def reading(self, body: AskBody, width: int) -> list[Content | str]:  # type: ignore[override]  # its own body
        """The steps, and what it comes to."""
        asked = body.asks
        if not isinstance(asked, Cancellation):
            raise TypeError(asked)
        found = figures(asked, self._policy, self.about.now)
        head = tr("Ends on {day}, {method}", day=full_day(asked.on), method=word(METHODS, asked.method))
        return [shown(head, "bold"), *step_lines(found.steps, width)]

    def reason(self, refused: Refused) -> str:
        """Why a line can't be taken."""
        return reason(refused)
