"""Contact by the client's own hour, best hours, buckets day by day, and the use of tools."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.buckets import BUCKETS
from rules.contact_hours import FEW, best_hour
from rules.rates import Ratio
from rules.tables import TOTAL
from storage.central.counting import bucket_days
from storage.central.doors.who import Who
from tests.storage.central.conftest import MEXICO, Town
from tests.storage.central.reports.conftest import Reader

TIJUANA = "America/Tijuana"


def history(town: Town, clients: list[int], calls: int, seed: int) -> None:
    """Attempts of the last weeks at all hours, as an import would bring them."""
    rng = random.Random(seed)  # noqa: S311 - a draw to be repeated
    now = town.store.now()
    with town.store.begin() as tx:
        tx.many(
            """
            INSERT INTO interaction (id, client_id, at, code, flags, currency, note, agent, late, counted,
                hour, bucket, identity, missed, breach)
            VALUES (:id, :client, :at, 'X', :flags, '', '', '', false, true, 0, :bucket, '', :none, '')
            """,
            [
                {
                    "id": f"h{seed}-{number}",
                    "client": rng.choice(clients),
                    "at": now - timedelta(minutes=rng.randrange(1, 60 * 24 * 80)),
                    "flags": rng.choice(("A", "A7", "AC7", "ACR7", "")),
                    "bucket": rng.choice(("B1", "B2/early")),
                    "none": [],
                }
                for number in range(calls)
            ],
        )


@pytest.fixture
def called(town: Town) -> None:
    history(town, town.clients(6), 300, 1)
    history(town, town.clients(6, zones=(TIJUANA,)), 300, 2)


def test_hours_are_those_of_the_client_s_own_clock(town: Town, reader: Reader, called: None) -> None:
    found = reader.check("contact_hours")
    assert [row.key for row in found.rows] == list("0123456")
    attempts: Counter[tuple[int, int]] = Counter()
    contacts: Counter[tuple[int, int]] = Counter()
    with town.store.read() as tx:
        rows = tx.all("SELECT i.at, i.flags, c.zones FROM interaction i JOIN client c ON c.id = i.client_id")
    for at, flags, zones in rows:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        local = moment.astimezone(ZoneInfo(TIJUANA if TIJUANA in str(zones) else MEXICO))
        attempts[(local.weekday(), local.hour)] += "A" in flags
        contacts[(local.weekday(), local.hour)] += "C" in flags
    for weekday in range(7):
        for hour in range(24):
            key = (weekday, hour)
            expected = (contacts[key], attempts[key]) if attempts[key] else None
            assert found.cell(str(weekday), f"h{hour:02}") == expected
    behind = reader.rows("contact_hours", "2", "h10")
    assert len(behind.rows) == attempts[(2, 10)] > 0
    assert len(reader.rows("contact_hours", TOTAL, "contacts").rows) == sum(contacts.values())


def test_each_segment_has_its_best_hour_and_says_when_the_sample_is_small(
    town: Town, reader: Reader, called: None
) -> None:
    found = reader.check("best_hours")
    assert [row.cells[1:3] for row in found.rows] == [("B1", ""), ("B2", "early")]
    assert {row.cells[found.place("sample")] for row in found.rows} == {"few"}
    for row in found.rows:
        hour = row.cells[found.place("best")]
        assert row.cells[found.place(f"h{hour}")] == row.cells[found.place("best_rate")]


def test_an_hour_with_enough_attempts_goes_before_a_lucky_one() -> None:
    found = best_hour({9: Ratio(2, 2), 10: Ratio(12, FEW), 11: Ratio(10, FEW)})
    assert found is not None
    assert (found.hour, found.enough) == (10, True)
    assert best_hour({}) is None
    few = best_hour({9: Ratio(1, 1), 10: Ratio(12, 20), 11: Ratio(2, 20)})
    assert few is not None
    assert (few.hour, few.enough) == (10, False)
    alone = best_hour({9: Ratio(1, 3)})
    assert alone is not None
    assert (alone.hour, alone.enough) == (9, False)


def test_few_attempts_are_said_to_be_few(town: Town, reader: Reader) -> None:
    history(town, town.clients(2), 20, 3)
    assert reader.table("contact_hours").note == "few"


def test_buckets_are_kept_once_a_day(town: Town, reader: Reader, clock: Any) -> None:
    town.clients(3, days=12)
    town.clients(2, days=29, overdue=50_000)
    assert bucket_days.keep(town.store) == 1
    assert bucket_days.keep(town.store) == 0
    clock.move(days=1)
    assert bucket_days.keep(town.store) == 1
    found = reader.table("bucket_curve")
    cells = [
        dict(zip((column.key for column in found.columns), row.cells, strict=True)) for row in found.rows
    ]
    assert [[day[name] for name in BUCKETS[:3]] for day in cells] == [[0, 5, 0], [0, 3, 2]]
    assert cells[1]["B2_balance"] == 2 * 3 * 50_000


def test_tools_are_counted_from_what_was_recorded(town: Town, reader: Reader, ana: Who) -> None:
    town.clients(4)
    first, second, third, _ = town.lease(ana, 4).leases
    link = town.promise_body(first.client.id, channel="liga", identity="confirmed")
    town.record(ana, town.event(ana, "result", link, first))
    skipped = town.promise_body(second.client.id, missed=["A2"])
    town.record(ana, town.event(ana, "result", skipped, second))
    nobody = {"client_id": third.client.id, "code": "NOCO"}
    town.record(ana, town.event(ana, "result", nobody, third))
    found = reader.check("tool_use")
    assert found.cell("ana", "script_rate") == (1, 2)
    assert found.cell("ana", "identified_rate") == (1, 2)
    assert found.cell("ana", "link_rate") == (1, 2)
