"""The people of a team: today's shift or absence, skills and goals; a line changes each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from rules.capture.scope import Refused
from rules.protocol import AgentRow, Decision
from rules.shifts import read_shifts
from rules.staff import Change, ChangeMember, Member, Staff, StaffQuery
from rules.staff_lines import Cancelled, read_absence, read_goals, read_place, read_skills
from rules.words import language, mark, tr
from screens.board.lined_page import LinedPage
from screens.board.service import BoardService
from screens.board.staff_words import (
    absence_words,
    columns,
    goals_line,
    place_line,
    reason,
    skill_words,
    week_words,
)
from widgets.formats import money
from widgets.panel import LABEL, wrapped
from widgets.row_list import RowList
from widgets.shown import row, shown
from widgets.wording import LEVELS, word

HINTS = {
    "shifts": mark("weekdays, hours, minutes of rest: mon-fri 9-18 60m, sat 9-14 · none"),
    "skills": mark("all of them: en, es, insurance, B2, any word"),
    "absence": mark("vac 1dec-5dec cover NAME · sick today · course · leave · cancel 1dec"),
    "goals": mark("of the day, of the month, and why: 40000 800000 high season · = leaves one"),
    "place": mark("team NAME level LEVEL min MINUTES"),
}
"""What may be typed on the line, by what it is open for."""


class StaffScreen(LinedPage):
    """The agents whom the lead looks after; opened on an agent, the cursor stands there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "edit('shifts')", mark("Shifts"), id="staff.shifts"),
        Binding("2", "edit('skills')", mark("Skills"), id="staff.skills"),
        Binding("3", "edit('absence')", mark("Absence"), id="staff.absence"),
        Binding("4", "edit('goals')", mark("Goals"), id="staff.goals"),
        Binding("5", "edit('place')", mark("Team, level"), id="staff.place"),
        Binding("f5", "again", mark("Ask again"), id="staff.again", show=False),
    ]

    DEFAULT_CSS = """
    StaffScreen {
        #people { height: 1fr; border-top: solid $panel-rule; border-title-color: $text-primary; }
        #person { height: auto; min-height: 3; max-height: 8; padding: 0 1; background: $panel; }
    }
    """

    def __init__(self, service: BoardService, about: Any = None) -> None:
        super().__init__(service, about)
        self._wanted = about.name if isinstance(about, AgentRow) else ""
        if isinstance(about, Decision):
            self._wanted = about.agent
        self._members: tuple[Member, ...] = ()
        self._list: RowList[Member] = RowList(columns(), lambda one: one.name, now=service.now(), id="people")
        self._person = Static(id="person")
        self.resting = self._list

    def title_words(self) -> str:
        """The page's name."""
        return tr("People")

    def body(self) -> Iterable[Widget]:
        """The list, the person under the cursor in full, the line."""
        return (self._list, self._person, self.line)

    def on_mount(self) -> None:
        """Ask who there is."""
        super().on_mount()
        self.relabel()
        self.set_focus(self._list)
        self.action_again()

    def relabel(self) -> None:
        """Write everything in the language in force."""
        super().relabel()
        self._list.relabel(tr("Agents"), columns(), tr("you lead nobody here"))
        self._show_person()

    def action_again(self) -> None:
        """Ask anew; the cursor stays on its person."""
        self.ask(StaffQuery(), self._fill)

    def _fill(self, found: Staff) -> None:
        self._members = found.members
        self._list.show(self._members, self.service.now())
        absent = sum(one.absent is not None for one in self._members)
        self.draw_head(tr("{count} absent today", count=absent) if absent else "")
        names = [one.name for one in self._list.order.rows]
        if self._wanted in names:
            self._list.point_at(names.index(self._wanted))
        self._wanted = ""
        self._show_person()

    @on(RowList.Pointed)
    def _show_person(self) -> None:
        member = self._list.item
        width = max(20, self.size.width - 2)
        self._person.update(Content("\n").join(_lines(member, width)) if member else "")

    def on_resize(self) -> None:
        """What is drawn for a width is drawn again."""
        self._show_person()

    # Changing

    @on(RowList.Chosen)
    def _choose(self) -> None:
        """Enter: what is changed most often."""
        self.action_edit("absence")

    def action_edit(self, what: str) -> None:
        """Open the line with what is kept now."""
        member = self._list.item
        if member is None:
            return
        text = {
            "shifts": week_words(member),
            "skills": skill_words(member),
            "goals": goals_line(member),
            "place": place_line(member),
        }.get(what, "")
        self.open_line(what, text, f"{member.display_name or member.name}: {tr(HINTS[what])}")

    def reason(self, refused: Refused) -> str:
        """Why a line can't be read."""
        return reason(refused)

    def entered(self, text: str) -> None:
        """Send what the line says; it stays open until the centre has kept it."""
        member = self._list.item
        if member is None:
            return
        change = _read(self.typing, text, member)
        self.ask(ChangeMember(name=member.name, body=change), self._changed)

    def _changed(self, member: Member) -> None:
        self.close_line()
        self._fill(Staff(members=tuple(member if one.name == member.name else one for one in self._members)))
        self.say(tr("✓ Kept for {name}.", name=member.display_name or member.name), "$text-success")


def _read(what: str, text: str, member: Member) -> Change:
    """What a line changes about a person."""
    if what == "shifts":
        return Change(shifts=read_shifts(text))
    if what == "skills":
        return Change(skills=read_skills(text))
    if what == "goals":
        return read_goals(text)
    if what == "place":
        return read_place(text)
    found = read_absence(text, member.today, language())
    if not isinstance(found, Cancelled):
        return Change(absence=found)
    meant = next((one for one in member.absences if one.since <= found.on <= one.until), None)
    if meant is None:
        raise Refused("absence_none", text)
    return Change(cancel=meant.id)


def _lines(member: Member, width: int) -> list[Content]:
    """A person in full."""
    goals = " · ".join(
        f"{label} {money(goal, member.currency)}" if goal else f"{label} –"
        for label, goal in ((tr("day"), member.daily_goal), (tr("month"), member.monthly_goal))
    )
    head = row(
        (member.display_name or member.name, "bold $text-primary"),
        (f" {member.name}", LABEL),
        f" · {member.team} · {word(LEVELS, member.level)}",
    )
    lines = [head]
    for label, text in (
        (
            tr("Shifts"),
            week_words(member) or tr("none: {minutes} min a day", minutes=member.required_minutes),
        ),
        (tr("Skills"), skill_words(member) or "–"),
        (tr("Goals"), goals),
        (tr("Absences"), " · ".join(absence_words(one) for one in member.absences) or "–"),
    ):
        lines += wrapped(row((f"{label} ", LABEL), shown(text)), width, "  ")
    return lines
