"""Report data that can't be right: a digit says what, a line may say what shows it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rules.clients import Account
from rules.desk import ClientPage
from rules.facts import InconsistencyBody
from rules.inconsistencies import ISSUES
from rules.text import clean, find_card_code, find_pan
from rules.words import mark, tr
from widgets.formats import masked
from widgets.ordered_keys import OrderedInput
from widgets.refusals import REFUSALS
from widgets.shown import row, shown
from widgets.wording import ISSUES as WORDS
from widgets.wording import PRODUCTS, word

HEAD_LINES = 3
LONGEST = 500
"""Characters of evidence."""


class EvidenceLine(OrderedInput):
    """Takes text once it is known what is wrong; before that, digits are the screen's."""

    waits = True

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is text for this line."""
        return not self.waits and super().check_consume_key(key, character)


class ReportScreen(ModalScreen[InconsistencyBody | None]):
    """Closes with the report, or with None when nothing is reported.

    Args:
        page: the client on the desk.
        account_id: the account in view, which the report is about; None = the client as a whole.
    """

    DEFAULT_CSS = """
    ReportScreen { align: center middle; }
    ReportScreen > Static, ReportScreen > EvidenceLine {
        width: 60; max-width: 100%; background: $panel; border-left: thick $primary;
    }
    ReportScreen > #issues { height: auto; padding: 1 2 0 2; }
    ReportScreen > EvidenceLine, ReportScreen > EvidenceLine:focus {
        height: 1; padding: 0 2; border: none; border-left: thick $primary;
    }
    ReportScreen > #said { height: 3; padding: 1 2; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                f"{digit}", f"choose({digit})", mark("What is wrong, by its number"), id=f"report.{digit}"
            )
            for digit in range(1, len(ISSUES) + 1)
        ),
        Binding("enter", "send", mark("Send the report"), id="report.send"),
        Binding("escape", "cancel", mark("Report nothing"), id="report.cancel", priority=True),
    ]

    def __init__(self, page: ClientPage, account_id: int | None) -> None:
        super().__init__()
        self._client_id = page.client.id
        self._account = next((one for one in page.client.accounts if one.id == account_id), None)
        self._issue: str | None = None
        self._evidence = EvidenceLine(placeholder=tr("what shows it (optional)"), max_length=LONGEST)
        self._said = Static(id="said")

    def compose(self) -> ComposeResult:
        """The issues, the line for what shows it, a line of help."""
        yield Static(self._issues(), id="issues")
        yield self._evidence
        yield self._said

    def on_mount(self) -> None:
        """Keys go through the line from the start, so that none is lost however fast they come."""
        self.set_focus(self._evidence)
        self._help()

    def _issues(self) -> Content:
        lines = [
            row((tr("What can't be right?"), "bold")),
            shown(_about(self._account), "$text-muted"),
            Content(""),
        ]
        for place, issue in enumerate(ISSUES, start=1):
            chosen = issue == self._issue
            lines.append(
                row(
                    (f"{'▸' if chosen else ' '}{place}", "bold $text-primary"),
                    (f"  {word(WORDS, issue)}", "bold" if chosen else ""),
                )
            )
        return Content("\n").join([*lines, Content("")])

    def _help(self) -> None:
        words = tr("⏎ sends it to the lead · Esc reports nothing")
        if self._issue is None:
            words = tr("a digit says what · Esc reports nothing")
        self._said.update(shown(words, "$text-muted"))

    def action_choose(self, place: int) -> None:
        """Say what is wrong; what is typed next is what shows it."""
        self._issue = ISSUES[place - 1]
        self.query_one("#issues", Static).update(self._issues())
        self._evidence.waits = False
        self._help()

    def on_input_submitted(self) -> None:
        """Enter in the line sends, too."""
        self.action_send()

    def action_send(self) -> None:
        """Close with the report, unless a card's data stand in it or nothing was chosen."""
        text = clean(self._evidence.value).strip()
        problem = _card(text)
        if self._issue is None:
            return
        if problem:
            self._said.update(shown(tr(REFUSALS[problem]), "bold $text-error"))
            return
        self.dismiss(
            InconsistencyBody(
                client_id=self._client_id,
                issue=self._issue,
                account_id=self._account.id if self._account else None,
                evidence=text,
            )
        )

    def action_cancel(self) -> None:
        """Close without a report."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click on an issue is its digit."""
        text = self.query_one("#issues", Static).content_region
        place = event.screen_y - text.y - HEAD_LINES
        if text.contains(event.screen_x, event.screen_y) and 0 <= place < len(ISSUES):
            self.action_choose(place + 1)


def _about(account: Account | None) -> str:
    if account is None:
        return tr("The client as a whole")
    return f"{account.name or word(PRODUCTS, account.product)} {masked(account.number)}"


def _card(text: str) -> str:
    """Why a text may not be kept, as a code of a refusal; "" when it may."""
    if find_pan(text):
        return "card_number_in_note"
    return "card_code_in_note" if find_card_code(text) else ""
