"""The capture as a form: the same grammar, one field a row, choices listed as one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from rules.capture.amounts import derived
from rules.capture.read import read
from rules.capture.values import CaptureContext, Reading
from rules.catalogue import Catalogue
from rules.words import mark, tr
from widgets.form_fields import CLOSED, FIELDS, HINTS, choices, fields_of, line_of, offered, required
from widgets.formats import MASK
from widgets.ordered_keys import OrderedInput, hand_over
from widgets.shown import row, shown

PICKED_BY_DIGIT = ("channel", "reason", "destination", "medium")
"""Closed fields in which a digit takes the choice with that number."""

MOST_CHOICES = 9

LEAST_CHOICES = 2
"""Rows under the fields in a low window: a hint or two choices."""


class Field(OrderedInput):
    """One field of the form; Enter and, where choices are numbered, digits are the form's."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Digits pick a choice in the fields that have numbered ones."""
        if self.id in PICKED_BY_DIGIT and key.isdecimal():
            return False
        return super().check_consume_key(key, character)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter belongs to the form."""
        return False if action == "submit" else super().check_action(action, parameters)


class CaptureForm(Widget):
    """All fields of one capture; what defaults would fill stands in them, dimmed.

    `open` fills it from the line. It closes by `Submitted` (Enter on a complete capture) or
    by `Left` (Escape), which carries the line to go on with. The screen hides it then.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "field(1)", mark("Next field"), id="form.next"),
        Binding("shift+tab,up", "field(-1)", mark("Previous field"), id="form.previous"),
        Binding("enter", "save", mark("Save"), id="form.save"),
        Binding("escape", "leave", mark("Back to the line"), id="form.leave"),
        *(
            Binding(
                f"{digit}", f"pick({digit})", mark("Choice with this number"), id=f"form.{digit}", show=False
            )
            for digit in range(1, MOST_CHOICES + 1)
        ),
    ]

    DEFAULT_CSS = """
    CaptureForm {
        height: 1fr;
        layout: vertical;
        Grid {
            grid-size: 2; grid-columns: 16 1fr; grid-rows: 1; height: auto;
            overflow-y: auto; scrollbar-size-vertical: 1;
        }
        .label { color: $text-muted; padding: 0 1; }
        Field, Field:focus { border: none; height: 1; padding: 0; background: transparent; }
        Field:focus { background: $panel; }
        #choices { height: 1fr; padding: 0 1; }
    }
    """

    class Changed(Message):
        """The fields changed; `reading` is what they say together."""

        def __init__(self, form: CaptureForm, reading: Reading) -> None:
            super().__init__()
            self.form, self.reading = form, reading

        @property
        def control(self) -> CaptureForm:
            """The form."""
            return self.form

    class Submitted(Changed):
        """A complete capture is to be saved; `line` is the line that says the same."""

        def __init__(self, form: CaptureForm, reading: Reading, line: str) -> None:
            super().__init__(form, reading)
            self.line = line

    class Left(Submitted):
        """Back to the line, which goes on with `line`."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.reading = Reading()
        self._catalogue: Catalogue | None = None
        self._against: CaptureContext | None = None
        self._hidden = False
        self._choices: Sequence[tuple[str, str]] = ()
        self._labels = {name: Static(classes="label") for name in FIELDS}
        self._fields = {
            name: Field(id=name, select_on_focus=False, compact=True, validate_on=(), max_length=400)
            for name in FIELDS
        }
        self._grid = Grid()
        self._list = Static(id="choices")

    def compose(self) -> ComposeResult:
        """A label and an input for each field, and the choices under them."""
        with self._grid:
            for name, field in self._fields.items():
                yield self._labels[name]
                yield field
        yield self._list

    def on_resize(self, event: events.Resize) -> None:
        """Leave room for choices under the fields; the fields scroll where they are too many."""
        self._grid.styles.max_height = max(1, event.size.height - LEAST_CHOICES)
        self.call_after_refresh(self._list_choices)

    def open(self, line: str, catalogue: Catalogue, context: CaptureContext, *, hidden: bool = False) -> None:
        """Fill the form from a line, and put the caret where something is to be done.

        hidden: amounts of the account's stay as the words that stand for them.
        """
        self._catalogue, self._against, self._hidden = catalogue, context, hidden
        texts = fields_of(line, read(line, catalogue, context), catalogue, context)
        if hidden and texts["amount"]:
            texts["amount"] = derived(line) or texts["amount"]
        with self.prevent(Input.Changed):
            for name, text in texts.items():
                field = self._fields[name]
                field.value = text
                field.cursor_position = len(text)
        self._read()
        self._go(self._first())

    @property
    def line(self) -> str:
        """The line that says what the fields say."""
        return line_of({name: self._fields[name].value for name in FIELDS})

    def _first(self) -> str:
        """Where to begin: what was not understood, then the result, then what is missing."""
        if self._fields["rest"].value:
            return "rest"
        if not self.reading.code:
            return "code"
        missing = {error.params.get("field", "") for error in self.reading.errors}
        missing = {"date" if name == "callback" else name for name in missing}
        shown_names = self._names()
        return next(
            (name for name in shown_names if name in missing), shown_names[min(1, len(shown_names) - 1)]
        )

    def _names(self) -> list[str]:
        return [name for name in FIELDS if self._fields[name].display]

    # What the fields say

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self._settle()

    def _settle(self) -> None:
        """Take in what the fields hold: their messages may still be on the way."""
        self._read()
        self._list_choices()

    def _read(self) -> None:
        """Read the fields together; show the fields of the result and what defaults fill."""
        catalogue, context = self._catalogue, self._against
        if catalogue is None or context is None:
            return
        self.reading = read(self.line, catalogue, context)
        names, needed = offered(self.reading.code, catalogue, context), required(self.reading.code, catalogue)
        filled = fields_of("", self.reading, catalogue, context, defaults=True)
        for name, label in FIELDS.items():
            field, words = self._fields[name], self._labels[name]
            there = name in names or bool(field.value) or field.has_focus
            if field.display != there:
                field.display = words.display = there
                self.call_after_refresh(self._list_choices)  # there is now another room for them
            masked = self._hidden and name in ("amount", "plan") and filled[name] and self._of_account(name)
            field.placeholder = MASK if masked else filled[name] if name != "code" else ""
            said = row(tr(label), (" *", "bold $text-primary") if name in needed else "")
            if words.content != said:
                words.update(said, layout=False)
        self.post_message(self.Changed(self, self.reading))

    def _of_account(self, name: str) -> bool:
        """Whether a default stands for an amount of the account's, or for several in a plan."""
        plan = self.reading.plan
        return name == "amount" or bool(plan and plan.amounts and "plan" in self.reading.defaulted)

    def _list_choices(self) -> None:
        """What can stand in the field with the caret."""
        field, catalogue, context = self.app.focused, self._catalogue, self._against
        if not isinstance(field, Field) or catalogue is None or context is None:
            return
        name = field.id or ""
        self._choices = choices(name, field.value, catalogue, context, hidden=self._hidden)
        numbered = name in PICKED_BY_DIGIT
        hint = [shown(tr(HINTS[name]), "$text-muted")] if name in HINTS else []
        listed = [
            row((f"{place} " if numbered and place <= MOST_CHOICES else "  ", "bold $text-primary"),
                (value.ljust(9), "bold"), f" {label}")
            for place, (value, label) in enumerate(self._choices, start=1)
        ]  # fmt: skip
        lines = [*listed, *hint] if name == "receipts" else [*hint, *listed]
        room = max(1, self._list.size.height)
        if len(lines) > room:
            more = tr("… {count} more: type the beginning", count=len(lines) - room + 1)
            lines = [*lines[: room - 1], shown(more, "$text-muted")]
        self._list.update(shown("\n", newlines=True).join(lines), layout=False)

    # Keys

    def _go(self, name: str) -> None:
        self.screen.set_focus(self._fields[name])
        self._list_choices()

    def action_field(self, step: int) -> None:
        """Go to another field; a single choice left is taken on the way."""
        self._settle()
        here = self.app.focused
        if isinstance(here, Field):
            self._take_only_choice(here)
            names = self._names()
            self._go(names[(names.index(here.id or "") + step) % len(names)])

    def _take_only_choice(self, field: Field) -> None:
        if field.id in CLOSED and field.value.strip() and len(self._choices) == 1:
            field.value = self._choices[0][0]
            self._read()

    def action_pick(self, digit: int) -> None:
        """Take the choice with that number and go on."""
        self._settle()
        here = self.app.focused
        if isinstance(here, Field) and here.id in PICKED_BY_DIGIT and digit <= len(self._choices):
            here.value = self._choices[digit - 1][0]
            self._read()
            self.action_field(1)

    async def action_save(self) -> None:
        """Hand a complete capture over; otherwise go where something is missing."""
        self._settle()
        here = self.app.focused
        if isinstance(here, Field):
            self._take_only_choice(here)
        if self.reading.complete:
            await hand_over(self, self.Submitted(self, self.reading, self.line))
        else:
            self._go(self._first())

    async def action_leave(self) -> None:
        """Back to the line, with all that the fields say."""
        self._settle()
        await hand_over(self, self.Left(self, self.reading, self.line))
