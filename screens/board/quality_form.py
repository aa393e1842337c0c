"""The form that a call is heard with: one digit for each item, the score as it grows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, cast

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from rules.evaluations import Evaluate, Evaluated, Heard, Sample, SampledCall
from rules.quality import Item, Said, score
from rules.words import language, mark, tr
from screens.board.page import BoardPage
from screens.board.service import BoardService
from widgets.columns import Column
from widgets.figures import share
from widgets.formats import moment, money
from widgets.ordered_keys import OrderedInput
from widgets.panel import LABEL
from widgets.row_list import RowList
from widgets.shown import row

SAID = {"yes": mark("yes"), "no": mark("no"), "na": mark("n/a")}
"""What may be said of an item."""

SIGNS = {"yes": "✓", "no": "✗", "na": "–"}


class Line(msgspec.Struct, frozen=True):
    """An item on the form with what was said of it so far, "" = nothing."""

    key: str
    item: Item
    said: str


class FormScreen(BoardPage):
    """Hears one call of a sample; left by Enter on the note, or by Escape without keeping anything."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"say('{said}')", words, id=f"form.{said}")
            for key, (said, words) in zip("123", SAID.items(), strict=True)
        ),
        Binding("n", "note", mark("Note and keep"), id="form.note"),
    ]

    DEFAULT_CSS = """
    FormScreen #call { height: 2; padding: 0 1; }
    FormScreen #note { display: none; height: 1; border: none; padding: 0 1; background: $surface; }
    FormScreen.-typing #note { display: block; }
    """

    def __init__(self, service: BoardService, sample: Sample, call: SampledCall) -> None:
        super().__init__(service, call)
        self._sample, self._call = sample, call
        self._said: dict[str, str] = {}
        self._list: RowList[Line] = RowList(item_columns(), lambda one: one.key, now=service.now())
        self._note = OrderedInput(id="note", select_on_focus=False, max_length=1000)

    def title_words(self) -> str:
        """Whose call it is."""
        return tr("Call of {agent}", agent=self._call.agent)

    def body(self) -> Iterable[Widget]:
        """The call in two lines, the items, the note."""
        self._list.styles.height = "1fr"
        return (Static(id="call"), self._list, self._note)

    def on_mount(self) -> None:
        """Begin with the first item."""
        super().on_mount()
        self._list.relabel(tr("What to listen for"), item_columns(), tr("nothing here"))
        self.query_one("#call", Static).update(_call_lines(self._call, self.service.now()))
        self.set_focus(self._list)
        self._draw()

    def _draw(self) -> None:
        items = self._sample.form.items
        lines = tuple(Line(key, item, self._said.get(key, "")) for key, item in items.items())
        self._list.show(lines, self.service.now())
        self.draw_head(self._standing())

    def _standing(self) -> Content:
        """The score so far: what was not answered yet counts as not applying."""
        items = self._sample.form.items
        answers = {key: self._said.get(key, "na") for key in items}
        left = len(items) - len(self._said)
        if set(answers.values()) == {"na"}:
            return row(" ", tr("{left} to go", left=left))
        found = score(self._sample.form, answers)
        shown_score = share(found.reached.numerator, found.reached.denominator)
        failed = (f" ✗ {tr('critical')}", "bold $text-error") if found.failed else ("", "")
        return row(" ", (shown_score, "bold"), failed, f" · {tr('{left} to go', left=left)}")

    def action_say(self, said: str) -> None:
        """Say it of the item under the cursor, and go on to the next."""
        if (line := self._list.item) is not None and not self.has_class("-typing"):
            self._said[line.key] = said
            self._draw()
            self._list.action_cursor(1)

    def action_note(self) -> None:
        """Open the note; every item has to be answered first."""
        missing = [key for key in self._sample.form.items if key not in self._said]
        if missing:
            self.say(tr("Answer every item first: {count} are left.", count=len(missing)), "$text-warning")
            return
        self.add_class("-typing")
        self.set_focus(self._note)
        self.say(tr("a word on the call · ⏎ keeps the evaluation · Esc back"))

    @on(Input.Submitted, "#note")
    def _keep(self) -> None:
        answers = cast("dict[str, Said]", dict(self._said))  # nothing else can be said
        heard = Heard(
            call=self._call.id, sample=self._sample.id, answers=answers, note=self._note.value.strip()
        )
        self.ask(Evaluate(body=heard), self._kept)

    def _kept(self, _: Evaluated) -> None:
        self.dismiss(None)

    def action_leave(self) -> None:
        """From the note back to the items; from there, away without keeping anything."""
        if self.has_class("-typing"):
            self.remove_class("-typing")
            self.set_focus(self._list)
        else:
            super().action_leave()


def item_columns() -> tuple[Column[Line], ...]:
    """The item in words, its weight, what was said."""
    return (
        Column("said", "", 6, lambda line, _: _said(line), lambda line: line.said, _tone),
        Column("item", tr("item"), 20, lambda line, _: line.item.es if language() == "es" else line.item.en,
               lambda line: line.key, grow=True),
        Column("critical", tr("critical"), 8, lambda line, _: "!" if line.item.critical else "",
               lambda line: line.item.critical, lambda _, __: "warn"),
        Column("weight", tr("weight"), 6, lambda line, _: str(line.item.weight),
               lambda line: line.item.weight, right=True, rank=1),
    )  # fmt: skip


def _said(line: Line) -> str:
    return f"{SIGNS[line.said]} {tr(SAID[line.said])}" if line.said else "·"


def _tone(line: Line, _: datetime) -> str:
    if line.said == "no":
        return "bad" if line.item.critical else "warn"
    return "good" if line.said == "yes" else "muted"


def _call_lines(call: SampledCall, now: datetime) -> Content:
    amount = f" · {money(call.amount, call.currency)}" if call.amount else ""
    left_out = f"   {tr('left out')}: {', '.join(call.missed)}" if call.missed else ""
    first = row((call.client, "bold"), f" · {moment(call.at, now)} · ", (call.code, "bold"), amount, left_out)
    second = row(
        (f"{tr('Identity')}: ", LABEL), call.identity or "–", (f"   {tr('Note')}: ", LABEL), call.note
    )
    return Content("\n").join([first, second])
