"""Ask for another collection channel: what it is now, the line, and what the change would do."""

from __future__ import annotations

from textual.content import Content

from rules.backoffice import asking
from rules.backoffice.asks import ChannelChange
from rules.backoffice.facts import AskBody
from rules.capture.scope import Refused
from rules.debit.banks import bank
from rules.debit.channel_changes import hidden, open_receipts, owed, read, twice
from rules.debit.charge_words import CHANNELS, CONSENTS, TWICE
from rules.debit.mandates import CHARGED
from rules.debit.revocations import living
from rules.insurance.policies import Policy, Receipt
from rules.words import tr
from screens.account.dialog import AccountDialog
from widgets.formats import day, moment, plain
from widgets.mandate_line import mandate_line
from widgets.panel import LABEL
from widgets.refusals import REFUSALS
from widgets.shown import row, shown
from widgets.wording import word

MOST_RECEIPTS = 6


class ChannelDialog(AccountDialog):
    """One line says the channel, the account or token, the first receipt, the consent and its evidence."""

    def told(self, width: int) -> list[Content | str]:
        """The channel as it is, the mandates, the receipts that are open, and what may be typed."""
        policy = self._policy()
        lines: list[Content | str] = [
            row(
                (tr("Change the collection channel"), "bold $text-primary"),
                (f"  {policy.number} · {tr('now')}: {word(CHANNELS, policy.channel)}", LABEL),
            )
        ]
        for mandate in living(self.about.client, self.about.account.id):
            lines.append(shown(f"  {mandate_line(mandate)}"))
        taken = twice(self.about.client, policy, "")
        for receipt in open_receipts(policy)[:MOST_RECEIPTS]:
            lines.append(self._receipt(receipt, taken.get(receipt.id, "")))
        lines.append(
            shown(tr("clabe 18 digits · tdc TOKEN 4242 visa · nomina NUMBER · agente · banco · spei"), LABEL)
        )
        lines.append(
            shown(tr("then: rec3 · voz|escrito|electronico · #evidence · hasta 1500 · paga NAME"), LABEL)
        )
        return lines

    def _receipt(self, receipt: Receipt, why: str) -> Content:
        amount = f"{plain(owed(receipt))} {self._policy().currency}"
        text = f"  rec{receipt.number} · {day(receipt.due)} · {amount}"
        return row(text, (f" · {word(TWICE, why)}", "$text-warning")) if why else shown(text)

    def _policy(self) -> Policy:
        if self.about.policy is None:
            raise Refused("unknown_policy", "")
        return self.about.policy

    def read(self, text: str) -> AskBody:
        """What a line asks for."""
        policy = self._policy()
        body = AskBody(
            client_id=self.about.client.id,
            account_id=self.about.account.id,
            policy_id=policy.id,
            asks=read(text, self.about.client, policy),
        )
        problem = next(asking.check(body, self.about.client, self.about.now), None)
        if problem is not None:
            raise Refused(problem.code, "", **problem.params)
        return body

    def reading(self, body: AskBody, width: int) -> list[Content | str]:  # type: ignore[override]  # its own body
        """From and to, the account masked, the first receipt, what may be charged, the consent."""
        asked, policy = body.asks, self._policy()
        if not isinstance(asked, ChannelChange):
            raise TypeError(asked)
        first = next(one for one in policy.receipts if one.id == asked.first_receipt)
        lines: list[Content | str] = [
            row(
                (f"{word(CHANNELS, policy.channel)} → {word(CHANNELS, asked.to)}", "bold"),
                (f"  {tr('endorsement B: the premium does not change')}", LABEL),
            ),
            tr("From receipt {number}, {day}, {amount}", number=str(first.number), day=day(first.due),
               amount=f"{plain(owed(first))} {policy.currency}"),
        ]  # fmt: skip
        if asked.to in CHARGED:
            payer = asked.payer or self.about.client.name
            lines.append(f"{_instrument(asked)} · {tr('paid by {name}', name=payer)}")
            consent = tr(
                "consent: {how}, {evidence}", how=word(CONSENTS, asked.consent), evidence=asked.evidence
            )
            lines.append(f"{_rule(asked, policy)} · {consent}")
            lines += self._too_late(first)
        return lines

    def _too_late(self, first: Receipt) -> list[Content]:
        """A charge can't be counted on before the change is carried out: said where cover ends by then."""
        about = self.about
        done = asking.due_day("channel", about.now.date(), about.client.country)
        if first.grace_ends is None or first.grace_ends.astimezone(about.now.tzinfo).date() > done:
            return []
        ends = moment(first.grace_ends, about.now)
        text = tr("! Cover ends {when}, before it may be charged: have receipt {number} paid today.",
                  when=ends, number=str(first.number))  # fmt: skip
        return [shown(text, "bold $text-warning")]

    def reason(self, refused: Refused) -> str:
        """Why a line can't be taken."""
        error = refused.error
        if error.code not in REFUSALS:
            return tr("Not asked: {reason}.", reason=error.code.replace("_", " "))
        return tr(REFUSALS[error.code], **({"word": error.token} | error.params))


def _instrument(asked: ChannelChange) -> str:
    if asked.clabe:
        return f"{bank(asked.clabe)} {hidden(asked.clabe)}"
    return f"{asked.brand} ···{asked.last4}".strip()


def _rule(asked: ChannelChange, policy: Policy) -> str:
    if asked.amount_rule == "up_to":
        return tr("at most {amount} a time", amount=f"{plain(asked.limit)} {policy.currency}")
    return tr("what each receipt says")
