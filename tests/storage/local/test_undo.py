from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from rules.clients import Callback, Client, HistoryEntry
from rules.desk import ClientPage, Refused, Saved
from rules.facts import EventResult, ResultBody
from rules.protocol import Change, Changes

Make = Callable[..., Client]
Station = Any


def page(station: Station) -> ClientPage:
    found = station.desk.desk().page
    assert isinstance(found, ClientPage), found
    return found


def save(station: Station, client: Client, code: str = "DESC") -> str:
    answer = station.desk.save(
        ResultBody(client_id=client.id, account_id=client.accounts[0].id, code=code, phone=f"{client.id}a")
    )
    assert isinstance(answer, Saved), answer
    return answer.fact_id


def undo(station: Station) -> ClientPage:
    answer = station.desk.undo()
    assert isinstance(answer, Saved), answer
    assert isinstance(answer.desk.page, ClientPage)
    return answer.desk.page


def changed(client: Client, **changes: Any) -> Changes:
    newer = msgspec.structs.replace(client, version=client.version + 1, **changes)
    change = Change(entity="client", id=str(client.id), version=newer.version, client=newer)
    return Changes(changes=(change,), cursor="c2", more=False, server_time=client.as_of)


def test_the_client_is_shown_again_exactly_with_what_was_chosen(station: Station, a_client: Make) -> None:
    client = a_client(1, score=2)
    station.lease(client, a_client(2, score=1))
    station.on_desk()
    station.desk.select_account(11)
    station.desk.select_phone(1)
    before = page(station)
    taken = save(station, client)
    assert page(station).client.id == 2
    assert undo(station) == before == page(station)
    events = station.store.outbox()
    assert [(event.seq, event.kind) for event in events] == [(1, "result"), (2, "retraction")]
    assert events[1].body == {"client_id": 1, "fact_id": taken}
    assert events[1].lease_id == events[0].lease_id


def test_the_one_that_was_interrupted_is_next_again(station: Station, a_client: Make) -> None:
    client = a_client(1, score=3)
    station.lease(client, a_client(2, score=2), a_client(3, score=1))
    station.on_desk()
    save(station, client)
    undo(station)
    save(station, client)
    assert page(station).client.id == 2


def test_it_goes_back_one_by_one_and_ends(station: Station, a_client: Make) -> None:
    clients = [a_client(n, score=9 - n) for n in (1, 2, 3)]
    station.lease(*clients)
    station.on_desk()
    save(station, clients[0])
    station.desk.skip("later")
    save(station, clients[2])
    assert [undo(station).client.id for _ in clients] == [3, 2, 1]
    assert station.desk.undo() == Refused(code="nothing_to_undo")
    assert len(station.store.outbox()) == 6


def test_it_works_after_a_restart(station: Station, a_client: Make) -> None:
    client = a_client(1)
    station.lease(client)
    before = page(station)
    save(station, client)
    station.reopen()
    assert undo(station) == before
    station.reopen()
    assert page(station) == before


def test_a_lease_given_up_shows_as_ended_and_the_next_capture_still_counts(
    station: Station, a_client: Make
) -> None:
    client = a_client(1)
    (lease,) = station.lease(client)
    before = page(station)
    fact = save(station, client)
    station.store.settle([EventResult(id=fact, status="applied")])
    assert station.store.held() == {}
    shown = undo(station)
    assert shown.client == before.client
    assert shown.lease_until is not None
    assert shown.lease_until < station.hub_now
    assert station.store.held() == {}
    assert station.store.at_hand() == 0
    station.reopen()
    assert page(station) == shown
    station.give([lease])
    assert page(station) == before
    station.store.drop([lease.lease_id])
    save(station, client, "NOCO")
    late = station.store.outbox()[-1]
    assert (late.lease_id, late.lease_token) == (lease.lease_id, lease.token)


def test_a_result_taken_back_before_the_hub_heard_of_it_keeps_its_lease(
    station: Station, a_client: Make
) -> None:
    client = a_client(1)
    (lease,) = station.lease(client)
    before = page(station)
    save(station, client)
    undo(station)
    station.store.settle([EventResult(id=event.id, status="applied") for event in station.store.outbox()])
    assert station.store.held().keys() == {lease.lease_id}
    assert page(station) == before
    station.store.drop([lease.lease_id])
    gone = page(station)
    assert gone.client == before.client
    assert gone.lease_until is not None
    assert gone.lease_until < station.hub_now


def test_own_unsent_results_stay_on_top_of_a_newer_document(station: Station, a_client: Make) -> None:
    client = a_client(1)
    station.lease(client)
    station.on_desk()
    fact = save(station, client, "DESC")
    station.store.apply_changes(changed(client, name="Otro Nombre"))
    undone = undo(station)
    assert undone.client.name == "Otro Nombre"
    assert undone.phones[0].phone.status == "validado_titular"
    assert fact not in {entry.id for entry in undone.client.history}
    assert station.store.cursor() == "c2"


def test_a_newer_document_replaces_one_without_own_work_and_an_older_one_does_not(
    station: Station, a_client: Make
) -> None:
    client = a_client(1)
    station.lease(client)
    station.on_desk()
    station.store.apply_changes(changed(client, name="Nuevo"))
    assert page(station).client.name == "Nuevo"
    station.store.apply_changes(changed(msgspec.structs.replace(client, version=-1), name="Viejo"))
    assert page(station).client.name == "Nuevo"


def test_a_client_leased_anew_carries_what_the_hub_does_not_know_yet(
    station: Station, a_client: Make
) -> None:
    client = a_client(1)
    station.lease(client)
    station.on_desk()
    fact = save(station, client, "NOCO")
    station.lease(msgspec.structs.replace(client, version=2))
    assert [entry.id for entry in page(station).client.history] == [fact]
    save(station, client, "NOCO")
    assert len(station.store.outbox()) == 2


def test_what_only_the_hub_can_take_out_does_not_flicker_back(station: Station, a_client: Make) -> None:
    client = a_client(1)
    station.lease(client)
    station.on_desk()
    fact = save(station, client, "NOCO")
    station.store.settle([EventResult(id=fact, status="applied")])
    undo(station)
    there = HistoryEntry(id=fact, at=station.hub_now, code="NOCO", agent="ana")
    station.store.apply_changes(changed(client, history=(there,)))
    assert page(station).client.history == ()
    retraction = station.store.outbox()[0]
    station.store.settle([EventResult(id=retraction.id, status="applied")])
    gone = msgspec.structs.replace(there, status="retracted")
    newer = msgspec.structs.replace(client, version=2)
    station.store.apply_changes(changed(newer, history=(gone,)))
    assert page(station).client.history == (gone,)


def test_an_answered_callback_is_due_again(station: Station, a_client: Make) -> None:
    client = a_client(1, score=5)
    station.lease(client, a_client(2, score=1))
    station.on_desk()
    at = station.hub_now.replace(hour=17)
    answer = station.desk.save(
        ResultBody(client_id=1, account_id=10, code="RLLA", callback_at=at, phone="1a")
    )
    assert isinstance(answer, Saved)
    station.store.settle([EventResult(id=answer.fact_id, status="applied")])
    station.clock.pass_time(3700)
    asked = Callback(id=answer.fact_id, due_at=at, agent="ana")
    again = msgspec.structs.replace(client, version=2, callbacks=(asked,))
    station.lease(again)
    station.desk.open_client(1)
    save(station, client, "NOCO")
    assert not [item for item in station.desk.agenda() if item.kind == "callback"]
    undo(station)
    assert [item.client_id for item in station.desk.agenda() if item.kind == "callback"] == [1]
