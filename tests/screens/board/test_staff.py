"""The people of a team on the board: what each day is, and one line for each change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.shifts import read_shifts
from rules.staff import Absence, Change, ChangeMember, Member, NewAbsence, Staff, StaffQuery
from screens.board.staff import StaffScreen
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

TODAY = NOW.date()  # Wednesday, 25 November


def member(name: str, display_name: str, **more: Any) -> Member:
    given: dict[str, Any] = {
        "team": "Norte",
        "level": "agent",
        "currency": "MXN",
        "daily_goal": 40_000_00,
        "monthly_goal": 800_000_00,
        "required_minutes": 360,
        "today": TODAY,
        "required": 480,
        "shifts": read_shifts("lun-vie 9-18 60m, sab 9-14"),
        "skills": ("es", "insurance"),
    }
    return Member(name=name, display_name=display_name, **(given | more))


ANA = member("ana", "Ana López")
BRUNO = member(
    "bruno",
    "Bruno Díaz",
    required=0,
    absences=(
        Absence(id="a1", kind="vacation", since=TODAY, until=TODAY + timedelta(days=3), cover="ana"),
        Absence(id="a2", kind="sick", since=date(2026, 12, 20), until=date(2026, 12, 20)),
    ),
)
CARLA = member("carla", "Carla Méndez", shifts=(), skills=(), required=360, level="senior", daily_goal=0)


@pytest.fixture
def people(board):
    """The board with its people, whose changes are kept."""
    known = {one.name: one for one in (ANA, BRUNO, CARLA)}

    def keep(order: ChangeMember) -> Member:
        fields = {
            name: value
            for name in (
                "team",
                "level",
                "daily_goal",
                "monthly_goal",
                "required_minutes",
                "shifts",
                "skills",
            )
            if (value := getattr(order.body, name)) is not None
        }
        known[order.name] = msgspec.structs.replace(known[order.name], **fields)
        return known[order.name]

    board.service.replies = {StaffQuery: lambda _: Staff(members=tuple(known.values())), ChangeMember: keep}
    return board


def orders(app) -> list[tuple[str, Change]]:
    return [(one.name, one.body) for one in app.service.asked if isinstance(one, ChangeMember)]


async def typed(app, pilot, *keys):
    app.type(*keys)
    await pilot.pause()
    await pilot.pause()


async def opened(app, pilot):
    await pilot.pause()
    await typed(app, pilot, "p")
    assert isinstance(app.screen, StaffScreen)


@pytest.mark.parametrize(
    ("size", "language"),
    [((60, 24), "es"), ((80, 24), "en"), ((120, 40), "es")],
    ids=["60es", "80en", "120es"],
)
async def test_who_works_today_is_in_sight(people, snapshot, size, language):
    set_language(language)
    async with people.run_test(size=size) as pilot:
        await opened(people, pilot)
        await typed(people, pilot, "down")
        text = people.text()
        for told in ("Ana López", "09:00–18:00", "lun-vie" if language == "es" else "mon-fri"):
            assert told in text
        assert text == snapshot


async def test_a_line_changes_what_it_says(people):
    absence = NewAbsence(kind="vacation", since=date(2026, 12, 1), until=date(2026, 12, 5), cover="bruno")
    wanted = {
        ("1", "mon-thu 8-14"): Change(shifts=read_shifts("lun-jue 8-14")),
        ("2", "en, tarjetas"): Change(skills=("card", "en")),
        ("4", "50000 = peak"): Change(daily_goal=50_000_00, why="peak"),
        ("5", "nivel senior min 300"): Change(level="senior", required_minutes=300),
        ("3", "vac 1dec-5dec cover bruno"): Change(absence=absence),
    }
    async with people.run_test(size=(80, 24)) as pilot:
        await opened(people, pilot)
        for key, line in wanted:
            await typed(people, pilot, key, "ctrl+u", *line, "enter")
            assert "✓ Kept for Ana López." in people.text()
    assert orders(people) == [("ana", change) for change in wanted.values()]


async def test_the_line_begins_with_what_is_kept_and_can_be_sent_as_it_is(people):
    async with people.run_test(size=(120, 40)) as pilot:
        await opened(people, pilot)
        for key in "1245":
            await typed(people, pilot, key, "enter")
    assert len(orders(people)) == 4
    for _, sent in orders(people):
        for name in sent.__struct_fields__:
            if (value := getattr(sent, name)) not in (None, ""):
                assert value == getattr(ANA, name)


async def test_an_absence_is_taken_back_by_a_day_of_it(people):
    async with people.run_test(size=(80, 24)) as pilot:
        await opened(people, pilot)
        await typed(people, pilot, "down", "enter")
        await typed(people, pilot, *"cancel 20dec", "enter")
        assert orders(people) == [("bruno", Change(cancel="a2"))]
        await typed(people, pilot, "3", *"cancel 21dec", "enter")
        assert "no absence on that day" in people.text()
        assert len(orders(people)) == 1


async def test_what_cant_be_read_is_said_and_nothing_is_sent(people):
    async with people.run_test(size=(120, 40)) as pilot:
        await opened(people, pilot)
        for key, line, words in (
            ("1", "mon 18-9", "18-9: the hours end before they begin"),
            ("2", "a.b", "a.b: a skill has letters"),
            ("3", "party 1dec", "begins with vac, sick"),
            ("3", "vac 31feb", "31feb is not a day of the calendar"),
            ("4", "much 1", "two amounts"),
            ("5", "level king", "no level is called king: agent · senior"),
        ):
            await typed(people, pilot, key, "ctrl+u", *line, "enter")
            assert words in people.text()
            assert line in people.text()
            await typed(people, pilot, "escape")
    assert orders(people) == []


async def test_what_the_centre_refuses_stays_on_the_line(people):
    async with people.run_test(size=(80, 24)) as pilot:
        await opened(people, pilot)
        people.service.refuse = "unknown_cover"
        await typed(people, pilot, "3", *"vac 1dec cover zoe", "enter")
        assert "no other agent whom you lead is called so" in people.text()
        assert "vac 1dec cover zoe" in people.text()
        people.service.refuse = ""
        await typed(people, pilot, *["backspace"] * 3, *"ana", "escape", "escape")
        assert not isinstance(people.screen, StaffScreen)


async def test_opened_on_an_agent_the_cursor_stands_there(people):
    async with people.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await typed(people, pilot, "tab", "down", "p")
        assert "Bruno Díaz bruno" in people.text()


async def test_markup_and_escape_codes_in_names_are_text(people):
    hostile = member("zoe", "[red]Zoe[/] \x1b[31m\u202e", team="[b]x")
    people.service.replies[StaffQuery] = Staff(members=(hostile,))
    async with people.run_test(size=(120, 40)) as pilot:
        await opened(people, pilot)
        text = people.text()
        assert "[red]Zoe[/]" in text
        assert "\x1b" not in text
        assert "\u202e" not in text
