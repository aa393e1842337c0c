"""Premium set off against a claim: what of the benefit pays receipts, what is paid out; and the request."""

from __future__ import annotations

from textual.content import Content

from rules.backoffice.ask_figures import figures
from rules.backoffice.ask_line import read_offset
from rules.backoffice.asking import told
from rules.backoffice.asks import ClaimOffset
from rules.backoffice.facts import AskBody
from rules.capture.scope import Refused
from rules.insurance.policies import Claim
from rules.words import tr
from screens.account import picking
from screens.account.dialog import About, AccountDialog
from screens.account.line_words import reason
from widgets.ask_lines import SCOPES, step_lines
from widgets.formats import day, plain
from widgets.panel import LABEL
from widgets.shown import row, shown
from widgets.wording import CLAIM_STATUSES, word


class SetOffDialog(AccountDialog):
    """The line says claim, benefit, deductible and scope; an empty one takes what is known."""

    DEFAULT_CSS = """
    SetOffDialog #dialog-read { max-height: 14; }
    """

    def __init__(self, about: About) -> None:
        super().__init__(about)
        self._policy = picking.policy_of(about)

    def told(self, width: int) -> list[Content | str]:
        """The claims, and what may be typed."""
        policy = self._policy
        title = (tr("Set premium off against a claim"), "bold $text-primary")
        return [
            row(title, (f"  {policy.number}", LABEL)),
            *(_claim(one, policy.currency) for one in policy.claims),
            *([] if policy.claims else [shown(tr("No claims."), LABEL)]),
            shown(tr("claim · benefit · -deductible · vencido | todo · /why"), LABEL),
        ]

    def read(self, text: str) -> AskBody:
        """Which claim, and how much of it."""
        asked, note = read_offset(text, self._policy)
        body = picking.ask(self.about, self._policy, asked, note)
        return told(body, figures(asked, self._policy, self.about.now))

    def reading(self, body: AskBody, width: int) -> list[Content | str]:  # type: ignore[override]  # its own body
        """The steps, and what is paid out."""
        asked = body.asks
        if not isinstance(asked, ClaimOffset):
            raise TypeError(asked)
        found = figures(asked, self._policy, self.about.now)
        head = tr("Pays {scope}", scope=word(SCOPES, asked.scope))
        return [shown(head, "bold"), *step_lines(found.steps, width)]

    def reason(self, refused: Refused) -> str:
        """Why a line can't be taken."""
        return reason(refused)


def _claim(claim: Claim, currency: str) -> Content:
    amount = f" · {plain(claim.amount)} {currency}" if claim.amount else ""
    deductible = f" − {plain(claim.deductible)}" if claim.deductible else ""
    before = f" · {tr('set off')} {plain(claim.set_off)}" if claim.set_off else ""
    status = word(CLAIM_STATUSES, claim.status)
    return row((claim.number, "bold"), f" · {day(claim.on)} · {status}{amount}{deductible}{before}")
