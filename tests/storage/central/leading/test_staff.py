"""Team administration: who changes what about whom, what a day requires, who stands in for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from rules.protocol import LeaseRequest
from rules.shifts import read_shifts
from rules.staff import Change, Member, NewAbsence
from storage.central import agenda
from storage.central.counting import day as central_day
from storage.central.counting import stats
from storage.central.doors.people import Who
from storage.central.leading import staff
from storage.central.queue import asking
from storage.central.records.closing import NotDone
from tests.storage.central.conftest import Town

TODAY = date(2026, 11, 25)  # a Wednesday
WEEK = read_shifts("lun-vie 9-18 60m, sab 9-14")


def lead(town: Town, name: str, team: str = "", role: str = "lead", level: str = "supervisor") -> Who:
    who = town.agent(name)
    with town.store.begin() as tx:
        tx.run(
            "UPDATE app_user SET role = :role, team = :team, level = :level WHERE id = :id",
            role=role,
            team=team,
            level=level,
            id=who.user_id,
        )
    return msgspec.structs.replace(who, role=role, team=team)


@pytest.fixture
def lupe(town: Town) -> Who:
    """A lead of every team."""
    return lead(town, "lupe")


@pytest.fixture
def rosa(town: Town) -> Who:
    """The lead of the red team, in which the town's agents are."""
    return lead(town, "rosa", "red")


def refused(code: str, act: Callable[..., Any], *given: Any) -> None:
    with pytest.raises(NotDone) as caught:
        act(*given)
    assert caught.value.code == code


def member(store: Any, who: Who, name: str = "ana") -> Member:
    return next(one for one in staff.staff(store, who).members if one.name == name)


def vacation(first: int, last: int, cover: str = "") -> Change:
    since, until = TODAY + timedelta(days=first), TODAY + timedelta(days=last)
    return Change(absence=NewAbsence(kind="vacation", since=since, until=until, cover=cover))


def test_what_is_changed_is_what_is_read(store: Any, ana: Who, beto: Who, rosa: Who) -> None:
    changed = staff.change(
        store,
        rosa,
        "ana",
        Change(
            level="senior",
            daily_goal=50_000_00,
            monthly_goal=900_000_00,
            required_minutes=300,
            shifts=WEEK,
            skills=("insurance", "es", "es"),
            absence=NewAbsence(kind="sick", since=TODAY, until=TODAY, cover="beto"),
        ),
    )
    assert changed == member(store, rosa)
    assert (changed.level, changed.daily_goal, changed.monthly_goal) == ("senior", 50_000_00, 900_000_00)
    assert (changed.required_minutes, changed.shifts, changed.skills) == (300, WEEK, ("es", "insurance"))
    assert changed.absent
    assert (changed.absent.kind, changed.absent.cover) == ("sick", "beto")
    assert member(store, rosa, "beto").shifts == ()
    again = staff.change(store, rosa, "ana", Change(shifts=(), skills=()))
    assert (again.shifts, again.skills, again.daily_goal) == ((), (), 50_000_00)


def test_a_lead_sees_and_changes_the_own_team(store: Any, town: Town, ana: Who, rosa: Who) -> None:
    azul = lead(town, "azul", "blue")
    assert [one.name for one in staff.staff(store, rosa).members] == ["ana"]
    assert staff.staff(store, azul).members == ()
    refused("unknown_agent", staff.change, store, azul, "ana", Change(daily_goal=1))
    refused("unknown_agent", staff.change, store, rosa, "nobody", Change(daily_goal=1))
    refused("other_team", staff.change, store, rosa, "ana", Change(team="blue"))
    admin = lead(town, "root", role="admin", level="committee")
    assert staff.change(store, admin, "ana", Change(team=" blue ")).team == "blue"
    assert [one.name for one in staff.staff(store, azul).members] == ["ana"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Change(), "nothing_to_change"),
        (Change(why="porque sí"), "nothing_to_change"),
        (Change(team="  "), "bad_team"),
        (Change(level="king"), "unknown_level"),
        (Change(level="committee"), "level_too_high"),
        (Change(shifts=(WEEK[0], WEEK[0])), "bad_shift"),
        (Change(skills=("Ñ",)), "bad_skill"),
        (vacation(2, 1), "bad_absence"),
        (vacation(0, 400), "bad_absence"),
        (vacation(1, 2, "nobody"), "unknown_cover"),
        (vacation(1, 2, "ana"), "unknown_cover"),
        (Change(cancel="no-such-absence"), "unknown_absence"),
        (Change(daily_goal=1, why="tarjeta 4111 1111 1111 1111"), "card_number_in_note"),
    ],
)
def test_what_cant_be_is_refused_and_nothing_is_changed(
    store: Any, ana: Who, lupe: Who, wanted: Change, code: str
) -> None:
    before = member(store, lupe)
    refused(code, staff.change, store, lupe, "ana", wanted)
    assert member(store, lupe) == before


def test_nobody_lowers_whom_a_higher_level_has_raised(store: Any, town: Town, ana: Who, lupe: Who) -> None:
    admin = lead(town, "root", role="admin", level="committee")
    staff.change(store, admin, "ana", Change(level="remedial"))
    refused("level_too_high", staff.change, store, lupe, "ana", Change(level="agent"))


