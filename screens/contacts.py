"""Phones, e-mails and addresses of the client: what is known of each, and a few keys to change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from rules.clients import Phone
from rules.contact_parameters import for_client
from rules.desk import ClientPage
from rules.facts import PointBody
from rules.point_line import problem, read, to_body
from rules.points import MEDIA, RETIREMENTS, Point, kind, retired, use_of, value_of
from rules.words import mark, tr
from screens.point_choice import PointChoiceScreen
from widgets.columns import Column
from widgets.ordered_keys import OrderedInput
from widgets.point_lines import MEDIA as MEDIUM_WORDS
from widgets.point_lines import (
    SIGNS,
    SOURCES,
    STATUSES,
    USES,
    body_words,
    last_call,
    letters,
    problem_words,
    shown_value,
    status_words,
)
from widgets.row_list import RowList
from widgets.shown import shown
from widgets.wording import PHONE_LABELS, word

LONGEST_LINE = 240
LEFT_OUT = ("rows.sort", "rows.reverse", "rows.filter", "rows.clear_filter")
"""What a list of a handful has no need of: their keys change points here."""


ANSWERS = (mark("yes"), mark("no"))
"""What a client can say about a medium."""


class PointList(RowList[Point], inherit_bindings=False):
    """The points, without the keys that sort and filter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        one for one in RowList.BINDINGS if isinstance(one, Binding) and one.id not in LEFT_OUT
    ]


def _shown(point: Point) -> str:
    return shown_value(kind(point), value_of(point))


def _label(point: Point) -> str:
    return f"{SIGNS[kind(point)]} {word(PHONE_LABELS, point.label) if point.label else ''}".rstrip()


def _tone(point: Point, _now: datetime) -> str:
    if retired(point):
        return "muted"
    return "warn" if point.use == "validate" else ""


