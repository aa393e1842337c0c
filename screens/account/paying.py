"""Taking a payment while the client is on the line: by terminal or link; its standing shows as it changes."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from textual import events
from textual.content import Content

from rules import points
from rules.capture.scope import Refused
from rules.desk import Refused as NotKept
from rules.insurance.policies import Receipt
from rules.paying import recordings, taking, taking_line
from rules.paying.facts import IntentBody, IntentEndBody, RecordingBody, TerminalResultBody
from rules.paying.intent_words import METHODS
from rules.paying.intents import Intent
from rules.wire import FactBody
from rules.words import mark, tr
from screens.account.dialog import About, AccountDialog
from screens.account.screen import about_now
from widgets.formats import day, money, plain
from widgets.intent_lines import intent_lines, point_words
from widgets.panel import LABEL
from widgets.policy_words import RECEIPT_STATUSES
from widgets.refusals import refusal
from widgets.shown import row, shown
from widgets.wording import word

RECEIPTS_SHOWN, INTENTS_SHOWN, POINTS_SHOWN = 5, 3, 4
LOOK_S = 0.5
"""How often it is looked whether a payment's standing has changed."""


class PayDialog(AccountDialog):
    """Asks for a payment and stays open to show how it goes; the recording pauses meanwhile."""

    def __init__(self, about: About) -> None:
        super().__init__(about)
        self._paused_at: float | None = None
        self._timed_out = False

    def on_mount(self) -> None:
        """Have the recording pause; watch how payments go."""
        super().on_mount()
        self._pause()
        self.set_interval(LOOK_S, self._tick)

    # The recording

    def _pause(self) -> None:
        if self._paused_at is None and self.keep(self._recording("pause", "terminal")):
            self._paused_at = monotonic()

    def _resume(self, why: str) -> None:
        if self._paused_at is not None:
            self._paused_at = None
            self.keep(self._recording("resume", why))

    def _recording(self, action: str, why: str) -> RecordingBody:
        return RecordingBody(client_id=self.about.client.id, action=action, why=why)

    def dismiss(self, result: FactBody | None = None) -> object:  # type: ignore[override]  # hands on what it returns
        """Leave; the recording goes on."""
        self._resume("left")
        return super().dismiss(result)

    def on_screen_suspend(self, _: events.ScreenSuspend) -> None:
        """Another screen came in front, such as the lock."""
        self._resume("left")

    def _tick(self) -> None:
        if self._paused_at is not None and recordings.state(self._paused_for()) == "over":
            self._timed_out = True
            self._resume("timeout")
        page = self.look()
        if page is not None:
            self.about = about_now(self.about, page)
        self.draw_told()

    def _paused_for(self) -> timedelta | None:
        if self._paused_at is None:
            return None
        return timedelta(seconds=monotonic() - self._paused_at)

    def _recording_line(self) -> Content:
        paused = self._paused_for()
        state = recordings.state(paused)
        if paused is None:
            words = (
                tr("● Recording") if not self._timed_out else tr("● Recording again: three minutes are over")
            )
            return shown(words, "$text-error")
        left = max(0, int((recordings.LONGEST - paused).total_seconds()))
        words = tr("‖ Recording paused, {left} s left: card data go into the terminal or the page", left=left)
        return shown(words, "bold $text-warning" if state == "long" else "$text-warning")

    # What is known

    def told(self, width: int) -> list[Content | str]:
        """What is due, where a link may go, what is under way, the recording."""
        lines: list[Content | str] = [*self._due_lines()]
        if known := self._point_words():
            lines.append(row((f"{tr('A link may go to')} ", LABEL), known))
        lines += [line for intent in self._intents() for line in intent_lines(intent, self.about.now)]
        return [*lines, self._recording_line()]

    def _due_lines(self) -> list[Content]:
        account = self.about.account
        known = taking.open_receipts(self.about.client, account.id)
        if not known:
            amounts = (money(account.overdue, account.currency), money(account.total, account.currency))
            return [
                shown(tr("Overdue {overdue} · owed in all {total}", overdue=amounts[0], total=amounts[1]))
            ]
        due = {one.id for one in taking_line.due_now(self.about.client, account)}
        lines = [_receipt_line(one, one.id in due) for one in known[:RECEIPTS_SHOWN]]
        if len(known) > RECEIPTS_SHOWN:
            lines.append(shown(tr("and {count} more", count=len(known) - RECEIPTS_SHOWN), LABEL))
        return lines

    def _point_words(self) -> str:
        places = {"email": 0, "phone": 0}
        words = []
        for point in taking.sendable(self.about.client):
            kind = points.kind(point)
            places[kind] += 1
            letter = "e" if kind == "email" else "t"
            words.append(f"{letter}{places[kind]} {point_words(points.value_of(point))}")
        return " · ".join(words[:POINTS_SHOWN])

    def _intents(self) -> tuple[Intent, ...]:
        account_id = self.about.account.id
        own = [one for one in self.about.client.intents if one.account_id == account_id]
        own.sort(key=lambda one: (one.status in taking.UNDER_WAY, one.asked))
        return tuple(own[-INTENTS_SHOWN:])

    # What is typed

    def begun(self) -> str:
        """Nothing: the method has to be said."""
        return ""

    def keys(self) -> str:
        """What the keys do."""
        return tr("⏎ takes it · fin gives it up · Esc back to the account")

    def read(self, text: str) -> FactBody:
        """A payment to be taken, what a terminal printed, or the end of a payment."""
        return taking_line.read(text, self.about.client, self.about.account)

    def reading(self, body: FactBody, width: int) -> list[Content | str]:
        """What the line would do."""
        if isinstance(body, IntentBody):
            return [self._wish_words(body)]
        if isinstance(body, TerminalResultBody):
            if body.outcome == "declined":
                return [tr("The terminal declined it.")]
            card = " ".join(part for part in (body.brand, body.last4 and f"···{body.last4}") if part)
            return [tr("The terminal approved it: {code} {card}", code=body.auth_code, card=card)]
        return [tr("Give the payment up.")]

    def _wish_words(self, body: IntentBody) -> str:
        known = {one.id: one for one in taking.open_receipts(self.about.client, body.account_id)}
        numbers = ", ".join(f"{known[one].number}/{known[one].of}" for one in body.receipts if one in known)
        amount = money(body.amount, body.currency)
        parts = [f"{word(METHODS, body.method)}: {amount}"]
        if numbers:
            parts.append(tr("receipts {numbers}", numbers=numbers))
        if body.method == "link":
            point = next((one for one in taking.sendable(self.about.client) if one.id == body.point_id), None)
            sent = tr("sent to {value}", value=point_words(points.value_of(point))) if point else ""
            parts.append(sent or tr("read out"))
        return " · ".join(parts)

    def reason(self, refused: Refused) -> str:
        """Why the line can't be taken."""
        code, params = refused.error.code, refused.error.params
        if code == "method_needed":
            return tr("liga or tpv; then rec2, an amount, e1: liga · tpv rec2 · liga 1500 e1")
        if code in WORDS:
            return tr(WORDS[code], word=refused.error.token)
        return refusal(NotKept(code=code, params=params), self.about.now)

    def entered(self, body: FactBody) -> None:
        """Keep what the line says, and stay to show how it goes."""
        said = tr("Payment asked for.")
        if isinstance(body, TerminalResultBody):
            said = tr("Result of the terminal kept.")
        elif isinstance(body, IntentEndBody):
            said = tr("Payment given up.")
        if self.keep(body, said):
            self.line.value = ""
            self.draw()

    def keep(self, body: FactBody, said: str = "") -> bool:
        """Make a fact durable while the dialog stays, and have the desk say so; False = it was not taken."""
        page = self.take(body, said)
        if page is None:
            self.say(tr("✗ It was not taken: the desk says why."), "bold $text-error")
            return False
        self.about = about_now(self.about, page)
        return True


WORDS = {
    "said_twice": mark("Said twice: {word}."),
    "bad_word": mark("{word} means nothing here: liga, tpv, rec2, an amount, e1."),
    "unknown_receipt": mark("{word}: no open receipt of this account."),
    "unknown_point": mark("{word}: no contact point to which a link may go."),
    "nothing_due": mark("Nothing is due on this account: type an amount."),
    "nothing_under_way": mark("No payment is under way here."),
}


def _receipt_line(receipt: Receipt, due: bool) -> Content:
    mark_ = "▸" if due else " "
    return row(
        (f"{mark_} ", "bold $text-primary"),
        f"rec{receipt.number}/{receipt.of}  {day(receipt.due)}  {plain(taking.outstanding(receipt)):>12}  ",
        (word(RECEIPT_STATUSES, receipt.status), "$text-error" if receipt.status == "overdue" else LABEL),
    )