def test_absences_of_one_person_never_overlap_and_can_be_taken_back(
    store: Any, ana: Who, lupe: Who, clock: Any
) -> None:
    planned = staff.change(store, lupe, "ana", vacation(3, 5)).absences[0]
    refused("absence_overlaps", staff.change, store, lupe, "ana", vacation(5, 9))
    assert len(staff.change(store, lupe, "ana", vacation(6, 9)).absences) == 2
    assert len(staff.change(store, lupe, "ana", Change(cancel=planned.id)).absences) == 1
    clock.move(days=10)
    assert member(store, lupe).absences == ()  # it is over


def required(store: Any, lupe: Who, ana: Who) -> set[int]:
    """Minutes as the lead's list, the board and the agent's own day have them."""
    [row] = [one for one in stats.snapshot(store, lupe).agents if one.name == "ana"]
    with store.read() as tx:
        own = central_day.day_figures(tx, ana)
    assert own is not None
    return {member(store, lupe).required, row.required_seconds // 60, own.required // 60}


def test_the_shift_of_the_day_is_what_is_required(store: Any, ana: Who, lupe: Who, clock: Any) -> None:
    staff.change(store, lupe, "ana", Change(required_minutes=300))
    assert required(store, lupe, ana) == {300}
    staff.change(store, lupe, "ana", Change(shifts=WEEK))
    assert required(store, lupe, ana) == {480}
    clock.move(days=3)  # Saturday
    assert required(store, lupe, ana) == {300}
    clock.move(days=1)  # Sunday: a day off
    assert required(store, lupe, ana) == {0}
    clock.move(days=1)
    staff.change(store, lupe, "ana", vacation(5, 5))
    assert required(store, lupe, ana) == {0}
    clock.move(days=1)
    assert required(store, lupe, ana) == {480}


def test_who_changed_what_is_in_the_audit_log(store: Any, ana: Who, lupe: Who) -> None:
    staff.change(store, lupe, "ana", Change(daily_goal=50_000_00, why="temporada alta"))
    staff.change(store, lupe, "ana", Change(absence=NewAbsence(kind="sick", since=TODAY, until=TODAY)))
    with store.read() as tx:
        noted = [
            (row[0], row[1], msgspec.json.decode(row[2]) if isinstance(row[2], str) else row[2])
            for row in tx.all(
                "SELECT actor, subject, detail FROM audit WHERE action = 'staff_changed' ORDER BY id"
            )
        ]
    subject = f"user:{ana.user_id}"
    assert noted[0] == (
        "lupe",
        subject,
        {"daily_goal": [40_000_00, 50_000_00], "why": "temporada alta"},
    )
    assert noted[1][2]["days"] == ["2026-11-25", "2026-11-25"]
    assert "sick" not in str(noted)


# Who stands in.


def test_an_absent_agents_promises_and_callbacks_are_in_the_covers_agenda(
    store: Any, town: Town, ana: Who, beto: Who, lupe: Who, clock: Any
) -> None:
    promised, asked, own = town.clients(3)
    for client, body in (
        (promised, town.promise_body(promised, days=1)),
        (
            asked,
            {
                "client_id": asked,
                "code": "RLLA",
                "callback_at": (clock.now() + timedelta(hours=2)).isoformat(),
            },
        ),
    ):
        lease = _lease(store, ana, client)
        [answer] = town.record(ana, town.event(ana, "result", body, lease))
        assert answer.status == "applied", answer
    lease = _lease(store, beto, own)
    town.record(beto, town.event(beto, "result", town.promise_body(own, days=1), lease))

    def due() -> dict[int, str]:
        return {item.client_id: item.agent for item in agenda.agenda(store, beto).items}

    assert due() == {own: ""}
    staff.change(store, lupe, "ana", vacation(0, 0, "beto"))
    assert due() == {own: "", promised: "ana", asked: "ana"}
    assert agenda.agenda(store, beto).covers == ("ana",)
    clock.move(hours=3)
    assert [lease.client.id for lease in _ask(store, beto, asked)] == [asked]
    clock.move(days=1)
    assert agenda.agenda(store, beto).covers == ()
    assert promised not in due()


def test_a_callback_of_a_colleague_who_is_there_is_not_given(
    store: Any, town: Town, ana: Who, beto: Who, clock: Any
) -> None:
    [asked] = town.clients(1)
    body = {
        "client_id": asked,
        "code": "RLLA",
        "callback_at": (clock.now() + timedelta(hours=2)).isoformat(),
    }
    town.record(ana, town.event(ana, "result", body, _lease(store, ana, asked)))
    clock.move(hours=2)
    assert _ask(store, beto, asked) == ()


def _ask(store: Any, who: Who, client: int) -> Any:
    request = LeaseRequest(want=1, request_id=f"{who.name}-{client}", device=who.device, client_id=client)
    return asking.ask(store, who, request).leases


def _lease(store: Any, who: Who, client: int) -> Any:
    [lease] = _ask(store, who, client)
    return lease
