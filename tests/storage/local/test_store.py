from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rules.clients import Client, HistoryEntry
from rules.desk import ClientPage, Saved
from rules.facts import EventResult, ResultBody
from rules.protocol import Change, Changes
from storage.local.connection import LocalStoreError, connect
from storage.local.store import LocalStore
from tests.conftest import LOCAL_KEY

Make = Callable[..., Client]
Station = Any


def save(station: Station, client_id: int, code: str = "NOCO", note: str = "") -> str:
    answer = station.desk.save(ResultBody(client_id=client_id, code=code, note=note, phone=f"{client_id}a"))
    assert isinstance(answer, Saved), answer
    return answer.fact_id


def lease_until(station: Station) -> Any:
    page = station.desk.desk().page
    assert isinstance(page, ClientPage)
    return page.lease_until


def test_only_the_owner_can_read_the_file(station: Station) -> None:
    assert stat.S_IMODE(station.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(station.path.parent.stat().st_mode) == 0o700
    for beside in station.path.parent.iterdir():
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600


def test_each_commit_is_flushed_to_the_disk(station: Station) -> None:
    with station.store.read() as view:
        assert view.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert view.connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_device_session_and_place_in_the_feed_outlive_a_restart(station: Station) -> None:
    session = station.sign_in()
    device = station.store.device()
    station.store.set_cursor("c1")
    station.reopen()
    assert (station.store.device(), station.store.session(), station.store.cursor()) == (
        device,
        session,
        "c1",
    )
    station.store.set_session(None)
    assert station.store.session() is None


def test_another_user_finds_nothing_of_the_former_one(station: Station, a_client: Make) -> None:
    station.lease(a_client(1), a_client(2))
    station.on_desk()
    fact = save(station, station.on_desk())
    with pytest.raises(LocalStoreError, match="unsent work of ana"):
        station.sign_in("luis")
    assert station.store.session().user.name == "ana"
    station.store.settle([EventResult(id=fact, status="applied")])
    station.sign_in("luis")
    assert station.on_desk() is None
    assert station.desk.header().figures.touches == 0
    assert station.store.held() == {}


def test_answered_facts_leave_the_outbox_and_their_lease_ends(station: Station, a_client: Make) -> None:
    leases = station.lease(a_client(1, score=3), a_client(2, score=2), a_client(3, score=1))
    station.on_desk()
    facts = [save(station, n) for n in (1, 2)]
    assert station.store.held().keys() == {leases[2].lease_id}
    answers = [EventResult(id=facts[0], status="duplicate"), EventResult(id=facts[1], status="late")]
    station.store.settle([*answers, EventResult(id="never-heard-of", status="applied")])
    assert station.store.outbox() == []
    station.store.settle(answers)
    with station.store.read() as view:
        assert view.connection.execute("SELECT client_id FROM held").fetchall() == [(3,)]
    assert station.desk.header().figures.touches == 2


def test_the_outbox_gives_the_oldest_first_and_no_more_than_asked(station: Station, a_client: Make) -> None:
    station.lease(*(a_client(n, score=-n) for n in range(1, 6)))
    station.on_desk()
    facts = [save(station, n) for n in range(1, 6)]
    assert [event.id for event in station.store.outbox(3)] == facts[:3]
    assert [event.seq for event in station.store.outbox()] == [1, 2, 3, 4, 5]
    header = station.desk.header()
    assert (header.waiting, header.waiting_since) == (5, station.clock.now())


def test_a_refused_fact_is_put_aside_whole_and_does_not_count(station: Station, a_client: Make) -> None:
    station.lease(a_client(1))
    station.on_desk()
    fact = save(station, 1)
    event = station.store.outbox()[0]
    station.store.settle([EventResult(id=fact, status="refused", reason="forbidden")])
    (aside,) = station.store.quarantine()
    assert (aside.event, aside.reason, aside.refused_at) == (event, "forbidden", station.hub_now)
    header = station.desk.header()
    assert (header.waiting, header.quarantined, header.figures.touches) == (0, 1, 0)
    assert station.store.outbox() == []


def test_a_refused_retraction_leaves_the_result_standing(station: Station, a_client: Make) -> None:
    station.lease(a_client(1))
    station.on_desk()
    save(station, 1)
    assert isinstance(station.desk.undo(), Saved)
    assert station.desk.header().figures.touches == 0
    result, retraction = station.store.outbox()
    station.store.settle(
        [
            EventResult(id=result.id, status="applied"),
            EventResult(id=retraction.id, status="refused", reason="too_late"),
        ]
    )
    assert station.desk.header().figures.touches == 1


def test_a_lease_ends_early_by_drift_and_half_the_round_trip(station: Station, a_client: Make) -> None:
    station.lease(a_client(1), ttl=1000, round_trip=20)
    assert station.store.at_hand() == 1
    station.clock.pass_time(969.9)
    assert station.store.at_hand() == 1
    station.clock.pass_time(0.2)
    assert station.store.at_hand() == 0


def test_a_wall_clock_that_jumps_does_not_prolong_a_lease(station: Station, a_client: Make) -> None:
    station.lease(a_client(1), ttl=1000)
    station.clock.pass_time(990)
    station.clock.at -= timedelta(hours=5)
    assert station.store.at_hand() == 0
    station.lease(a_client(2), ttl=1000)
    station.clock.at += timedelta(hours=5)
    assert station.store.at_hand() == 1


def test_a_restart_of_the_program_changes_no_deadline(station: Station, a_client: Make) -> None:
    station.lease(a_client(1), ttl=1000)
    station.clock.at -= timedelta(hours=5)
    station.reopen()
    assert station.store.at_hand() == 1
    station.clock.pass_time(981)
    assert station.store.at_hand() == 0


def test_after_a_restart_of_the_machine_the_corrected_wall_clock_decides(
    station: Station, a_client: Make
) -> None:
    station.hub_offset = timedelta(hours=-3)
    station.lease(a_client(1), ttl=1000)
    station.reboot()
    assert station.store.at_hand() == 1
    station.clock.at += timedelta(seconds=979)
    assert station.store.at_hand() == 1
    station.clock.at += timedelta(seconds=2)
    assert station.store.at_hand() == 0


def test_a_clock_set_back_over_a_restart_of_the_machine_ends_every_lease(
    station: Station, a_client: Make
) -> None:
    station.lease(a_client(1))
    station.clock.at -= timedelta(minutes=5)
    station.reboot()
    assert station.on_desk() is None


def test_a_client_on_the_desk_stays_when_its_lease_ends_but_says_so(station: Station, a_client: Make) -> None:
    leases = station.lease(a_client(1, score=9), a_client(2))
    station.on_desk()
    station.store.drop([lease.lease_id for lease in leases])
    assert station.on_desk() == 1
    assert lease_until(station) < station.hub_now
    assert station.store.held() == {}
    save(station, 1)
    assert station.on_desk() is None


def test_a_client_that_ran_out_while_shown_is_not_there_at_the_next_start(
    station: Station, a_client: Make
) -> None:
    station.lease(a_client(1))
    station.on_desk()
    station.clock.pass_time(3600)
    assert station.on_desk() == 1
    station.reopen()
    assert station.on_desk() is None
    with station.store.read() as view:
        assert view.connection.execute("SELECT count(*) FROM held").fetchone() == (0,)


def test_renewal_moves_the_deadline(station: Station, a_client: Make) -> None:
    (lease,) = station.lease(a_client(1), ttl=1000)
    station.clock.pass_time(400)
    station.store.extend(
        {lease.lease_id: station.hub_now + timedelta(seconds=1000), "unknown": station.hub_now}
    )
    station.clock.pass_time(900)
    assert station.store.at_hand() == 1
    assert lease_until(station) > station.hub_now


def test_the_same_lease_given_again_does_not_bring_a_worked_client_back(
    station: Station, a_client: Make
) -> None:
    leases = station.lease(a_client(1, score=9), a_client(2))
    station.on_desk()
    save(station, 1)
    station.give(leases)
    assert station.on_desk() == 2
    assert station.store.held().keys() == {leases[1].lease_id}


def test_clients_not_shown_can_be_given_back(station: Station, a_client: Make) -> None:
    leases = station.lease(a_client(1, score=9), a_client(2))
    station.on_desk()
    assert station.store.not_shown() == {leases[1].lease_id: 2}


def test_a_client_that_leaves_our_scope_is_erased(station: Station, a_client: Make) -> None:
    station.lease(a_client(1, score=9), a_client(2))
    station.on_desk()
    sent = save(station, 1, note="dice SECRETO")
    station.store.settle([EventResult(id=sent, status="applied")])
    station.store.apply_changes(gone(1))
    assert station.desk.undo().code == "nothing_to_undo"
    with station.store.read() as view:
        for (dump,) in view.connection.execute("SELECT event FROM fact"):
            assert b"SECRETO" not in dump
    assert station.desk.header().figures.touches == 1
    unsent = save(station, 2)
    station.store.apply_changes(gone(2))
    assert station.on_desk() is None
    assert [event.id for event in station.store.outbox()] == [unsent]


def gone(client_id: int) -> Changes:
    change = Change(entity="client", id=str(client_id), version=9, deleted=True)
    return Changes(changes=(change,), cursor="c", more=False, server_time=msgspec.UNSET)  # type: ignore[arg-type]  # not read


def test_texts_from_the_hub_are_cleaned(station: Station, a_client: Make) -> None:
    hostile = a_client(
        1,
        name="Ana\x1b]52;c;aGk=\x07 \u202eoirav",
        history=(HistoryEntry(id="h", at=station.hub_now, code="NOCO", note="a\u200bb\x9b31mc"),),
    )
    station.lease(hostile)
    page = station.desk.desk().page
    assert page.client.name == "Ana]52;c;aGk= oirav"
    assert page.client.history[0].note == "ab31mc"


def test_yesterdays_answered_facts_are_forgotten_and_the_numbers_go_on(
    station: Station, a_client: Make
) -> None:
    station.lease(a_client(1, score=9), a_client(2))
    station.on_desk()
    fact = save(station, 1)
    save(station, 2)
    station.store.settle([EventResult(id=fact, status="applied")])
    station.clock.pass_time(24 * 3600)
    station.reopen()
    with station.store.read() as view:
        assert view.connection.execute("SELECT seq FROM fact").fetchall() == [(2,)]
    station.lease(a_client(3))
    station.on_desk()
    save(station, 3)
    assert [event.seq for event in station.store.outbox()] == [2, 3]


def test_a_file_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    connection = connect(path, LOCAL_KEY)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LocalStoreError, match="newer version"):
        LocalStore(path, LOCAL_KEY)


def test_a_file_that_is_no_store_says_so(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    path.write_bytes(b"this is not a database, however long it may be" * 100)
    with pytest.raises(LocalStoreError, match="damaged"):
        LocalStore(path, LOCAL_KEY)


def half_written(station: Station) -> None:
    with station.store.write() as view:
        view.connection.execute("INSERT INTO meta (key, value) VALUES ('half', x'30')")
        view.connection.execute("INSERT INTO nowhere VALUES (1)")


def test_a_transaction_is_kept_whole_or_not_at_all(station: Station) -> None:
    with pytest.raises(LocalStoreError, match="can't be used"):
        half_written(station)
    with station.store.read() as view:
        assert view.connection.execute("SELECT count(*) FROM meta WHERE key = 'half'").fetchone() == (0,)
