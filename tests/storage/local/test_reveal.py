"""Looking at money before identity is confirmed: a note of its own, and the client stays."""

from __future__ import annotations

from rules.desk import ClientPage, Refused, Saved
from rules.facts import RevealBody


def test_a_look_is_a_fact_and_leaves_the_client_on_the_desk(station, a_client) -> None:
    station.lease(a_client(1))
    before = station.desk.desk().page
    answer = station.desk.note(RevealBody(client_id=1, reason="preparing"))
    assert isinstance(answer, Saved)
    (event,) = station.store.outbox()
    assert (event.kind, event.body["reason"]) == ("reveal", "preparing")
    page = answer.desk.page
    assert isinstance(page, ClientPage)
    assert page.client.id == before.client.id


def test_a_look_needs_one_of_the_reasons(station, a_client) -> None:
    station.lease(a_client(1))
    station.desk.desk()
    answer = station.desk.note(RevealBody(client_id=1, reason="curious"))
    assert answer == Refused(code="unknown_reveal", params={"reason": "curious"})
    assert not station.store.outbox()
