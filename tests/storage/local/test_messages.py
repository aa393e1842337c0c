"""Messages at the workstation: kept, told to the hub by facts, read offline, answered, erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from rules.clients import Client
from rules.desk import Refused
from rules.facts import Event, EventResult
from rules.messages import Message
from rules.protocol import Change, Changes
from storage.local.connection import LocalStoreError
from tests.storage.local.conftest import MORNING

Station = Any


def message(number: int = 1, kind: str = "notice", **more: Any) -> Message:
    given: dict[str, Any] = {
        "id": f"m{number}",
        "at": MORNING + timedelta(minutes=number),
        "kind": kind,
        "writer": "laura",
        "writer_name": "Laura",
        "text": f"Junta a las 17:{number:02}",
    }
    return Message(**(given | more))


def pull(station: Station, *found: Message, cursor: str = "c1") -> None:
    changes = tuple(Change(entity="message", id=one.id, version=0, message=one) for one in found)
    station.store.apply_changes(
        Changes(changes=changes, cursor=cursor, more=False, server_time=station.hub_now)
    )


def facts(station: Station) -> list[tuple[str, str]]:
    """What waits to be sent: kind, and which message it is about."""
    return [
        (one.kind, one.body.get("message_id", one.body.get("text", ""))) for one in station.store.outbox()
    ]


def answer_all(station: Station) -> list[Event]:
    sent: list[Event] = station.store.outbox()
    station.store.settle([EventResult(id=one.id, status="applied") for one in sent])
    return sent


def test_what_came_is_kept_and_told_with_the_cursor(station: Station) -> None:
    pull(station, message(1), message(2, "urgent"))
    assert facts(station) == [("message_delivered", "m1"), ("message_delivered", "m2")]
    header = station.desk.header()
    assert (header.unread, header.urgent and header.urgent.id) == (2, "m2")
    assert [one.message.id for one in station.desk.messages()] == ["m2", "m1"], "urgent first"
    assert station.store.cursor() == "c1"


def test_the_same_message_again_is_no_news(station: Station) -> None:
    pull(station, message(1))
    answer_all(station)
    pull(station, message(1), cursor="c2")
    assert facts(station) == []
    assert station.desk.header().unread == 1


def test_reading_is_one_fact_however_often_and_survives_a_restart_offline(station: Station) -> None:
    pull(station, message(1))
    answer_all(station)
    station.store.set_link("offline")
    assert station.desk.read_message("m1") is None
    assert station.desk.read_message("m1") is None
    assert station.desk.read_message("no such message") is None
    station.reopen()
    assert facts(station) == [("message_read", "m1")]
    [kept] = station.desk.messages()
    assert kept.message.read_at == station.hub_now
    assert station.desk.header().unread == 0


def test_when_the_disk_is_full_neither_message_nor_fact_nor_cursor_is_kept(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LocalStoreError("disk_full", "full", path=station.path)

    monkeypatch.setattr("storage.local.captures.write", full)
    with pytest.raises(LocalStoreError):
        pull(station, message(1))
    monkeypatch.undo()
    assert (station.desk.messages(), facts(station), station.store.cursor()) == ((), [], None)
    pull(station, message(1))
    assert facts(station) == [("message_delivered", "m1")]


def test_what_was_read_elsewhere_is_read_here_and_not_told_again(station: Station) -> None:
    pull(station, message(1), message(2, read_at=MORNING))
    assert facts(station) == [("message_delivered", "m1")]
    pull(station, message(1, read_at=MORNING), cursor="c2")
    assert station.desk.header().unread == 0
    assert facts(station) == [("message_delivered", "m1")]


def test_an_answer_goes_out_as_a_fact_and_stays_in_sight(station: Station) -> None:
    pull(station, message(1))
    answer_all(station)
    assert station.desk.write_message(" Enterada\x1b[2J ", "m1") is None
    assert station.sent
    assert facts(station) == [("message", "Enterada[2J")]
    mine = next(one for one in station.desk.messages() if one.mine)
    assert (mine.message.answers, mine.message.writer_name, mine.waiting) == ("m1", "Laura", True)
    answer_all(station)
    assert not next(one for one in station.desk.messages() if one.mine).waiting


def test_what_the_hub_refuses_of_it_is_put_aside(station: Station) -> None:
    station.desk.write_message("Hola")
    [fact] = station.store.outbox()
    station.store.settle([EventResult(id=fact.id, status="refused", reason="nobody_there")])
    assert [one.reason for one in station.desk.quarantine()] == ["nobody_there"]
    [mine] = station.desk.messages()
    assert (mine.refused, mine.waiting) == (True, False)


@pytest.mark.parametrize(
    ("text", "answers", "code"),
    [
        ("  ", "", "empty_message"),
        ("x" * 1001, "", "long_message"),
        ("4111 1111 1111 1111", "", "card_number_in_note"),
        ("cvv: 123", "", "card_code_in_note"),
        ("Hola", "no such message", "unknown_message"),
        ("Hola", "m2", "not_answerable"),
    ],
)
def test_what_may_not_be_written_is_refused_here(
    station: Station, text: str, answers: str, code: str
) -> None:
    pull(station, message(1), message(2, "coaching"))
    answer_all(station)
    refused = station.desk.write_message(text, answers)
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert facts(station) == []


def test_a_client_who_leaves_takes_the_words_about_it_along(
    station: Station, a_client: Callable[..., Client]
) -> None:
    station.lease(a_client(1))
    pull(station, message(1, client_id=1, client="Cliente 1"), message(2))
    gone = Change(entity="client", id="1", version=9, deleted=True)
    station.store.apply_changes(
        Changes(changes=(gone,), cursor="c2", more=False, server_time=station.hub_now)
    )
    assert [one.message.id for one in station.desk.messages()] == ["m2"]


def test_the_read_go_after_a_month_and_the_unread_stay(station: Station) -> None:
    pull(station, message(1), message(2))
    station.desk.read_message("m1")
    answer_all(station)
    station.clock.pass_time(31 * 86_400)
    station.reopen()
    assert [one.message.id for one in station.desk.messages()] == ["m2"]


def test_another_user_finds_nothing_of_them(station: Station) -> None:
    pull(station, message(1))
    answer_all(station)
    station.sign_in("beto")
    assert station.desk.messages() == ()


def test_the_team_is_watched_only_while_it_is_looked_at(station: Station) -> None:
    assert station.desk.team() is None
    station.desk.watch_team(True)
    assert station.store.asking.team_watched
    station.desk.watch_team(False)
    assert not station.store.asking.team_watched
