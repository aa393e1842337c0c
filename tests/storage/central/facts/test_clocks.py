"""Workstations whose clocks are wrong: nothing is lost for it, and nothing is believed that can't be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules.protocol import Lease
from storage.central.doors.people import Who

HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)


@pytest.fixture
def held(town: Any, ana: Who) -> Lease:
    town.clients(1)
    lease: Lease = town.lease(ana).leases[0]
    return lease


def send(town: Any, who: Who, held: Lease, off: timedelta, *, known: bool) -> Any:
    """A call of ten minutes ago, told by a clock that is off by so much."""
    event = town.event(
        who,
        "result",
        {"client_id": held.client.id, "code": "NOCO"},
        held,
        at=town.store.now() - timedelta(minutes=10) + off,
        offset_ms=-off // timedelta(milliseconds=1) if known else None,
    )
    return event, town.record(who, event)[0]


@pytest.mark.parametrize("off", [HOUR, -HOUR, 6 * YEAR, -30 * YEAR, timedelta(minutes=3)])
def test_a_measured_clock_is_put_right_however_wrong(
    town: Any, ana: Who, held: Lease, off: timedelta
) -> None:
    event, result = send(town, ana, held, off, known=True)
    assert result.status == "applied"
    assert town.document(held.client.id).history[0].at == town.store.now() - timedelta(minutes=10)
    with town.store.read() as tx:
        at, received = tx.one("SELECT at, received_at FROM event")
        assert [datetime.fromisoformat(str(one)) for one in (at, received)] == [event.at, town.store.now()]
        assert tx.value("SELECT count(*) FROM review") == 0


@pytest.mark.parametrize("off", [HOUR, 6 * YEAR, -30 * YEAR, -YEAR])
def test_what_an_unmeasured_clock_says_is_not_believed_but_the_fact_is_kept(
    town: Any, ana: Who, held: Lease, off: timedelta
) -> None:
    event, result = send(town, ana, held, off, known=False)
    assert (result.status, result.reason) == ("conflict", "clock")
    assert town.document(held.client.id).history[0].at == town.store.now()
    with town.store.read() as tx:
        assert tx.all("SELECT kind, reason, event_id FROM review") == [("conflict", "clock", event.id)]
        assert datetime.fromisoformat(str(tx.value("SELECT at FROM event"))) == event.at
    assert town.record(ana, event)[0].status == "duplicate"


def test_an_hour_slow_can_not_be_told_from_an_hour_ago(town: Any, ana: Who, held: Lease) -> None:
    _, result = send(town, ana, held, -HOUR, known=False)
    assert result.status == "applied"


@pytest.mark.parametrize("offset_ms", [10**12, -(10**12), 10**30, 2**31])
def test_an_offset_that_can_not_be_is_no_reason_to_lose_a_fact(
    town: Any, ana: Who, held: Lease, offset_ms: int
) -> None:
    body = {"client_id": held.client.id, "code": "NOCO"}
    (result,) = town.record(ana, town.event(ana, "result", body, held, offset_ms=offset_ms))
    assert (result.status, result.reason) == ("conflict", "clock")


def test_the_state_of_an_agent_with_a_wrong_clock_is_of_now(town: Any, ana: Who) -> None:
    event = town.event(ana, "state", {"state": "meal"}, at=datetime(1970, 1, 2, tzinfo=UTC), offset_ms=None)
    assert town.record(ana, event)[0].status == "applied"
    with town.store.read() as tx:
        since = tx.value("SELECT since FROM agent_state")
    assert datetime.fromisoformat(str(since)) == town.store.now()
