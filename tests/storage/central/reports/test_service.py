"""Service level, abandonment and dropped calls, from rows of calls; the worked examples of the trade."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from rules.tables import TOTAL
from storage.central.doors.who import Who
from tests.storage.central.conftest import Town
from tests.storage.central.reports.conftest import Reader


class Telephone:
    """A telephone system whose calls are in the store."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._numbers = count(1)

    def call(self, direction: str, outcome: str, **more: Any) -> None:
        at = self.town.store.now()
        row = {
            "portfolio": self.town.cards,
            "reference": f"T{next(self._numbers)}",
            "at": at,
            "day": at.date(),
            "hour": 11,
            "direction": direction,
            "outcome": outcome,
            "user": None,
            "campaign": "Q1",
            "wait": 0,
            "talk": 0,
            "hold": 0,
            "wrap": 0,
        } | more
        with self.town.store.begin() as tx:
            tx.run(
                """
                INSERT INTO phone_call (portfolio_id, reference, at, day, hour, direction, outcome, user_id,
                    code, campaign, number, wait, talk, hold, wrap)
                VALUES (:portfolio, :reference, :at, :day, :hour, :direction, :outcome, :user, '', :campaign,
                    '', :wait, :talk, :hold, :wrap)
                """,
                **row,
            )


@pytest.fixture
def telephone(town: Town) -> Telephone:
    return Telephone(town)


ANSWERED, ABANDONED = (5, 18, 25, 12, 20, 61, 8), (3, 40, 22)
"""Seconds waited in KPI-SVL-1."""


def test_a_queue_s_service_level_is_that_of_the_worked_example(reader: Reader, telephone: Telephone) -> None:
    for wait in ANSWERED:
        telephone.call("in", "answered", wait=wait)
    for wait in ABANDONED:
        telephone.call("in", "abandoned", wait=wait)
    telephone.call("out", "answered")
    found = reader.check("service")
    assert found.cell(TOTAL, "level") == (5, 9)
    assert found.cell(TOTAL, "plain_level") == (5, 10)
    assert found.cell(TOTAL, "abandonment") == (2, 9)
    assert found.cell(TOTAL, "plain_abandonment") == (3, 10)
    assert found.cell(TOTAL, "answer_speed") == (149, 7)


def test_queues_and_hours_have_rows_of_their_own(reader: Reader, telephone: Telephone) -> None:
    for queue, hour in (("Q1", 9), ("Q1", 10), ("Q|2", 9)):
        telephone.call("in", "answered", campaign=queue, hour=hour)
    found = reader.check("service")
    assert [row.cells[1:3] for row in found.rows] == [("Q1", "09"), ("Q1", "10"), ("Q|2", "09")]


def test_an_agent_s_calls_leave_out_what_nobody_answered(
    town: Town, reader: Reader, telephone: Telephone, ana: Who
) -> None:
    telephone.call("in", "answered", user=ana.user_id)
    telephone.call("in", "abandoned", wait=30)
    assert reader.check("service", agent="ana").cell(TOTAL, "offered") == 1


@pytest.mark.parametrize(
    ("live", "dropped", "pacing"),
    [(1200, 36, "slow"), (1200, 37, "stop"), (1200, 29, "ok"), (400, 10, "slow")],
)
def test_the_dialler_is_told_to_slow_down_and_to_stop(
    town: Town, reader: Reader, live: int, dropped: int, pacing: str
) -> None:
    """KPI-DRP-1, KPI-DRP-2: 36 of 1200 are just within the limit, 37 are not."""
    at = town.store.now()
    with town.store.begin() as tx:
        tx.many(
            """
            INSERT INTO phone_call (portfolio_id, reference, at, day, hour, direction, outcome, code,
                campaign, number, wait, talk, hold, wrap)
            VALUES (:portfolio, :reference, :at, :day, 11, 'out', :outcome, '', 'C1', '', 0, 0, 0, 0)
            """,
            [
                {
                    "portfolio": town.cards,
                    "reference": str(number),
                    "at": at,
                    "day": at.date(),
                    "outcome": "dropped" if number < dropped else "answered",
                }
                for number in range(live)
            ],
        )
    found = reader.table("dialler")
    assert found.cell(TOTAL, "drop_rate") == (dropped, live)
    assert found.rows[0].cells[found.place("pacing")] == pacing


def test_dropped_calls_count_for_thirty_days(town: Town, reader: Reader, telephone: Telephone) -> None:
    today: date = town.store.now().date()
    for back in (0, 29, 30):
        telephone.call("out", "dropped", day=today - timedelta(days=back))
    telephone.call("out", "unanswered")
    found = reader.check("dialler", since=today, until=today)
    assert found.since == today - timedelta(days=29)
    assert (found.cell(TOTAL, "dropped"), found.cell(TOTAL, "dialled")) == (2, 3)
