"""The demo's team at work: shifts, skills, who is away and who stands in, and last month's commissions."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import msgspec

from rules.calendars import add_months
from rules.configuration import check
from rules.shifts import read_shifts
from rules.staff import Change, NewAbsence
from storage.central.connection import Store
from storage.central.doors.who import Who
from storage.central.leading.commissions import make
from storage.central.leading.staff import change, staff
from storage.central.portfolios import books
from storage.central.rulebooks import take
from storage.portfolio.demo.books import BOOKS
from storage.reference import kinds

SHIFTS = {
    "ana": "lun-vie 9-16 60m, sab 9-14",
    "beto": "lun-vie 9-16 60m, sab 9-14",
    "carla": "lun-vie 12-19 60m, sab 9-14",
    "diego": "lun-vie 12-19 60m",
    "emma": "lun-vie 8-15 60m, sab 9-14",
}
SKILLS = {
    "ana": ("card", "es", "loan"),
    "beto": ("card", "es", "insurance"),
    "carla": ("en", "es", "insurance", "timeshare"),
    "diego": ("es", "loan", "sme"),
    "emma": ("card", "en"),
}
AWAY, STANDS_IN = "diego", "ana"
PLANNED = "carla"

GOALS = {
    "card": 1_200_000,
    "loan": 1_000_000,
    "insurance": 800_000,
    "sme": 50_000_000,
    "timeshare": 1_500_000,
}
"""An agent's goal of a month by product, minor units of pesos: what the demo's small past comes to."""


def set_up_team(store: Store, administrator: int, name: str) -> None:
    """Set up the people who are there, as an administrator would."""
    who = Who(user_id=administrator, name=name, display_name=name, role="admin", device="")
    people = {one.name: one for one in staff(store, who).members}
    for agent, member in people.items():
        if agent not in SHIFTS:
            continue
        wanted = Change(shifts=read_shifts(SHIFTS[agent]), skills=SKILLS[agent])
        if agent == AWAY and STANDS_IN in people:
            since, until = member.today - timedelta(days=1), member.today + timedelta(days=3)
            absence = NewAbsence(kind="vacation", since=since, until=until, cover=STANDS_IN)
            wanted = msgspec.structs.replace(wanted, absence=absence)
        elif agent == PLANNED:
            since = member.today + timedelta(days=10)
            absence = NewAbsence(kind="training", since=since, until=since + timedelta(days=1))
            wanted = msgspec.structs.replace(wanted, absence=absence)
        change(store, who, agent, wanted)
    _commissions(store, who)


def _commissions(store: Store, who: Who) -> None:
    """Terms of each portfolio since two months ago, and a draft of the last month that waits to be locked."""
    with store.begin() as tx:
        here = {book.name: book.moment(tx.now)[0].replace(day=1) for book in books(tx).values()}
        for book in BOOKS:
            if book.name in here and book.currency == "MXN":
                text = f"[commission.goals]\nMXN = {GOALS[book.product]}\n"
                since = datetime.combine(add_months(here[book.name], -2), time(12), UTC)
                take(tx, book.name, text, check(text, kinds())[0], by="seed", since=since)
    for book in BOOKS:
        if book.name in here:
            make(store, who, book.name, add_months(here[book.name], -1))
