"""The ring of changes behind the stream: nobody misses one, whoever was slow or away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import channels
from hub.channels import Channel
from rules.live_figures import applied
from rules.protocol import AgentRow, Stats, StatsChange
from storage.central.doors.people import Who

AT = datetime(2026, 11, 25, 17, tzinfo=UTC)
LEAD = Who(user_id=0, name="", display_name="", role="lead", device="")


def stats(number: int, touches: int | None = None) -> Stats:
    agent = AgentRow(
        name="ana",
        display_name="Ana",
        state="meal",
        since=AT,
        currency="MXN",
        touches=number if touches is None else touches,
    )
    at = AT + timedelta(seconds=number)
    return Stats(number=number, at=at, queue=(), agents=(agent,), decisions=())


def events(text: bytes) -> list[tuple[str, str, bytes]]:
    """Id, event and data of each message."""
    found = []
    for message in text.decode().strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in message.split("\n"))
        found.append((lines["id"], lines["event"], lines["data"].encode()))
    return found


class Reader:
    """A board that keeps what it was told."""

    def __init__(self, channel: Channel) -> None:
        self.channel, self.mark = channel, ""
        self.stats: Stats | None = None
        self.kinds: list[str] = []

    def read(self) -> Stats | None:
        found: tuple[bytes, str] | None = self.channel.since(self.mark)
        if found is not None:
            for mark, kind, data in events(found[0]):
                self.kinds.append(kind)
                self.mark = mark
                if kind == "stats":
                    self.stats = msgspec.json.decode(data, type=Stats)
                else:
                    assert self.stats is not None
                    self.stats = applied(self.stats, msgspec.json.decode(data, type=StatsChange))
            assert self.mark == found[1]
        return self.stats


def test_first_a_snapshot_then_changes() -> None:
    channel = Channel(LEAD)
    reader = Reader(channel)
    assert reader.read() is None
    for number in (3, 4, 7):
        assert channel.take(stats(number))
        assert reader.read() == stats(number)
    assert reader.kinds == ["stats", "change", "change"]


def test_who_was_away_for_longer_than_the_ring_reaches_gets_a_snapshot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channels, "RING", 3)
    channel = Channel(LEAD)
    away, asleep = Reader(channel), Reader(channel)
    channel.take(stats(1))
    assert away.read() == asleep.read() == stats(1)
    channel.take(stats(2))
    away.read()
    for number in range(3, 6):
        channel.take(stats(number))
    assert away.read() == asleep.read() == stats(5)
    assert asleep.kinds == ["stats", "stats"]


def test_nothing_is_told_where_nothing_of_the_scope_changed() -> None:
    channel = Channel(LEAD)
    reader = Reader(channel)
    channel.take(stats(1, touches=5))
    reader.read()
    assert not channel.take(stats(2, touches=5))
    assert channel.since(reader.mark) is None
    assert channel.take(stats(3, touches=6))
    assert reader.read() == stats(3, touches=6)


def test_marks_of_a_store_that_was_restored_lead_nowhere() -> None:
    channel = Channel(LEAD)
    reader = Reader(channel)
    channel.take(stats(9))
    reader.read()
    channel.take(stats(4, touches=40))
    channel.take(stats(9, touches=90))
    assert reader.read() == stats(9, touches=90)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=30))
def test_whoever_reads_whenever_ends_with_the_newest(steps: list[tuple[int, int]]) -> None:
    channel = Channel(LEAD)
    readers: list[Any] = [Reader(channel) for _ in range(3)]
    for number, (reader, touches) in enumerate(steps, start=1):
        channel.take(stats(number, touches))
        readers[reader].read()
    for reader in readers:
        assert reader.read() is None or reader.read().agents[0].touches == steps[-1][1]
