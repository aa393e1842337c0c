"""Ask for other parts: what each way of paying would make of the open receipts, and one word that picks."""

from __future__ import annotations

from textual.content import Content

from rules.backoffice.asks import FrequencyChange
from rules.backoffice.facts import AskBody
from rules.capture.scope import Refused
from rules.insurance.instalment_change import Change, possible
from rules.insurance.picking_line import FREQUENCIES, pick
from rules.words import tr, trn
from screens.account import picking
from screens.account.dialog import About, AccountDialog
from widgets import frequency_lines
from widgets.formats import plain
from widgets.panel import LABEL
from widgets.shown import row, shown
from widgets.wording import FREQUENCIES as FREQUENCY_NAMES
from widgets.wording import word


class FrequencyDialog(AccountDialog):
    """Only what can be had has a number; the line takes that, or the beginning of its word."""

    def __init__(self, about: About) -> None:
        super().__init__(about)
        policy = picking.policy_of(about)
        found = possible(policy, about.now.date())
        self._policy = policy
        self._changes = {to: made for to, made in found.items() if isinstance(made, Change)}
        self._refused = {to: made for to, made in found.items() if isinstance(made, str)}

    def told(self, width: int) -> list[Content | str]:
        """How it is paid now, each way that can be had, and why the others can't."""
        policy = self._policy
        waiting = [one for one in policy.receipts if one.status in ("pending", "overdue")]
        left = trn("{number} open receipt", "{number} open receipts", len(waiting))
        now = f"{tr('now')}: {word(FREQUENCY_NAMES, policy.frequency)} · {left} · "
        amount = f"{plain(sum(one.open for one in waiting))} {policy.currency}"
        return [
            row((tr("Pay in other parts"), "bold $text-primary"), (f"  {policy.number}", LABEL)),
            shown(now + amount),
            *frequency_lines.offers(tuple(self._changes.values()), width),
            *frequency_lines.refused(self._refused, policy.frequency),
        ]

    def read(self, text: str) -> AskBody:
        """Which way is asked for."""
        to, note = pick(text, {name: FREQUENCIES[name] for name in self._changes})
        return picking.ask(self.about, self._policy, FrequencyChange(to=to), note)

    def reading(self, body: AskBody, width: int) -> list[Content | str]:  # type: ignore[override]  # its own body
        """The new receipts with their parts."""
        asked = body.asks
        if not isinstance(asked, FrequencyChange):
            raise TypeError(asked)
        return [*frequency_lines.breakdown(self._changes[asked.to], self._policy.frequency)]

    def reason(self, refused: Refused) -> str:
        """Why a line can't be taken."""
        if refused.error.code == "pick_none":
            return tr("It can't be paid in other parts.")
        return picking.reason(refused)
