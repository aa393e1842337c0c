"""Handle time, occupancy and connection time of any day; the worked examples, through the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.tables import TOTAL
from storage.central.counting import presence
from storage.central.counting.day import connections
from storage.central.doors.sessions import ACCESS_LIFE
from storage.central.doors.who import Who
from storage.central.portfolios import books
from tests.storage.central.conftest import MEXICO, Town
from tests.storage.central.reports.conftest import Reader

MONDAY = date(2026, 11, 23)


def at(clock: str, on: date = MONDAY) -> datetime:
    return datetime.combine(on, time.fromisoformat(clock), ZoneInfo(MEXICO)).astimezone(UTC)


class Week:
    """Writes down when an agent was there."""

    def __init__(self, town: Town, who: Who) -> None:
        self.town, self.who = town, who
        self._made = 0

    def session(self, since: str, until: str, on: date = MONDAY) -> None:
        self._made += 1
        with self.town.store.begin() as tx:
            tx.run(
                """
                INSERT INTO sign_in_session (id, family, user_id, device, access_hash, refresh_hash,
                    access_expires, refresh_expires, revoked, seen_at)
                VALUES (:id, :id, :user, 'd', :id, :id, :expires, :renewable, false, :seen)
                """,
                id=f"{self.who.name}{self._made}",
                user=self.who.user_id,
                expires=at(since, on) + ACCESS_LIFE,
                renewable=at(since, on) + timedelta(days=14),
                seen=at(until, on) - presence.SILENCE,
            )

    def pause(self, since: str, until: str, state: str = "break", on: date = MONDAY) -> None:
        with self.town.store.begin() as tx:
            tx.run(
                "INSERT INTO pause (user_id, since, until, state) VALUES (:user, :since, :until, :state)",
                user=self.who.user_id,
                since=at(since, on),
                until=at(until, on),
                state=state,
            )

    def run(self, statement: str, **terms: Any) -> None:
        with self.town.store.begin() as tx:
            tx.run(statement, user=self.who.user_id, now=tx.now, **terms)

    def shift(self, weekday: int, starts: str, ends: str, rest: int = 0) -> None:
        self.run(
            "INSERT INTO shift (user_id, weekday, starts, ends, rest)"
            " VALUES (:user, :weekday, :starts, :ends, :rest)",
            weekday=weekday,
            starts=starts,
            ends=ends,
            rest=rest,
        )

    def require(self, minutes: int) -> None:
        self.run("UPDATE app_user SET required_minutes = :minutes WHERE id = :user", minutes=minutes)


@pytest.fixture
def week(town: Town, ana: Who) -> Week:
    return Week(town, ana)


Cells = Callable[..., dict[str, Any]]


@pytest.fixture
def line(reader: Reader) -> Cells:
    def cells(name: str, since: date = MONDAY, until: date = MONDAY) -> dict[str, Any]:
        found = reader.check(name, since=since, until=until)
        return {column.key: found.cell("ana", column.key) for column in found.columns}

    return cells


def test_overlapping_sessions_of_a_past_day_count_once(week: Week, line: Cells) -> None:
    """KPI-CON-2."""
    week.require(360)
    week.session("09:00", "12:00")
    week.session("11:50", "15:00")
    week.pause("11:55", "12:05")
    found = line("connection")
    assert (found["logged"], found["break"], found["connected"]) == (21600, 600, 21000)
    assert found["adherence"] == (21000, 21600)


def test_today_is_what_desk_and_board_show(town: Town, week: Week, ana: Who, clock: Any, line: Cells) -> None:
    today = town.store.now().date()
    week.session("09:00", "10:40", today)
    week.pause("10:00", "10:20", "meal", today)
    with town.store.read() as tx:
        shown = connections(tx, {ana.user_id: books(tx)[town.cards]}, {ana.user_id: 0})[ana.user_id]
    found = line("connection", today, today)
    assert (found["logged"], found["connected"]) == (shown.logged, shown.connected)


def test_what_expired_sessions_stood_for_is_kept(town: Town, week: Week, line: Cells, clock: Any) -> None:
    week.session("09:00", "12:00")
    week.session("11:50", "15:00")
    clock.move(days=20)
    with town.store.begin() as tx:
        presence.forget_sessions(tx)
    with town.store.read() as tx:
        assert tx.value("SELECT count(*) FROM sign_in_session") == 0
    assert line("connection")["logged"] == 21600


def test_a_session_over_midnight_is_parted_between_its_days(week: Week, line: Cells) -> None:
    with week.town.store.begin() as tx:
        tx.run(
            "INSERT INTO presence (user_id, since, until) VALUES (:user, :since, :until)",
            user=week.who.user_id,
            since=at("22:00"),
            until=at("01:00", MONDAY + timedelta(days=1)),
        )
    assert line("connection")["logged"] == 7200
    assert line("connection", MONDAY + timedelta(days=1), MONDAY + timedelta(days=1))["logged"] == 3600


def test_lateness_and_leaving_early_are_held_against_the_shift(week: Week, line: Cells) -> None:
    week.shift(0, "09:00", "18:00", rest=60)
    week.session("09:10", "13:00")
    week.session("14:00", "17:30")
    week.pause("10:00", "10:30", "meal")
    found = line("connection")
    assert found["required"] == 8 * 3600
    assert (found["late"], found["late_time"], found["early"], found["early_time"]) == (1, 600, 1, 1800)
    assert found["shift_adherence"] == (13800 + 12600, 9 * 3600)


def test_days_off_and_absences_require_nothing_and_others_are_missed(week: Week, line: Cells) -> None:
    for weekday in range(3):
        week.shift(weekday, "09:00", "17:00")
    week.run(
        """
        INSERT INTO absence (id, user_id, since, until, kind, noted_at)
        VALUES ('a1', :user, :day, :day, 'sick', :now)
        """,
        day=MONDAY,
    )
    found = line("connection", MONDAY - timedelta(days=6), MONDAY + timedelta(days=1))
    assert (found["planned"], found["missed"], found["connected"]) == (3, 3, 0)


def call(town: Town, who: Who, reference: str, talk: int, hold: int, wrap: int, day: date = MONDAY) -> None:
    with town.store.begin() as tx:
        tx.run(
            """
            INSERT INTO phone_call (portfolio_id, reference, at, day, hour, direction, outcome, user_id, code,
                campaign, number, wait, talk, hold, wrap)
            VALUES (:portfolio, :reference, :at, :day, 9, 'out', 'answered', :user, '', '', '', 0, :talk,
                :hold, :wrap)
            """,
            portfolio=town.cards,
            reference=reference,
            at=at("09:00", day),
            day=day,
            user=who.user_id,
            talk=talk,
            hold=hold,
            wrap=wrap,
        )


def test_occupancy_and_handle_time_come_from_the_telephone_s_file(
    town: Town, week: Week, ana: Who, line: Cells
) -> None:
    """KPI-OCC-1: 64 calls in 19 200 s of 25 200 s."""
    week.session("09:00", "16:00")
    for number in range(64):
        call(town, ana, f"T{number}", 225, 10 if number < 60 else 0, 66 if number < 40 else 65)
    found = line("handling")
    assert found["source"] == "telephone"
    assert (found["talk"], found["hold"], found["wrap"]) == (14400, 600, 4200)
    assert found["handle_time"] == (19200, 64)
    assert found["occupancy"] == (19200, 25200)


def test_without_a_file_the_workstation_tells_and_no_call_counts_twice(
    town: Town, reader: Reader, ana: Who, beto: Who
) -> None:
    town.clients(5)
    today = town.store.now().date()
    for agent in (ana, beto):
        for lease in town.lease(agent, 2).leases:
            body = {"client_id": lease.client.id, "code": "NOCO"}
            body["started_at"] = (town.store.now() - timedelta(seconds=40)).isoformat()
            town.record(agent, town.event(agent, "result", body, lease))
    before = reader.check("handling")
    assert before.cell("ana", "source") == "workstation"
    assert before.cell("ana", "handle_time") == (80, 2)
    call(town, ana, "T1", 30, 0, 5, today)
    after = reader.check("handling")
    assert (after.cell("ana", "source"), after.cell("ana", "handled")) == ("telephone", 1)
    assert after.cell("beto", "source") == "workstation"
    assert after.cell(TOTAL, "handled") == 3
