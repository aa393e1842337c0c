"""Entered lines that outlive the day: what is kept of them, how many, and for whom."""

from __future__ import annotations

import msgspec
import pytest

from rules.facts import EventResult, ResultBody


def save(station, client_id: int, line: str, **fields) -> None:
    station.desk.desk()
    answer = station.desk.save(ResultBody(client_id=client_id, code="NOCO", line=line, **fields))
    assert getattr(answer, "fact_id", ""), answer


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("ppt 1500 vie /su hermana Eva contesta", ("ppt 1500 vie",)),
        ("sini #S-77 t1", ("sini t1",)),
        ("cese m:sms e:acta-de-juan", ("cese m:sms",)),
        ("abog a:Luis-Paz", ("abog",)),
        ("m a:esposa", ("m a:esposa",)),
        ("refi a:svc", ("refi a:svc",)),
        ("/solo una nota", ()),
        ("", ()),
    ],
)
def test_what_names_a_person_is_left_out(station, a_client, line, kept):
    station.lease(a_client(1))
    save(station, 1, line)
    station.reopen()
    assert station.desk.lines() == kept


def test_the_last_fifty_are_kept_without_repeats(station, a_client):
    station.lease(*(a_client(number, score=100 - number) for number in range(1, 61)))
    for number in range(1, 61):
        save(station, number, f"ppt {number // 2 + 100}")
    lines = station.desk.lines()
    assert lines[-1] == "ppt 130"
    assert len(lines) == len(set(lines)) == 31
    for number in range(61, 101):
        station.lease(a_client(number))
        save(station, number, f"ppt {number + 200}")
    assert len(station.desk.lines()) == 50
    assert station.desk.lines()[-1] == "ppt 300"


def test_a_refused_capture_leaves_no_line(station, a_client):
    station.lease(a_client(1))
    station.desk.desk()
    answer = station.desk.save(
        ResultBody(client_id=1, code="NOCO", line="noco", reference="4111 1111 1111 1111")
    )
    assert answer.code == "card_number_in_note"
    assert station.desk.lines() == ()
    assert station.store.outbox() == []


def test_another_agent_finds_none(station, a_client):
    station.lease(a_client(1))
    save(station, 1, "noco t1")
    (event,) = station.store.outbox()
    station.store.settle([EventResult(id=event.id, status="applied")])
    station.sign_in("luis")
    assert station.desk.lines() == ()


def test_texts_are_cleaned_before_they_are_kept(station, a_client):
    station.lease(a_client(1))
    save(station, 1, "noco\x1b[2J", party="Eva\u202e\x1b]52;c;AA\x07", evidence="f\x07olio")
    (event,) = station.store.outbox()
    body = msgspec.convert(event.body, ResultBody)
    assert (body.party, body.evidence, body.line) == ("Eva]52;c;AA", "folio", "noco[2J")
