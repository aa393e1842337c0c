"""Contact points and searches on a workstation: shown at once, kept until the hub knows them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from rules.clients import Task
from rules.desk import DeskPage, Refused, Saved
from rules.facts import PointBody, ResultBody
from rules.protocol import Lease, Leases
from rules.searching import QUEUE

NUMBER = "+526621234567"


def added(client_id: int = 1, **more: Any) -> PointBody:
    given = {"action": "add", "point": "phone", "value": NUMBER, "label": "home", "source": "titular"}
    return PointBody(client_id=client_id, **(given | more))


def page(station: Any) -> Any:
    return station.desk.desk().page


def test_a_new_number_is_there_at_once_and_can_be_called(station: Any, a_client: Any) -> None:
    station.lease(a_client(1))
    page(station)
    saved = station.desk.note(added())
    assert isinstance(saved, Saved)
    phones = page(station).phones
    assert [view.phone.number for view in phones][-1] == NUMBER
    assert phones[-1].permission.allowed
    assert station.desk.select_phone(2).selected_phone == 2
    (event,) = (one for one in station.store.outbox() if one.kind == "point")
    assert event.id == saved.fact_id == phones[-1].phone.id


def test_a_refused_change_leaves_nothing_behind(station: Any, a_client: Any) -> None:
    station.lease(a_client(1))
    before = page(station)
    unsent = station.store.outbox()
    answer = station.desk.note(added(value="+525555000001"))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.params["value"]) == ("point_known", "+525555000001")
    assert page(station) == before
    assert station.store.outbox() == unsent


def test_the_number_stays_chosen_when_the_hub_gives_it_an_id(station: Any, a_client: Any) -> None:
    client = a_client(1)
    (lease,) = station.lease(client)
    page(station)
    saved = station.desk.note(added())
    station.desk.select_phone(2)
    here = page(station).client
    there = msgspec.structs.replace(
        here, version=2, phones=(*here.phones[:-1], msgspec.structs.replace(here.phones[-1], id="77"))
    )
    station.give([msgspec.structs.replace(lease, client=there)])
    shown = page(station)
    assert [view.phone.id for view in shown.phones] == ["1a", "1b", "77"]
    assert shown.selected_phone == 2
    assert len(shown.client.point_changes) == 1
    assert shown.client.point_changes[0].id == saved.fact_id


def test_a_wrong_number_is_retired_by_its_result(station: Any, a_client: Any) -> None:
    station.lease(a_client(1), a_client(2))
    page(station)
    number = station.desk.note(added()).fact_id
    station.desk.save(ResultBody(client_id=1, code="DESC", phone=number))
    station.desk.undo()
    assert page(station).client.phones[-1].use == "collect"


def lost(a_client: Any, client_id: int = 9) -> Any:
    due = a_client(1).as_of.date()
    return a_client(client_id, phones=(), tasks=(Task(id="t9", kind="skip_trace", due=due),))


def bring(station: Any, client: Any) -> None:
    """The hub's answer to a search that was asked for."""
    lease = Lease(
        lease_id="search-lease",
        token=99,
        expires_at=station.hub_now + timedelta(minutes=20),
        client=client,
        queue=QUEUE,
    )
    station.store.take(Leases(leases=(lease,), server_time=station.hub_now), 0.0, search=True)


def test_a_search_is_asked_for_and_shown_when_it_came(station: Any, a_client: Any) -> None:
    station.lease(a_client(1))
    assert page(station).client.id == 1
    answer = station.desk.open_search()
    assert isinstance(answer, Refused)
    assert answer.code == "searching"
    assert station.store.search_wanted()
    bring(station, lost(a_client))
    assert not station.store.search_wanted()
    assert page(station).client.id == 1, "nobody is put before an agent unasked"
    assert station.store.at_hand() == 1, "who is searched for is nobody to call"
    shown = station.desk.open_search()
    assert isinstance(shown, DeskPage)
    assert (shown.page.client.id, shown.page.searched) == (9, True)


def test_nobody_to_be_searched_for_is_said_once(station: Any) -> None:
    assert station.desk.open_search().code == "searching"
    station.store.take(Leases(leases=(), server_time=station.hub_now, waiting="empty"), 0.0, search=True)
    assert station.desk.open_search().code == "no_search"
    assert station.desk.open_search().code == "searching"


def test_without_a_hub_there_is_no_search(station: Any) -> None:
    station.store.set_link("offline")
    assert station.desk.open_search().code == "search_offline"
    assert not station.store.search_wanted()


def test_an_outcome_ends_the_search_and_the_next_client_is_called(station: Any, a_client: Any) -> None:
    station.lease(a_client(1))
    bring(station, lost(a_client))
    station.desk.open_search()
    assert station.desk.end_search("gone_fishing").code == "unknown_outcome"
    saved = station.desk.end_search("ilocalizable_total", "vecina dice que se mudó")
    assert isinstance(saved, Saved)
    assert saved.desk.page.client.id == 1
    task, skip = (one for one in station.store.outbox() if one.kind in ("task", "skip"))
    assert (task.body["task_id"], task.body["outcome"]) == ("t9", "ilocalizable_total")
    assert skip.body["reason"] == "searched"
    assert station.desk.end_search("ilocalizable_total").code == "no_search"


def test_a_search_that_is_taken_back_can_be_ended_anew(station: Any, a_client: Any) -> None:
    bring(station, lost(a_client))
    station.desk.open_search()
    station.desk.end_search("ilocalizable_total")
    assert isinstance(station.desk.undo(), Saved)
    again = page(station)
    assert (again.client.id, again.searched) == (9, True)
    assert isinstance(station.desk.end_search("en_investigacion"), Saved)


def test_a_number_that_is_found_can_be_called_at_once(station: Any, a_client: Any) -> None:
    bring(station, lost(a_client))
    station.desk.open_search()
    station.desk.note(added(9))
    shown = page(station)
    assert shown.phones[0].permission.allowed
    assert [task.outcome for task in shown.client.tasks] == ["localizado"]
    assert station.desk.end_search("ilocalizable_total").code == "no_search"
    assert isinstance(
        station.desk.save(ResultBody(client_id=9, code="NOCO", phone=shown.phones[0].phone.id)), Saved
    )


def test_a_new_run_does_not_ask_for_a_search_of_the_last(station: Any) -> None:
    station.desk.open_search()
    station.reopen()
    assert not station.store.search_wanted()
