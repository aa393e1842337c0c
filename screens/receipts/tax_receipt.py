"""A tax receipt in full, and what became of files that were read: dialogs of the CFDI page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from rules.rates import WHOLE
from rules.tax.tax_board import Attached, TaxDetail, UnreadFile
from rules.tax.tax_checks import Difference
from rules.tax.tax_receipts import Figures
from rules.words import mark, tr
from screens.board.dialog import BoardDialog
from screens.receipts.tax_words import ATTACHED, CODES, alarm_words, kind_words, state_words
from widgets.formats import full_day, moment, plain
from widgets.panel import LABEL, wrapped
from widgets.shown import row, shown
from widgets.wording import word


class TaxReceiptDialog(BoardDialog[None]):
    """What a tax receipt has to say, what in it does not fit, and where it may be sent.

    Args:
        found: the tax receipt.
        now: the present instant, in the zone in which hours are to be read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "leave", mark("Back"), id="cfdi.close"),
    ]

    def __init__(self, found: TaxDetail, now: datetime) -> None:
        super().__init__(now)
        self.found = found

    def keys(self) -> str:
        """There is one way on."""
        return tr("Esc back")

    def told(self, width: int) -> list[Content | str]:
        """Head, figures, differences, way."""
        one, found = self.found.row, self.found
        lines: list[Content | str] = [
            row((kind_words(one).upper(), "bold $text-primary"),
                f" · {one.policy} {one.receipt} · {one.portfolio}"),
            row(found.name, (f"  {tr('RFC')} ", LABEL), found.tax_id or "–"),
            row((f"{tr('State')} ", LABEL), (state_words(one), "bold"), (f"  {tr('Last day')} ", LABEL),
                full_day(one.due) if one.due else "–", f"  {alarm_words(one)}"),
            "",
        ]  # fmt: skip
        for label, text in _figures(found.figures, one.currency):
            lines.append(row((f"{label:<22}", LABEL), (text, "bold")))
        for label, text in ((tr("invoice's UUID"), found.invoice), (tr("UUID"), found.uuid)):
            if text:
                lines += wrapped(row((f"{label} ", LABEL), text), width, "  ")
        lines += self._differences(width)
        lines += self._way(width)
        return lines

    def _differences(self, width: int) -> list[Content]:
        found = self.found.differences
        if not found:
            return [shown(tr("✓ What was stamped fits."), "$text-success")] if self.found.uuid else []
        lines = [shown(""), shown(tr("What does not fit"), "bold $text-error")]
        for one in found:
            lines += wrapped(_difference(one), width, "  ")
        return lines

    def _way(self, width: int) -> list[Content]:
        found = self.found
        steps = (
            (tr("requested"), found.requested),
            (tr("stamped"), found.stamped),
            (tr("sent"), found.sent),
        )
        told = [f"{words} {moment(at, self.now)}" for words, at in steps if at is not None]
        lines = [shown("")]
        if told:
            lines += wrapped(row(" · ".join([*told, *filter(None, (found.sent_to,))])), width, "  ")
        emails = ", ".join(found.emails) or tr("no validated e-mail address")
        return [*lines, *wrapped(row((f"{tr('To be sent to')} ", LABEL), emails), width, "  ")]


def _figures(figures: Figures, currency: str) -> list[tuple[str, str]]:
    """Each figure with its words, in the order of the form."""

    def money(minor: int) -> str:
        return f"{plain(minor)} {currency}"

    rate = f"{figures.rate * 100 // WHOLE} %" if figures.rate else tr("exempt")
    found = [(tr("total") if not figures.number else tr("paid"), money(figures.total))]
    if figures.method:
        found.append((tr("method"), figures.method))
    found.append((tr("form of payment"), figures.form or tr("as it was paid")))
    if figures.number:
        found += [
            (tr("paid on"), full_day(figures.paid_on) if figures.paid_on else "–"),
            (tr("part number"), str(figures.number)),
            (tr("balance before"), money(figures.before)),
            (tr("balance after"), money(figures.after)),
        ]
    return [*found, (tr("tax base"), str(figures.base)), (f"{tr('tax')} {rate}", str(figures.tax))]


def _difference(one: Difference) -> Content:
    words = word(CODES, one.code)
    if one.code == "reversed":
        return row((words, "bold"), f" · {one.found}")
    return row(
        (f"{words}: ", "bold"),
        tr("has to be {expected}, is {found}", expected=one.expected or "–", found=one.found or "–"),
    )


class AttachedDialog(BoardDialog[None]):
    """What became of the files that were read: those that need a person first.

    Args:
        attached: what the centre says of each.
        unread: those that could not be read here.
        now: the present instant.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "leave", mark("Back"), id="cfdi.close"),
    ]

    def __init__(self, attached: Sequence[Attached], unread: Sequence[UnreadFile], now: datetime) -> None:
        super().__init__(now)
        self._attached, self._unread = attached, unread

    def keys(self) -> str:
        """There is one way on."""
        return tr("Esc back")

    def told(self, width: int) -> list[Content | str]:
        """How many, then each that was not attached or does not fit."""
        lines: list[Content | str] = [
            row(
                (tr("Files read").upper(), "bold $text-primary"),
                f" · {summary(self._attached, self._unread)}",
            ),
            "",
        ]
        for one in self._unread:
            lines += wrapped(row((f"✗ {one.name}: ", "bold"), one.why), width, "  ")
        for found in self._attached:
            if found.code:
                why = found.why or word(ATTACHED, found.code)
                lines += wrapped(row((f"✗ {found.name}: ", "bold"), why), width, "  ")
            elif found.differs:
                lines += wrapped(row((f"≠ {found.name}: ", "bold"), tr("does not fit")), width, "  ")
        return lines


def summary(attached: Sequence[Attached], unread: Sequence[UnreadFile]) -> str:
    """How many files were attached, how many of them do not fit, how many were not attached."""
    good = [one for one in attached if not one.code]
    return tr(
        "{attached} attached, {differ} of them do not fit; {left} not attached",
        attached=f"{len(good):,}",
        differ=f"{sum(1 for one in good if one.differs):,}",
        left=f"{len(attached) - len(good) + len(unread):,}",
    )
