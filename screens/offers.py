"""Offers for one account: one key takes one into the capture, or asks a lead for it."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from rules.capacity import Capacity, capacity
from rules.capture.amounts import number
from rules.capture.scope import Refused
from rules.capture.values import CaptureContext
from rules.catalogue import Catalogue
from rules.desk import ClientPage
from rules.facts import RequestBody
from rules.negotiation import Negotiation, hints, ladder
from rules.steps import Offer
from rules.text import clean, fold
from rules.words import language, mark, tr
from widgets.formats import masked, plain
from widgets.offer_lines import HINTS, KEYS, OfferLines, detail_lines, heading, ladder_lines, name
from widgets.ordered_keys import OrderedInput
from widgets.panel import LABEL, wrapped
from widgets.shown import row, shown
from widgets.wording import PRODUCTS, word

DETAIL_LINES = 7
"""Lines that are kept free under the ladder for the offer under the cursor."""


class OffersScreen(ModalScreen[str | RequestBody | None]):
    """Closes with a capture line, with a request for approval, or with None.

    Args:
        page: the client on the desk.
        context: what the capture is read against; its account is the one negotiated.
        level: the agent's authority.
        data: steps, ladders and limits.
        catalogue: names of the reasons.
        reason: why it was not paid, as far as the call has said; "" = not known.
    """

    DEFAULT_CSS = """
    OffersScreen { align: center middle; }
    OffersScreen > Vertical {
        width: 104; max-width: 100%; height: 1fr; max-height: 26;
        padding: 0 1; background: $panel; border-left: thick $primary;
    }
    OffersScreen OfferLines { height: 1fr; }
    OffersScreen Input, OffersScreen Input:focus {
        display: none; height: 1; border: none; padding: 0; background: $surface;
    }
    OffersScreen.-asking Input { display: block; }
    OffersScreen .keys { height: 1; }
    """

    AUTO_FOCUS = "OfferLines"

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{digit}", f"take({digit})", mark("Take this offer"), id=f"offers.{digit}")
            for digit in range(1, KEYS + 1)
        ),
        Binding("enter", "take_this", mark("Take the marked offer"), id="offers.take"),
        Binding("up", "move(-1)", mark("Offer above"), id="offers.up"),
        Binding("down", "move(1)", mark("Offer below"), id="offers.down"),
        Binding("r", "ask('reason')", mark("Another reason"), id="offers.reason"),
        Binding("c", "ask('capacity')", mark("Capacity to pay"), id="offers.capacity"),
        Binding("escape", "leave", mark("Close the offers"), id="offers.close"),
    ]  # fmt: skip

    def __init__(
        self,
        page: ClientPage,
        context: CaptureContext,
        level: str,
        data: Negotiation,
        catalogue: Catalogue,
        reason: str = "",
    ) -> None:
        super().__init__()
        self._client = page.client
        self._menu = page.guidance.assigned.plan.offers if page.guidance else ()
        self._account = next(one for one in page.client.accounts if one.id == context.account_id)
        self._read_against = context
        self._level = level
        self._data = data
        self._catalogue = catalogue
        self._reason = reason
        self._capacity: Capacity | None = None
        self._asked = ""
        self._cursor = 0
        self._offers = self._made()
        self._lines = OfferLines()
        self._input = OrderedInput(select_on_focus=False)
        self._keys = Static(classes="keys")

    def compose(self) -> ComposeResult:
        """The ladder, the line for a reason or a capacity, the keys."""
        with Vertical():
            yield self._lines
            yield self._input
            yield self._keys

    def on_mount(self) -> None:
        """Say which keys there are."""
        self._say(tr("1-9 takes · r reason · c capacity · Esc closes"), LABEL)

    def on_resize(self) -> None:
        """Draw for the size."""
        self.call_after_refresh(self._draw)

    # The ladder

    def _made(self) -> tuple[Offer, ...]:
        return ladder(
            self._client,
            self._account,
            self._data,
            today=self._read_against.now.date(),
            level=self._level,
            reason=self._reason,
            capacity=self._capacity,
            last_promise=self._read_against.last_promise_date,
            language=language(),
            menu=self._menu,
        )

    def _again(self) -> None:
        self._offers, self._cursor = self._made(), 0
        self._draw()

    def action_move(self, step: int) -> None:
        """Look at the offer above or below."""
        self._cursor = max(0, min(self._cursor + step, len(self._offers) - 1))
        self._draw()

    def action_take(self, digit: int) -> None:
        """Take the offer with a number."""
        if digit <= len(self._offers):
            self._take(self._offers[digit - 1])

    def action_take_this(self) -> None:
        """Take the offer under the cursor."""
        if self._offers:
            self._take(self._offers[self._cursor])

    def _take(self, offer: Offer) -> None:
        sheet = self._sheet()
        if offer.within:
            joint = " · " if "/" in offer.line else " /"
            self.dismiss(f"{offer.line}{joint}{sheet}" if sheet else offer.line)
            return
        self.dismiss(
            RequestBody(
                client_id=self._client.id,
                account_id=self._account.id,
                terms=offer.terms,
                level=offer.level,
                reason=self._reason or None,
                note=f"{name(offer)} · {sheet}" if sheet else name(offer),
            )
        )

    def action_leave(self) -> None:
        """Close without an offer; from the line below, back to the ladder."""
        if self._asked:
            self._answered()
        else:
            self.dismiss(None)

    # Reason and capacity

    def action_ask(self, what: str) -> None:
        """Open the line for a reason or for the three amounts of a capacity sheet."""
        self._asked = what
        self._input.value = ""
        self._input.placeholder = (
            tr("reason: type its first letters")
            if what == "reason"
            else tr("a month's income, fixed costs, other debts: 12000 8000 1500")
        )
        self.add_class("-asking")
        self.set_focus(self._input)
        self._draw()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._draw()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        text = clean(event.value).strip()
        if self._asked == "reason":
            found = self._matching(text)
            if not found:
                self._say(tr("No reason is called {text}.", text=text), "$text-error")
                return
            self._reason = found[0] if text else ""
        elif not self._calculate(text):
            return
        self._answered()
        self._again()

    def _answered(self) -> None:
        self._asked = ""
        self.remove_class("-asking")
        self.set_focus(self._lines)
        self.on_mount()
        self._draw()

    def _matching(self, text: str) -> list[str]:
        """Reasons whose code or name begins like a text; the code's own match first."""
        wanted, side = fold(text), language() == "en"
        known = self._catalogue.reasons
        codes = [code for code in known if fold(code).startswith(wanted)]
        return codes + [
            code for code in known if code not in codes and fold(known[code][side]).startswith(wanted)
        ]

    def _calculate(self, text: str) -> bool:
        try:
            amounts = [number(part) for part in text.split()]
        except Refused:
            amounts = []
        if not text:
            self._capacity = None
        elif 2 <= len(amounts) <= 3 and None not in amounts:
            self._capacity = capacity(*(amount or 0 for amount in amounts))
        else:
            self._say(tr("Two or three amounts: income, fixed costs, other debts."), "$text-error")
            return False
        return True

    def _sheet(self) -> str:
        """The capacity sheet as a note, "" when none was made."""
        made = self._capacity
        if made is None:
            return ""
        return tr(
            "capacity: income {income}, fixed {fixed}, other debts {debts}, can set aside {monthly}",
            income=plain(made.income),
            fixed=plain(made.fixed),
            debts=plain(made.debts),
            monthly=plain(made.monthly),
        )

    # Drawing

    def _say(self, text: str, style: str) -> None:
        self._keys.update(shown(text, style), layout=False)

    def _draw(self) -> None:
        width, height = self._lines.room()
        if not width:
            return
        lines = self._head(width)
        today = self._read_against.now.date()
        if self._asked == "reason":
            lines += self._choices(width)
        elif not self._offers:
            lines += ["", shown(tr("There is nothing to offer here."), LABEL)]
        else:
            room = max(3, height - len(lines) - DETAIL_LINES - 1)
            lines += ladder_lines(self._offers, self._cursor, today, width, room)
            offer = self._offers[self._cursor]
            lines.append(heading(self._lines, name(offer)))
            lines += detail_lines(
                offer, self._account, today, self._read_against.cover_ends, self._capacity, width
            )
        self._lines.update(Content("\n").join(lines[:height]), layout=False)

    def _head(self, width: int) -> list[Content | str]:
        """The debt, the reason with what to ask for, and what to know before any offer."""
        account = self._account
        title = f"{account.name or word(PRODUCTS, account.product)} {masked(account.number)}"
        due = plain(max(account.overdue - account.disputed, 0))
        debt = tr("overdue {due} · payoff {total} {currency}", due=due, total=plain(account.total),
                  currency=account.currency)  # fmt: skip
        lines: list[Content | str] = [
            row((f"{tr('OFFERS')} ", "bold $text-primary"), (title, "bold"), f"  {account.bucket}  {debt}"),
            self._why(),
        ]
        for code in hints(self._client, account, self._reason, self._data):
            lines += wrapped(shown(tr(HINTS[code]), "$text-warning"), width)
        made = self._capacity
        if made is not None:
            text = tr("Can set aside {monthly} a month.", monthly=plain(made.monthly))
            lines.append(shown(text, "$text-success"))
        return [*lines, heading(self._lines, tr("offer, amount, when, authority"))]

    def _why(self) -> Content:
        entry = self._data.by_reason.get(self._reason)
        if not self._reason:
            return shown(tr("reason not known yet"), LABEL)
        label = self._catalogue.reasons[self._reason][language() == "en"]
        advice = (entry.en if language() == "en" else entry.es) if entry else ""
        return row((f"{self._reason} ", "bold"), (label, LABEL), f" · {advice}" if advice else "")

    def _choices(self, width: int) -> list[Content]:
        side = language() == "en"
        found = self._matching(clean(self._input.value).strip())
        text = " · ".join(f"{code} {self._catalogue.reasons[code][side]}" for code in found)
        return wrapped(shown(text), width)

    def on_click(self, event: events.Click) -> None:
        """A click beside the dialog closes it."""
        if not self.query_one(Vertical).region.contains(event.screen_x, event.screen_y):
            self.dismiss(None)
