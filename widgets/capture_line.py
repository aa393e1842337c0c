"""The line on which an agent writes what happened, and the words of what it would save.

The line has the focus all day and takes every key in the order typed, so that what is typed
in one burst never lands on the wrong client.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from msgspec.structs import replace
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import var
from textual.widgets import Input, Static

from rules.capture.amounts import derived
from rules.capture.complete import suggest
from rules.capture.read import read
from rules.capture.values import CaptureContext, CaptureError, Reading
from rules.capture.wording import describe, message, warnings
from rules.catalogue import Catalogue
from rules.text import clean
from rules.words import mark, tr
from widgets.formats import MASK
from widgets.ordered_keys import OrderedInput, hand_over
from widgets.shown import row, shown

LINE_LIMIT = 500
"""Longest line, in characters: a code, its fields and a generous note."""

HISTORY = 50
"""Lines that can be called back with the arrow keys."""

PASS_KEYS = (
    frozenset({"up", "down", "left", "right", "pageup", "pagedown", "home", "end"})
    | frozenset({"question_mark", "plus", "at", "number_sign", "exclamation_mark", "equals_sign", "asterisk"})
    | frozenset({"minus", "ampersand", "colon", "percent_sign", "dollar_sign"})
)
"""Keys that belong to the screen while the line is empty; the digits do, too."""

EDITING = frozenset({"cursor_left", "cursor_right", "home", "end", "recall_earlier", "recall_later"})
"""Actions behind those keys, switched off while the line is empty."""


class CaptureLine(OrderedInput):
    """One line of input, read against the client on the desk as it is typed.

    catalogue, context: what the line is read against; None = nothing to read yet, then
    Enter does nothing and the text stays. The screen sets `context` with each client.
    reading: how the present text reads, None when there is no text or nothing to read it
    against.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", mark("Save"), id="capture.save", show=False),
        Binding("up", "recall_earlier", mark("Earlier line"), id="capture.earlier", show=False),
        Binding("down", "recall_later", mark("Later line"), id="capture.later", show=False),
        Binding("ctrl+r", "recall_last", mark("Last line again"), id="capture.last", show=False),
    ]

    DEFAULT_CSS = """
    CaptureLine, CaptureLine:focus {
        border: none;
        height: 1;
        padding: 0;
        background: transparent;
        background-tint: transparent;
    }
    """

    @dataclass
    class Changed(Input.Changed):
        """The text changed; `reading` is how it reads now."""

        @property
        def reading(self) -> Reading | None:
            """The newest reading of the line (a later key may already be in it)."""
            return self.input.reading if isinstance(self.input, CaptureLine) else None

    @dataclass
    class Submitted(Input.Submitted):
        """Enter on a line that has a text: the reading and the line as typed.

        Later keys wait until the screen's handler is done, so the handler saves, sets the
        next `context` and empties the line with `done`, or leaves it to be mended.
        """

        reading: Reading = field(default_factory=Reading)

        @property
        def line(self) -> str:
            """The text as typed."""
            return self.value

    catalogue: var[Catalogue | None] = var(None, init=False)
    context: var[CaptureContext | None] = var(None, init=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(
            placeholder="",
            max_length=LINE_LIMIT,
            select_on_focus=False,
            compact=True,
            validate_on=(),
            id=id,
            classes=classes,
        )
        self.cursor_blink = False  # a desk at rest writes nothing and costs nothing
        self.reading: Reading | None = None
        self._lines: list[str] = []
        self._recalled: int | None = None
        self._typed = ""
        self._was_empty = True

    # What the screen asks of the line

    def remember(self, lines: Iterable[str]) -> None:
        """Lines of former days, oldest first: they come before those of this one."""
        self._lines = [*lines, *self._lines][-HISTORY:]

    def done(self, line: str = "") -> None:
        """Empty the line after a save; `line`, if given, can be called back later."""
        if line and (not self._lines or self._lines[-1] != line):
            self._lines = [*self._lines[-HISTORY + 1 :], line]
        self.put("")

    def put(self, text: str) -> None:
        """Replace the text, with the caret at its end."""
        self.value = text
        self.cursor_position = len(text)

    # Keys, in order

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is text here: while the line is empty, digits and ``?`` are not."""
        if not self.value and (key in PASS_KEYS or key.isdecimal()):
            return False
        return super().check_consume_key(key, character)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the arrow keys to the screen while there is nothing to move in."""
        if action in EDITING and not self.value:
            return False
        return super().check_action(action, parameters)

    async def on_paste(self, event: events.Paste) -> None:
        """Put pasted text in as one clean line, and say so when that changed it."""
        event.prevent_default()
        event.stop()
        line = clean(event.text).strip()
        self.replace(line[: max(0, LINE_LIMIT - len(self.value))], *self.selection)
        if line != event.text.strip():
            self.notify(
                tr("The pasted text was joined into one line, without control characters."), markup=False
            )

    async def action_submit(self) -> None:
        """Hand the line over, and wait until the screen has dealt with it."""
        if self.reading is None:
            return
        await hand_over(self, self.Submitted(self, self.value, None, self.reading))

    # Lines called back

    def action_recall_last(self) -> None:
        """Put the last entered line back, whatever stands here."""
        self._recalled, self._typed = None, ""
        self._recall(-1)

    def action_recall_earlier(self) -> None:
        """The entered line before this one that begins with what was typed."""
        self._recall(-1)

    def action_recall_later(self) -> None:
        """The entered line after this one; past the newest, what was typed."""
        self._recall(1)

    def _recall(self, step: int) -> None:
        if self._recalled is None:
            self._typed = self.value
        matching = [line for line in self._lines if line.startswith(self._typed)]
        start = len(matching) if self._recalled is None else self._recalled
        position = min(max(start + step, 0), len(matching))
        self.put(matching[position] if position < len(matching) else self._typed)
        self._recalled = position

    # The reading

    def watch_value(self, value: str) -> None:
        """Read the text, offer its end, and tell the key bar when keys change meaning."""
        self._recalled = None
        self._read()
        # Input's own suggester starts a worker for each key; this is ready at once.
        self._suggestion = self._completed(value) or ""
        if self._was_empty is not (not value):
            self._was_empty = not value
            self.refresh_bindings()

    def watch_context(self) -> None:
        """Read the text again: amounts and dates depend on the client."""
        self._read()

    def watch_catalogue(self) -> None:
        """Read the text again."""
        self._read()

    def _completed(self, value: str) -> str | None:
        if self.reading is None or self.catalogue is None or self.context is None:
            return None
        return suggest(value, self.catalogue, self.context)

    def _read(self) -> None:
        if self.value.strip() and self.catalogue and self.context:
            self.reading = read(self.value, self.catalogue, self.context)
        else:
            self.reading = None


def preview(
    reading: Reading,
    catalogue: Catalogue,
    context: CaptureContext,
    *,
    line: str = "",
    hidden: bool = False,
    missed: Sequence[str] = (),
) -> Content:
    """What a reading would save, in one line, and under it each mistake with its mend.

    hidden: amounts that stand not on the `line` as figures, but come from the account, are
    masked. missed: what was not said that the result calls for; it stands where it is seen
    first once nothing else is to be mended.
    """
    if hidden:
        reading = masked(reading, line)
    said = [
        shown(words, "$text-muted italic" if default else "bold")
        for words, default in describe(reading, catalogue, context)
    ]
    if hidden and reading.amount is None and "amount" in reading.defaulted:
        said.insert(1, shown(MASK, "$text-muted italic"))
    if reading.complete:
        said.append(shown(tr("⏎ saves"), "$text-success"))
    lines = [Content("  ").join(said)]
    for error in reading.errors:
        offers = f"  → {'  '.join(error.offers)}" if error.offers else ""
        lines.append(row(("✗ ", "$text-error bold"), message(error), (offers, "bold")))
    known = [*warnings(reading, context)]
    if missed:
        known.append(tr("not said: {names}", names=", ".join(missed)))
    if known:  # one line for all of it: there are two under the capture line at 80 columns
        said_first = shown(f"! {' · '.join(known)}", "bold $text-warning")
        lines.insert(0 if reading.complete else len(lines), said_first)
    return Content("\n").join(line for line in lines if line)


def masked(reading: Reading, line: str) -> Reading:
    """A reading without the amounts of the account: those that a default or a word stands for."""
    known = frozenset({"total", "due", "minimum"})
    typed = reading.plan is not None and reading.plan.amounts and "plan" not in reading.defaulted
    if reading.amount is not None and not typed and ("amount" in reading.defaulted or derived(line)):
        reading = replace(reading, amount=None, defaulted=reading.defaulted | {"amount"})
        known |= {"amount"}
    return replace(reading, errors=tuple(_masked(error, known) for error in reading.errors))


def _masked(error: CaptureError, names: frozenset[str]) -> CaptureError:
    of_account = error.code == "receipts_sum"
    if of_account:  # what would do is the account's own figure
        names |= {"sum"}
    params = {name: MASK if name in names else value for name, value in error.params.items()}
    return replace(error, params=params, offers=() if of_account else error.offers)


class CapturePreview(Static):
    """What the line would save, in words: defaults dimmed, mistakes with what would do."""

    DEFAULT_CSS = """
    CapturePreview { height: 1fr; }
    """

    def show(
        self,
        reading: Reading | None,
        catalogue: Catalogue | None,
        context: CaptureContext | None,
        *,
        line: str = "",
        hidden: bool = False,
        missed: Sequence[str] = (),
    ) -> None:
        """Put a reading into words as `preview` does; None empties the preview."""
        if reading is None or catalogue is None or context is None:
            self.update("", layout=False)
            return
        words = preview(reading, catalogue, context, line=line, hidden=hidden, missed=missed)
        self.update(words, layout=False)