class ContactsScreen(ModalScreen[PointBody | int | None]):
    """Closes with a change to be made, with the index of the phone to call, or with None.

    Args:
        page: the client on the desk.
        now: the present instant, in the zone in which days are to be read.
        adding: begin with the line for a new point.
    """

    DEFAULT_CSS = """
    ContactsScreen { align: center middle; }
    ContactsScreen > RowList {
        width: 110; max-width: 100%; height: 1fr; max-height: 60%;
        background: $surface; border-top: heavy $primary; border-title-color: $text-primary;
    }
    ContactsScreen > Input, ContactsScreen > Input:focus {
        width: 110; max-width: 100%; height: 1; border: none; padding: 0 1;
        background: $panel; background-tint: transparent;
    }
    ContactsScreen > Static {
        width: 110; max-width: 100%; height: auto; background: $panel; padding: 0 1;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", mark("Add a phone, e-mail or address"), id="contacts.add"),
        Binding("c", "correct", mark("Correct it"), id="contacts.correct"),
        Binding("r", "retire", mark("Retire it, with a reason"), id="contacts.retire"),
        Binding("v", "validate", mark("Validated: it is the right one"), id="contacts.validate"),
        Binding("s", "consent", mark("Permission for a medium"), id="contacts.consent"),
        Binding("h", "changes", mark("Changes of all points"), id="contacts.changes"),
        Binding("escape", "back", mark("Back"), id="contacts.back"),
    ]

    def __init__(self, page: ClientPage, now: datetime, *, adding: bool = False) -> None:
        super().__init__()
        self._page, self._now, self._adding = page, now, adding
        self._client = page.client
        self._points: tuple[Point, ...] = (
            *page.client.phones,
            *page.client.emails,
            *page.client.addresses,
        )
        self._correcting: Point | None = None
        self._rows = PointList(
            self._columns(),
            lambda point: f"{kind(point)} {point.id}",
            now=now,
            empty=tr("nothing is known: a adds a phone"),
        )
        self._line = OrderedInput(max_length=LONGEST_LINE, compact=True, select_on_focus=False)
        self._line.cursor_blink = False
        self._said = Static()

    def _columns(self) -> tuple[Column[Point], ...]:
        client = self._client
        return (
            Column("kind", tr("type"), 10, lambda point, _: _label(point), kind, _tone),
            Column("value", tr("value"), 17, lambda point, _: _shown(point), _shown, _tone, grow=True),
            Column("status", tr("status"), 20, lambda point, _: status_words(point),
                   status_words, _tone),
            Column("use", tr("use"), 13, lambda point, _: word(USES, point.use),
                   lambda point: point.use, _tone),
            Column("source", tr("source"), 13, lambda point, _: word(SOURCES, point.source),
                   lambda point: point.source, _tone, rank=3),
            Column("consents", tr("permits"), 8, lambda point, _: letters(point), letters, rank=1),
            Column("last", tr("last call"), 15, lambda point, now: last_call(point, client, now),
                   value_of, rank=2),
        )  # fmt: skip

    def compose(self) -> ComposeResult:
        """The list, the line for a value, what it would keep or which keys there are."""
        self._rows.title = tr("Phones, e-mails, addresses")
        yield self._rows
        yield self._line
        yield self._said

    def on_mount(self) -> None:
        """Fill the list; the line shows only while something is typed."""
        self._rows.show(self._points, self._now)
        if self._adding:
            self.action_add()
        else:
            self._rest()

    # Typing a value

    @property
    def _typing(self) -> bool:
        return bool(self._line.display)

    def _rest(self) -> None:
        self._line.display = False
        self._correcting = None
        self._say(tr("a add · c correct · r retire · v validate · s permit · h changes · ⏎ call"))
        self.set_focus(self._rows)

    def _say(self, text: str, style: str = "$text-muted") -> None:
        self._said.update(shown(text, style))

    def _ask(self, text: str, correcting: Point | None) -> None:
        self._correcting = correcting
        self._line.display = True
        self._line.value = text
        self._line.cursor_position = len(text)
        self._read()
        self.set_focus(self._line)

    @on(Input.Changed)
    def _read(self) -> None:
        """Say what the line would keep, or what is wrong with it."""
        body = self._body()
        if not self._typing:
            return
        if body is None:
            self._say(tr("number, e-mail or address, then home, work… and who gave it (third party…)"))
        elif found := problem(body, self._client):
            self._say(f"✗ {problem_words(found.code, body)}", "bold $text-error")
        else:
            use = use_of(body.source or "titular", for_client(self._client))
            self._say(f"{body_words(body, use)} · {tr('⏎ saves')}", "bold")

    def _body(self) -> PointBody | None:
        reading = read(self._line.value, self._client.country)
        return None if reading is None else to_body(reading, self._client, self._correcting)

    @on(Input.Submitted)
    def _entered(self) -> None:
        body = self._body()
        if body is not None and problem(body, self._client) is None:
            self.dismiss(body)

    # Keys of the list

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a value is typed its letters are text."""
        return action == "back" or not self._typing

    def action_add(self) -> None:
        """Type a new point."""
        self._ask("", None)

    def action_correct(self) -> None:
        """Change the value under the cursor."""
        if point := self._rows.item:
            label = f" {word(PHONE_LABELS, point.label)}" if point.label else ""
            self._ask(f"{_shown(point)}{label}", point)

    def action_retire(self) -> None:
        """Take the point out of use, for a reason."""
        if point := self._usable():
            choices = [(status, word(STATUSES, status)) for status in RETIREMENTS[kind(point)]]
            self._choose("retire", tr("Why is it retired?"), choices)

    def action_validate(self) -> None:
        """The point is right: the client said so, or somebody else."""
        if self._usable():
            choices = [
                ("titular", tr("the client confirms it")),
                ("tercero", tr("somebody else confirms it")),
            ]
            self._choose("validate", tr("Who confirms it?"), choices)

    def action_consent(self) -> None:
        """What the client said about one medium."""
        if point := self._usable():
            choices = [
                (f"{medium} {answer}", f"{word(MEDIUM_WORDS, medium)}: {tr(answer)}")
                for medium in MEDIA[kind(point)]
                for answer in ANSWERS
            ]
            self._choose("consent", tr("What did the client say?"), choices)

    def _usable(self) -> Point | None:
        point = self._rows.item
        if point is not None and retired(point):
            self._say(f"✗ {tr('{value} is out of use already.', value=_shown(point))}", "bold $text-error")
            return None
        return point

    def _choose(self, action: str, question: str, choices: Sequence[tuple[str, str]]) -> None:
        """Ask for the one thing that is missing, then close with the change."""
        point = self._rows.item

        def close(choice: str | None) -> None:
            if choice is not None and point is not None:
                self.dismiss(self._change(action, point, choice))

        self.app.push_screen(PointChoiceScreen(question, choices), close)

    def _change(self, action: str, point: Point, choice: str) -> PointBody:
        body = PointBody(
            client_id=self._client.id,
            action=action,
            point=kind(point),
            point_id=point.id,
            base=value_of(point),
        )
        if action == "retire":
            return msgspec.structs.replace(body, status=choice)
        if action == "validate":
            return msgspec.structs.replace(body, source=choice)
        medium, _, answer = choice.partition(" ")
        return msgspec.structs.replace(body, medium=medium, consent=answer == ANSWERS[0], source="titular")

    def action_changes(self) -> None:
        """Show what was changed, by whom and on whose word."""
        from screens.point_changes import PointChangesScreen

        self.app.push_screen(PointChangesScreen(self._client, self._now))

    @on(RowList.Chosen)
    def _call(self, event: RowList.Chosen) -> None:
        if isinstance(event.item, Phone):
            self.dismiss([phone.id for phone in self._client.phones].index(event.item.id))
        else:
            self._say(tr("Only a phone can be called."), "$text-warning")

    def action_back(self) -> None:
        """From the line back to the list; from the list back to the desk."""
        if self._typing and not self._adding:
            self._rest()
        else:
            self.dismiss(None)
