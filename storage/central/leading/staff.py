"""The people whom a lead looks after: shifts, skills, absences, goals, team and level; every change noted."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from rules.authority import LEVELS
from rules.shifts import Shift, sound
from rules.staff import Absence, Change, Member, NewAbsence, Staff
from rules.staff_lines import MOST_SKILLS, is_skill
from rules.text import clean
from storage.central.connection import Store, Tx, day, grouped
from storage.central.counting.timetable import Timetable
from storage.central.doors.who import Who
from storage.central.portfolios import Book, books, home_book
from storage.central.records.closing import NotDone, checked_note
from storage.central.records.reviews import tell_boards
from storage.central.upkeep import audit

LONGEST_ABSENCE = timedelta(days=366)
LONGEST_TEAM = 60

_PEOPLE = """
    SELECT id, name, display_name, team, level, daily_goal, monthly_goal, required_minutes
    FROM app_user
    WHERE role = 'agent' AND NOT disabled AND (:name = '' OR name = :name)
    ORDER BY name
"""
_SETTABLE = ("team", "level", "daily_goal", "monthly_goal", "required_minutes")


def staff(store: Store, who: Who) -> Staff:
    """The agents whom the reader leads, by name."""
    with store.read() as tx:
        return Staff(members=tuple(member for member, _, _ in _members(tx, who)))


def _members(tx: Tx, who: Who, name: str = "") -> list[tuple[Member, int, Book]]:
    """Agents of the reader's scope with their ids and home portfolios."""
    known = {key: book for key, book in books(tx).items() if who.may_see(key)}
    scopes = grouped(tx.all("SELECT user_id, portfolio_id FROM user_portfolio"), int)
    people: list[tuple[tuple[Any, ...], Book]] = []
    for row in tx.all(_PEOPLE, name=name):
        home = home_book(known, tuple(scopes[row[0]]) if row[0] in scopes else None)
        if home is not None and who.leads(row[3]):
            people.append((row, home))
    ids = [row[0] for row, _ in people]
    today = {row[0]: home.moment(tx.now)[0] for row, home in people}
    timetable = Timetable(tx, today.values(), ids)
    shifts = _shifts(tx, ids)
    skills = grouped(tx.all("SELECT user_id, skill FROM skill WHERE user_id IN :ids", ids=ids), str)
    absences = _absences(tx, ids, min(today.values(), default=tx.now.date()))
    return [
        (
            Member(
                name=row[1],
                display_name=row[2],
                team=row[3],
                level=row[4],
                currency=home.currency,
                daily_goal=row[5],
                monthly_goal=row[6],
                required_minutes=row[7],
                today=today[row[0]],
                required=timetable.required(row[0], today[row[0]], row[7]) // 60,
                shifts=tuple(shifts.get(row[0], ())),
                skills=tuple(sorted(skills.get(row[0], ()))),
                absences=tuple(one for one in absences.get(row[0], ()) if one.until >= today[row[0]]),
            ),
            row[0],
            home,
        )
        for row, home in people
    ]


def _shifts(tx: Tx, ids: list[int]) -> dict[int, list[Shift]]:
    rows = tx.all(
        """
        SELECT user_id, weekday, starts, ends, rest
        FROM shift
        WHERE user_id IN :ids
        ORDER BY user_id, weekday
        """,
        ids=ids,
    )
    return grouped(
        rows,
        lambda weekday, starts, ends, rest: Shift(weekday=weekday, starts=starts, ends=ends, rest=rest),
    )


def _absences(tx: Tx, ids: list[int], since: date) -> dict[int, list[Absence]]:
    """Those that are not over by a day, the next first."""
    rows = tx.all(
        """
        SELECT a.user_id, a.id, a.kind, a.since, a.until, c.name
        FROM absence a
        LEFT JOIN app_user c ON c.id = a.cover_id
        WHERE a.user_id IN :ids AND a.until >= :since
        ORDER BY a.since, a.id
        """,
        ids=ids,
        since=since,
    )
    return grouped(
        rows,
        lambda row_id, kind, since, until, cover: Absence(
            id=row_id, kind=kind, since=day(since), until=day(until), cover=cover or ""
        ),
    )


def change(store: Store, who: Who, name: str, wanted: Change) -> Member:
    """Change what is kept about an agent; what is None stays.

    Raises:
        NotDone: unknown_agent, nothing_to_change, bad_team, other_team (who leads one team moves nobody
            into another), unknown_level, level_too_high (above the reader's own), bad_shift,
            bad_skill, bad_absence, absence_overlaps, unknown_cover, unknown_absence, or what
            `checked_note` says.
    """
    why = checked_note(wanted.why).strip()
    with store.begin() as tx:
        tx.one("SELECT id FROM app_user WHERE name = :name FOR NO KEY UPDATE", name=name)
        found = _members(tx, who, name)
        if not found:
            raise NotDone("unknown_agent")
        before, user, home = found[0]
        told = {
            **_set_fields(tx, who, user, before, wanted),
            **_set_shifts(tx, user, before, wanted.shifts),
            **_set_skills(tx, user, before, wanted.skills),
            **_add_absence(tx, who, user, wanted.absence),
            **_cancel(tx, user, wanted.cancel),
        }
        if not told:
            raise NotDone("nothing_to_change")
        if why:
            told["why"] = why
        audit.note(tx, who.name, "staff_changed", f"user:{user}", device=who.device, **told)
        tell_boards(tx, home.id)
        after = _members(tx, who, name)
        if not after:  # moved to another team by somebody who leads this one alone: refused above
            raise NotDone("unknown_agent")
        return after[0][0]


