"""How people are written on the board: shifts, absences, skills, and why a line can't be read."""

from __future__ import annotations

from datetime import datetime, timedelta

from rules.capture import wording
from rules.capture.scope import Refused
from rules.shifts import write_shifts
from rules.staff import Absence, Member
from rules.staff_lines import write_place, write_skills
from rules.text import fold
from rules.words import language, mark, tr
from widgets.columns import Column
from widgets.formats import day, lasting, plain, whole
from widgets.wording import LEVELS, word

ABSENCES = {
    "vacation": mark("vacation"),
    "sick": mark("sick"),
    "training": mark("in training"),
    "leave": mark("on leave"),
    "other": mark("absent"),
}
"""Kind of an absence to its words."""

REASONS = {
    "shift_missing": mark("weekdays and hours: mon-fri 9-18 60m, sat 9-14"),
    "shift_unknown": mark("{token} is neither a weekday nor hours such as 9-18"),
    "shift_no_hours": mark("{token}: the hours are missing, such as 9-18"),
    "shift_no_days": mark("{token}: of which weekdays?"),
    "shift_order": mark("{token}: the hours end before they begin"),
    "shift_twice": mark("{token}: one of these weekdays has its hours already"),
    "shift_rest": mark("{token}: the rest is as long as the shift"),
    "skill_form": mark("{token}: a skill has letters, digits and hyphens, 24 at most"),
    "skill_many": mark("30 skills at most"),
    "absence_kind": mark("begins with vac, sick, course, leave, other or cancel"),
    "absence_day": mark("{token} is not a day"),
    "absence_days": mark("one day, or the first and the last: 1dec-5dec"),
    "absence_order": mark("the last day is before the first"),
    "absence_none": mark("there is no absence on that day"),
    "absence_cover": mark("behind {token} stands one name, the last word of the line"),
    "goals_form": mark("two amounts, of the day and of the month; = leaves one as it is"),
    "place_form": mark("team NAME level LEVEL min MINUTES, or some of them"),
    "place_level": mark("no level is called {token}: {offers}"),
    "place_minutes": mark("{token}: minutes of a day, 0 to 1440"),
}
"""Why a line about a person can't be read, by the code of the error."""


def reason(refused: Refused) -> str:
    """Why a line can't be read, with what would do in its place."""
    error = refused.error
    if error.code in REASONS:
        return tr(REASONS[error.code], token=error.token, offers=" · ".join(error.offers))
    return f"{wording.message(error)}. {wording.hint(error)}".strip(" .")


def absence_words(absence: Absence) -> str:
    """``vacation Dec 01 – Dec 05, bruno stands in``."""
    days = day(absence.since)
    if absence.until != absence.since:
        days = f"{days} – {day(absence.until)}"
    cover = f", {tr('{name} stands in', name=absence.cover)}" if absence.cover else ""
    return f"{word(ABSENCES, absence.kind)} {days}{cover}"


def today_words(member: Member) -> str:
    """What a person's day is: an absence, the hours, a day off, or the least time."""
    if member.absent is not None:
        until = tr("until {day}", day=day(member.absent.until))
        return f"○ {word(ABSENCES, member.absent.kind)} {until}"
    shift = next((one for one in member.shifts if one.weekday == member.today.weekday()), None)
    if shift is not None:
        return f"● {shift.starts}–{shift.ends}"
    if member.shifts:
        return f"○ {tr('day off')}"
    return f"● {tr('no shifts')}" if member.required else f"· {tr('nothing set')}"


def skill_words(member: Member) -> str:
    """The skills as a line, as they can be typed."""
    return write_skills(member.skills, language())


def week_words(member: Member) -> str:
    """The shifts as a line, as they can be typed."""
    return write_shifts(member.shifts, language())


def goals_line(member: Member) -> str:
    """The goals as they can be typed."""
    return " ".join(plain(goal).replace(",", "") for goal in (member.daily_goal, member.monthly_goal))


def place_line(member: Member) -> str:
    """Team, level and least minutes as they can be typed."""
    return write_place(member.team, member.level, member.required_minutes, language())


def _tone(member: Member, _now: datetime) -> str:
    if member.absent is not None:
        return "muted" if member.absent.cover else "warn"
    return "" if member.required else "muted"


def columns() -> tuple[Column[Member], ...]:
    """Who, what today is, the week, what they can, their goals."""
    return (
        Column("name", tr("agent"), 14, lambda one, _: one.display_name or one.name,
               lambda one: fold(one.display_name or one.name), grow=True),
        Column("today", tr("today"), 24, lambda one, _: today_words(one), today_words, _tone),
        Column("required", tr("hours"), 6, lambda one, _: lasting(timedelta(minutes=one.required)),
               lambda one: one.required, _tone, right=True, rank=2),
        Column("goal", tr("goal/day"), 10, lambda one, _: whole(one.daily_goal) if one.daily_goal else "·",
               lambda one: one.daily_goal, right=True, rank=1),
        Column("month", tr("goal/month"), 11,
               lambda one, _: whole(one.monthly_goal) if one.monthly_goal else "·",
               lambda one: one.monthly_goal, right=True, rank=4),
        Column("week", tr("shifts"), 26, lambda one, _: week_words(one) or "·", week_words, rank=5),
        Column("skills", tr("skills"), 18, lambda one, _: skill_words(one) or "·", skill_words, rank=6),
        Column("team", tr("team"), 9, lambda one, _: one.team, lambda one: one.team, rank=7),
        Column("level", tr("level"), 11, lambda one, _: word(LEVELS, one.level),
               lambda one: one.level, rank=8),
    )  # fmt: skip
