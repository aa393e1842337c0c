"""What letting the cover lapse costs, to be read out; once it has ceased, ask to bring it back."""

from __future__ import annotations

from textual.content import Content

from rules.backoffice.asks import Rehabilitation
from rules.backoffice.facts import AskBody
from rules.capture.scope import Refused
from rules.insurance.lapse_costs import costs
from rules.insurance.picking_line import MODES, pick
from rules.words import tr, trn
from screens.account import picking
from screens.account.dialog import About, AccountDialog
from widgets import lapse_lines
from widgets.formats import full_day, plain
from widgets.panel import LABEL
from widgets.shown import row, shown


class RehabilitateDialog(AccountDialog):
    """In the grace it only tells; after it, a number or a word picks one of both ways."""

    def __init__(self, about: About) -> None:
        super().__init__(about)
        self._policy = picking.policy_of(about)
        self._costs = costs(self._policy, about.now)
        self._backs = self._costs.backs if self._costs.lapsed else ()

    def told(self, width: int) -> list[Content | str]:
        """When cover ends or ended, what is owed, and both ways back with their figures."""
        policy, found = self._policy, self._costs
        lines: list[Content | str] = [
            row((tr("Bring cover back"), "bold $text-primary"), (f"  {policy.number}", LABEL)),
            *lapse_lines.lapse(found, self.about.now, policy.currency),
        ]
        if found.why:
            return lines
        if found.lapsed:
            lines += lapse_lines.ways(self._backs, policy.currency, numbered=True)
        else:
            days = found.worst[0].gap_days if found.worst else 0
            late = trn(
                "Paid on the last day, {number} day without cover:",
                "Paid on the last day, {number} days without cover:",
                days,
            )
            lines.append(shown(late, LABEL))
            lines += lapse_lines.ways(found.worst, policy.currency, numbered=False)
        if found.uncovered_a_day:
            a_day = tr("A day without cover is {amount} of net premium.", amount=plain(found.uncovered_a_day))
            lines.append(shown(a_day, LABEL))
        return lines

    def read(self, text: str) -> AskBody:
        """Which way back is asked for."""
        mode, note = pick(text, {one.mode: MODES[one.mode] for one in self._backs})
        back = next(one for one in self._backs if one.mode == mode)
        return picking.ask(self.about, self._policy, Rehabilitation(mode=mode, amount=back.pays), note)

    def reading(self, body: AskBody, width: int) -> list[Content | str]:  # type: ignore[override]  # its own body
        """What the client pays, until when, and what it does."""
        asked = body.asks
        if not isinstance(asked, Rehabilitation):
            raise TypeError(asked)
        back = next(one for one in self._backs if one.mode == asked.mode)
        amount = f"{plain(back.pays)} {self._policy.currency}"
        lines: list[Content | str] = [
            row((tr("To be paid today: {amount}", amount=amount), "bold")),
            *lapse_lines.ways((back,), self._policy.currency, numbered=False),
        ]
        if self._costs.last_day is not None:
            last = full_day(self._costs.last_day)
            lines.append(
                shown(tr("Cover is back from the hour of the payment; last day {day}.", day=last), LABEL)
            )
        return lines

    def reason(self, refused: Refused) -> str:
        """Why a line can't be taken."""
        if refused.error.code != "pick_none":
            return picking.reason(refused)
        if self._costs.lapsed:
            return tr("It is too late to bring this cover back: what comes is a new policy.")
        return tr("The cover has not ceased: there is nothing to bring back.")