def _set_fields(tx: Tx, who: Who, user: int, before: Member, wanted: Change) -> dict[str, Any]:
    """Set plain fields; each as it was and as it is now."""
    given = {name: getattr(wanted, name) for name in _SETTABLE if getattr(wanted, name) is not None}
    if "team" in given:
        given["team"] = clean(given["team"]).strip()
        if not 0 < len(given["team"]) <= LONGEST_TEAM:
            raise NotDone("bad_team")
        if not who.leads(given["team"]):
            raise NotDone("other_team")
    if "level" in given:
        _check_level(tx, who, given["level"], before.level)
    for name, value in given.items():
        tx.run(f"UPDATE app_user SET {name} = :value WHERE id = :user", value=value, user=user)  # noqa: S608 - names of ours
    return {name: [getattr(before, name), value] for name, value in given.items()}


def _check_level(tx: Tx, who: Who, level: str, before: str) -> None:
    """Nobody gives more authority than the own, nor takes any from who has more."""
    if level not in LEVELS:
        raise NotDone("unknown_level")
    own = tx.value("SELECT level FROM app_user WHERE id = :id", id=who.user_id)
    if max(LEVELS.index(level), LEVELS.index(before)) > LEVELS.index(own):
        raise NotDone("level_too_high")


def _set_shifts(tx: Tx, user: int, before: Member, shifts: tuple[Shift, ...] | None) -> dict[str, Any]:
    if shifts is None:
        return {}
    if not sound(shifts):
        raise NotDone("bad_shift")
    tx.run("DELETE FROM shift WHERE user_id = :user", user=user)
    tx.many(
        """
        INSERT INTO shift (user_id, weekday, starts, ends, rest)
        VALUES (:user, :weekday, :starts, :ends, :rest)
        """,
        [
            {"user": user, "weekday": one.weekday, "starts": one.starts, "ends": one.ends, "rest": one.rest}
            for one in shifts
        ],
    )
    return {"shifts": [[_told(one) for one in week] for week in (before.shifts, shifts)]}


def _told(shift: Shift) -> str:
    return f"{shift.weekday} {shift.starts}-{shift.ends} {shift.rest}"


def _set_skills(tx: Tx, user: int, before: Member, skills: tuple[str, ...] | None) -> dict[str, Any]:
    if skills is None:
        return {}
    wanted = sorted(set(skills))
    if len(wanted) > MOST_SKILLS or not all(map(is_skill, wanted)):
        raise NotDone("bad_skill")
    tx.run("DELETE FROM skill WHERE user_id = :user", user=user)
    tx.many(
        "INSERT INTO skill (user_id, skill) VALUES (:user, :skill)",
        [{"user": user, "skill": skill} for skill in wanted],
    )
    return {"skills": [list(before.skills), wanted]}


def _add_absence(tx: Tx, who: Who, user: int, absence: NewAbsence | None) -> dict[str, Any]:
    if absence is None:
        return {}
    if absence.until < absence.since or absence.until - absence.since > LONGEST_ABSENCE:
        raise NotDone("bad_absence")
    if tx.one(
        "SELECT 1 FROM absence WHERE user_id = :user AND since <= :until AND until >= :since",
        user=user,
        since=absence.since,
        until=absence.until,
    ):
        raise NotDone("absence_overlaps")
    cover = None
    if absence.cover:
        cover = next((key for _, key, _ in _members(tx, who, absence.cover) if key != user), None)
        if cover is None:
            raise NotDone("unknown_cover")
    absence_id = str(uuid.uuid4())
    tx.run(
        """
        INSERT INTO absence (id, user_id, since, until, kind, cover_id, noted_by, noted_at)
        VALUES (:id, :user, :since, :until, :kind, :cover, :by, :now)
        """,
        id=absence_id,
        user=user,
        since=absence.since,
        until=absence.until,
        kind=absence.kind,
        cover=cover,
        by=who.user_id,
        now=tx.now,
    )
    # Its kind may say something about a person's health: that stays in its row.
    days = [absence.since.isoformat(), absence.until.isoformat()]
    return {"absence": absence_id, "days": days, "cover": cover}


def _cancel(tx: Tx, user: int, absence_id: str | None) -> dict[str, Any]:
    if absence_id is None:
        return {}
    row = tx.one(
        "SELECT since, until FROM absence WHERE id = :id AND user_id = :user", id=absence_id, user=user
    )
    if row is None:
        raise NotDone("unknown_absence")
    tx.run("DELETE FROM absence WHERE id = :id", id=absence_id)
    return {"cancelled": absence_id, "days": [day(row[0]).isoformat(), day(row[1]).isoformat()]}
