"""The client takes a mandate back: which one, and what that does. Nothing else has to be said."""

from __future__ import annotations

from textual.content import Content

from rules.backoffice.facts import RevocationBody
from rules.capture.scope import Refused
from rules.debit.mandates import Mandate
from rules.debit.revocations import living
from rules.words import tr, trn
from screens.account.dialog import AccountDialog
from widgets.mandate_line import mandate_line
from widgets.panel import LABEL
from widgets.refusals import REFUSALS
from widgets.shown import shown


class RevokeDialog(AccountDialog):
    """The line takes the mandate's number, where there are several, and a note; one mandate needs neither."""

    def told(self, width: int) -> list[Content | str]:
        """The mandates that can be taken back."""
        title = shown(tr("Take a mandate back"), "bold $text-primary")
        mandates = self._mandates()
        if not mandates:
            return [title, tr("Nobody may charge this account automatically.")]
        lines: list[Content | str] = [title]
        lines += [f"  {number} · {mandate_line(one)}" for number, one in enumerate(mandates, start=1)]
        if len(mandates) > 1:
            lines.append(shown(tr("its number, then a word on why"), LABEL))
        else:
            lines.append(shown(tr("a word on why, if there is one"), LABEL))
        return lines

    def keys(self) -> str:
        """What the keys do."""
        return tr("⏎ takes it back at once · Esc back")

    def _mandates(self) -> tuple[Mandate, ...]:
        return living(self.about.client, self.about.account.id)

    def read(self, text: str) -> RevocationBody:
        """Which mandate, and why."""
        mandate, note = self._named(text)
        return RevocationBody(client_id=self.about.client.id, mandate_id=mandate.id, note=note)

    def _named(self, text: str) -> tuple[Mandate, str]:
        mandates = self._mandates()
        if not mandates:
            raise Refused("no_mandate", "")
        first, _, rest = text.partition(" ")
        if first.isdecimal() and 0 < int(first) <= len(mandates):
            return mandates[int(first) - 1], rest.strip()
        if len(mandates) > 1:
            raise Refused("which_mandate", first)
        return mandates[0], text

    def reading(self, body: RevocationBody, width: int) -> list[Content | str]:  # type: ignore[override]  # its own
        """What taking it back does."""
        mandate = next(one for one in self._mandates() if one.id == body.mandate_id)
        lines: list[Content | str] = [tr("Taken back: {mandate}", mandate=mandate_line(mandate))]
        if mandate.charging:
            lines.append(
                trn(
                    "One charge is with the bank: it is stopped, and given back if it still comes.",
                    "{n} charges are with the bank: they are stopped, and given back if they still come.",
                    len(mandate.charging),
                    n=str(len(mandate.charging)),
                )
            )
        lines.append(tr("Nothing is charged by it any more, from now on. It costs the client nothing."))
        return lines

    def reason(self, refused: Refused) -> str:
        """Why the line says no mandate."""
        return tr(REFUSALS[refused.error.code])
