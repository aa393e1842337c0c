"""What the hub refused: it holds back its own client's later facts, nobody else's, until decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rules.clients import Client
from rules.desk import Refused, Saved
from rules.facts import HELD_BACK, EventResult, PointBody, ResultBody
from rules.protocol import Change, Changes, DayFigures
from storage.local.connection import LocalStoreError

Station = Any


def point(station: Station, client_id: int, number: int) -> str:
    body = PointBody(client_id=client_id, action="add", point="phone", value=f"+5255557{number:05}")
    answer = station.desk.note(body)
    assert isinstance(answer, Saved), answer
    return answer.fact_id


def refuse(station: Station, fact: str, reason: str = "forbidden") -> None:
    station.store.settle([EventResult(id=fact, status="refused", reason=reason)])


def waiting(station: Station) -> list[str]:
    return [event.id for event in station.store.outbox()]


@pytest.fixture
def two(station: Station, a_client: Callable[..., Client]) -> Station:
    station.lease(a_client(1, score=9), a_client(2))
    station.on_desk()
    return station


def test_it_holds_back_its_own_client_alone_and_in_order(two: Station) -> None:
    facts = [point(two, 1, 1), point(two, 1, 2), point(two, 2, 3)]
    refuse(two, facts[0])
    later = point(two, 1, 4)
    assert waiting(two) == [facts[2]]
    (aside,) = two.desk.quarantine()
    assert (aside.event.id, aside.client, aside.held_back) == (facts[0], "Cliente 1", 2)
    header = two.desk.header()
    assert (header.waiting, header.quarantined) == (3, 1)
    assert two.desk.send_again(facts[0]) is None
    assert waiting(two) == [facts[0], facts[1], facts[2], later]
    assert two.desk.send_again(facts[0]) == Refused(code="not_put_aside")


def test_what_the_hub_held_back_stays_in_the_outbox(two: Station) -> None:
    facts = [point(two, 1, 1), point(two, 1, 2)]
    answers = [("forbidden", facts[0]), (HELD_BACK, facts[1])]
    two.store.settle([EventResult(id=fact, status="refused", reason=why) for why, fact in answers])
    assert waiting(two) == []
    assert two.desk.let_go(facts[0], "mistake") is None
    assert waiting(two) == [facts[1]]
    (aside,) = two.desk.quarantine()
    assert (aside.let_go, two.desk.header().quarantined) == ("mistake", 0)
    refuse(two, facts[1], HELD_BACK)
    assert waiting(two) == [], "held back by nothing that is here: put aside, not sent for ever"
    assert [one.reason for one in two.desk.quarantine()] == ["forbidden", HELD_BACK]


def test_a_lead_who_closes_the_matter_lifts_the_hold(two: Station) -> None:
    facts = [point(two, 1, 1), point(two, 1, 2)]
    refuse(two, facts[0])
    closed = Change(entity="fact", id=facts[0], version=1, deleted=True)
    two.store.apply_changes(Changes(changes=(closed,), cursor="c", more=False, server_time=two.hub_now))
    assert waiting(two) == [facts[1]]
    assert two.desk.quarantine() == ()


def test_a_retraction_of_what_is_given_up_goes_with_it(two: Station) -> None:
    saved = two.desk.save(ResultBody(client_id=1, code="NOCO", phone="1a"))
    two.desk.undo()
    refuse(two, saved.fact_id)
    assert two.desk.let_go(saved.fact_id, "mistake") is None
    assert waiting(two) == []


def test_held_back_facts_count_although_the_hub_counts_later_ones(two: Station) -> None:
    first = point(two, 1, 1)
    refuse(two, first)
    assert isinstance(two.desk.save(ResultBody(client_id=1, code="NOCO", phone="1a")), Saved)
    day = DayFigures(day=two.hub_now.date(), at=two.hub_now, currency="MXN", seq=99, touches=5)
    two.store.apply_changes(Changes(changes=(), cursor="c", more=False, server_time=two.hub_now, day=day))
    assert two.desk.header().figures.touches == 6


def test_it_outlives_the_day_until_it_is_decided(two: Station) -> None:
    facts = [point(two, 1, 1), point(two, 2, 2)]
    for fact in facts:
        refuse(two, fact)
    assert two.desk.let_go(facts[1], "told_lead") is None
    two.clock.pass_time(3 * 86_400)
    two.reopen()
    assert [one.event.id for one in two.desk.quarantine()] == [facts[0]]
    assert two.desk.send_again(facts[0]) is None
    assert waiting(two) == [facts[0]]


def test_a_client_who_left_our_scope_keeps_its_refused_fact_whole_but_nameless(two: Station) -> None:
    fact = point(two, 1, 1)
    refuse(two, fact)
    gone = Change(entity="client", id="1", version=9, deleted=True)
    two.store.apply_changes(Changes(changes=(gone,), cursor="c", more=False, server_time=two.hub_now))
    assert two.desk.quarantine()[0].client == ""
    two.desk.send_again(fact)
    (event,) = two.store.outbox()
    assert event.body["value"] == "+525555700001"


def test_nobody_else_takes_the_store_over_before_it_is_decided(two: Station) -> None:
    refuse(two, fact := point(two, 1, 1))
    with pytest.raises(LocalStoreError, match="unsent work of ana"):
        two.sign_in("luis")
    two.desk.let_go(fact, "other")
    two.sign_in("luis")
    assert two.desk.quarantine() == ()
